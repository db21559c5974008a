"""Statistics against closed forms, scipy and statsmodels, and None where a number does not exist."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols

from results.statistics import inference

RNG = np.random.default_rng(3)
A, B, THIRD = RNG.normal(130, 20, 16), RNG.normal(105, 15, 13), RNG.normal(90, 10, 9)


def test_mean_sem_and_interval_agree_with_scipy() -> None:
    assert inference.sem(A) == pytest.approx(stats.sem(A))
    assert inference.mean_interval(A) == pytest.approx(stats.t.interval(0.95, len(A) - 1, A.mean(), stats.sem(A)))
    result = stats.ttest_ind(A, B, equal_var=False)
    assert inference.difference_interval(A, B) == pytest.approx(tuple(result.confidence_interval()))


def test_t_tests_and_one_way_anova_agree_with_scipy() -> None:
    welch, reference = inference.welch_t(A, B), stats.ttest_ind(A, B, equal_var=False)
    assert welch and (welch.statistic, welch.p) == pytest.approx((reference.statistic, reference.pvalue))
    one, reference = inference.one_sample_t(A, 100), stats.ttest_1samp(A, 100)
    assert one and (one.statistic, one.p, one.df[0]) == pytest.approx((reference.statistic, reference.pvalue, 15))
    anova, reference = inference.one_way_anova([A, B, THIRD]), stats.f_oneway(A, B, THIRD)
    assert anova and (anova.statistic, anova.p) == pytest.approx((reference.statistic, reference.pvalue))
    assert anova.df == (2, 35)


def test_effect_size_and_its_noncentral_interval() -> None:
    a, b = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0])
    effect = inference.effect_size(a, b)
    assert effect and effect.d == pytest.approx(1.0) and effect.g == pytest.approx(1 - 3 / 15)
    effect = inference.effect_size(A, B)
    assert effect
    scale, df = np.sqrt(1 / 16 + 1 / 13), 27
    for bound, tail in zip(effect.interval, (0.975, 0.025), strict=True):
        assert stats.nct.cdf(effect.d / scale, df, bound / scale) == pytest.approx(tail, abs=2e-4)


def test_effect_interval_exists_for_effects_of_any_size() -> None:
    for shift in (-1e4, -30.0, 0.0, 5.0, 1e4):
        for n in (2, 3, 40):
            sample = RNG.normal(0, 1, n)
            effect = inference.effect_size(sample + shift, sample[::-1] ** 2)
            assert effect and effect.interval[0] < effect.d < effect.interval[1]


def test_effect_from_f_gives_the_size_derived_from_the_paper() -> None:
    assert inference.effect_from_f(11.05, 16, 13) == pytest.approx(1.24, abs=0.005)
    assert inference.effect_from_f(15.21, 13, 9) == pytest.approx(1.69, abs=0.005)


@pytest.mark.filterwarnings("ignore:The design matrix is rank-deficient")  # animals span the groups
def test_split_plot_agrees_with_statsmodels() -> None:
    tables = [RNG.normal(100 + 10 * g, 8, (n, 6)) + RNG.normal(0, 9, (n, 1)) for g, n in enumerate((5, 7))]
    rows = [
        {"group": g, "time": t, "animal": f"{g}-{i}", "y": y}
        for g, table in enumerate(tables)
        for i, line in enumerate(table)
        for t, y in enumerate(line)
    ]
    data = pd.DataFrame(rows)
    models = ["C(animal)", "C(animal) + C(time)", "C(animal) + C(time) + C(group):C(time)"]
    fits = [ols(f"y ~ {model}", data).fit() for model in models]
    error = fits[2].ssr / fits[2].df_resid
    found = inference.split_plot_anova(tables)
    assert found
    assert found.time.statistic == pytest.approx((fits[0].ssr - fits[1].ssr) / 5 / error)
    assert found.interaction.statistic == pytest.approx((fits[1].ssr - fits[2].ssr) / 5 / error)
    assert found.interaction.df == (5, 50)
    pooled = stats.ttest_ind(tables[0].mean(axis=1), tables[1].mean(axis=1))
    assert (found.group.statistic, found.group.p) == pytest.approx((pooled.statistic**2, pooled.pvalue))
    effect = inference.effect_size(tables[1].mean(axis=1), tables[0].mean(axis=1))
    assert effect and found.d == pytest.approx(abs(effect.d))
    with pytest.raises(ValueError, match="different numbers of times"):
        inference.split_plot_anova([tables[0], tables[1][:, :4]])


def test_ratio_interval_covers_the_true_ratio() -> None:
    rng, hits = np.random.default_rng(5), 0
    for _ in range(400):
        low, high = inference.ratio_interval(rng.normal(50, 10, 20), rng.normal(100, 20, 20)) or (0, 0)
        hits += low <= 0.5 <= high
    assert 0.92 <= hits / 400 <= 0.98


def test_cohort_power_agrees_with_the_noncentral_t() -> None:
    a, b = stats.norm.ppf((np.arange(2000) + 0.5) / 2000, 1.24), stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    power = inference.cohort_power(a, b, 16, 13, np.random.default_rng(1), draws=8000)
    nc, critical = 1.24 / np.sqrt(1 / 16 + 1 / 13), stats.t.ppf(0.975, 27)
    assert power == pytest.approx(stats.nct.sf(critical, 27, nc), abs=0.02)
    same = inference.cohort_power(a, a, 16, 13, np.random.default_rng(1), draws=8000)
    assert same == pytest.approx(0.05, abs=0.01)


def test_numbers_that_do_not_exist_are_none_without_warnings() -> None:
    rng = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert inference.sem([1.0]) is None and inference.mean_interval([1.0]) is None
        assert inference.sem([1.0, 2.0]) == pytest.approx(0.5)
        for a, b in (([1.0], [2.0]), ([1.0], [2.0, 3.0]), ([1.0, 1.0], [2.0, 2.0]), ([0.1] * 3, [0.1] * 3)):
            assert inference.welch_t(a, b) is None and inference.effect_size(a, b) is None
        assert inference.one_way_anova([[1.0], [2.0]]) is None
        assert inference.one_sample_t([2.0, 2.0], 1.0) is None
        assert inference.split_plot_anova([np.ones((1, 4)), np.ones((1, 4))]) is None
        assert inference.ratio_interval([1.0, 2.0], [-1.0, -2.0]) is None
        assert inference.cohort_power([1.0], [2.0], 5, 5, rng) is None
        assert inference.cohort_power([1.0, 1.0], [2.0, 2.0], 3, 3, rng) == 1.0
        assert inference.cohort_power([1.0, 1.0], [1.0, 1.0], 3, 3, rng) == 0.0
        assert inference.difference_interval([1.0, 1.0], [2.0, 2.0]) == (-1.0, -1.0)
    with pytest.raises(ValueError, match="finite"):
        inference.mean([np.nan])


def test_bonferroni_and_equivalence() -> None:
    assert inference.bonferroni([0.01, 0.4, 0.5]) == pytest.approx([0.03, 1.0, 1.0])
    assert inference.equivalent((0.95, 1.05), (0.9, 1.1))
    assert not inference.equivalent((0.85, 1.05), (0.9, 1.1)) and not inference.equivalent(None, (0.9, 1.1))
