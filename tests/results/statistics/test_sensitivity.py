"""Sensitivity indices: those of the Ishigami function are known in closed form; noise raises totals by its share."""

import numpy as np
import pytest

pytest.importorskip("SALib", reason="the extra 'sensitivity' is not installed")

from results.statistics.sensitivity import indices, noise_share, points, size

A, B = 7.0, 0.1
NAMES = ("x1", "x2", "x3")


def ishigami(shares):
    x1, x2, x3 = (np.pi * (2 * shares - 1)).T
    return np.sin(x1) + A * np.sin(x2) ** 2 + B * x3**4 * np.sin(x1)


# Ishigami & Homma 1990, in closed form
V1 = 0.5 * (1 + B * np.pi**4 / 5) ** 2
V2 = A**2 / 8
V13 = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
V = V1 + V2 + V13
FIRST = np.array([V1, V2, 0.0]) / V
TOTAL = np.array([V1 + V13, V2, V13]) / V


def test_the_indices_of_the_ishigami_function_are_found_with_honest_intervals():
    shares = points("sobol", NAMES, 2048)
    found = indices("sobol", NAMES, shares, ishigami(shares))
    np.testing.assert_allclose([one.total for one in found], TOTAL, atol=0.03)
    np.testing.assert_allclose([one.first for one in found], FIRST, atol=0.03)
    for one, first, total in zip(found, FIRST, TOTAL, strict=True):
        assert one.total_interval[0] - 1e-3 < total < one.total_interval[1] + 1e-3
        assert one.first_interval[0] - 1e-3 < first < one.first_interval[1] + 1e-3


def test_intervals_narrow_with_points():
    def width(number):
        shares = points("sobol", NAMES, number)
        return np.ptp(indices("sobol", NAMES, shares, ishigami(shares))[0].total_interval)

    assert width(2048) < width(64) / 3


def test_morris_gives_the_effects_of_a_linear_function_exactly_and_tells_interactions():
    shares = points("morris", NAMES, 20)
    linear = 3 * shares[:, 0] - 1.5 * shares[:, 1]
    found = indices("morris", NAMES, shares, linear)
    scale = linear.std()
    np.testing.assert_allclose([one.total * scale for one in found], [3, 1.5, 0], atol=1e-9)
    np.testing.assert_allclose([one.first * scale for one in found], [3, -1.5, 0], atol=1e-9)
    np.testing.assert_allclose([one.sigma for one in found], 0, atol=1e-9)
    product = indices("morris", NAMES, shares, shares[:, 0] * shares[:, 1])
    assert product[0].sigma > 0.3 and product[2].total == 0


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_a_design_has_the_size_that_it_says_and_is_the_same_each_time(method):
    shares = points(method, NAMES, 16)
    assert shares.shape == (size(method, 3, 16), 3)
    assert shares.min() >= 0 and shares.max() <= 1
    np.testing.assert_array_equal(shares, points(method, NAMES, 16))


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_units_change_nothing_and_a_flat_outcome_has_no_indices(method):
    shares = points(method, NAMES, 32)
    one, other = (indices(method, NAMES, shares, k * ishigami(shares) + 3 * k) for k in (1.0, 1e-6))
    np.testing.assert_allclose([i.total for i in one], [i.total for i in other], rtol=1e-6)
    assert indices(method, NAMES, shares, np.full(len(shares), 5.0)) is None
    with pytest.raises(ValueError, match="every point"):
        indices(method, NAMES, shares, np.where(shares[:, 0] > 0.5, np.nan, 1.0))


def test_the_share_of_noise_is_found_whatever_animals_have_in_common_and_raises_totals_by_itself():
    rng = np.random.default_rng(5)
    shares = points("sobol", NAMES, 2048)
    truth, animals, sigma = ishigami(shares), 4, 4.0
    values = truth[:, None] + 50 * rng.normal(size=animals) + sigma * rng.normal(size=(len(shares), animals))
    expected = sigma**2 / animals / (V + sigma**2 / animals)
    share = noise_share(values)
    assert share == pytest.approx(expected, rel=0.1)
    found = indices("sobol", NAMES, shares, values.mean(axis=1))
    np.testing.assert_allclose([i.total for i in found], TOTAL * (1 - share) + share, atol=0.06)
    np.testing.assert_allclose([i.first for i in found], FIRST * (1 - share), atol=0.08)
    assert noise_share(values[:, :1]) is None and noise_share(np.ones((9, 3))) is None
