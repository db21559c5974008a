"""Agreement of two ways of simulating the same animals."""

import numpy as np
import pytest

from results.statistics.agreement import (
    BROKEN,
    HELD,
    INCONCLUSIVE,
    mean_ratio,
    paired_difference,
    ratio_of_means,
    spread_ratio,
    verdict,
)

RNG = np.random.default_rng(5)


def test_a_limit_is_held_broken_or_open():
    assert verdict((-0.5, 1.5), (-2, 2)) == HELD
    assert verdict((2.1, 3.0), (-2, 2)) == BROKEN
    assert verdict((1.0, 3.0), (-2, 2)) == INCONCLUSIVE
    assert verdict((-9.0, 9.0), (-2, 2)) == INCONCLUSIVE
    assert verdict(None, (-2, 2)) == INCONCLUSIVE


def test_pairing_takes_the_animals_own_level_away():
    animals = RNG.normal(100, 20, 12)
    difference, interval = paired_difference(animals + RNG.normal(1, 0.1, 12), animals)
    assert interval is not None and interval[0] < difference < interval[1]
    assert interval[0] > 0.8 and interval[1] < 1.2


def test_the_interval_of_a_paired_ratio_of_spreads_covers_the_truth_as_often_as_it_says():
    inside = 0
    for _ in range(400):
        own = RNG.normal(0, 1, 12)
        a, b = 1.3 * own + RNG.normal(0, 0.2, 12), own + RNG.normal(0, 0.2, 12)
        true = np.sqrt((1.3**2 + 0.04) / 1.04)
        _, interval = spread_ratio(a, b)
        inside += interval[0] <= true <= interval[1]
    assert 0.92 <= inside / 400 <= 0.98


def test_closer_pairs_give_a_narrower_interval():
    own = RNG.normal(0, 1, 10)
    near, far = own + RNG.normal(0, 0.01, 10), own + RNG.normal(0, 0.8, 10)
    widths = [high - low for low, high in (spread_ratio(near, own)[1], spread_ratio(far, own)[1])]
    assert widths[0] < 0.05 < widths[1]


def test_two_animals_have_a_ratio_of_spreads_but_no_interval():
    assert spread_ratio([1.0, 3.0], [1.0, 2.0]) == (2.0, None)
    with pytest.raises(ValueError, match="differ in both"):
        spread_ratio([1.0, 2.0], [1.0, 1.0])


def test_ratios_are_averaged_as_factors():
    ratio, interval = mean_ratio([2.0, 0.5], [1.0, 1.0])
    assert ratio == pytest.approx(1.0) and interval is not None and interval[0] < 1 < interval[1]


def test_samples_that_are_no_pairs_are_refused():
    with pytest.raises(ValueError, match="one size"):
        paired_difference([1.0, 2.0], [1.0])


def test_a_ratio_of_paired_counts_covers_the_truth_and_takes_zeros():
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        base = rng.normal(50, 8, 8)
        ratio, interval = ratio_of_means(0.4 * base + rng.normal(0, 4, 8), base)
        covered += interval[0] <= 0.4 <= interval[1]
    assert 0.92 < covered / 400 < 0.98
    ratio, interval = ratio_of_means([0, 0, 1, 0], [40, 55, 61, 47])
    assert ratio < 0.01 and interval[1] < 0.05
    assert ratio_of_means([1, 2], [5, -5])[1] is None
    assert ratio_of_means([1], [5]) == (0.2, None)
