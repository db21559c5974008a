"""Pulse trains: bad input, and the share released by one pulse, which follows release probability."""

from __future__ import annotations

import numpy as np
import pytest

from circuit.engine import compiled
from protocols.assays.pulse_train import PulseTrainTest
from protocols.errors import InputError
from protocols.experiments.experiment import Acceleration, Experiment, experiment_from
from protocols.runs.plan import plan
from protocols.simulation.simulate import prepare, simulate
from results.recording import Trace


def experiment(parameters: dict | None = None, **changes) -> Experiment:
    slice_ = {"pyramidal.drive": "0 nS", "pyramidal.drive_deviation": "0 nS"}
    test = {"name": "t", "kind": "pulse_train", "recording": "voltage clamp"} | changes
    return experiment_from(
        {
            "experiment": {"name": "e"},
            "circuit": {"scale": 0.05},
            "parameters": slice_ | (parameters or {}),
            "animals": {"per_group": 1, "variability": False},
            "group": [{"name": "g"}],
            "test": [test],
        }
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"frequency": "80 Hz"}, "test.t.frequency: 80 Hz is too fast; 50 Hz at most"),
        ({"pulse_every": "1 s"}, "must last well under half of pulse_every = 1 s"),
        ({"pulses": 2}, "test.t.pulses: "),
        ({"site": "NAc core"}, "the circuit has no plastic projection"),
    ],
)
def test_bad_trains_are_refused_in_one_line(changes, line):
    with pytest.raises(InputError) as refused:
        experiment(**changes)
    assert line in str(refused.value) and "\n" not in str(refused.value)


def test_responses_are_measured_each_from_its_own_pulse():
    """Responses that shrink by a tenth from pulse to pulse come back as they were."""
    test = PulseTrainTest(name="t", kind="pulse_train", pulses=10)
    sizes, step = 0.9 ** np.arange(test.pulses), 5e-4
    time = np.arange(-0.01, test.train_length + 0.05, step)
    since = np.maximum(time[:, None] - np.arange(test.pulses) / test.frequency.si, 0.0)
    current = -(sizes * (since / 0.003) * np.exp(1 - since / 0.003)).sum(axis=1)

    class Pulses:
        pulses = np.zeros(test.pulses)
        sweeps = staticmethod(lambda *_: Trace(current[None, :], time[0], step, "pA", np.zeros(1)))

    found = test.read(None, [Pulses()])  # type: ignore[arg-type, list-item]
    assert found.curves["train_responses"].y == pytest.approx(sizes, rel=1e-3)
    assert found.measures["late_responses"].value == pytest.approx(100 * sizes[-4:].mean(), rel=1e-3)


def test_a_train_is_simulated_pulse_by_pulse():
    test = PulseTrainTest(name="t", kind="pulse_train", pulses=50, frequency="5 Hz", pulse_every="30 s", trains=2)
    (work,) = test.passes(None)  # type: ignore[arg-type]
    assert len(work.laid_out(Acceleration()).timeline.pulses) == 100


@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
def test_more_release_leaves_less_for_the_end_of_a_train():
    def measured(maximum: float) -> dict:
        given = experiment({"release.maximum": maximum})
        (run,) = plan(given)
        return simulate(run.identity, given, prepare(given)).measures

    low, high = measured(0.3), measured(0.8)
    assert high["first_response"].value > low["first_response"].value
    assert high["late_responses"].value < low["late_responses"].value < 100
