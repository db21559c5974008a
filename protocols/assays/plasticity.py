"""Plasticity: test pulses, one or several inductions, test pulses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from circuit.parameters import ModelParameters
from protocols.assays.contacts import contact_measures
from protocols.assays.evoked_assays import Plasticity
from protocols.assays.passes import Findings, Kind, Pass, Performed
from protocols.assays.potentials import potentials
from protocols.stimulation.inductions import ThetaBurst, Trains
from protocols.stimulation.pulses import Stimulus, pause, test_pulses, theta_burst, train
from results.measures import field_response


def stimulus(induction: Trains) -> Stimulus:
    """One induction: its trains, one every interval."""
    once = (
        theta_burst(induction.frequency.si, induction.pulses, induction.bursts, induction.burst_frequency.si)
        if isinstance(induction, ThetaBurst)
        else train(induction.frequency.si, induction.pulses)
    )
    return once.repeat(induction.trains, induction.interval.si if induction.interval else None)


def passes(test: Plasticity, _: ModelParameters) -> list[Pass]:
    """One pass: baseline, inductions with their pauses, test pulses after the last."""
    every = test.pulse_every.si
    whole = test_pulses(every, test.baseline.si) + stimulus(test.induction)
    for induction in test.further:
        whole = whole + pause(induction.pause.si) + stimulus(induction)
    return [Pass(whole + test_pulses(every, test.after.si))]


def clock(test: Plasticity, time: np.ndarray) -> np.ndarray:
    """Time from the inductions, which are left out: negative before them, positive after, 0 while they last."""
    start, length = test.baseline.si, test.induction_length
    return np.where(time < start, time - start, np.maximum(time - start - length, 0.0))


def read(test: Plasticity, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
    """The field's sweeps, their time course, the change in the test's window, and potentials of sampled cells."""
    (done,) = performed
    pulses = done.plan.test
    time = clock(test, done.pulses)
    window = test.window[0].si, test.window[1].si
    field = done.sweeps(pulses, time[pulses])
    drift = own.electrode.gain_after_an_hour ** (done.pulses[pulses] / 3600)
    field = replace(field, data=field.data * drift[:, None])
    found = field_response.plasticity(field, test_window=window)
    found |= contact_measures(done.output, own)
    moments = {
        "before": np.flatnonzero(pulses & (time < 0))[-1],
        "induction": np.flatnonzero(~pulses)[0],
        "after": np.flatnonzero(pulses & (time >= window[0]))[0],
    }
    traces = {"field": field} | potentials(done, moments, time)
    return Findings(traces, {"fepsp": field_response.time_course(field)}, measures=found, settled=test.baseline.si)


KIND = Kind(passes, read, clock)
