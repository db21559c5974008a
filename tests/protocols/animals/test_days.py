"""From the words of a history to days and doses."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from circuit.apparatus.operant_box import STAGE
from circuit.parameters import ModelParameters
from protocols.animals import days
from protocols.animals.history import Group
from protocols.animals.rest import at_rest
from protocols.animals.sessions import session_of_phase
from protocols.errors import InputError
from synapses.regions import CORE

OWN = ModelParameters.shipped()
COCAINE = {"phase": "self_administration", "drug": "cocaine", "days": 10, "hours": 2, "dose": "0.5 mg/kg"}
HISTORY = [COCAINE, {"phase": "abstinence", "days": 7}, {"phase": "extinction", "days": 5, "hours": 2}]


def group(**entries) -> Group:
    return Group.model_validate({"name": "g", "history": HISTORY} | entries)


def doses(**treatment) -> list[float]:
    given = group(treatment=[{"drug": "NAC", "dose": "100 mg/kg"} | treatment])
    return [dosing.start / days.DAY for dosing in days.dosings(given, 22.0, 0.0, OWN)]


def test_a_dose_is_given_before_the_test_on_a_day_or_with_a_phase():
    assert doses(at="-2.5 h") == pytest.approx([-2.5 / 24])
    assert doses(day=17) == pytest.approx([-5])
    assert doses(day=17, at="-30 min") == pytest.approx([-5 - 0.5 / 24])
    assert doses(phase="extinction", at="-1 h") == pytest.approx([day - 22 - 1 / 24 for day in range(17, 22)])
    assert doses(day=3, every="12 h", times=3) == pytest.approx([-19, -18.5, -18])


@pytest.mark.parametrize(
    ("treatment", "said"),
    [
        ({}, "say when"),
        ({"day": 3, "phase": "extinction"}, "not both"),
        ({"day": 3, "times": 4}, "go together"),
        ({"phase": "extinction", "every": "1 d", "times": 4}, "each of its days"),
        ({"phase": "food", "at": "-1 h"}, "no phase 'food'"),
        ({"day": 40}, "after the history"),
        ({"day": -1}, "greater than or equal to 0"),
    ],
)
def test_a_treatment_at_no_time_is_refused(treatment, said):
    with pytest.raises((InputError, ValidationError), match=said):
        doses(**treatment)


def test_an_unknown_drug_and_a_drug_that_nobody_takes_are_refused():
    with pytest.raises((InputError, ValidationError), match="unknown drug 'cocane'; did you mean 'cocaine'"):
        doses(drug="cocane", at="-1 h")
    with pytest.raises((InputError, ValidationError), match="that animals take by themselves"):
        group(history=[COCAINE | {"drug": "NAC"}])


def test_what_is_given_on_days_enters_the_days_and_what_is_given_to_the_test_does_not():
    dated = group(treatment=[{"drug": "NAC", "dose": "100 mg/kg", "day": 11, "every": "1 d", "times": 10}])
    to_the_test = group(treatment=[{"drug": "NAC", "dose": "100 mg/kg", "at": "-2.5 h"}])
    vehicle = group()
    treated, tested, untreated = (at_rest(g, 22.0, OWN).state.trace for g in (dated, to_the_test, vehicle))
    assert treated < 0.9 * untreated
    assert tested == pytest.approx(untreated)


def test_a_protein_knocked_down_for_days_leaves_more_than_one_knocked_down_at_the_test():
    at_test = group(history=[{"phase": "abstinence", "days": 20}], expression={"Homer": 0.4})
    for_days = group(history=[{"phase": "abstinence", "days": 20}], expression={"Homer": {"factor": 0.4, "day": 0}})
    now, long = (at_rest(g, 20.0, OWN).state.at(CORE) for g in (at_test, for_days))
    assert now.homer == pytest.approx(0.4) and now.xct == pytest.approx(1)
    assert long.homer == pytest.approx(0.4) and long.xct < 0.8


def test_injections_leave_what_they_do_in_proportion_to_days_and_a_continuous_infusion_does_not_sensitize():
    def after(**phase) -> dict[str, float]:
        one = {"phase": "injections", "drug": "cocaine", "days": 7, "dose": "15 mg/kg"} | phase
        return at_rest(group(history=[one]), 7.0, OWN).state.flat()

    short, week = after(days=2), after()
    assert 0 < short["trace"] < week["trace"]
    continuous = after(dose="0.3125 mg/kg", per_day=48)
    assert continuous["tolerance"] > week["tolerance"]


@pytest.mark.parametrize("drug", ["cocaine", "heroin", "nicotine"])
def test_drugs_of_abuse_differ_in_data_and_all_lower_basal_glutamate(drug):
    dose = {"cocaine": "0.5 mg/kg", "heroin": "0.06 mg/kg", "nicotine": "0.03 mg/kg"}[drug]
    taken = group(history=[COCAINE | {"drug": drug, "dose": dose}, {"phase": "abstinence", "days": 14}])
    naive = group(history=[])
    withdrawn, untreated = (at_rest(g, g.days, OWN).at[CORE].steady for g in (taken, naive))
    assert withdrawn.extrasynaptic < 0.85 * untreated.extrasynaptic


def test_on_a_second_order_schedule_a_press_brings_the_cue_and_its_share_of_an_infusion():
    phase = {"phase": "second_order", "drug": "cocaine", "days": 5, "hours": 1, "dose": "0.5 mg/kg", "ratio": 5}
    history = group(history=[phase]).history
    session = session_of_phase(history[0])
    assert session is not None and session.drug == "cocaine"
    assert (session.schedule[:, STAGE.index("contingent_cue")] == 1).all()
    assert session.schedule[:, STAGE.index("unit_dose")] == pytest.approx(0.1)
    first = days.intakes_of(history[0], 0.0)
    assert len(first) == 5 and first[0].rate < days.intakes_of(group().history[0], 0.0)[0].rate
