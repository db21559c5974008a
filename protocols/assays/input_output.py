"""Input-output: responses to single pulses that recruit more and more axons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from circuit.parameters import ModelParameters
from protocols.assays.network import Evoked
from protocols.assays.passes import Findings, Pass, Performed, mean_sweep
from protocols.errors import InputError
from protocols.record import Fraction
from protocols.stimulation.pulses import pause, test_pulses
from results.measures import field_response
from results.measures.currents import fit_sigmoid
from results.recording import Curve, Measure


class InputOutputTest(Evoked):
    """Responses to single pulses of several strengths."""

    main_measures: ClassVar[tuple[str, ...]] = ("half_maximal_strength", "largest_response")

    kind: Literal["input_output"]
    strengths: Annotated[tuple[Fraction, ...], Field(min_length=4)]
    """Shares of the axons that a pulse recruits, from weak to strong."""
    repeats: Annotated[int, Field(ge=1, le=1000)] = 5
    """Pulses at each strength."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return len(self.strengths) * self.repeats * self.pulse_every.si

    @model_validator(mode="after")
    def _rising(self) -> InputOutputTest:
        if any(b <= a for a, b in zip(self.strengths, self.strengths[1:], strict=False)):
            raise InputError("must rise from one strength to the next", "strengths")
        return self

    def passes(self, own: ModelParameters) -> list[Pass]:
        """One pass; the strengths rise from round to round, so that none is favoured by what came before."""
        once = pause(0.0)
        for strength in self.strengths:
            once = once + test_pulses(self.pulse_every.si, self.pulse_every.si, strength)
        return [Pass(once.repeat(self.repeats), self.clamped_at)]

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """Amplitude and slope at each strength, and the sigmoid through the amplitudes.

        A maximum and a half-maximal strength are given only where half of the maximum lies among the strengths.
        """
        (done,) = performed
        place = np.arange(len(done.pulses)) % len(self.strengths)
        sign = 1.0 if self.clamped_at is None or self.clamped_at < 0 else -1.0
        traces, curves, amplitude, slope = {}, {}, [], []
        for index, strength in enumerate(self.strengths):
            chosen = place == index
            trace = done.sweeps(chosen, done.pulses[chosen])
            traces[f"strength_{strength:g}"] = trace
            curves[f"response_{strength:g}"] = mean_sweep(trace)
            upright = trace if sign > 0 else trace.inverted()
            amplitude.append(float(field_response.field_amplitude(upright).mean()))
            slope.append(float(field_response.field_slope(upright).mean()))
        shares = np.array(self.strengths)
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
