"""How many animals an experiment needs: cohorts drawn from a pool of simulated animals, tested as the paper tested
them.

Two things limit the precision, and each has its interval. The number of cohorts is finite: this gives the interval of a
share by Clopper and Pearson. The pool is finite: the whole computation is repeated on pools drawn from it (bootstrap
over animals). The second interval is by far the wider one, and only more simulated animals make it narrower.

References
----------
Clopper CJ, Pearson ES (1934) Biometrika 26:404, doi:10.1093/biomet/26.4.404
Efron B, Tibshirani R (1993) An Introduction to the Bootstrap, doi:10.1201/9780429246593
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from results.statistics.inference import Interval

Statistic = Literal["student", "welch", "paired"]
STATISTICS: tuple[str, ...] = get_args(Statistic)
ALPHA = 0.05  # two-sided, as in the papers
SMALLEST = 3  # animals in a group
TARGETS = (0.8, 0.9)
LEAST_POOL = 8  # animals under which a bootstrap over the pool is itself not to be trusted
WIDEST = 2.0  # ratio of the bounds of a number of animals that can still be planned with
_SEED = 20090202  # cohorts are drawn the same way each time


@dataclass(frozen=True)
class Pool:
    """One measure of the simulated animals of two groups.

    Attributes
    ----------
    a, b : ndarray, shape (n_a,), (n_b,)
    same_animals : bool
        Whether the n-th animal of both groups is the same individual, so that a bootstrap draws them together.

    Raises
    ------
    ValueError
        If a group has under three animals, or the same animals are not as many in both.
    """

    a: NDArray[np.float64]
    b: NDArray[np.float64]
    same_animals: bool = False

    def __post_init__(self) -> None:
        for key in ("a", "b"):
            object.__setattr__(self, key, np.asarray(getattr(self, key), dtype=float))
        if min(self.a.size, self.b.size) < SMALLEST:
            raise ValueError(f"a pool of {self.a.size} and {self.b.size} animals; {SMALLEST} in each are the least")
        if self.same_animals and self.a.size != self.b.size:
            raise ValueError(f"the same animals cannot be {self.a.size} in one group and {self.b.size} in the other")


@dataclass(frozen=True)
class Needed:
    """Animals in each group at which a power is reached; None where the largest cohort looked at does not reach it.

    Attributes
    ----------
    n : int or None
    low, high : int or None
        95 % interval over pools.
    """

    n: int | None
    low: int | None
    high: int | None

    @property
    def settled(self) -> bool:
        """Whether the interval is narrow enough to plan with: its bounds within a factor of two."""
        return self.n is not None and self.low is not None and self.high is not None and self.high <= WIDEST * self.low


@dataclass(frozen=True, eq=False)
class PowerCurve:
    """Power against the number of animals in each group.

    Attributes
    ----------
    n : ndarray of int, shape (k,)
    power : ndarray, shape (k,)
    draws : int
        Cohorts of each size.
    over_pools : ndarray, shape (resamples, k)
        The same from pools drawn from the pool.
    effect : float or None
        Cohen's d of a - b (``student``, ``welch``), or mean over standard deviation of the pairs' differences
        (``paired``); None without spread.
    effects : ndarray, shape (resamples,)
        The same from pools drawn from the pool.
    animals : int
        Of the smaller group of the pool.
    """

    n: NDArray[np.int64]
    power: NDArray[np.float64]
    draws: int
    over_pools: NDArray[np.float64]
    effect: float | None
    effects: NDArray[np.float64]
    animals: int

    @cached_property
    def sampling_interval(self) -> NDArray[np.float64]:
        """Clopper-Pearson interval at each n, shape (k, 2): how far the finite number of cohorts leaves it open."""
        return np.array([clopper_pearson(round(share * self.draws), self.draws) for share in self.power])

    @cached_property
    def pool_interval(self) -> NDArray[np.float64]:
        """95 % interval at each n over pools, shape (k, 2): how far the finite pool leaves it open."""
        bounds: NDArray[np.float64] = np.quantile(self.over_pools, (0.025, 0.975), axis=0).T
        return bounds

    @property
    def effect_interval(self) -> Interval | None:
        """95 % interval of the effect over pools; None if a pool without spread is among them."""
        if not np.isfinite(self.effects).all():
            return None
        low, high = np.quantile(self.effects, (0.025, 0.975))
        return float(low), float(high)

    def needed(self, target: float) -> Needed:
        """The least n from which on the power stays at `target` or above."""
        found = np.array([_reached(curve, target) for curve in self.over_pools])
        # Places past the end stand for "more than the largest": they sort to the top, as they should.
        low, high = np.quantile(found, (0.025, 0.975), method="closest_observation")
        return Needed(*(self._at(place) for place in (_reached(self.power, target), int(low), int(high))))

    def _at(self, place: int) -> int | None:
        return int(self.n[place]) if place < len(self.n) else None


def power_curve(
    pool: Pool, statistic: Statistic, largest: int = 40, draws: int = 4000, resamples: int = 400, each: int = 500
) -> PowerCurve:
    """Share of cohorts in which the test reaches p < 0.05, for 3 to `largest` animals in each group.

    Parameters
    ----------
    pool : Pool
    statistic : str
        ``student``: t with equal variances, whose square is the between-group F of a repeated-measures analysis on
        each animal's mean over time; ``welch``; ``paired``: t of the differences within animals.
    largest : int
    draws : int
        Cohorts of each size, drawn with replacement.
    resamples, each : int
        Pools drawn from the pool, and cohorts from each.

    Raises
    ------
    ValueError
        If ``paired`` is asked for and the groups do not hold the same animals.

    Notes
    -----
    A cohort of n is the first n of one of `largest`, so that curves are smooth in n. Drawing with replacement from m
    animals gives (m - 1)/m of their variance; deviations from the group's mean are stretched to mend that. A cohort
    larger than the pool repeats animals: its power is what animals distributed like the pool would give.
    """
    if statistic == "paired" and not pool.same_animals:
        raise ValueError("a paired test needs the same animals in both groups")
    rng = np.random.default_rng(_SEED)
    n = np.arange(SMALLEST, max(largest, SMALLEST) + 1)
    power = _power(pool, statistic, n, draws, rng)
    curves, effects = [], []
    for _ in range(resamples):
        one = _resampled(pool, rng)
        curves.append(_power(one, statistic, n, each, rng))
        effects.append(_effect(one, statistic))
    effect = _effect(pool, statistic)
    return PowerCurve(
        n,
        power,
        draws,
        np.array(curves),
        effect if np.isfinite(effect) else None,
        np.array(effects),
        min(pool.a.size, pool.b.size),
    )


def over_all(curves: Sequence[PowerCurve]) -> PowerCurve:
    """The mean power over several sets of parameters, each as likely as the others.

    Its interval over pools is that of the mean of the n-th pools: with the same animals in all sets, they were drawn
    together.
    """
    first = curves[0]
    effects = [curve.effect for curve in curves if curve.effect is not None]
    return PowerCurve(
        first.n,
        np.mean([curve.power for curve in curves], axis=0),
        first.draws * len(curves),
        np.mean([curve.over_pools for curve in curves], axis=0),
        float(np.mean(effects)) if len(effects) == len(curves) else None,
        np.mean([curve.effects for curve in curves], axis=0),
        min(curve.animals for curve in curves),
    )


def normal_power(effect: float | None, statistic: Statistic, n: ArrayLike) -> NDArray[np.float64]:
    """Power in closed form if animals were normal with equal variances and this effect were the true one, shape (k,).

    From the noncentral t distribution; NaN without an effect size.
    """
    sizes = np.asarray(n, dtype=float)
    if effect is None:
        return np.full(sizes.shape, np.nan)
    paired = statistic == "paired"
    df = sizes - 1 if paired else 2 * sizes - 2
    shift = abs(effect) * np.sqrt(sizes if paired else sizes / 2)
    critical = stats.t.ppf(1 - ALPHA / 2, df)
    return np.asarray(stats.nct.sf(critical, df, shift) + stats.nct.cdf(-critical, df, shift))


def clopper_pearson(hits: int, draws: int, level: float = 0.95) -> Interval:
    """Exact interval of a share of independent draws."""
    found = stats.binomtest(hits, draws).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def verdict(curve: PowerCurve) -> str:
    """What the pool can tell, in one line: nothing to add, or why it is too small and how large it should be."""
    if curve.animals < LEAST_POOL:
        return f"too small a pool to tell: simulate {LEAST_POOL} animals a group at least"
    interval = curve.effect_interval
    if curve.effect is None or interval is None:
        return "no spread between animals: there is nothing to test against"
    needed = curve.needed(TARGETS[0])
    if needed.settled:
        return ""
    if interval[0] <= 0 <= interval[1]:
        return f"the pool of {curve.animals} does not show a difference (the effect's interval holds 0)"
    if needed.n is None and needed.low is None:
        return f"more than {curve.n[-1]} animals a group"
    if needed.low is None or needed.high is None:
        return f"the pool of {curve.animals} cannot tell more than {curve.n[-1]} animals from fewer: simulate more"
    # The logarithm of n is about as wide as 1/sqrt(pool), which gives the pool for a factor of two.
    wanted = curve.animals * (np.log(needed.high / needed.low) / np.log(WIDEST)) ** 2
    return f"known to a factor of {needed.high / needed.low:.1f} only; about {_rounded(wanted)} animals would give 2"


def _rounded(number: float) -> int:
    """Up to two significant digits."""
    step = 10 ** max(int(np.floor(np.log10(number))) - 1, 0)
    return int(np.ceil(number / step) * step)


def _reached(curve: NDArray[np.float64], target: float) -> int:
    """The place from which on a curve stays at the target or above; its length if it does not."""
    under = np.flatnonzero(curve < target)
    return int(under[-1]) + 1 if under.size else 0


def _stretched(values: NDArray[np.float64]) -> NDArray[np.float64]:
    mean = values.mean()
    widened: NDArray[np.float64] = mean + (values - mean) * np.sqrt(values.size / (values.size - 1))
    return widened


def _resampled(pool: Pool, rng: np.random.Generator) -> Pool:
    """A pool of the same size, drawn from animals distributed like it."""
    a = rng.integers(pool.a.size, size=pool.a.size)
    b = a if pool.same_animals else rng.integers(pool.b.size, size=pool.b.size)
    return Pool(_stretched(pool.a)[a], _stretched(pool.b)[b], pool.same_animals)


def _effect(pool: Pool, statistic: Statistic) -> float:
    """Standardised effect; NaN without spread."""
    difference = pool.a.mean() - pool.b.mean()
    if statistic == "paired":
        deviation = (pool.a - pool.b).std(ddof=1)
    else:
        sizes = pool.a.size - 1, pool.b.size - 1
        squares = sizes[0] * pool.a.var(ddof=1) + sizes[1] * pool.b.var(ddof=1)
        deviation = np.sqrt(squares / sum(sizes))
    floor = 1e-12 * max(np.abs(pool.a).max(), np.abs(pool.b).max())
    return float(difference / deviation) if deviation > floor else float("nan")


def _power(
    pool: Pool, statistic: Statistic, n: NDArray[np.int64], draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    largest = int(n[-1])
    middle = (pool.a.mean() + pool.b.mean()) / 2  # taken away, so that running sums of squares keep their digits
    if statistic == "paired":
        mean, variance = _running(_stretched(pool.a - pool.b), draws, largest, rng)
        mean_b, variance_b = np.zeros_like(mean), np.zeros_like(mean)
    else:
        mean, variance = _running(_stretched(pool.a) - middle, draws, largest, rng)
        mean_b, variance_b = _running(_stretched(pool.b) - middle, draws, largest, rng)
    size = np.arange(1, largest + 1, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (mean - mean_b) / np.sqrt((variance + variance_b) / size)
        if statistic == "welch":
            df = (size - 1) * (variance + variance_b) ** 2 / (variance**2 + variance_b**2)
            reached = 2 * special.stdtr(df, -np.abs(t)) < ALPHA
        else:  # of two groups of one size the pooled error is that of Welch
            df = (1 if statistic == "paired" else 2) * (size - 1)
            reached = np.abs(t) > special.stdtrit(df, 1 - ALPHA / 2)
    return np.asarray(reached.mean(axis=0)[n - 1])


def _running(
    values: NDArray[np.float64], draws: int, largest: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of the first 1, 2, ... animals of each cohort, each of shape (draws, largest)."""
    drawn = rng.choice(values, (draws, largest))
    size = np.arange(1, largest + 1)
    mean = drawn.cumsum(axis=1) / size
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = ((drawn**2).cumsum(axis=1) - size * mean**2) / (size - 1)
    return mean, np.where(variance > 1e-12 * np.square(values).max(), variance, 0.0)
