"""Paired pulses: two equal pulses at one or several intervals; their ratio follows release probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from circuit.parameters import ModelParameters
from protocols.assays.evoked_assays import PairedPulse
from protocols.assays.passes import SWEEP, Findings, Kind, Pass, Performed, mean_sweep
from protocols.stimulation.pulses import pairs, pause
from results.measures import field_response
from results.recording import Curve, Measure


def passes(test: PairedPulse, _: ModelParameters) -> list[Pass]:
    """One pass; rounds over all intervals, one pair at each."""
    once = pause(0.0)
    for interval in test.intervals:
        once = once + pairs(interval.si, test.pulse_every.si, 1, test.strength)
    return [Pass(once.repeat(test.pairs), test.held)]


def read(test: PairedPulse, _: ModelParameters, performed: Sequence[Performed]) -> Findings:
    """The ratio at each interval, and the size of the first response over all pairs."""
    (done,) = performed
    pair = np.arange(len(done.pulses)) // 2 % len(test.intervals)
    first = np.arange(len(done.pulses)) % 2 == 0
    outward = test.held is not None and test.held > 0
    traces, curves, ratios, sizes = {}, {}, [], []
    for index, interval in enumerate(test.intervals):
        chosen = first & (pair == index)
        trace = done.sweeps(chosen, done.pulses[chosen], (SWEEP[0], interval.si + SWEEP[1]))
        name = f"{interval.to('ms'):g}_ms"
        traces[f"pair_{name}"] = trace
        curves[f"pair_{name}"] = mean_sweep(trace)
        upright = trace.inverted() if outward else trace
        ratios.append(field_response.paired_pulse_ratio(upright, interval.si))
        before_second = min(field_response.PEAK_WINDOW[1], interval.si - trace.dt)
        sizes.append(field_response.field_amplitude(upright, (field_response.PEAK_WINDOW[0], before_second)))
    found = {"paired_pulse_ratio": ratios[0], "first_response": Measure(float(np.concatenate(sizes).mean()), "pA")}
    if len(ratios) > 1:
        found |= {
            f"paired_pulse_ratio_{interval.to('ms'):g}_ms": ratio
            for interval, ratio in zip(test.intervals, ratios, strict=True)
        }
    curves["paired_pulse_ratio"] = Curve(
        np.array([interval.to("ms") for interval in test.intervals]),
        np.array([ratio.value for ratio in ratios]),
        "ms",
        "1",
        "interval",
        "second response over first",
    )
    return Findings(traces, curves=curves, measures=found)


KIND = Kind(passes, read)
