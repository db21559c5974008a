"""Place conditioning and place preference: schedules, the formula of the share, symmetry of the boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from listening_circuit import Listening

from circuit.apparatus.operant_box import STAGE
from circuit.engine import compiled
from circuit.network.inputs import Weights
from circuit.parameters import ModelParameters
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import WHOLE, plan
from protocols.animals import days
from protocols.animals.history import Conditioning, Group, Injections
from protocols.animals.rest import at_rest
from protocols.animals.sessions import session_of_phase, teaching_by_moments
from protocols.animals.training import Individual, State, run_session
from protocols.assays.place_preference import PlacePreferenceTest, share_of_time
from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import with_overrides

OWN = ModelParameters.shipped()
COCAINE = {"phase": "conditioning", "drug": "cocaine", "dose": "10 mg/kg", "days": 4, "minutes": 30}
VEHICLE = {"phase": "conditioning", "days": 4}


def phase(**changes: Any) -> Conditioning:
    return Conditioning.model_validate(COCAINE | changes)


def column(schedule: np.ndarray, name: str) -> np.ndarray:
    return schedule[:, STAGE.index(name)]


# ---- the phase


def test_the_drug_is_injected_in_one_box_on_even_days_and_vehicle_in_the_other_on_odd_ones():
    for day in range(4):
        session = session_of_phase(phase(), day, 0.8)
        assert session is not None and session.moments and session.drug == "cocaine" and session.home == 0
        in_a, in_b = column(session.schedule, "context_a"), column(session.schedule, "context_b")
        assert (in_a == (day % 2 == 0)).all() and (in_a + in_b == 1).all()
        assert column(session.schedule, "injected").sum() == pytest.approx(8.0 if day % 2 == 0 else 0.0)
        assert column(session.schedule, "injected")[1:].sum() == 0
        assert column(session.schedule, "minutes").sum() == pytest.approx(30)
        for absent in ("contingent_cue", "food_cue_shown", "stress", "unit_dose", "food", "stimulating"):
            assert not column(session.schedule, absent).any(), absent


def test_without_a_drug_vehicle_is_injected_in_both_boxes():
    vehicle = Conditioning.model_validate(VEHICLE)
    assert vehicle.minutes == 30
    for day in range(2):
        session = session_of_phase(vehicle, day, 0.8)
        assert session is not None and not column(session.schedule, "injected").any()
    assert days.intakes_of(vehicle, 0.0) == ()


@pytest.mark.parametrize("drug", ["cocaine", "heroin", "nicotine"])
def test_what_is_injected_enters_the_days_as_injections_do_on_even_days_alone(drug):
    taken = days.intakes_of(phase(drug=drug, days=5), 3.0)
    one = {"phase": "injections", "drug": drug, "dose": "10 mg/kg", "days": 1}
    injected = days.intakes_of(Injections.model_validate(one), 3.0)
    assert [intake.start for intake in taken] == [3.0, 5.0, 7.0]
    assert taken[0] == injected[0]
    left = at_rest(Group(name="g", history=(phase(drug=drug),)), 4.0, OWN).state
    assert left.trace > 0 and left.sensitization > 0


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"drug": None}, "drug and dose go together; leave both out for vehicle in both boxes"),
        ({"dose": None}, "drug and dose go together; leave both out for vehicle in both boxes"),
        ({"dose": "0 mg/kg"}, "dose"),
        ({"drug": "cocain"}, "cocaine"),
        ({"minutes": 0}, "minutes"),
        ({"hours": 2}, "hours"),
    ],
)
def test_a_phase_that_makes_no_sense_is_refused_in_one_line(changes, line):
    history = [{key: value for key, value in (COCAINE | changes).items() if value is not None}]
    with pytest.raises(InputError) as refused:
        experiment_from(
            {
                "experiment": {"name": "e"},
                "group": [{"name": "g", "history": history}],
                "test": [{"name": "t", "kind": "reward", "challenge": "cocaine"}],
            }
        )
    assert line in str(refused.value) and "\n" not in str(refused.value)


# ---- moments in place of presses


def test_moments_come_at_the_pace_of_the_strongest_pressing_whatever_the_animal_is_driven_to():
    moments = teaching_by_moments(OWN)
    assert 2 * moments.behaviour.exploration == pytest.approx(OWN.behaviour.vigour)
    changed = {
        record.name
        for group, here in moments.groups().items()
        for record in here.records()
        if record.value != OWN.record(f"{group}.{record.name}").value
    }
    assert changed == {"exploration", "vigour", "satiety", "lever", "press", "habit_rate"}


def test_in_conditioning_no_cell_sees_or_presses_a_lever_and_the_motor_striatum_does_not_learn():
    circuit = Listening()
    animal = Individual.of(circuit, OWN, 1)
    run_session(animal, State(Weights.naive(animal.layout)), Group(name="g"), session_of_phase(phase(), 0, 0.8), 1)
    inputs, ranges = circuit.inputs, animal.layout.ranges
    assert inputs["session.vigour"] == 0
    for name in ("sensorimotor_pyramidal", "VTA_interneuron", "SN_interneuron"):
        place = ranges[name]
        assert not inputs[f"{place.kind}.stimulated"][place.cells].any(), name
    susceptible = inputs["medium_spiny.susceptibility"]
    assert not susceptible[ranges["DLS_medium_spiny"].cells].any()
    assert (susceptible[ranges["shell_medium_spiny"].cells] == 1).all()
    assert inputs["relay.stimulated"][ranges["hippocampus"].cells].all()


# ---- the test


def test_both_boxes_are_shown_as_often_without_levers_and_without_drug():
    test = PlacePreferenceTest.model_validate({"name": "t", "kind": "place_preference", "epochs": 12})
    session = test.schedule()
    shown = session.schedule[session.home :]
    in_a, in_b = column(shown, "context_a"), column(shown, "context_b")
    assert in_a.tolist() == [1, 0, 0, 1] * 3 and (in_a + in_b == 1).all()
    assert not session.schedule[: session.home, STAGE.index("context_a") : STAGE.index("context_b") + 1].any()
    assert column(shown, "minutes").sum() == pytest.approx(20)
    for absent in ("lever", "injected", "contingent_cue", "food_cue_shown", "stress", "unit_dose", "food"):
        assert not column(session.schedule, absent).any(), absent


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"epochs": 7}, "test.t.epochs: 7 epochs cannot be shared by two boxes; give an even number"),
        ({"epochs": 4, "minutes": 120}, "too coarse for glutamate to follow"),
        ({"minutes": -1}, "test.t.minutes"),
        ({"dose": "10 mg/kg"}, "test.t.dose"),
        ({"site": "VTA"}, "test.t.site"),
    ],
)
def test_a_test_that_makes_no_sense_is_refused_in_one_line(changes, line):
    with pytest.raises(InputError) as refused:
        experiment_from(
            {
                "experiment": {"name": "e"},
                "circuit": {"preset": "corticostriatal", "state": "awake"},
                "group": [{"name": "g", "history": [COCAINE]}],
                "test": [{"name": "t", "kind": "place_preference"} | changes],
            }
        )
    assert line in str(refused.value) and "\n" not in str(refused.value)


def test_what_comes_before_a_test_moves_its_day():
    given = load("noncontingent")
    group = given.group[0]
    assert [test.on_day(group) for test in given.test] == [8, 29, 16, 15]


# ---- the share of time


def test_the_share_is_a_ratio_of_powers():
    assert share_of_time(10.0, 10.0, 5.0) == 0.5
    assert share_of_time(12.0, 10.0, 5.0) == pytest.approx(12**5 / (12**5 + 10**5))
    assert share_of_time(12.0, 10.0, 5.0) + share_of_time(10.0, 12.0, 5.0) == pytest.approx(1)
    assert share_of_time(2e99, 1e99, 5.0) == pytest.approx(32 / 33)  # the ratio alone counts
    assert share_of_time(3.0, 0.0, 5.0) == 1.0 and share_of_time(0.0, 0.0, 5.0) == 0.5


# ---- symmetry


def test_as_many_hippocampal_cells_know_each_box_and_reach_as_much():
    layout = lay_out(plan(WHOLE).table, 0.5, 1)
    place = layout.ranges["hippocampus"]
    of_a = np.arange(place.number) // 2 % 2 == 0
    assert of_a.sum() * 2 == place.number
    assert of_a[place.right].sum() * 2 == of_a[~place.right].sum() * 2 == place.right.sum()
    for row in layout.wiring.leaving("hippocampus"):
        name, places = layout.contacts(row)
        sources = layout.pathways[name].sources[places] - place.first
        assert of_a[sources].mean() == pytest.approx(
            0.5, abs=1e-9
        )  # an axon has a number of contacts of its population


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
def test_animals_that_learnt_nothing_prefer_neither_box():
    """Six naive animals at a quarter of the size; chance is within three standard errors."""
    from protocols.runs.plan import plan as runs_of
    from protocols.simulation.simulate import prepare, simulate

    given = with_overrides(load("noncontingent"), ["animals.per_group=6", "circuit.scale=0.25"])
    group = given.group[0].model_copy(update={"history": ()})
    given = given.model_copy(update={"group": (group,), "test": given.test[:1]})
    circuit = prepare(given)
    found = [simulate(run.identity, given, circuit) for run in runs_of(given)]
    shares = np.array([one.measures["place_preference"].value for one in found])
    assert abs(shares.mean() - 50) < max(3 * shares.std(ddof=1) / np.sqrt(len(shares)), 1)
    assert all(
        one.measures[f"efficacy_hippocampus_to_shell_medium_spiny_D1_{box}"].value == 1
        for one in found
        for box in ("paired", "other")
    )
