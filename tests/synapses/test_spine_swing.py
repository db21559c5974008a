"""Spine heads and surface AMPA while the network runs: the same as for a course of release that is known."""

import brian2 as b2
import numpy as np
import pytest

from synapses.parameters import declarations
from synapses.spines import EQUATIONS, Spines, swing

PACE = 600.0  # biological over network time
HOME, EPOCH = 4, 0.6  # epochs, s
REST = 2.0  # Hz


pytestmark = pytest.mark.usefixtures("numpy_target")


def in_the_network(release, cycling, acting):
    """Surface AMPA at the end of each epoch, relative to rest, and release at rest, Hz."""
    timed = {
        "release_rate": b2.TimedArray(release * b2.Hz, dt=EPOCH * b2.second),
        "biological_rate": b2.TimedArray([PACE], dt=1 * b2.second),
    }
    space = b2.NeuronGroup(
        1, EQUATIONS.replace("release_rate", "release_rate(t)") + declarations(Spines) + "actin_available : 1\n",
        method="euler", dt=1 * b2.ms, namespace=timed,
    )  # fmt: skip
    for name, value in Spines(acting=acting).quantities().items():
        setattr(space, name, value)
    space.rest_begins, space.rest_ends = EPOCH * b2.second, HOME * EPOCH * b2.second
    space.actin_cycling, space.actin_available = cycling, 1
    told = b2.StateMonitor(space, ["ampa_swing", "resting_release"], record=True, dt=EPOCH * b2.second, when="start")
    network = b2.Network(space, told)
    network.run((len(release) * EPOCH + 1e-3) * b2.second)
    return told.ampa_swing[0][1:], float(told.resting_release[0][-1])


@pytest.mark.parametrize("cycling", [0.0, 1.0, 1.5])
def test_two_formulations_of_the_swing_agree(cycling):
    random = np.random.default_rng(2)
    release = np.concatenate([[9.0], np.full(HOME - 1, REST), REST * random.uniform(0.5, 2.5, 12)])  # settles first
    ampa, rest = in_the_network(release, cycling, acting=1.0)
    assert rest == pytest.approx(REST)
    ends = np.arange(1, 13) * PACE * EPOCH  # s, of the epochs after those at home
    fine = np.linspace(0, ends[-1], 20_000)  # release in steps, as the network has it
    steps = release[HOME:][np.minimum((fine / (PACE * EPOCH)).astype(int), 11)]
    known = swing(fine, steps, REST, cycling, Spines(), ends[-1])
    assert ampa[HOME:] == pytest.approx(np.interp(ends[: len(ampa[HOME:])], known.time, known.ampa), abs=2e-3)
    assert (np.ptp(ampa) > 0.05) == (cycling > 0)


def test_a_swing_that_does_not_act_leaves_receptors_as_they_are():
    ampa, _ = in_the_network(np.concatenate([np.full(HOME, REST), np.full(6, 3 * REST)]), 1.0, acting=0.0)
    assert np.all(ampa == 1)
