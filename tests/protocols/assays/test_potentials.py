"""Potentials of sampled cells: cut from the recording where they belong, in stretches that are not accelerated."""

from types import SimpleNamespace

import numpy as np
import pytest

from circuit.clock import CLOCK_BIN
from circuit.engine.compiled import Output
from circuit.parameters import ModelParameters
from circuit.parts import CELL_STEP
from protocols.assays.passes import Performed
from protocols.assays.sampled_cells import STRETCH, potentials
from protocols.experiments.experiment import load
from protocols.experiments.shipped import shipped
from protocols.stimulation.timeline import compile_timeline

OWN = ModelParameters()
PLASTICITY = [
    (name, test.name)
    for name in shipped()
    if name != "plasticity_by_region"  # whose two protocols are those of moussawi2009, at many sites
    for test in load(name).test
    if test.kind == "plasticity"
]


def performed(experiment, test, shorter=0.0):
    """A pass whose cells have their own time as potential, in V, so that a trace in mV is 1000 times the time."""
    (work,) = test.passes(OWN)
    plan = compile_timeline(work.stimulus, experiment.acceleration, 0.0)
    time = np.arange(0, plan.timeline.duration - shorter, CELL_STEP)
    cells = {"t": time, "v": np.tile(time, (4, 1))}
    return Performed(
        work,
        test.site,
        SimpleNamespace(),
        SimpleNamespace(),
        plan,
        Output({}, {"cells": cells}, {}, plan.timeline.duration),
    )


def chosen(done, test):
    time = test.clock(done.plan.biological)
    pulses = done.plan.test
    return time, {
        "before": np.flatnonzero(pulses & (time < 0))[-1],
        "induction": np.flatnonzero(~pulses)[0],
        "after": np.flatnonzero(pulses & (time > 0))[-1],
    }


@pytest.mark.parametrize(("name", "test"), PLASTICITY)
def test_potentials_lie_around_their_pulse_at_full_rate(name, test):
    experiment = load(name)
    given = experiment.test_named(test)
    done = performed(experiment, given)
    time, moments = chosen(done, given)
    found = potentials(done, moments, time)
    assert list(found) == ["potential_before", "potential_induction", "potential_after"]
    rate = done.plan.timeline.rate
    for trace, pulse in zip(found.values(), moments.values(), strict=True):
        network = done.plan.timeline.pulses[pulse]
        assert trace.unit == "mV" and trace.data.shape == (4, round((STRETCH[1] - STRETCH[0]) / CELL_STEP))
        assert trace.data / 1e3 - trace.time == pytest.approx(network, abs=CELL_STEP)
        assert trace.sweep_time == pytest.approx(np.full(4, time[pulse]))
        edges = (np.array([network + STRETCH[0], network + STRETCH[1]]) / CLOCK_BIN + 1e-6).astype(int)
        assert rate[edges[0] : edges[1]] == pytest.approx(1.0)
    assert found["potential_before"].sweep_time[0] < 0 < found["potential_after"].sweep_time[0]
    assert found["potential_induction"].sweep_time[0] == 0


def test_a_stretch_ends_where_the_recording_does():
    experiment = load("moussawi2009")
    given = experiment.test[0]
    done = performed(experiment, given)
    last = np.flatnonzero(done.plan.test)[-1]
    end = done.plan.timeline.duration - done.plan.timeline.pulses[last]
    done = performed(experiment, given, shorter=end - 0.1)
    trace = potentials(done, {"after": last}, given.clock(done.plan.biological))["potential_after"]
    assert trace.time[0] == pytest.approx(STRETCH[0]) and trace.time[-1] == pytest.approx(0.1, abs=2e-3)
