"""What is done to the circuit during a test: parts of it silenced, axons stimulated, for all of the test or a while."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from pydantic import model_validator

from protocols.errors import InputError
from protocols.quantities import Duration, Moment
from protocols.record import Fraction, Record
from protocols.stimulation.axons import PulseRate

Agent = Literal["baclofen", "muscimol", "TTX", "lesion", "opto-inhibition", "chemogenetic"]


class Intervention(Record):
    """A part of the circuit, and a while."""

    nucleus: str | None = None
    """The nucleus."""
    projection: str | None = None
    """A projection between nuclei instead, as ``"PL->NAc core"``."""
    fraction: Fraction = 1.0
    """Share of its cells or contacts."""
    hemisphere: Literal["both", "left", "right"] = "both"
    """Where; two entries with opposite sides make a crossed disconnection."""
    at: Moment | None = None
    """When it begins, relative to the start of the session; before all of the test when left out."""
    duration: Duration | None = None
    """How long it lasts; to the end of the test when left out."""

    @model_validator(mode="after")
    def _one_place(self) -> Intervention:
        if (self.nucleus is None) == (self.projection is None):
            raise InputError('give either nucleus = "PL" or projection = "PL->NAc core"', "nucleus")
        if self.duration is not None and self.at is None:
            raise InputError('needs at = "0 min" beside it: when it begins, relative to the session', "duration")
        return self

    @property
    def while_(self) -> tuple[float, float]:
        """Begin and end, s, relative to the start of the session."""
        begin = -np.inf if self.at is None else self.at.si
        return begin, np.inf if self.duration is None else begin + self.duration.si


class Inactivation(Intervention):
    """Part of a nucleus, or of a projection, silenced during the test."""

    agent: Agent
    """How: an agonist of GABA receptors, a block of spikes, cells lost, axons or cells silenced by light, cells that
    carry an inhibitory designer receptor."""
    replaced: PulseRate | None = None
    """Rate (Hz) at which the axons of a silenced nucleus go on firing, each at times of its own, so that their targets
    keep a drive; none when left out. The rate that matches is in each recording, as ``rate_`` and the population."""

    @model_validator(mode="after")
    def _agent_fits(self) -> Inactivation:
        if self.projection is not None and self.agent != "opto-inhibition":
            raise InputError("a projection is silenced by opto-inhibition only", "agent")
        if self.projection is not None and self.replaced is not None:
            raise InputError("for a nucleus only; stimulate the projection instead of silencing it", "replaced")
        if self.agent == "lesion" and self.at is not None:
            raise InputError("a lesion is there in all of the test", "at")
        return self


class Stimulation(Intervention):
    """Axons of a projection, or all that leave a nucleus, made to fire by light; cell bodies are spared."""

    frequency: PulseRate
    """Pulses a second (Hz); all stimulated axons follow each."""

    @property
    def while_(self) -> tuple[float, float]:
        """Begin and end, s, relative to the start of the session; it begins with the session when nothing is said."""
        begin, end = super().while_
        return max(begin, 0.0) if self.at is None else begin, end


def one_while(interventions: Iterable[Intervention], key: str) -> None:
    """Refuse interventions of one group at different times: the circuit has one switch for each kind."""
    if len({each.while_ for each in interventions}) > 1:
        raise InputError("all of a group begin and end together; give each the same at and duration", key)


def epochs_on(while_: tuple[float, float], hours: float, epochs: int, home: int) -> np.ndarray:
    """Which epochs, of those in the home cage and of the session, have their middle within a while."""
    middle = (np.arange(-home, epochs) + 0.5) * hours * 3600 / epochs
    return (middle >= while_[0]) & (middle < while_[1])
