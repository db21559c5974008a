"""Paired pulses: two equal pulses at one or several intervals; their ratio follows release probability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from circuit.parameters import ModelParameters
from protocols.assays.network import Evoked
from protocols.assays.passes import SWEEP, Findings, Pass, Performed, mean_sweep
from protocols.errors import InputError
from protocols.quantities import Duration, quantity
from protocols.record import Fraction
from protocols.stimulation.pulses import pairs, pause
from results.measures import field_response
from results.recording import Curve, Measure


class PairedPulseTest(Evoked):
    """Pairs of equal pulses at one or several intervals."""

    main_measures: ClassVar[tuple[str, ...]] = ("paired_pulse_ratio", "first_response")

    kind: Literal["paired_pulse"]
    intervals: Annotated[tuple[Duration, ...], Field(min_length=1)] = (quantity("50 ms", "duration"),)
    """From the first pulse of a pair to its second."""
    pairs: Annotated[int, Field(ge=1, le=1000)] = 10
    """Pairs at each interval."""
    strength: Fraction | None = None
    """Share of the axons that a pulse recruits; that of a test pulse when left out."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return len(self.intervals) * self.pairs * self.pulse_every.si

    @model_validator(mode="after")
    def _within(self) -> PairedPulseTest:
        for interval in self.intervals:
            if not 0.015 <= interval.si <= self.pulse_every.si / 2 - 0.1:
                raise InputError(
                    f"{interval} must be 15 ms at least, or the first response is cut, and well under half of "
                    f"pulse_every = {self.pulse_every}",
                    "intervals",
                )
        if len({interval.si for interval in self.intervals}) < len(self.intervals):
            raise InputError("an interval stands there twice", "intervals")
        return self

    def passes(self, own: ModelParameters) -> list[Pass]:
        """One pass; rounds over all intervals, one pair at each."""
        once = pause(0.0)
        for interval in self.intervals:
            once = once + pairs(interval.si, self.pulse_every.si, 1, self.strength)
        return [Pass(once.repeat(self.pairs), self.clamped_at)]

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """The ratio at each interval, and the size of the first response over all pairs."""
        (done,) = performed
        pair = np.arange(len(done.pulses)) // 2 % len(self.intervals)
        first = np.arange(len(done.pulses)) % 2 == 0
        outward = self.clamped_at is not None and self.clamped_at > 0
        traces, curves, ratios, sizes = {}, {}, [], []
        for index, interval in enumerate(self.intervals):
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
                for interval, ratio in zip(self.intervals, ratios, strict=True)
            }
        curves["paired_pulse_ratio"] = Curve(
            np.array([interval.to("ms") for interval in self.intervals]),
            np.array([ratio.value for ratio in ratios]),
            "ms",
            "1",
            "interval",
            "second response over first",
        )
        return Findings(traces, curves=curves, measures=found)

    def pulses_last(self) -> float:
        """The mean interval of a pair, s."""
        return sum(interval.si for interval in self.intervals) / len(self.intervals)
