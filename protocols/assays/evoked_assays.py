"""Kinds of test that stimulate a projection: plasticity, input-output, pairs of pulses, AMPA and NMDA currents."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from protocols.assays.base import Assay, apart
from protocols.errors import InputError
from protocols.quantities import Delay, Duration, Voltage, quantity
from protocols.record import Fraction
from protocols.stimulation.inductions import Induction


class Plasticity(Assay):
    """Field responses to test pulses before and after an induction."""

    evoked: ClassVar[bool] = True

    kind: Literal["plasticity"]
    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    induction: Induction
    """The stimulation that may change the synapses."""
    further: tuple[Induction, ...] = ()
    """Inductions after the first, each with the `pause` before it."""
    baseline: Duration
    """Test pulses before the induction."""
    after: Duration
    """Test pulses after the last induction."""
    window: tuple[Delay, Duration]
    """When, after the last induction, the change is measured."""
    pulse_every: Duration
    """From one test pulse to the next."""

    @property
    def inductions(self) -> tuple[Induction, ...]:
        """All inductions in their order."""
        return (self.induction, *self.further)

    @property
    def induction_length(self) -> float:
        """From the first induction's start to the last one's end (s)."""
        return self.induction.length + sum(item.pause.si + item.length for item in self.further)

    @property
    def length(self) -> float:
        """From the first baseline pulse to the end (s)."""
        return self.baseline.si + self.induction_length + self.after.si

    @model_validator(mode="after")
    def _measurable(self) -> Plasticity:
        start, end = self.window
        if not start.si < end.si <= self.after.si:
            raise InputError(f"{start} to {end} must run forward and lie within after = {self.after}", "window")
        apart(self.pulse_every.si, "pulse_every")
        if self.pulse_every.si > self.baseline.si:
            raise InputError(f"{self.pulse_every} leaves no test pulse in a baseline of {self.baseline}", "pulse_every")
        if self.pulse_every.si > end.si - start.si:
            raise InputError(
                f"{self.pulse_every} may leave no test pulse in the window from {start} to {end}", "pulse_every"
            )
        if self.induction.pause.si:
            raise InputError(
                "belongs to an induction in `further`; before the first, set `baseline`", "induction.pause"
            )
        return self


class Evoked(Assay):
    """Responses to test pulses, as a field or as the mean current of voltage-clamped cells."""

    evoked: ClassVar[bool] = True

    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    pulse_every: Duration = quantity("10 s", "duration")
    """From one sweep to the next."""
    recording: Literal["field", "voltage clamp"] = "field"
    """The field, or the medium spiny cells' current at the holding potential."""
    holding: Voltage | None = None
    """Holding potential in voltage clamp; -70 mV when left out."""

    @property
    def held(self) -> float | None:
        """Holding potential, mV; None for a field."""
        if self.recording == "field":
            return None
        return -70.0 if self.holding is None else self.holding.to("mV")

    @model_validator(mode="after")
    def _recordable(self) -> Evoked:
        if self.recording == "field" and self.holding is not None:
            raise InputError('goes with recording = "voltage clamp"; a field has no holding potential', "holding")
        apart(self.pulse_every.si, "pulse_every")
        if self.held == 0:
            raise InputError("0 mV is the reversal of glutamatergic currents: nothing would be seen", "holding")
        return self


class InputOutput(Evoked):
    """Responses to single pulses of several strengths."""

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
    def _rising(self) -> InputOutput:
        if any(b <= a for a, b in zip(self.strengths, self.strengths[1:], strict=False)):
            raise InputError("must rise from one strength to the next", "strengths")
        return self


class PairedPulse(Evoked):
    """Pairs of equal pulses at one or several intervals."""

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
    def _within(self) -> PairedPulse:
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


class AmpaNmda(Assay):
    """Evoked currents of the same cells at two holding potentials: AMPA by its peak, NMDA by its late part."""

    evoked: ClassVar[bool] = True

    kind: Literal["ampa_nmda"]
    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    pulse_every: Duration = quantity("10 s", "duration")
    """From one pulse to the next."""
    pulses: Annotated[int, Field(ge=1, le=1000)] = 10
    """Pulses at each potential."""
    strength: Fraction | None = None
    """Share of the axons that a pulse recruits; that of a test pulse when left out."""
    ampa_holding: Voltage = quantity("-70 mV", "voltage")
    """Where the AMPA current is read, at its peak."""
    nmda_holding: Voltage = quantity("40 mV", "voltage")
    """Where the NMDA current is read."""
    nmda_delay: Duration = quantity("50 ms", "duration")
    """After the pulse, when the NMDA current is read: the AMPA current has decayed."""

    @property
    def length(self) -> float:
        """From start to end at one potential (s)."""
        return self.pulses * self.pulse_every.si

    @model_validator(mode="after")
    def _readable(self) -> AmpaNmda:
        apart(self.pulse_every.si, "pulse_every")
        if self.ampa_holding.si >= 0:
            raise InputError(f"{self.ampa_holding} must be negative: the AMPA current is read inward", "ampa_holding")
        if self.nmda_holding.si <= 0:
            raise InputError(f"{self.nmda_holding} must be positive, where magnesium leaves free", "nmda_holding")
        if not 0.03 <= self.nmda_delay.si <= 0.2:
            raise InputError(f"{self.nmda_delay} must lie between 30 and 200 ms", "nmda_delay")
        return self
