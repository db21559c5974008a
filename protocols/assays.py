"""What is done to an animal on the day of the test: test pulses and inductions, or a recording at rest."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from protocols.errors import InputError
from protocols.history import Day, Name, Record
from protocols.quantities import Delay, Duration, Frequency, quantity


def _before_the_next(trains: int, length: float, interval: float | None) -> None:
    if trains > 1 and interval is None:
        raise InputError("is required when there is more than one train", "interval")
    if interval is not None and interval <= length:
        raise InputError(
            f"{interval:g} s is not longer than a train, which takes {length:g} s; "
            "it runs from the start of one train to the start of the next",
            "interval",
        )


class Trains(Record):
    """Trains (or bursts) of evenly spaced pulses."""

    kind: Literal["trains"] = "trains"
    frequency: Frequency
    """Pulses per second within a train."""
    pulses: Annotated[int, Field(ge=1, le=100_000)]
    """Pulses in a train."""
    trains: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Number of trains."""
    interval: Duration | None = None
    """From the start of one train to the start of the next."""

    @property
    def train_length(self) -> float:
        """One train, from its first pulse to one period after its last (s)."""
        return self.pulses / self.frequency.si

    @property
    def length(self) -> float:
        """The whole induction (s)."""
        return (self.trains - 1) * (self.interval.si if self.interval else 0.0) + self.train_length

    @model_validator(mode="after")
    def _apart(self) -> Trains:
        _before_the_next(self.trains, self.train_length, self.interval.si if self.interval else None)
        return self


class ThetaBurst(Trains):
    """Trains of short bursts at a theta frequency; `pulses` and `frequency` are those inside a burst."""

    kind: Literal["theta_burst"]  # type: ignore[assignment]
    bursts: Annotated[int, Field(ge=1, le=10_000)] = 10
    """Bursts in a train."""
    burst_frequency: Frequency = quantity("5 Hz", "frequency")
    """Bursts per second."""

    @property
    def train_length(self) -> float:
        """One train, from its first burst to one theta period after its last (s)."""
        return self.bursts / self.burst_frequency.si

    @model_validator(mode="after")
    def _bursts_apart(self) -> ThetaBurst:
        if self.pulses / self.frequency.si > 1 / self.burst_frequency.si:
            raise InputError(
                f"{self.burst_frequency} leaves no room for {self.pulses} pulses at {self.frequency}", "burst_frequency"
            )
        return self


def _induction_kind(value: Any) -> Any:
    return value.get("kind", "trains") if isinstance(value, dict) else getattr(value, "kind", None)


Induction = Annotated[
    Annotated[Trains, Tag("trains")] | Annotated[ThetaBurst, Tag("theta_burst")], Discriminator(_induction_kind)
]


class Plasticity(Record):
    """Field responses to test pulses before and after an induction."""

    name: Name
    kind: Literal["plasticity"]
    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    induction: Induction
    """The stimulation that may change the synapses."""
    baseline: Duration
    """Test pulses before the induction."""
    after: Duration
    """Test pulses after it."""
    window: tuple[Delay, Duration]
    """When, after the induction, the change is measured."""
    pulse_every: Duration
    """From one test pulse to the next."""
    day: Day | None = None
    """Day of the test; the end of the history when left out."""

    @property
    def length(self) -> float:
        """From the first baseline pulse to the end (s)."""
        return self.baseline.si + self.induction.length + self.after.si

    @model_validator(mode="after")
    def _measurable(self) -> Plasticity:
        start, end = self.window
        if not start.si < end.si <= self.after.si:
            raise InputError(f"{start} to {end} must run forward and lie within after = {self.after}", "window")
        if self.pulse_every.si > self.baseline.si:
            raise InputError(f"{self.pulse_every} leaves no test pulse in a baseline of {self.baseline}", "pulse_every")
        if self.pulse_every.si > end.si - start.si:
            raise InputError(
                f"{self.pulse_every} may leave no test pulse in the window from {start} to {end}", "pulse_every"
            )
        return self


class Tone(Record):
    """Glutamate and receptor tone at rest, without stimulation."""

    name: Name
    kind: Literal["tone"]
    duration: Duration = quantity("2 min", "duration")
    """How long it is recorded."""
    site: str = "NAc core"
    """The nucleus it is recorded in."""
    day: Day | None = None
    """Day of the test; the end of the history when left out."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.duration.si


Test = Annotated[Plasticity | Tone, Field(discriminator="kind")]
