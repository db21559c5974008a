"""Pulse trains: how responses change along a short train of equal pulses.

Where release probability is high, a train uses up what terminals hold ready, and its later responses are small; where
mGluR2/3 keep release low, they are not. Unlike the ratio of two pulses, the late responses of a train show what is left
once release and refilling are in balance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from circuit.parameters import ModelParameters
from protocols.assays.network import Evoked
from protocols.assays.passes import SWEEP, Findings, Pass, Performed, mean_sweep
from protocols.errors import InputError
from protocols.quantities import Frequency, quantity
from protocols.record import Fraction
from protocols.stimulation.pulses import volleys
from results.measures.field_response import PEAK_WINDOW, field_amplitude, later_amplitude
from results.recording import Curve, Measure

FASTEST = quantity("50 Hz", "frequency")  # a response is over before the next pulse
LATE = 0.4  # share of a train's pulses, its last ones, whose mean response is given


class PulseTrainTest(Evoked):
    """Responses along short trains of equal pulses."""

    main_measures: ClassVar[tuple[str, ...]] = ("late_responses", "first_response")

    kind: Literal["pulse_train"]
    frequency: Frequency = quantity("20 Hz", "frequency")
    """Of the pulses of a train."""
    pulses: Annotated[int, Field(ge=5, le=50)] = 10
    """Pulses of a train."""
    trains: Annotated[int, Field(ge=1, le=1000)] = 5
    """Trains, one every `pulse_every`."""
    strength: Fraction | None = None
    """Share of the axons that a pulse recruits; that of a test pulse when left out."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.trains * self.pulse_every.si

    @property
    def train_length(self) -> float:
        """From a train's first pulse to its last (s)."""
        return (self.pulses - 1) / self.frequency.si

    @model_validator(mode="after")
    def _separate(self) -> PulseTrainTest:
        if self.frequency.si > FASTEST.si:
            raise InputError(f"{self.frequency} is too fast; {FASTEST} at most, or responses merge", "frequency")
        if self.train_length > self.pulse_every.si / 2 - 0.1:
            raise InputError(
                f"{self.pulses} at {self.frequency} must last well under half of pulse_every = {self.pulse_every}",
                "pulses",
            )
        return self

    def passes(self, own: ModelParameters) -> list[Pass]:
        """One pass; every pulse is a test pulse, so that no train is thinned."""
        delays = [place / self.frequency.si for place in range(self.pulses)]
        return [Pass(volleys(delays, self.pulse_every.si, self.trains, self.strength), self.clamped_at)]

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """The response to each pulse of a train, relative to the first."""
        (done,) = performed
        apart = 1 / self.frequency.si
        first = np.arange(len(done.pulses)) % self.pulses == 0
        trace = done.sweeps(first, done.pulses[first], (SWEEP[0], self.train_length + SWEEP[1]))
        upright = trace.inverted() if self.clamped_at is not None and self.clamped_at > 0 else trace
        window = PEAK_WINDOW[0], min(PEAK_WINDOW[1], apart - trace.dt)
        sizes = [float(field_amplitude(upright, window).mean())]
        sizes += [float(later_amplitude(upright, place * apart, window).mean()) for place in range(1, self.pulses)]
        relative = np.array(sizes) / sizes[0]
        number = np.arange(1, self.pulses + 1, dtype=float)
        late = float(relative[-round(LATE * self.pulses) :].mean())
        curves = {
            "train": mean_sweep(trace),
            "train_responses": Curve(number, relative, "1", "1", "pulse of the train", "response over the first"),
        }
        found = {"first_response": Measure(sizes[0], "pA"), "late_responses": Measure(100 * late, "% of first")}
        return Findings({"train": trace}, curves=curves, measures=found)

    def pulses_given(self) -> tuple[int, int, float]:
        """Every pulse of every train."""
        return self.trains * self.pulses, 0, 0.0

    def pulses_last(self) -> float:
        """The length of a train, s."""
        return self.train_length
