"""What a history of days leaves behind, and what drugs do over time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synapses.adaptation import Adaptation, AdaptedState, Intake, adapt
from synapses.pharmacology import EFFECTS, Dosing, concentration, drugs, exposure
from synapses.variability import COEFFICIENTS, draw

COCAINE = [Intake(day, day + 2 / 24, 250.0) for day in range(12)]


def test_a_history_without_drug_leaves_a_naive_animal():
    assert adapt([], 26.0, Adaptation()) == AdaptedState()


def test_cocaine_leaves_the_signs_of_the_review():
    state = adapt(COCAINE, 26.0, Adaptation())
    assert state.xct < 1 and state.glt1 < 1 and state.homer < 1 and state.mglur5 < 1 and state.pl_drive < 1
    assert state.ags3 > 1 and state.ampa > 1


@settings(max_examples=10, deadline=None)
@given(split=st.floats(0.5, 25.5))
def test_splitting_a_history_and_handing_the_state_on_gives_the_same_end(split):
    whole = adapt(COCAINE, 26.0, Adaptation())
    early = [Intake(i.start, min(i.end, split), i.rate) for i in COCAINE if i.start < split]
    late = [Intake(max(i.start, split) - split, i.end - split, i.rate) for i in COCAINE if i.end > split]
    halves = adapt(late, 26.0 - split, Adaptation(), adapt(early, split, Adaptation()))
    for name, value in vars(whole).items():
        assert getattr(halves, name) == pytest.approx(value, rel=1e-5), name


def test_trace_follows_its_closed_form_during_steady_intake():
    adaptation = Adaptation()
    rate = 100.0 / adaptation.saturating_intake
    total = rate + 1 / adaptation.trace_decay
    expected = rate / total * (1 - np.exp(-total * 3.0))
    assert adapt([Intake(0, 3, 100.0)], 3.0, adaptation).trace == pytest.approx(expected, rel=1e-6)


def test_more_drug_leaves_more_behind():
    little, much = (adapt([Intake(0, 10, rate)], 20.0, Adaptation()) for rate in (2.0, 20.0))
    assert much.xct < little.xct < 1


def test_intake_outside_the_history_is_refused():
    with pytest.raises(ValueError, match="outside a history"):
        adapt([Intake(5, 40, 10.0)], 26.0, Adaptation())


def test_every_drug_of_the_data_file_acts_on_targets_that_exist():
    for drug in drugs().values():
        assert all((action.target, action.action) in EFFECTS and action.potency > 0 for action in drug.actions)
        assert drug.source and drug.half_life > 0


def test_concentration_rises_from_nothing_and_halves_with_the_half_life():
    dosing = Dosing("MPEP", 0.0, dose=10.0)
    assert concentration(dosing, np.array([-10.0, 0.0])) == pytest.approx([0, 0])
    late = concentration(dosing, np.array([20000.0, 20000.0 + drugs()["MPEP"].half_life]))
    assert late[1] / late[0] == pytest.approx(0.5, rel=0.01)


def test_bath_concentration_is_held_while_it_lasts():
    dosing = Dosing("AP5", 60.0, concentration=50.0, duration=120.0)
    assert concentration(dosing, np.array([0.0, 60.0, 179.0, 181.0])) == pytest.approx([0, 50, 50, 0])


def test_a_competitive_antagonist_leaves_what_its_potency_says():
    found = exposure([Dosing("CNQX", 0.0, concentration=3.0)], [1.0])
    assert found.ampa_available == pytest.approx([1 / (1 + 3.0 / 0.3)])
    assert found.nmda_available == pytest.approx([1])


def test_no_drug_leaves_every_target_alone():
    assert exposure([], [0.0, 1e4]).sodium_available == pytest.approx([1, 1])


def test_animals_differ_by_seed_and_are_the_same_individual_under_one_seed():
    assert draw(3) == draw(3) != draw(4)
    many = np.array([list(draw(seed).values()) for seed in range(400)])
    wanted = np.array([coefficient for coefficient, _ in COEFFICIENTS.values()])
    assert many.std(axis=0) / many.mean(axis=0) == pytest.approx(wanted, rel=0.25)
    assert np.median(many, axis=0) == pytest.approx(np.ones(len(wanted)), abs=0.06)


def test_cystine_given_adds_to_the_cystine_that_is_there():
    for there in (0.01, 0.2):
        factor = exposure([Dosing("cystine", 0.0, concentration=0.2)], [1.0], cystine=there).cystine_factor[0]
        assert factor * there == pytest.approx(there + 0.2)
