"""Whether two ways of simulating the same animals agree: paired differences and ratios of spread, with intervals.

References
----------
Pitman EJG (1939) Biometrika 31:9, doi:10.1093/biomet/31.1-2.9; Morgan WA (1939) Biometrika 31:13,
doi:10.1093/biomet/31.1-2.13 (variances of paired samples)
"""

from __future__ import annotations

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used
from numpy.typing import ArrayLike

from results.statistics.inference import Interval, mean_interval

HELD, BROKEN, INCONCLUSIVE = "held", "broken", "inconclusive"


def verdict(interval: Interval | None, limit: Interval) -> str:
    """Whether an interval lies within a limit.

    Parameters
    ----------
    interval : (float, float) or None
        95 % interval; None where there is none.
    limit : (float, float)

    Returns
    -------
    str
        ``"held"`` if the interval lies inside the limit, ``"broken"`` if it lies outside, else ``"inconclusive"``.
    """
    if interval is None or not all(np.isfinite(interval)):
        return INCONCLUSIVE
    if limit[0] <= interval[0] and interval[1] <= limit[1]:
        return HELD
    return BROKEN if interval[1] < limit[0] or interval[0] > limit[1] else INCONCLUSIVE


def expectation(interval: Interval | None, limit: Interval) -> str:
    """The same for an expectation: ``"right"``, ``"wrong"`` or ``"inconclusive"``."""
    return {HELD: "right", BROKEN: "wrong"}.get(verdict(interval, limit), INCONCLUSIVE)


def paired_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> tuple[float, Interval | None]:
    """Mean of a - b over paired animals with its interval by Student's t (None under two animals).

    Raises
    ------
    ValueError
        If the samples differ in size.
    """
    x, y = _pairs(a, b)
    return float((x - y).mean()), mean_interval(x - y, level)


def mean_ratio(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> tuple[float, Interval | None]:
    """Geometric mean of a / b over paired animals with its interval, both positive.

    Raises
    ------
    ValueError
        If the samples differ in size.
    """
    x, y = _pairs(a, b)
    logs = np.log(x) - np.log(y)
    interval = mean_interval(logs, level)
    bounds = None if interval is None else (float(np.exp(interval[0])), float(np.exp(interval[1])))
    return float(np.exp(logs.mean())), bounds


def ratio_of_means(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> tuple[float, Interval | None]:
    """Mean of a over mean of b for paired animals, which may be zero (counts), with Fieller's interval.

    Returns
    -------
    ratio : float
        NaN if the mean of b is zero.
    interval : (float, float) or None
        None under two animals, or if the mean of b does not differ from zero.

    Raises
    ------
    ValueError
        If the samples differ in size.

    Notes
    -----
    Fieller 1954 (J R Stat Soc B 16:175): all ratios q for which a - q b has a mean that may be zero.
    """
    x, y = _pairs(a, b)
    ratio = float(x.mean() / y.mean()) if y.mean() else float("nan")
    n = x.size
    if n < 2:
        return ratio, None
    reach = scipy.special.stdtrit(n - 1, (1 + level) / 2) ** 2 / n
    (xx, xy), (_, yy) = np.cov(x, y)
    square, product, constant = y.mean() ** 2 - reach * yy, x.mean() * y.mean() - reach * xy, x.mean() ** 2 - reach * xx
    if square <= 0:
        return ratio, None
    root = float(np.sqrt(max(product**2 - square * constant, 0.0)))
    return ratio, (float((product - root) / square), float((product + root) / square))


def ratio_of_counts(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> tuple[float, Interval | None]:
    """Sum of counts a over sum of counts b, with an interval for the noise of counting alone.

    It holds for any number of animals, one included, and says nothing about how animals differ.

    Returns
    -------
    ratio : float
        NaN if b counts nothing.
    interval : (float, float) or None
        None if b counts nothing. Counts that vary as those of a Poisson process do: given the sum of both, a's share is
        binomial, and its exact limits (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404) give those of the ratio.

    Raises
    ------
    ValueError
        If the samples differ in size.
    """
    x, y = _pairs(a, b)
    count, other = float(x.sum()), float(y.sum())
    if not other:
        return float("nan"), None
    tail = (1 - level) / 2
    low = scipy.special.betaincinv(count, other + 1, tail) if count else 0.0
    high = scipy.special.betaincinv(count + 1, other, 1 - tail)
    return count / other, (float(low / (1 - low)), float(high / (1 - high)))


def spread_ratio(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> tuple[float, Interval | None]:
    """Standard deviation over animals of a over that of b, for paired animals.

    Parameters
    ----------
    a, b : array, shape (n,)
        One value per animal, the same animals in both.
    level : float

    Returns
    -------
    (float, (float, float) or None)
        The ratio and its interval after Pitman and Morgan: the ratios for which sum and difference of the two samples,
        one of them scaled, are uncorrelated. The interval is the narrower, the stronger the pairs correlate. There is
        none under four animals, since the test then has too few degrees of freedom.

    Raises
    ------
    ValueError
        If the samples differ in size or one has no spread.
    """
    x, y = _pairs(a, b)
    n, ratio = x.size, float(x.std(ddof=1) / y.std(ddof=1)) if x.size > 1 and y.std() > 0 else np.nan
    if not np.isfinite(ratio) or ratio == 0:
        raise ValueError("a ratio of spreads needs two animals at least that differ in both samples")
    if n < 4:
        return ratio, None
    r = float(np.corrcoef(x, y)[0, 1])
    t = float(scipy.special.stdtrit(n - 2, (1 + level) / 2))
    k = 1 + 2 * (1 - r * r) * t * t / (n - 2)
    reach = np.sqrt(k + np.sqrt(max(k * k - 1, 0.0)))
    return ratio, (float(ratio / reach), float(ratio * reach))


def _pairs(a: ArrayLike, b: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if x.shape != y.shape or x.ndim != 1 or not x.size:
        raise ValueError(f"paired samples must be lists of one size, not {x.shape} and {y.shape}")
    return x, y
