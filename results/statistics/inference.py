"""Statistics of groups of animals, with their intervals.

Where a number does not exist (a standard error of one animal, a test on values without spread), functions return None.
They give neither NaN nor a warning.

References
----------
Hedges LV, Olkin I (1985) Statistical Methods for Meta-Analysis, doi:10.1016/C2009-0-03396-0
Cumming G, Finch S (2001) Educ Psychol Meas 61:532, doi:10.1177/0013164401614002 (intervals by the noncentral t)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used
from numpy.typing import ArrayLike, NDArray

Interval = tuple[float, float]


@dataclass(frozen=True)
class Test:
    """A test statistic with its degrees of freedom and two-sided p."""

    __test__ = False  # not a test case for pytest

    symbol: str
    statistic: float
    df: tuple[float, ...]
    p: float

    def __str__(self) -> str:
        return f"{self.symbol}({', '.join(f'{df:.4g}' for df in self.df)}) = {self.statistic:.3g}"


@dataclass(frozen=True)
class EffectSize:
    """Standardised mean difference a - b.

    Attributes
    ----------
    d : float
        Cohen's d, difference over pooled standard deviation.
    g : float
        Hedges' g, d corrected for small samples.
    interval : (float, float)
        95 % interval of d.
    """

    d: float
    g: float
    interval: Interval


@dataclass(frozen=True)
class SplitPlot:
    """Two-way analysis of variance with one factor between animals (group) and one within (time).

    Attributes
    ----------
    group, time, interaction : Test
    d : float or None
        Cohen's d from the between-group F; None unless there are two groups. It is positive: see `effect_from_f`.
    """

    group: Test
    time: Test
    interaction: Test
    d: float | None


def mean(values: ArrayLike) -> float:
    """Arithmetic mean of at least one value."""
    return float(np.mean(_sample(values, least=1)))


def sem(values: ArrayLike) -> float | None:
    """Standard error of the mean (n - 1 in the variance), or None under two values."""
    sample = _sample(values, least=1)
    return float(sample.std(ddof=1) / np.sqrt(sample.size)) if sample.size > 1 else None


def mean_interval(values: ArrayLike, level: float = 0.95) -> Interval | None:
    """Confidence interval of the mean by Student's t, or None under two values."""
    error = sem(values)
    return None if error is None else _around(mean(values), error, np.size(values) - 1, level)


