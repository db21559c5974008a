"""Animals differ by what they draw: one animal for a seed, the typical one in the middle, a factor on the spread."""

from __future__ import annotations

import numpy as np
import pytest

from circuit.parameters import ModelParameters
from synapses.variability import COEFFICIENTS, draw


def test_a_seed_draws_one_animal():
    assert draw(3) == draw(3) != draw(4)


def test_every_varied_parameter_exists():
    for path in COEFFICIENTS:
        ModelParameters().record(path)


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.85])
def test_factors_are_log_normal_with_the_stated_coefficient_of_variation(scale):
    drawn = [draw(seed, scale) for seed in range(4000)]
    for path, (coefficient, _) in COEFFICIENTS.items():
        factors = np.array([factors[path] for factors in drawn])
        assert np.median(factors) == pytest.approx(1, abs=0.06 * scale), path
        assert factors.std() / factors.mean() == pytest.approx(scale * coefficient, rel=0.12), path


def test_without_spread_animals_are_alike():
    assert set(draw(3, 0.0).values()) == {1.0}


def test_factors_stay_inside_the_ranges():
    low = ModelParameters().varied({"release.maximum": 100.0})
    assert low.release.maximum == ModelParameters().record("release.maximum").high
