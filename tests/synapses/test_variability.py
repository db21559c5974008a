"""Animals differ by what they draw: one animal for a seed, the typical one in the middle, a factor on the spread."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuit.parameters import ModelParameters
from synapses.chronic import Course, Intake, live
from synapses.drug_files import drug_names
from synapses.variability import COEFFICIENTS, Variability, draw

SHIPPED = ModelParameters.shipped()


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


def levels(drug: str, spread: float = 0.3, animals: int = 4000) -> np.ndarray:
    return np.array([Variability(drug_level=spread, animal=seed).level(drug) for seed in range(animals)])


def test_a_dose_gives_the_typical_animal_the_level_of_the_drug_table():
    assert {SHIPPED.variability.level(drug) for drug in drug_names()} == {1.0}
    assert {SHIPPED.of_animal(3).variability.with_values(drug_level=0.0).level(drug) for drug in drug_names()} == {1.0}


@pytest.mark.parametrize("spread", [0.15, 0.3, 0.6])
def test_levels_of_a_drug_differ_between_animals_and_their_mean_is_that_of_the_table(spread):
    found = levels("NAC", spread)
    assert found.mean() == pytest.approx(1, abs=4 * spread / np.sqrt(len(found)))
    assert found.std() / found.mean() == pytest.approx(spread, rel=0.08)
    assert np.log(found).std() == pytest.approx(np.sqrt(np.log1p(spread**2)), rel=0.05)


def test_an_animal_has_one_level_for_each_drug_and_one_says_nothing_of_another():
    nac, mpep = levels("NAC", animals=1000), levels("MPEP", animals=1000)
    assert np.array_equal(nac, levels("NAC", animals=1000))
    assert abs(np.corrcoef(np.log(nac), np.log(mpep))[0, 1]) < 0.1


def test_the_drug_that_an_animal_takes_acts_on_dopamine_by_its_own_level_and_builds_the_trace_by_mg_per_kg():
    course = Course((Intake(0.0, 2 / 24, 350.0),))
    animals = [replace(SHIPPED, variability=Variability(animal=seed)) for seed in range(40)]
    low, *_, high = sorted(animals, key=lambda own: own.variability.level("cocaine"))
    little, much = (live(course, 0.0, 1.0, own) for own in (low, high))
    assert much.tolerance > 1.05 * little.tolerance
    assert much.trace == pytest.approx(little.trace, rel=1e-3)
