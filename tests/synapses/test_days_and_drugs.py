"""What a history of days leaves behind, and what drugs do over time."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuit.parameters import ModelParameters
from synapses import chronic
from synapses.adaptation import AdaptedState, recovering
from synapses.chronic import DAY, Course, Expressed, Intake, Ran, live
from synapses.drug_files import EFFECTS, drugs
from synapses.homeostasis import steady_state
from synapses.pharmacology import Dosing, Exposure, concentration, exposure
from synapses.regions import CORE
from synapses.spines import cycling, filamentous_actin, head_diameter, swing
from synapses.variability import COEFFICIENTS, draw

MODEL = ModelParameters.shipped()
ALONE = MODEL.with_values({"adaptation.drive_exponent": 0, "adaptation.recovery": 2000, "adaptation.recovery_half": 5})
COCAINE = Course(tuple(Intake(day, day + 2 / 24, 350.0) for day in range(12)))


def after(
    course: Course, days: float, start: float = 0.0, state: AdaptedState | None = None, model=MODEL
) -> AdaptedState:
    return live(course, start, days, model, state)


def glutamate(state: AdaptedState) -> float:
    return steady_state(state.at(CORE), Exposure(), MODEL.homeostasis, MODEL.tone, MODEL.release).extrasynaptic


def test_a_history_without_drug_leaves_a_naive_animal():
    found = after(Course(), 26.0)
    assert found.flat() == pytest.approx(AdaptedState().flat(), abs=1e-9)


def test_cocaine_leaves_the_signs_of_the_review():
    state = after(COCAINE, 26.0)
    core = state.at(CORE)
    assert core.xct < 1 and core.glt1 < 1 and core.homer < 1 and core.mglur5 < 1 and core.drive < 1
    assert core.ags3 > 1 and core.ampa > 1
    assert (
        state.psd95 > 1
        and filamentous_actin(state) > 1
        and cycling(state) > 1
        and head_diameter(state, MODEL.spines) > 1
    )
    assert state.d2 < 1 and state.spine_density > 1


@settings(max_examples=10)
@given(split=st.floats(0.5, 25.5))
@pytest.mark.slow
def test_splitting_a_history_and_handing_the_state_on_gives_the_same_end(split):
    course = replace(
        COCAINE, treatments=(Dosing("NAC", 14.2 * DAY, dose=100.0),), expression=(Expressed(20.0, "ags3", 0.5),)
    )
    with patch.object(chronic, "TOLERANCE", 1e-8):  # so that what differs is not the solver's error
        whole = after(course, 26.0)
        halves = after(course, 26.0, split, after(course, split))
    assert halves.flat() == pytest.approx(whole.flat(), rel=1e-5, abs=1e-7)


def test_trace_follows_its_closed_form_during_steady_intake():
    p = ALONE.adaptation
    rate = 100.0 / p.saturating_intake
    total = rate + 1 / p.trace_decay
    expected = rate / total * (1 - np.exp(-total * 3.0))
    found = after(Course((Intake(0, 3, 100.0),)), 3.0, model=ALONE).trace
    assert found == pytest.approx(expected, rel=2e-3)  # full recovery takes 2,000 days here, not for ever


def test_a_protein_follows_the_closed_form_of_a_trace_that_only_decays():
    p = ALONE.adaptation
    start = AdaptedState(trace=0.5)
    rate = recovering(0.0, p)
    expected = 1 + p.ags3_change * 0.5 * (np.exp(-10 * rate) - np.exp(-10 / p.ags3_time)) / (1 - rate * p.ags3_time)
    assert after(Course(), 10.0, 0.0, start, ALONE).at(CORE).ags3 == pytest.approx(expected, rel=1e-3)


def test_more_drug_leaves_more_behind():
    little, much = (after(Course((Intake(0, 10, rate),)), 20.0).at(CORE) for rate in (2.0, 20.0))
    assert much.xct < little.xct < 1


def test_days_do_not_run_backwards():
    with pytest.raises(ValueError, match="before"):
        after(COCAINE, 3.0, 4.0)


def test_the_solver_s_tolerance_bounds_the_error(monkeypatch):
    coarse = after(COCAINE, 14.0)
    monkeypatch.setattr(chronic, "TOLERANCE", 1e-9)
    fine = after(COCAINE, 14.0)
    assert coarse.flat() == pytest.approx(fine.flat(), rel=1e-4, abs=1e-6)


def test_a_short_history_is_got_over_and_a_long_one_keeps_itself_up():
    short = after(Course(tuple(Intake(day, day + 2 / 24, 350.0) for day in range(2))), 60.0)
    long = after(COCAINE, 42.0)
    assert short.trace < 0.1 and glutamate(short) > 0.9 * glutamate(AdaptedState())
    assert long.trace > 0.6 and glutamate(long) < 0.65 * glutamate(AdaptedState())


def test_what_induces_transporters_brings_them_back_while_it_is_given():
    daily = tuple(Dosing("ceftriaxone", (19 + n) * DAY, dose=200.0) for n in range(7))
    treated, vehicle = (after(c, 26.0).at(CORE) for c in (replace(COCAINE, treatments=daily), COCAINE))
    assert treated.xct > 1.3 * vehicle.xct and treated.glt1 > 1.15 * vehicle.glt1


def test_without_homer_there_is_less_xct_and_more_ags3():
    lost = after(Course(expression=(Expressed(0.0, "homer", 0.3),)), 30.0).at(CORE)
    assert lost.xct < 0.8 and lost.ags3 > 1.15 and lost.homer == pytest.approx(1)  # the factor acts on what is read


def test_a_session_that_ran_replaces_the_tone_of_rest():
    intake = (Intake(0.0, 2 / 24, 350.0),)
    rest, ran = after(Course(intake), 1.0), after(Course(intake, ran=(Ran(0.0, 2 / 24, 0.9),)), 1.0)
    assert ran.trace < 0.6 * rest.trace  # full tone leaves half of the release, which builds half as much


def test_doses_far_apart_sensitize_and_a_level_that_never_falls_does_not():
    apart = after(Course(tuple(Intake(day, day + 1 / 24, 360.0) for day in range(14))), 14.0)
    always = after(Course((Intake(0.0, 14.0, 15.0 * 14),)), 14.0)
    assert apart.sensitization > 0.3 and apart.tolerance < 0.3
    assert always.tolerance > 2 * apart.tolerance


def test_d2_receptors_are_lost_in_a_week_and_come_back_over_months():
    week = after(Course(tuple(Intake(day, day + 1 / 24, 360.0) for day in range(7))), 7.0)
    assert 0.78 < week.d2 < 0.88
    later = [live(Course(), 0.0, days, MODEL, week).d2 for days in (14, 90, 300)]
    assert week.d2 < later[0] < 0.9 < later[1] < later[2]


def test_a_swing_comes_with_release_above_rest_and_with_cycling_actin_alone():
    time = np.arange(0, 7200, 60.0)
    release = 1 + np.exp(-time / 1800) * (time > 0)
    p = MODEL.spines
    moved = swing(time, release, 1.0, 1.5, p, 8 * 3600.0)
    assert moved.head.max() > 1.05 and moved.head.min() < 1
    assert swing(time, np.ones_like(time), 1.0, 1.5, p, 3600.0).head == pytest.approx(1)
    assert swing(time, release, 1.0, 0.0, p, 3600.0).head == pytest.approx(1)


def test_a_held_rise_of_release_swells_heads_as_its_equations_say():
    p = MODEL.spines
    rise, rate, minutes = 0.6, 1.4, np.array([10.0, 45.0, 120.0])
    found = swing(np.array([0.0, 9e3]), np.full(2, 1 + rise), 1.0, lambda _: rate, p, 9e3)
    drive, fast, slow = rise / (rise + p.half_rise), rate / p.swelling_time, rate / p.reversal_time
    swollen = drive * (1 - np.exp(-fast * minutes))
    reversed_ = drive * (1 - (fast * np.exp(-slow * minutes) - slow * np.exp(-fast * minutes)) / (fast - slow))
    expected = 1 + p.swelling * (swollen - p.reversal * reversed_)
    assert np.interp(60 * minutes, found.time, found.head) == pytest.approx(expected, abs=1e-5)


def test_an_infusion_is_many_small_doses():
    times = np.linspace(0, 4 * 3600, 50)
    many = sum(concentration(Dosing("cocaine", 3600 * k / 400, dose=1 / 400), times) for k in range(400))
    assert concentration(Dosing("cocaine", 0.0, dose=1.0, duration=3600.0), times) == pytest.approx(
        many, rel=0.02, abs=1e-3
    )


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
