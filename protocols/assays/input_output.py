"""Input-output: responses to single pulses that recruit more and more axons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from circuit.parameters import ModelParameters
from protocols.assays.evoked_assays import InputOutput
from protocols.assays.passes import Findings, Kind, Pass, Performed, mean_sweep
from protocols.stimulation.pulses import pause, test_pulses
from results.measures import field_response
from results.measures.currents import fit_sigmoid
from results.recording import Curve, Measure


def passes(test: InputOutput, _: ModelParameters) -> list[Pass]:
    """One pass; the strengths rise from round to round, so that none is favoured by what came before."""
    once = pause(0.0)
    for strength in test.strengths:
        once = once + test_pulses(test.pulse_every.si, test.pulse_every.si, strength)
    return [Pass(once.repeat(test.repeats), test.held)]


def read(test: InputOutput, _: ModelParameters, performed: Sequence[Performed]) -> Findings:
    """Amplitude and slope at each strength, and the sigmoid through the amplitudes.

    A maximum and a half-maximal strength are given only where half of the maximum lies among the strengths.
    """
    (done,) = performed
    place = np.arange(len(done.pulses)) % len(test.strengths)
    sign = 1.0 if test.held is None or test.held < 0 else -1.0
    traces, curves, amplitude, slope = {}, {}, [], []
    for index, strength in enumerate(test.strengths):
        chosen = place == index
        trace = done.sweeps(chosen, done.pulses[chosen])
        traces[f"strength_{strength:g}"] = trace
        curves[f"response_{strength:g}"] = mean_sweep(trace)
        upright = trace if sign > 0 else trace.inverted()
        amplitude.append(float(field_response.field_amplitude(upright).mean()))
        slope.append(float(field_response.field_slope(upright).mean()))
    shares = np.array(test.strengths)
    sigmoid = fit_sigmoid(shares, np.array(amplitude))
    fine = np.linspace(0.0, 1.0, 101)
    share = "share of axons recruited"
    curves |= {
        "input_output": Curve(shares, np.array(amplitude), "1", "pA", share, "response amplitude"),
        "input_output_slope": Curve(shares, np.array(slope), "1", "pA/ms", share, "response slope"),
        "input_output_fit": Curve(fine, sigmoid(fine), "1", "pA", share, "sigmoid through the amplitudes"),
    }
    found = {"largest_response": Measure(amplitude[-1], "pA")}
    if shares[0] <= sigmoid.half <= shares[-1]:  # otherwise the curve did not bend where it was measured
        found |= {
            "maximal_response": Measure(sigmoid.maximum, "pA"),
            "half_maximal_strength": Measure(sigmoid.half, "1"),
            "sigmoid_width": Measure(sigmoid.width, "1"),
        }
    return Findings(traces, curves=curves, measures=found)


KIND = Kind(passes, read)
