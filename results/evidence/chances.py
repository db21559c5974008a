"""How likely each verdict is in another cohort of the same size, if the animals are like those that were simulated.

With few animals most verdicts are *inconclusive* whatever the model does. "No row is wrong" then says little, and the
chance of each verdict tells how little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used

from results.statistics.inference import Interval

_INFINITY = float("inf")


@dataclass(frozen=True)
class Chances:
    """Shares of cohorts, which add up to 1."""

    right: float
    inconclusive: float
    wrong: float


def chances(
    estimate: float | None,
    interval: Interval | None,
    region: Interval,
    df: float,
    ratio: bool = False,
    least: float = -_INFINITY,
    missed: Interval | None = None,
) -> Chances | None:
    """Chance of each verdict at the number of animals that was used.

    Parameters
    ----------
    estimate : float or None
        The model's estimate.
    interval : (float, float) or None
        Its 95 % interval, which holds the standard deviation of the animals and their number.
    region : (float, float)
        Where the claim holds.
    df : float
        Degrees of freedom behind the interval; infinite for a normal one.
    ratio : bool
        Whether estimate and interval are worked with as logarithms, which needs a positive interval.
    least : float
        The estimate below which an effect is not shown to have its sign. With it, the estimate itself and not its
        interval has to lie in the region.
    missed : (float, float), optional
        The claim is wrong where an interval that does not lie in the region lies wholly outside of this; the region by
        default.

    Returns
    -------
    Chances or None
        None without an interval.

    Notes
    -----
    A normal approximation: the next cohort's estimate is normal round this one, with the standard error of the
    interval, and its interval is as wide as this one. Under about six animals widths differ between cohorts, and the
    chances are rough (by up to 0.14 in a test with five). They take the estimate for the truth, so they are not the
    power of a test.
    """
    if estimate is None or interval is None or not all(np.isfinite((estimate, *interval))):
        return None
    low, high = region
    lower, upper = missed or region
    if ratio and interval[0] > 0:
        estimate, interval = float(np.log(estimate)), (float(np.log(interval[0])), float(np.log(interval[1])))
        low, high, lower, upper = (_logarithm(bound) for bound in (low, high, lower, upper))
    below, above = estimate - interval[0], interval[1] - estimate
    reach = float(scipy.special.stdtrit(df, 0.975) if np.isfinite(df) else scipy.special.ndtri(0.975))
    error = (below + above) / 2 / reach
    if least > -_INFINITY:  # an effect: d itself, not its interval, lies in the region
        right = _between(max(low, least), high, estimate, error)
    else:
        right = _between(low + below, high - above, estimate, error)
    under, over = min(lower - above, low + below), max(upper + below, high - above)  # what is right is not wrong
    wrong = _between(-_INFINITY, under, estimate, error) + _between(over, _INFINITY, estimate, error)
    return Chances(right, max(0.0, 1 - right - wrong), wrong)


def _logarithm(bound: float) -> float:
    return float(np.log(bound)) if bound > 0 else -_INFINITY


def _between(low: float, high: float, centre: float, error: float) -> float:
    """Probability that a normal number lies between two bounds; 0 if they are crossed."""
    if high < low:
        return 0.0
    if error <= 0:
        return float(low <= centre <= high)
    return float(scipy.special.ndtr((high - centre) / error) - scipy.special.ndtr((low - centre) / error))
