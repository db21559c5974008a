"""Silencing and stimulation as data: the cells, the contacts, the epochs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circuit.apparatus.operant_box import STAGE, Behaviour
from circuit.wiring.layout import lay_out
from circuit.wiring.table import wiring
from protocols.animals.history import Group
from protocols.animals.interventions import Inactivation, Stimulation, epochs_on
from protocols.animals.sessions import HOME_EPOCHS
from protocols.animals.silencing import light_of, silencing_of, with_interventions
from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load

LAYOUT = lay_out(wiring(), 0.1, seed=1)


def test_silencing_takes_the_share_and_the_side_that_was_asked_for():
    left = Inactivation(nucleus="NAc core", agent="muscimol", fraction=0.5, hemisphere="left")
    found = silencing_of([left], LAYOUT, seed=1)
    hit = found.agonist["core_medium_spiny"]
    half = len(hit) // 2
    assert not hit[half:].any()
    assert 0.2 < hit[:half].mean() < 0.8
    assert not found.blocked and not found.cut


def test_sides_add_up_to_a_crossed_disconnection():
    crossed = [
        Inactivation(nucleus="PL", agent="baclofen", hemisphere="left"),
        Inactivation(nucleus="NAc core", agent="baclofen", hemisphere="right"),
    ]
    found = silencing_of(crossed, LAYOUT, seed=1).agonist
    for name, side in (("PL_pyramidal", slice(None, None)), ("core_medium_spiny", slice(None, None))):
        half = len(found[name][side]) // 2
        assert found[name][:half].all() == name.startswith("PL")
        assert found[name][half:].all() == name.startswith("core")


def test_a_projection_is_cut_at_its_own_contacts():
    given_ = Inactivation(projection="PL->NAc core", agent="opto-inhibition")
    found = silencing_of([given_], LAYOUT, seed=1)
    assert set(found.cut) == {"PL_pyramidal_to_core_medium_spiny", "PL_pyramidal_to_core_fast_spiking"}
    assert all(cut.all() for cut in found.cut.values())


def test_agents_differ_in_what_they_open():
    strength = {}
    for agent in ("muscimol", "opto-inhibition", "chemogenetic"):
        strength[agent] = (
            silencing_of([Inactivation(nucleus="PL", agent=agent)], LAYOUT, 1).agonist["PL_pyramidal"].max()
        )
    assert strength["chemogenetic"] < strength["muscimol"] == strength["opto-inhibition"]
    assert silencing_of([Inactivation(nucleus="PL", agent="TTX")], LAYOUT, 1).blocked["PL_pyramidal"].all()


def test_light_reaches_the_contacts_of_its_projection_and_side():
    right = Stimulation(projection="PL->NAc core", frequency="20 Hz", hemisphere="right")
    light = light_of([right], LAYOUT, seed=1)
    assert set(light.lit) == {"PL_pyramidal_to_core_medium_spiny", "PL_pyramidal_to_core_fast_spiking"}
    half = len(light.frequency["PL_pyramidal"]) // 2
    assert set(light.frequency) == {"PL_pyramidal"}
    assert not light.frequency["PL_pyramidal"][:half].any() and (light.frequency["PL_pyramidal"][half:] == 20).all()
    assert not light.phase["PL_pyramidal"].any()
    for name, hit in light.lit.items():
        row = next(row for row in LAYOUT.wiring.projection if row.name == name)
        pathway, places = LAYOUT.contacts(row)
        sources = LAYOUT.pathways[pathway].sources[places]
        assert (hit == (sources >= LAYOUT.ranges["PL_pyramidal"].middle)).all()


def test_replaced_drive_leaves_a_silenced_nucleus_at_times_of_each_axon():
    light = light_of([Inactivation(nucleus="PL", agent="muscimol", replaced="5 Hz")], LAYOUT, seed=1)
    assert set(light.lit) == {row.name for row in LAYOUT.wiring.leaving("PL")}
    assert not any(name.startswith("PL_pyramidal_to_PL") for name in light.lit)
    assert (light.frequency["PL_pyramidal"] == 5).all()
    assert np.unique(light.phase["PL_pyramidal"]).size == light.phase["PL_pyramidal"].size


def test_light_on_the_vta_reaches_cells_that_release_dopamine():
    light = light_of([Stimulation(nucleus="VTA", frequency="20 Hz")], LAYOUT, seed=1)
    assert {"VTA_dopamine", "VTA_mesocortical"} <= set(light.frequency)


@given(st.floats(-30, 150), st.floats(1, 200), st.integers(4, 24))
def test_a_while_and_what_is_before_and_after_make_up_the_session(begin, length, epochs):
    parts = [(-np.inf, begin * 60), (begin * 60, (begin + length) * 60), ((begin + length) * 60, np.inf)]
    on = np.array([epochs_on(part, 2.0, epochs, 4) for part in parts])
    assert (on.sum(axis=0) == 1).all()


def test_epochs_are_marked_for_a_while_or_for_all_of_the_test():
    experiment = load("inactivation")
    test = experiment.test_named("cue")
    session = test.schedule(experiment.group[0].history, Behaviour())
    whole = Group(name="a", inactivation=[Inactivation(nucleus="PL", agent="muscimol")])
    light = {"projection": "PL->NAc core", "frequency": "20 Hz"}
    part = Group(name="b", stimulation=[Stimulation(**light, at="30 min", duration="20 min")])
    column = STAGE.index("silencing"), STAGE.index("stimulating")
    assert with_interventions(session, whole, test.hours).schedule[:, column[0]].all()
    found = with_interventions(session, part, test.hours).schedule[:, column[1]]
    assert list(np.flatnonzero(found)) == [HOME_EPOCHS + 3, HOME_EPOCHS + 4]
    assert not session.schedule[:, column[1]].any()
    started = with_interventions(session, Group(name="c", stimulation=[Stimulation(**light)]), test.hours).schedule[
        :, column[1]
    ]
    assert not started[:HOME_EPOCHS].any() and started[HOME_EPOCHS:].all()


PL = {"nucleus": "PL", "agent": "muscimol"}
LIGHT = {"projection": "PL->NAc core", "frequency": "20 Hz"}


@pytest.mark.parametrize(
    ("key", "entries", "said"),
    [
        ("inactivation", [PL | {"duration": "10 min"}], "needs at"),
        ("inactivation", [PL | {"agent": "lesion", "at": "10 min"}], "a lesion is there in all of the test"),
        ("inactivation", [PL, PL | {"nucleus": "IL", "at": "10 min"}], "begin and end together"),
        ("inactivation", [PL | {"at": "3 h"}], "covers no epoch of test"),
        ("inactivation", [PL | {"agent": "muscimoll"}], "agent"),
        (
            "inactivation",
            [{"projection": "PL->NAc core", "agent": "opto-inhibition", "replaced": "5 Hz"}],
            "for a nucleus only",
        ),
        ("stimulation", [LIGHT | {"projection": "PL->NAc cor"}], "did you mean 'PL->NAc core'"),
        ("stimulation", [LIGHT | {"frequency": "20 ms"}], "frequency"),
        ("stimulation", [LIGHT | {"nucleus": "PL"}], "give either nucleus"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(key, entries, said):
    content = load("inactivation").model_dump(mode="json")
    content["group"][1] |= {"inactivation": [], key: entries}
    with pytest.raises(InputError, match=said) as problem:
        experiment_from(content)
    assert "\n" not in str(problem.value)
