"""Stimulation that may change the synapses: trains, bursts, theta bursts and pairings, one after the other."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from protocols.errors import InputError
from protocols.quantities import Delay, Duration, Moment, quantity
from protocols.record import Fraction, Record
from protocols.stimulation.axons import PulseRate

CLOSEST = 0.001  # s between a pulse and a spike of a pair


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
    def events(self) -> int:
        """Pulses of one train, of whatever kind."""
        return self.pulses

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
    def events(self) -> int:
        """Pulses of all bursts of a train."""
        return self.pulses * self.bursts

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


class Pairing(Trains):
    """Trains of pairs: a pulse to the afferent and a spike of the recorded cells, `delay` apart; `pulses` is pairs."""

    kind: Literal["pairing"]  # type: ignore[assignment]
    delay: Moment
    """From the pulse to the spike; negative where the spike comes first."""
    spikes: Annotated[int, Field(ge=1, le=10)] = 1
    """Spikes of a pair."""
    spike_frequency: PulseRate = quantity("50 Hz", "frequency")
    """Spikes per second within a pair."""
    strength: Fraction = 0.2
    """Share of the axons that a pulse recruits: cells should fire when they are made to, and not by the pulse."""

    @property
    def events(self) -> int:
        """Pulses and spikes of a train."""
        return self.pulses * (1 + self.spikes)

    @property
    def pair_length(self) -> float:
        """From a pair's first event to its last (s)."""
        first, last = self.delay.si, self.delay.si + (self.spikes - 1) / self.spike_frequency.si
        return max(last, 0.0) - min(first, 0.0)

    @model_validator(mode="after")
    def _pairs_apart(self) -> Pairing:
        if abs(self.delay.si) < CLOSEST:
            raise InputError(f"{self.delay} is too close to tell which comes first; give 1 ms or more", "delay")
        if self.pair_length + CLOSEST > 1 / self.frequency.si:
            raise InputError(f"pairs of {self.pair_length:g} s do not fit at {self.frequency}", "frequency")
        return self


def _induction_kind(value: Any) -> Any:
    return value.get("kind", "trains") if isinstance(value, dict) else getattr(value, "kind", None)


Induction = Annotated[
    Annotated[Trains, Tag("trains")] | Annotated[ThetaBurst, Tag("theta_burst")] | Annotated[Pairing, Tag("pairing")],
    Discriminator(_induction_kind),
]
