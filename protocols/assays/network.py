"""Kinds of test that run the network from pulse to pulse, with its background accelerated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from circuit.clock import CLOCK_BIN, PULSES
from circuit.engine.prepared import PreparedCircuit
from circuit.parameters import ModelParameters
from circuit.wiring.plan import WHOLE
from protocols.animals.animal import Animal
from protocols.animals.session_run import learnt_in_sessions
from protocols.assays.base import Assay
from protocols.assays.passes import Findings, Pass, Performed, perform, recording
from protocols.errors import InputError
from protocols.quantities import Duration, Voltage, quantity
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.limits import LONGEST_CLOCK, longest_clock, refuse_longer, refuse_more
from results.recording import Recording

SHORTEST_EVERY = 0.5  # s between test pulses: a response and its sweep have ended


@dataclass(frozen=True)
class AtFullRate:
    """What of a test runs at full rate.

    Attributes
    ----------
    groups : int
        Stretches around pulses.
    biological, network : float
        How long they last together, s; less network time where long trains are thinned.
    gentle : float
        Background that runs slower since an induction is not long ago, s.
    """

    groups: int = 0
    biological: float = 0.0
    network: float = 0.0
    gentle: float = 0.0


class NetworkAssay(Assay):
    """A test that says which passes through the network it needs and what is read from them."""

    accelerated: ClassVar[bool] = True
    """Whether its background may be accelerated."""
    passes_needed: ClassVar[int] = 1
    """Passes through the network."""

    after_sessions: bool = False
    """Whether the sessions of the animal's history are run by the network before, so that its synapses have learnt;
    else they are those of a naive animal, and the history acts through the days' equations alone."""

    @property
    def circuits(self) -> tuple[str, ...]:
        """The pathway of its site, and the whole circuit for sessions."""
        return (WHOLE, self.site) if self.after_sessions else (self.site,)

    def passes(self, own: ModelParameters) -> Sequence[Pass]:
        """The passes it needs; rest and time courses are read from the first."""
        raise NotImplementedError

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """What it finds in them."""
        raise NotImplementedError

    def clock(self, time: np.ndarray) -> np.ndarray:
        """Time from the test's start, s, on the test's own clock."""
        return time

    def pulses_given(self) -> tuple[int, int, float]:
        """All pulses at most, those of its inductions, and how long the trains of these last together, s."""
        return 0, 0, 0.0

    def at_full_rate(self, acceleration: Acceleration) -> AtFullRate:
        """What of it runs at full rate."""
        return AtFullRate()

    def simulate(self, animal: Animal, circuit: PreparedCircuit) -> Recording:
        """Perform every pass and read it."""
        learnt = learnt_in_sessions(animal, circuit) if self.after_sessions else None
        performed = [perform(work, animal, circuit, self.site, learnt) for work in self.passes(animal.own)]
        return recording(animal, circuit, performed, self.read(animal.own, performed), self.clock)

    def network_seconds(self, acceleration: Acceleration) -> float:
        """Roughly how much network time it takes, s."""
        if not self.accelerated or acceleration.maximum == 1:
            return self.passes_needed * self.length
        full = self.at_full_rate(acceleration)
        background = max(0.0, self.length - full.biological)
        gentle = min(full.gentle, background)
        slowly = min(acceleration.maximum, acceleration.after_induction)
        quick = (background - gentle) / acceleration.maximum
        return self.passes_needed * (full.network + gentle / slowly + max(quick, full.groups * CLOCK_BIN))

    def refuse_misfit(self, acceleration: Acceleration) -> None:
        """Raise `InputError` if it does not fit into a run."""
        refuse_longer(self.length)  # before pulses are laid out: they may be more than memory holds
        pulses, in_trains, stimulated = self.pulses_given()
        refuse_more(in_trains // acceleration.pulse_group)  # if every train were thinned
        bound = longest_clock(self.length, acceleration, pulses, stimulated, self.accelerated)
        if pulses <= PULSES and bound <= LONGEST_CLOCK:
            return
        for work in self.passes(ModelParameters.shipped()):
            work.laid_out(acceleration)


class PulsedAssay(NetworkAssay):
    """A test that stimulates a projection once in every sweep, or with a few pulses close together."""

    evoked: ClassVar[bool] = True

    if TYPE_CHECKING:  # a key of each of these kinds
        pulse_every: Duration

    def pulses_given(self) -> tuple[int, int, float]:
        """Pairs of pulses at most."""
        return round(2 * self.length / self.pulse_every.si), 0, 0.0

    def at_full_rate(self, acceleration: Acceleration) -> AtFullRate:
        """A window around the pulses of each sweep."""
        window = acceleration.window_before.si + acceleration.window_after.si + self.pulses_last()
        sweeps = int(self.length / self.pulse_every.si)
        return AtFullRate(sweeps, sweeps * window, sweeps * window)

    def pulses_last(self) -> float:
        """From the first pulse of a sweep to its last, s."""
        return 0.0


class Evoked(PulsedAssay):
    """Responses to test pulses, as a field or as the mean current of voltage-clamped cells."""

    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    pulse_every: Duration = quantity("10 s", "duration")
    """From one sweep to the next."""
    recording: Literal["field", "voltage clamp"] = "field"
    """The field, or the medium spiny cells' current at the holding potential."""
    holding: Voltage | None = None
    """Holding potential in voltage clamp; -70 mV when left out."""

    @property
    def clamped_at(self) -> float | None:
        """Holding potential, mV; None for a field."""
        if self.recording == "field":
            return None
        return -70.0 if self.holding is None else self.holding.to("mV")

    @classmethod
    def holding_keys(cls, stored: Mapping[str, Any]) -> Mapping[str, str]:
        """One potential for all traces in voltage clamp."""
        return {"*": "holding"} if stored.get("recording") == "voltage clamp" else {}

    @model_validator(mode="after")
    def _recordable(self) -> Evoked:
        if self.recording == "field" and self.holding is not None:
            raise InputError('goes with recording = "voltage clamp"; a field has no holding potential', "holding")
        refuse_close(self.pulse_every, "pulse_every")
        if self.clamped_at == 0:
            raise InputError("0 mV is the reversal of glutamatergic currents: nothing would be seen", "holding")
        return self


def refuse_close(every: Duration, key: str) -> None:
    """Refuse test pulses that follow each other too soon."""
    if every.si < SHORTEST_EVERY:
        raise InputError(f"{every.si:g} s is too short; responses need {SHORTEST_EVERY:g} s at least", key)
