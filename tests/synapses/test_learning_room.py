"""Room for potentiation where release is near its ceiling: the network's equations and the closed form."""

import brian2 as b2
import numpy as np
import pytest

from synapses.dopamine import ROOM, room
from synapses.release import Release

NAIVE, AFTER_COCAINE = 0.62, 0.89  # cAMP drive
pytestmark = pytest.mark.usefixtures("numpy_target")


def in_the_network(camp, occlusion):
    own = Release()
    space = b2.NeuronGroup(
        len(camp),
        ROOM + "camp : 1\nhalf : 1 (shared, constant)\npotentiation_gain : 1 (shared, constant)\n",
        dt=1 * b2.ms,
    )
    space.camp, space.half, space.potentiation_gain = camp, own.half, own.potentiation_gain
    space.occlusion, space.naive_room = occlusion, room(NAIVE, own)
    return space.potentiation_room[:]


def test_two_formulations_of_the_room_agree():
    camp = np.linspace(0.3, 1.0, 15)
    assert in_the_network(camp, 1.0) == pytest.approx(np.clip(room(camp, Release()) / room(NAIVE, Release()), 0, 10))


def test_a_naive_animal_has_all_of_it_and_a_withdrawn_one_little():
    naive, withdrawn = in_the_network([NAIVE, AFTER_COCAINE], 1.0)
    assert naive == pytest.approx(1)
    assert 0 < withdrawn < 0.4


def test_without_occlusion_learning_knows_no_ceiling():
    assert np.all(in_the_network(np.linspace(0.3, 1.0, 5), 0.0) == 1)
