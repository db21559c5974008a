"""Tests of reward: what an experiment file may ask for, and what a dose or a natural reward does after a history."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuit.parameters import ModelParameters
from protocols.assays import reward as kind
from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import with_overrides
from protocols.runs.plan import plan
from protocols.simulation.simulate import prepare, simulate
from synapses import challenge
from synapses.adaptation import AdaptedState
from synapses.chronic import live
from synapses.drug_files import drugs
from synapses.pharmacology import Dosing

OWN = ModelParameters.shipped()
HOUR = 3600.0
CYSTINE = OWN.homeostasis.cystine
TRAINED = [{"phase": "self_administration", "drug": "cocaine", "days": 4, "hours": 6, "dose": "0.5 mg/kg"}]


def experiment(history=(), treatment=(), **test):
    asked = {"name": "t", "kind": "reward", "challenge": "cocaine"} | test
    return experiment_from(
        {
            "experiment": {"name": "e"},
            "animals": {"per_group": 1, "variability": False},
            "group": [{"name": "g", "history": list(history), "treatment": list(treatment)}],
            "test": [{key: value for key, value in asked.items() if value is not None}],
        }
    )


def answer(given_):
    (run,) = plan(given_)
    return simulate(run.identity, given_, prepare(given_))


def measures(*args, **kwargs) -> dict[str, float]:
    return {name: measure.value for name, measure in answer(experiment(*args, **kwargs)).measures.items()}


BAD = [
    ({"challenge": "cocain"}, "test.t.challenge: 'cocain' raises no dopamine; did you mean 'cocaine'?"),
    ({"challenge": "NAC"}, "test.t.challenge: 'NAC' raises no dopamine"),
    ({"challenge": "natural reward", "dose": "1 mg/kg"}, "test.t.dose: a natural reward has neither dose nor route"),
    ({"challenge": "natural reward", "route": "i.v."}, "test.t.route: a natural reward has neither"),
    ({"challenge": None}, "test.t.challenge: is required and missing"),
    ({"dose": "10 uM"}, "test.t.dose: '10 uM' is not a dose per body weight"),
    ({"route": "oral"}, "'oral' is not known; allowed: i.p., i.v."),
    ({"abstinence": "-1 d"}, "test.t.abstinence: '-1 d' must be not negative"),
    ({"abstinence": "3 d", "day": 5}, "test.t.abstinence: give day or abstinence, not both"),
    ({"site": "NAc shell"}, "test.t.site: "),
]


@pytest.mark.parametrize(("test", "line"), BAD)
def test_bad_tests_are_refused_in_one_line(test, line):
    with pytest.raises(InputError) as refused:
        experiment(**test)
    assert line in str(refused.value) and "\n" not in str(refused.value)


def test_silencing_is_refused_where_the_network_is_not_run():
    with pytest.raises(InputError, match="has no effect in test 't': a test of reward does not run the network"):
        with_overrides(experiment(), ['group.g.inactivation=[{nucleus = "PL", agent = "muscimol"}]'])


def test_no_circuit_is_compiled_for_it(monkeypatch):
    monkeypatch.setattr("circuit.engine.compiled.build", lambda *_: pytest.fail("compiled"))
    assert not prepare(experiment()).builds


def test_a_naive_animal_is_the_measure_of_all():
    found = measures(dose="12 mg/kg")
    for name in ("dopamine_of_naive", "reward_felt", "locomotor_response", "prefrontal_drive"):
        assert found[name] == pytest.approx(100), name
    assert found["equivalent_dose"] == pytest.approx(12)
    assert found["d2_availability_change"] == found["set_point"] == found["abstinence"] == 0


def test_the_peak_of_a_dose_is_that_of_bateman_s_function():
    cocaine = drugs()["cocaine"]
    out, into = np.log(2) / cocaine.half_life, np.log(2) / cocaine.absorption
    at = np.log(into / out) / (into - out)
    level = 5.0 * cocaine.level * into / (into - out) * (np.exp(-out * at) - np.exp(-into * at))
    found = measures(dose="5 mg/kg", route="i.v.")
    assert found["time_to_peak"] == pytest.approx(at / 60, abs=challenge.STEP / 60)
    assert found["dopamine_peak"] == pytest.approx(100 * level / cocaine.actions[0].potency, rel=1e-4)


def test_a_share_of_an_injected_dose_acts_as_an_infused_one():
    share = OWN.behaviour.injected_share
    injected = measures(dose="10 mg/kg")
    infused = measures(dose=f"{10 * share} mg/kg", route="i.v.")
    assert injected["dopamine_peak"] == pytest.approx(infused["dopamine_peak"])
    assert injected["equivalent_dose"] == pytest.approx(infused["equivalent_dose"] / share)


def test_after_cocaine_there_is_less_of_everything_but_locomotion():
    found = measures(TRAINED)
    assert found["dopamine_of_naive"] < 100 and found["reward_felt"] < 100 < found["locomotor_response"]
    assert found["equivalent_dose"] > 10 and found["d2_availability_change"] < -10 and found["set_point"] > 0


@settings(max_examples=25)
@given(tolerance=st.floats(0.01, 0.95), dose=st.floats(0.01, 50))
def test_the_equivalent_dose_brings_what_a_naive_animal_has(tolerance, dose):
    state, asked = AdaptedState(tolerance=tolerance), Dosing("cocaine", 0.0, dose=dose)
    needed = challenge.equivalent_dose(asked, (), HOUR, state, OWN.reward, CYSTINE)
    assert needed is not None and needed > dose
    naive = challenge.drug(asked, (), HOUR, AdaptedState(), OWN.reward, CYSTINE).peak
    there = challenge.drug(replace(asked, dose=needed), (), HOUR, state, OWN.reward, CYSTINE).peak
    assert there == pytest.approx(naive, rel=1e-6)


def test_where_a_drug_s_effect_saturates_no_dose_may_be_enough():
    asked, state = Dosing("heroin", 0.0, dose=2.0), AdaptedState(tolerance=0.9)
    assert challenge.equivalent_dose(asked, (), HOUR, state, OWN.reward, CYSTINE) is None
    assert challenge.equivalent_dose(replace(asked, dose=0.01), (), HOUR, state, OWN.reward, CYSTINE)


def test_what_is_on_board_already_raises_the_basal_level():
    before = [{"drug": "cocaine", "dose": "5 mg/kg", "at": "-30 min"}]
    assert measures(treatment=before)["dopamine_peak"] < measures()["dopamine_peak"]
    infused = [{"phase": "injections", "drug": "cocaine", "days": 1, "dose": "0.5 mg/kg", "per_day": 48}]
    given_ = experiment(infused)
    lingering = kind.on_board(given_.group_named("g"), 1.0, OWN)
    assert lingering and all(dosing.start < 0 for dosing in lingering)
    assert not kind.on_board(given_.group_named("g"), 4.0, OWN)


def test_abstinence_counts_from_the_end_of_the_history():
    found = measures(TRAINED, abstinence="3 d")
    assert found["abstinence"] == 3
    given_ = experiment(TRAINED, abstinence="3 d")
    course = kind.days.course(given_.group_named("g"), OWN)
    whole = live(course, 0.0, 7.0, OWN)
    assert found["d2_availability_change"] == pytest.approx(100 * (whole.d2 - 1), rel=1e-4)
    assert measures(TRAINED, day=7)["set_point"] == pytest.approx(found["set_point"])


def test_a_natural_reward_has_no_course_and_a_dose_has_one():
    assert not answer(experiment(challenge="natural reward")).series
    course = answer(experiment(duration="2 h")).series["dopamine"]
    assert course.values[0] == pytest.approx(100) and course.time[-1] == 7200 and course.unit == "% of basal"


@pytest.mark.slow
def test_food_and_saline_leave_a_naive_animal_and_drugs_differ_by_their_data():
    classes = load("drug_classes")
    found = {
        run.identity.group: simulate(run.identity, classes, prepare(classes)).measures
        for run in plan(classes)
        if run.identity.animal == 0 and run.identity.test == "food"
    }
    assert found["food"]["reward_felt"].value == found["saline"]["reward_felt"].value == pytest.approx(100)
    felt = [found[drug]["reward_felt"].value for drug in ("cocaine", "heroin", "nicotine")]
    assert max(felt) < 95 and len(set(felt)) == 3
