"""Power from cohorts drawn from a pool: against closed forms, against the other estimate here, honest when small."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import TTestIndPower, TTestPower

from results.statistics.inference import cohort_power
from results.statistics.power import Pool, clopper_pearson, normal_power, over_all, power_curve, verdict

CLOSED = {"student": TTestIndPower(), "paired": TTestPower()}


def normal_pool(size, effect, statistic="student", seed=0):
    rng = np.random.default_rng(seed)
    if statistic == "paired":  # correlated within the animal; the differences have a standard deviation of 1
        own = rng.normal(0, 3, size)
        return Pool(own + rng.normal(effect, 0.5**0.5, size), own + rng.normal(0, 0.5**0.5, size), True)
    return Pool(rng.normal(effect, 1, size), rng.normal(0, 1, size))


@pytest.mark.parametrize("statistic", CLOSED)
@pytest.mark.parametrize("effect", [0.7, 1.24])
def test_a_normal_pool_gives_the_power_of_the_closed_form(statistic, effect):
    curve = power_curve(normal_pool(20_000, effect, statistic), statistic, resamples=2, draws=8000)
    closed = np.array([CLOSED[statistic].power(curve.effect, n, 0.05) for n in curve.n])
    assert curve.effect == pytest.approx(effect, abs=0.04)
    assert np.abs(curve.power - closed).max() < 4 * np.sqrt(0.25 / 8000)
    needed = curve.needed(0.8).n
    exact = CLOSED[statistic].solve_power(curve.effect, power=0.8, alpha=0.05)
    assert exact - 1 < needed < exact + 2
    np.testing.assert_allclose(normal_power(curve.effect, statistic, curve.n), closed, atol=1e-9)


def test_welch_agrees_with_student_but_for_the_smallest_cohorts_and_keeps_its_level_with_unequal_spread():
    rng = np.random.default_rng(3)
    pool = Pool(rng.normal(0, 1, 20_000), rng.normal(0, 6, 20_000))
    level = power_curve(pool, "welch", resamples=2).power
    assert level.min() > 0.03 and level.max() < 0.065


@pytest.mark.parametrize("n", [5, 16])
def test_it_agrees_with_the_share_of_cohorts_that_verdicts_show(n):
    pool = normal_pool(2000, 1.0)
    share = cohort_power(pool.a, pool.b, n, n, np.random.default_rng(1), draws=8000)
    assert power_curve(pool, "student", 20, resamples=2).power[n - 3] == pytest.approx(share, abs=0.03)


def test_without_an_effect_the_power_is_the_level_of_the_test():
    curve = power_curve(normal_pool(5000, 0.0), "student", resamples=20)
    assert np.all(np.abs(curve.power - 0.05) < 0.02)
    assert curve.needed(0.8).n is None and "does not show a difference" in verdict(curve)


@settings(max_examples=15)
@given(st.floats(0.01, 1e6), st.floats(-1e3, 1e3), st.booleans())
def test_units_change_nothing(scale, shift, down):
    pool = normal_pool(40, 1.0, "paired")
    sign = -scale if down else scale
    other = Pool(sign * (pool.a + shift), sign * (pool.b + shift), True)
    for statistic in ("student", "welch", "paired"):
        one, two = (power_curve(p, statistic, 12, 500, 5, 100) for p in (pool, other))
        np.testing.assert_allclose(one.power, two.power, atol=0.005)
        assert abs(two.effect) == pytest.approx(abs(one.effect), rel=1e-6)


def test_the_interval_over_pools_covers_the_truth_and_shrinks_with_the_pool():
    truth = TTestIndPower().power(1.2, 10, 0.05)
    covered, widths = 0, []
    for seed in range(40):
        curve = power_curve(normal_pool(24, 1.2, seed=seed), "student", 10, 100, 150, 150)
        low, high = curve.pool_interval[-1]
        covered += low <= truth <= high
        widths.append(high - low)
    assert covered >= 33  # 38 expected of 40; a percentile interval from 24 animals is a little narrow
    large = power_curve(normal_pool(600, 1.2), "student", 10, 400, 200, 400).pool_interval[-1]
    assert large[1] - large[0] < np.mean(widths) / 2


def test_the_interval_of_a_share_is_exact():
    low, high = clopper_pearson(8, 10)
    assert (low, high) == pytest.approx((0.44390, 0.97479), abs=1e-5)  # Clopper & Pearson 1934, 8 of 10
    assert clopper_pearson(0, 10)[0] == 0 and clopper_pearson(10, 10)[1] == 1


def test_a_small_pool_says_that_it_is_too_small_and_how_large_it_should_be():
    assert "too small a pool" in verdict(power_curve(normal_pool(5, 1.2), "student", resamples=20))
    few = power_curve(normal_pool(24, 1.2), "student", largest=80, resamples=100, each=200)
    assert not few.needed(0.8).settled and "animals would give 2" in verdict(few)
    many = power_curve(normal_pool(1500, 1.2), "student", resamples=60)
    assert many.needed(0.8).settled and verdict(many) == ""


def test_animals_that_are_the_same_in_both_groups_are_drawn_together():
    pool = normal_pool(40, 1.0, "paired")
    together = power_curve(pool, "student", resamples=100, each=100)
    apart = power_curve(Pool(pool.a, pool.b, False), "student", resamples=100, each=100)
    assert np.ptp(together.effect_interval) < np.ptp(apart.effect_interval) / 2
    with pytest.raises(ValueError, match="same animals"):
        power_curve(Pool(pool.a, pool.b, False), "paired")


def test_groups_without_spread_are_no_effect_size_and_no_warning():
    same = power_curve(Pool(np.ones(9), np.ones(9)), "welch", 6, 100, 10, 50)
    assert same.effect is None and not same.power.any() and "no spread" in verdict(same)
    apart = power_curve(Pool(np.ones(9), np.zeros(9)), "student", 6, 100, 10, 50)
    assert apart.effect is None and apart.power.all()


def test_over_several_sets_it_is_the_mean_power():
    strong, weak = (power_curve(normal_pool(200, effect), "student", resamples=50) for effect in (2.0, 0.3))
    both = over_all([strong, weak])
    np.testing.assert_allclose(both.power, (strong.power + weak.power) / 2)
    assert strong.needed(0.8).n is not None and both.needed(0.8).n is None


def test_two_animals_are_no_pool():
    with pytest.raises(ValueError, match="3 in each are the least"):
        Pool(np.zeros(2), np.zeros(5))
