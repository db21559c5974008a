"""What an experiment is worth between hypotheses, against what is known in closed form."""

import numpy as np
import pytest
from scipy.stats import norm

from results.statistics.telling import Expected, expected, power, telling


def test_two_equal_hypotheses_cannot_be_told_apart():
    worth = telling([Expected((3.0,), 0.5), Expected((3.0,), 0.5)])
    assert worth.bits == pytest.approx(0, abs=1e-6) and worth.named == pytest.approx(0.5, abs=1e-6)


def test_hypotheses_far_apart_are_told_by_as_many_bits_as_there_are():
    worth = telling([Expected((10.0 * place,), 0.3) for place in range(4)])
    assert worth.bits == pytest.approx(2.0, abs=1e-4) and worth.named == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("distance", [0.5, 1.0, 3.0])
def test_the_chance_to_name_the_right_one_of_two_is_that_of_the_normal_distribution(distance):
    worth = telling([Expected((0.0,), 2.0), Expected((2.0 * distance,), 2.0)])
    assert worth.named == pytest.approx(norm.cdf(distance / 2), abs=1e-4)


def test_the_information_is_that_of_drawn_figures():
    both = [Expected((0.0, 1.0), 0.7), Expected((1.5,), 0.4)]
    rng = np.random.default_rng(1)
    drawn = [rng.choice(one.means, 200_000) + one.error * rng.standard_normal(200_000) for one in both]
    bits = np.mean(
        [
            np.log2(own.density(x) / np.mean([o.density(x) for o in both], axis=0)).mean()
            for own, x in zip(both, drawn, strict=True)
        ]
    )
    assert telling(both).bits == pytest.approx(bits, abs=0.005)


def test_power_is_that_of_a_two_sided_test_of_a_normal_mean():
    found = power(Expected((0.0,), 1.0), Expected((2.0,), 1.0))
    border = norm.ppf(0.975)
    assert found == pytest.approx(norm.sf(border - 2) + norm.cdf(-border - 2), abs=1e-6)


def test_sets_of_parameters_that_differ_make_an_experiment_worth_less():
    narrow = telling([Expected((0.0,), 0.5), Expected((1.0,), 0.5)])
    wide = telling([Expected((-1.0, 0.0, 1.0), 0.5), Expected((0.0, 1.0, 2.0), 0.5)])
    assert wide.bits < 0.6 * narrow.bits


def test_an_interval_holds_the_share_of_experiments_that_it_says():
    one = Expected((0.0, 4.0), 0.5)
    low, high = one.interval(0.9)
    assert one.below(low) == pytest.approx(0.05) and one.below(high) == pytest.approx(0.95)


def test_figures_without_error_are_told_apart():
    assert telling([expected([1.0], 0.0, 1.0), expected([2.0], 0.0, 1.0)]).bits == pytest.approx(1.0, abs=1e-3)


def test_one_hypothesis_is_refused():
    with pytest.raises(ValueError, match="cannot be told from another"):
        telling([Expected((1.0,), 1.0)])
