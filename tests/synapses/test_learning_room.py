"""Room for potentiation where release is near its ceiling: the closed form, the network's equations, and learning."""

import brian2 as b2
import numpy as np
import pytest

from synapses import contact
from synapses.dopamine import ROOM, TAUGHT, UPDATE, VARIABLES, Learning, room
from synapses.parameters import declarations
from synapses.release import Release

NAIVE, AFTER_COCAINE = 0.62, 0.89  # cAMP drive
pytestmark = pytest.mark.usefixtures("numpy_target")


def in_the_network(camp, occlusion):
    own = Release()
    space = b2.NeuronGroup(len(camp), ROOM + "camp : 1\n" + declarations(Release), dt=1 * b2.ms)
    space.camp = camp
    for name, value in own.quantities().items():
        setattr(space, name, value)
    space.occlusion, space.naive_room = occlusion, room(NAIVE, own)
    return space.potentiation_room[:]


def learnt(camp, occlusion, surprise):
    """What one step of learning adds to the efficacy of an active contact of a D1 cell, for each cAMP drive."""
    felt = ("lesson", "is_d1", "phi1", "phi1_usual", "phi2", "phi2_usual", "depression_gate", "potentiation_room")
    cells = b2.NeuronGroup(
        len(camp), "\n".join(f"{name} : 1" for name in (*felt, "raising", "lowering")), dt=20 * b2.ms
    )
    cells.lesson = cells.is_d1 = cells.depression_gate = 1
    cells.phi1, cells.phi1_usual = np.maximum(surprise, 0), np.maximum(-surprise, 0)
    cells.potentiation_room = in_the_network(camp, occlusion)
    contacts = b2.Synapses(cells, cells, contact.VARIABLES + VARIABLES, dt=20 * b2.ms)
    contacts.connect("i == j")
    contacts.rho = contacts.eligibility = 1
    cells.run_regularly(TAUGHT)
    contacts.run_regularly(UPDATE, when="end")
    b2.Network(cells, contacts).run(20 * b2.ms, namespace=Learning().quantities())
    return contacts.rho[:] - 1


def test_two_formulations_of_the_room_agree():
    camp = np.linspace(0.3, 1.0, 15)
    assert in_the_network(camp, 1.0) == pytest.approx(np.clip(room(camp, Release()) / room(NAIVE, Release()), 0, 1))


def test_there_is_never_more_room_than_in_a_naive_animal():
    assert in_the_network(np.linspace(0.05, 1.0, 40), 1.0).max() <= 1


def test_room_shrinks_as_release_nears_its_ceiling():
    camp = np.linspace(1.0, 3.0, 30)
    left = room(camp, Release())
    assert np.all(np.diff(left) < 0) and left[-1] < 0.01
    assert room(AFTER_COCAINE, Release()) < 0.7 * room(NAIVE, Release())


def test_a_withdrawn_animal_learns_less_by_the_room_it_lacks():
    camp = np.array([NAIVE, AFTER_COCAINE])
    naive, withdrawn = learnt(camp, 1.0, 0.2)
    assert 0 < withdrawn < naive
    assert withdrawn / naive == pytest.approx(room(AFTER_COCAINE, Release()) / room(NAIVE, Release()), rel=0.01)


def test_without_occlusion_a_withdrawn_animal_learns_as_a_naive_one():
    naive, withdrawn = learnt(np.array([NAIVE, AFTER_COCAINE]), 0.0, 0.2)
    assert withdrawn == naive > 0


def test_half_of_the_occlusion_takes_half_of_what_it_takes():
    camp = np.array([AFTER_COCAINE])
    none, half, full = (learnt(camp, occlusion, 0.2)[0] for occlusion in (0.0, 0.5, 1.0))
    assert half == pytest.approx((none + full) / 2, rel=0.01)


def test_depression_needs_no_room():
    naive, withdrawn = learnt(np.array([NAIVE, AFTER_COCAINE]), 1.0, -0.2)
    assert withdrawn == naive < 0