def difference_interval(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Interval | None:
    """Confidence interval of mean(a) - mean(b) by Welch's t, or None if a group has under two values."""
    welch = _welch(a, b)
    return None if welch is None else _around(welch[0], welch[1], welch[2], level)


def ratio_interval(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Interval | None:
    """Confidence interval of mean(a) / mean(b) by the delta method on the logarithm, with Welch's degrees of freedom.

    Returns None if a group has under two values or a mean is not positive.
    """
    error_a, error_b, mean_a, mean_b = sem(a), sem(b), mean(a), mean(b)
    if error_a is None or error_b is None or mean_a <= 0 or mean_b <= 0:
        return None
    relative = (error_a / mean_a) ** 2, (error_b / mean_b) ** 2
    df = _welch_df(relative, (np.size(a), np.size(b)))
    low, high = _around(np.log(mean_a / mean_b), np.sqrt(sum(relative)), df, level)
    return float(np.exp(low)), float(np.exp(high))


def effect_size(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> EffectSize | None:
    """Cohen's d and Hedges' g of a - b, with the noncentral-t interval of d.

    Returns None if a group has under two values or neither has any spread.
    """
    a, b = _sample(a, least=1), _sample(b, least=1)
    df = a.size + b.size - 2
    if a.size < 2 or b.size < 2:
        return None
    pooled = np.sqrt(((a.size - 1) * a.var(ddof=1) + (b.size - 1) * b.var(ddof=1)) / df)
    if not _has_spread(pooled, a, b):
        return None
    d = float((a.mean() - b.mean()) / pooled)
    return EffectSize(d, d * (1 - 3 / (4 * df - 1)), _d_interval(d, a.size, b.size, level))


def effect_from_f(f: float, n_a: int, n_b: int) -> float:
    """Cohen's d from a between-group F of two groups: sqrt(F (1/n_a + 1/n_b)). An F has no sign, so neither has d."""
    return float(np.sqrt(f * (1 / n_a + 1 / n_b)))


def one_sample_t(values: ArrayLike, expected: float) -> Test | None:
    """Student's t of the mean against `expected`, or None under two values or without spread."""
    error = sem(values)
    if error is None or not _has_spread(error, _sample(values)):
        return None
    return _t((mean(values) - expected) / error, np.size(values) - 1)


def welch_t(a: ArrayLike, b: ArrayLike) -> Test | None:
    """Welch's t of a - b, or None if a group has under two values or neither has any spread."""
    welch = _welch(a, b)
    if welch is None or not _has_spread(welch[1], _sample(a), _sample(b)):
        return None
    difference, error, df = welch
    return _t(difference / error, df)


def one_way_anova(groups: Sequence[ArrayLike]) -> Test | None:
    """F between two groups or more, or None without spread within them or with fewer than one residual degree."""
    samples = [_sample(group, least=1) for group in groups]
    df = (len(samples) - 1, sum(sample.size for sample in samples) - len(samples))
    residual = sum(float(((sample - sample.mean()) ** 2).sum()) for sample in samples)
    if min(df) < 1 or not _has_spread(np.sqrt(residual / df[1]), *samples):
        return None
    grand = np.concatenate(samples).mean()
    between = sum(sample.size * (sample.mean() - grand) ** 2 for sample in samples)
    return _f(between / df[0], residual / df[1], df)


def split_plot_anova(groups: Sequence[ArrayLike]) -> SplitPlot | None:
    """Repeated-measures analysis of group x time, as the field papers report it.

    Parameters
    ----------
    groups : sequence of array, each of shape (n_animals, n_times)
        The same times in every group; the numbers of animals may differ.

    Returns
    -------
    SplitPlot or None
        None if there are fewer than two groups or times, or no spread to test against. The between-group F is that of
        a one-way analysis of the animals' means over time.

    Raises
    ------
    ValueError
        If the groups differ in their number of times.
    """
    tables = [np.asarray(group, dtype=float) for group in groups]
    times = {table.shape[1] for table in tables}
    if len(times) != 1:
        raise ValueError(f"the groups have different numbers of times: {sorted(times)}")
    n_times, n_groups, n = times.pop(), len(tables), sum(len(table) for table in tables)
    group = one_way_anova([table.mean(axis=1) for table in tables]) if n_times else None
    if group is None or n_times < 2:
        return None
    everything = np.concatenate(tables)
    grand, time_means = everything.mean(), everything.mean(axis=0)
    ss_time = n * ((time_means - grand) ** 2).sum()
    ss_interaction = ss_residual = 0.0
    for table in tables:
        cell = table.mean(axis=0)
        ss_interaction += len(table) * ((cell - table.mean() - time_means + grand) ** 2).sum()
        ss_residual += ((table - table.mean(axis=1, keepdims=True) - cell + table.mean()) ** 2).sum()
    df_time, df_residual = n_times - 1, (n - n_groups) * (n_times - 1)
    df_interaction = (n_groups - 1) * df_time
    if not _has_spread(np.sqrt(ss_residual / df_residual), everything):
        return None
    error = ss_residual / df_residual
    return SplitPlot(
        group=group,
        time=_f(ss_time / df_time, error, (df_time, df_residual)),
        interaction=_f(ss_interaction / df_interaction, error, (df_interaction, df_residual)),
        d=effect_from_f(group.statistic, len(tables[0]), len(tables[1])) if n_groups == 2 else None,
    )


def bonferroni(p_values: Sequence[float]) -> list[float]:
    """Each p times the number of tests, at most 1."""
    return [min(1.0, p * len(p_values)) for p in p_values]


def equivalent(interval: Interval | None, bounds: Interval) -> bool:
    """Whether an interval exists and lies inside the bounds."""
    return interval is not None and bounds[0] <= interval[0] and interval[1] <= bounds[1]


def cohort_power(
    values_a: ArrayLike, values_b: ArrayLike, n_a: int, n_b: int, rng: np.random.Generator, draws: int = 2000
) -> float | None:
    """Share of simulated cohorts of the paper's own size that reach p < 0.05.

    Parameters
    ----------
    values_a, values_b : array, shape (n_simulated,)
        One value per simulated animal. For a repeated-measures comparison: the animal's mean over time, since the
        between-group F is the square of Student's t on these.
    n_a, n_b : int
        Animals in a cohort, drawn with replacement from the simulated ones.
    rng : Generator
    draws : int
        Number of cohorts.

    Returns
    -------
    float or None
        None if either group or cohort has under two animals.
    """
    a, b = _sample(values_a), _sample(values_b)
    if min(a.size, b.size, n_a, n_b) < 2:
        return None
    cohorts_a, cohorts_b = rng.choice(a, (draws, n_a)), rng.choice(b, (draws, n_b))
    difference = cohorts_a.mean(axis=1) - cohorts_b.mean(axis=1)
    squares = cohorts_a.var(axis=1) * n_a + cohorts_b.var(axis=1) * n_b
    df = n_a + n_b - 2
    critical = float(scipy.special.stdtrit(df, 0.975)) * np.sqrt(squares / df * (1 / n_a + 1 / n_b))
    return float((np.abs(difference) > critical).mean())


def _sample(values: ArrayLike, least: int = 0) -> NDArray[np.float64]:
    sample = np.asarray(values, dtype=float)
    if sample.ndim != 1 or sample.size < least or not np.isfinite(sample).all():
        raise ValueError(f"a sample is a list of at least {least} finite values")
    return sample


def _has_spread(deviation: float, *samples: NDArray[np.float64]) -> bool:
    """Whether a deviation exceeds the rounding of the values that it comes from."""
    return bool(deviation > 1e-12 * max(np.abs(sample).max() for sample in samples))


def _welch(a: ArrayLike, b: ArrayLike) -> tuple[float, float, float] | None:
    """Difference of means, its standard error and Welch's degrees of freedom."""
    error_a, error_b = sem(a), sem(b)
    if error_a is None or error_b is None:
        return None
    variances = error_a**2, error_b**2
    return mean(a) - mean(b), float(np.sqrt(sum(variances))), _welch_df(variances, (np.size(a), np.size(b)))


def _welch_df(variances: tuple[float, float], sizes: tuple[int, int]) -> float:
    total = sum(variances)
    if total == 0:
        return float(sum(sizes) - 2)
    return 1 / sum((v / total) ** 2 / (n - 1) for v, n in zip(variances, sizes, strict=True))


def _around(centre: float, error: float, df: float, level: float) -> Interval:
    reach = float(scipy.special.stdtrit(df, (1 + level) / 2)) * error
    return float(centre - reach), float(centre + reach)


def _d_interval(d: float, n_a: int, n_b: int, level: float) -> Interval:
    """The noncentralities for which the observed t is the bound of the upper and of the lower tail, as d.

    A noncentral t is (Z + noncentrality) / s with s² = chi²/df; its distribution is the mean of normal ones over s,
    taken here at 2,000 quantiles (scipy's own gives NaN in the far tails).
    """
    scale = float(np.sqrt(1 / n_a + 1 / n_b))
    t, df, tail = d / scale, n_a + n_b - 2, (1 - level) / 2
    s = _spread(df)
    reach = 10 + 10 * abs(t)

    def bound(quantile: float) -> float:
        def excess(noncentrality: float) -> float:
            return float(scipy.special.ndtr(t * s - noncentrality).mean()) - quantile

        return float(scipy.optimize.brentq(excess, t - reach, t + reach)) * scale

    return bound(1 - tail), bound(tail)


@lru_cache(maxsize=64)
def _spread(df: int) -> NDArray[np.float64]:
    """2,000 quantiles of the square root of chi²/df; a summary asks for those of a few sizes of groups."""
    found = np.sqrt(2 * scipy.special.gammaincinv(df / 2, (np.arange(2000) + 0.5) / 2000) / df)
    found.flags.writeable = False
    return np.asarray(found)


def _t(statistic: float, df: float) -> Test:
    return Test("t", float(statistic), (float(df),), float(2 * scipy.special.stdtr(df, -abs(statistic))))


def _f(between: float, error: float, df: tuple[int, int]) -> Test:
    statistic = float(between / error)
    return Test("F", statistic, (float(df[0]), float(df[1])), float(scipy.special.fdtrc(*df, statistic)))
