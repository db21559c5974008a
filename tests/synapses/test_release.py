"""Release from terminals: depletion at a pulse, and what is left of it where the time between pulses is passed over."""

import brian2 as b2
import numpy as np
import pytest
from scipy import stats

from circuit.network.electrode import WINDOW_EDGE
from synapses import release
from synapses.parameters import declarations

BIN, STEP = 0.05, 1e-3  # s
TERMINALS = 1500


pytestmark = pytest.mark.usefixtures("numpy_target")


def terminals(windows, pulses, background, probability, restored=True):
    """Contacts, one of each axon; all axons fire at `pulses`, s, and by themselves at `background`, Hz."""
    in_window = np.zeros(400)
    for first, last in windows:
        in_window[round(first / BIN) : round(last / BIN)] = 1
    volley = np.zeros(20000)
    volley[[round(pulse / STEP) for pulse in pulses]] = 1
    timed = {
        "pulse_window": b2.TimedArray(in_window, dt=BIN * b2.second, name="pulse_window"),
        "volley": b2.TimedArray(volley, dt=STEP * b2.second, name="volley"),
        "background": background * b2.Hz,
    }
    axons = b2.NeuronGroup(
        TERMINALS, "", threshold="rand() < background*dt or volley(t) > 0", events=dict([WINDOW_EDGE]),
        dt=STEP * b2.second, namespace=timed, name="axons",
    )  # fmt: skip
    cell = b2.NeuronGroup(1, "camp : 1", dt=STEP * b2.second, name="cell")
    cell.camp = 1e3  # release at its maximum
    paths = {"transmission": release.RELEASE} | ({"between_pulses": release.ON_WINDOW_EDGE} if restored else {})
    events = {"transmission": "spike", "between_pulses": WINDOW_EDGE[0]}
    contacts = b2.Synapses(
        axons, cell,
        release.VARIABLES + release.BETWEEN_PULSES_VARIABLES + declarations(release.Release),
        on_pre=paths, on_event={name: events[name] for name in paths}, dt=STEP * b2.second, namespace=timed,
        name="contacts",
    )  # fmt: skip
    contacts.connect()
    for name, value in release.Release(maximum=probability).quantities().items():
        setattr(contacts, name, value)
    return contacts, b2.Network(axons, cell, contacts)


def ready(contacts, now):
    """Whether a vesicle is docked at each contact."""
    return np.asarray(contacts.docked_at) <= now


def test_where_a_window_ends_terminals_stand_as_they_did_when_it_began():
    contacts, network = terminals([(1.0, 1.2)], [1.05], 0.0, 1.0)
    random = np.random.default_rng(1)
    docked_at = random.uniform(-1, 1.04, TERMINALS)
    contacts.docked_at = docked_at * b2.second
    network.run(1.051 * b2.second)
    assert ready(contacts, 1.051).mean() < 0.01  # the pulse emptied nearly all
    network.run(0.15 * b2.second)
    assert np.allclose(np.asarray(contacts.docked_at) - 1.2, docked_at - 1.0, atol=1e-9)


def test_a_vesicle_is_replaced_after_an_exponential_time_whatever_the_spikes_that_find_none():
    contacts, network = terminals([], [0.0, *np.arange(0.01, 0.2, 0.01)], 0.0, 1.0)
    network.run(1e-3 * b2.second)
    waiting = np.asarray(contacts.docked_at)
    assert stats.kstest(waiting, "expon", args=(0, 0.2)).pvalue > 1e-3
    network.run(0.009 * b2.second)
    assert np.array_equal(waiting, np.asarray(contacts.docked_at))
    found = (waiting <= 0.01).sum()
    network.run(1e-3 * b2.second)
    assert np.asarray(contacts.released)[waiting <= 0.01].all()
    assert np.asarray(contacts.released).sum() == found


@pytest.mark.parametrize("restored", [True, False])
@pytest.mark.slow
def test_pulses_in_quick_succession_find_terminals_as_spontaneous_firing_leaves_them(restored):
    at = 2 + 0.25 * np.arange(12)
    contacts, network = terminals([(t - 0.05, t + 0.15) for t in at], at, 2.0, 0.5, restored)
    alone, undisturbed = [], terminals([], [], 2.0, 0.5)
    found = []
    for pulse in at:
        for (each, of), values in (((contacts, network), found), (undisturbed, alone)):
            of.run(pulse * b2.second - of.t)
            values.append(ready(each, pulse).mean())
    error = np.std(np.array(found) - alone) / np.sqrt(len(at))
    difference = np.mean(found) - np.mean(alone)
    assert (abs(difference) < 4 * error + 0.002) if restored else difference < -0.05
