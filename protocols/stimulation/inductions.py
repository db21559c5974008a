"""Stimulation that may change the synapses: trains, bursts and theta bursts, one after the other."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from protocols.errors import InputError
from protocols.quantities import Delay, Duration, quantity
from protocols.record import Record
from protocols.stimulation.axons import PulseRate


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
    frequency: PulseRate
    """Pulses per second within a train."""
    pulses: Annotated[int, Field(ge=1, le=100_000)]
    """Pulses in a train."""
    trains: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Number of trains."""
    interval: Duration | None = None
    """From the start of one train to the start of the next."""
    pause: Delay = quantity("0 s", "duration")
    """From the end of the induction before it; for inductions that follow another."""

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
    burst_frequency: PulseRate = quantity("5 Hz", "frequency")
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
