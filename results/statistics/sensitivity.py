"""How much of an outcome's variation each parameter causes: Sobol's indices, or Morris's elementary effects.

Sobol: over the box of ranges, the share of the outcome's variance that is removed when a parameter is known (first
order), and the share that remains when all others are known (total). Their difference is due to interactions. Morris:
the mean of the absolute effects of single steps through the box (mu*), signed (mu), and how far these effects differ
from place to place (sigma); cheaper, and good for leaving parameters out.

Where runs are stochastic, the outcome at a point is a mean over animals, the same ones at every point. Differences
between animals that are the same at all points drop out. The rest is noise: `noise_share` gives its share, by which
every total index is raised towards 1 and every first-order index is lowered.

References
----------
Saltelli A et al. (2010) Comput Phys Commun 181:259, doi:10.1016/j.cpc.2009.09.018 (estimators, sampling)
Morris MD (1991) Technometrics 33:161, doi:10.1080/00401706.1991.10484804
Campolongo F et al. (2007) Environ Model Softw 22:1509, doi:10.1016/j.envsoft.2006.10.004 (mu*)
Iwanaga T, Usher W, Herman J (2022) Socio-Environ Syst Model 4:18155, doi:10.18174/sesmo.18155 (SALib)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from results.statistics.inference import Interval

Method = Literal["sobol", "morris"]
METHODS: tuple[str, ...] = get_args(Method)
LEVELS = 4  # of Morris's grid
RESAMPLES = 1000
FLAT = 1e-9  # of an outcome's size: under it, the outcome does not vary
_SEED = 20090203


@dataclass(frozen=True)
class Index:
    """The effect of one parameter on one outcome.

    Attributes
    ----------
    parameter : str
    total : float
        Total-order index; with Morris, mu* in standard deviations of the outcome, so that outcomes can be compared.
    total_interval : (float, float)
        95 % interval by bootstrap over points.
    first : float
        First-order index; with Morris, mu on the same scale: its sign is the direction of the effect.
    first_interval : (float, float) or None
        With Morris None.
    sigma : float or None
        With Morris, standard deviation of the elementary effects, on the same scale.
    """

    parameter: str
    total: float
    total_interval: Interval
    first: float
    first_interval: Interval | None
    sigma: float | None = None


def points(method: Method, parameters: Sequence[str], number: int) -> NDArray[np.float64]:
    """The points at which outcomes are needed, as shares of the ranges.

    Parameters
    ----------
    method : str
    parameters : sequence of str
    number : int
        Base sample of Sobol's design (a power of two), or trajectories of Morris's.

    Returns
    -------
    ndarray, shape (number * (d + 2), d) for Sobol, (number * (d + 1), d) for Morris
        d parameters.
    """
    problem = _problem(parameters)
    if method == "sobol":
        from SALib.sample import sobol

        found = sobol.sample(problem, number, calc_second_order=False, seed=_SEED)
    else:
        from SALib.sample import morris

        found = morris.sample(problem, number, num_levels=LEVELS, seed=_SEED)
    return np.asarray(found, dtype=float)


def size(method: Method, parameters: int, number: int) -> int:
    """Number of points of a design."""
    return number * (parameters + (2 if method == "sobol" else 1))


def indices(
    method: Method, parameters: Sequence[str], shares: NDArray[np.float64], outcome: NDArray[np.float64]
) -> list[Index] | None:
    """The effect of each parameter on an outcome.

    Parameters
    ----------
    method : str
    parameters : sequence of str
    shares : ndarray, shape (points, d)
        As `points` gives them.
    outcome : ndarray, shape (points,)

    Returns
    -------
    list of Index, or None
        In the order of the parameters; None if the outcome does not vary.

    Raises
    ------
    ValueError
        If the outcome is not finite at every point of the design.
    """
    values = np.asarray(outcome, dtype=float)
    if values.shape != (len(shares),) or not np.isfinite(values).all():
        raise ValueError("the outcome is needed at every point of the design")
    deviation = float(values.std())
    if deviation <= FLAT * float(np.abs(values).max()):
        return None
    scaled = (values - values.mean()) / deviation
    problem = _problem(parameters)
    if method == "sobol":
        from SALib.analyze import sobol

        found = sobol.analyze(problem, scaled, calc_second_order=False, num_resamples=RESAMPLES, seed=_SEED)
        return [
            Index(name, float(st), _around(st, st_reach), float(s1), _around(s1, s1_reach))
            for name, st, st_reach, s1, s1_reach in zip(
                parameters, found["ST"], found["ST_conf"], found["S1"], found["S1_conf"], strict=True
            )
        ]
    from SALib.analyze import morris

    found = morris.analyze(problem, shares, scaled, num_resamples=RESAMPLES, num_levels=LEVELS, seed=_SEED)
    return [
        Index(name, float(star), _around(star, reach), float(mu), None, float(sigma))
        for name, star, reach, mu, sigma in zip(
            parameters, found["mu_star"], found["mu_star_conf"], found["mu"], found["sigma"], strict=True
        )
    ]


def noise_share(values: NDArray[np.float64]) -> float | None:
    """Share of the variance of an outcome over the points that is noise.

    Parameters
    ----------
    values : ndarray, shape (points, animals)
        The same animals at every point.

    Returns
    -------
    float or None
        Variance of the mean of the animals that neither point nor animal explains, over the variance of the means. None
        with one animal, or where nothing varies.
    """
    count, animals = values.shape
    means = values.mean(axis=1)
    variance = float(means.var(ddof=1)) if count > 1 else 0.0
    if animals < 2 or variance <= (FLAT * float(np.abs(means).max())) ** 2:
        return None
    residual = values - means[:, None] - values.mean(axis=0) + values.mean()
    left = float((residual**2).sum() / ((count - 1) * (animals - 1)))
    return float(min(left / animals / variance, 1.0))


def document(found: Sequence[Index] | None) -> list[dict[str, Any]] | None:
    """Indices as they go into a JSON file."""
    if found is None:
        return None
    return [
        {
            "parameter": one.parameter,
            "total": one.total,
            "total_interval": list(one.total_interval),
            "first": one.first,
            "first_interval": None if one.first_interval is None else list(one.first_interval),
            "sigma": one.sigma,
        }
        for one in found
    ]


def _around(value: float, reach: float) -> Interval:
    return float(value - reach), float(value + reach)


def _problem(parameters: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(parameters), "names": list(parameters), "bounds": [[0.0, 1.0]] * len(parameters)}
