"""Tone: the network at rest, without stimulation. What it shows is what every recording has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import model_validator

from circuit.parameters import ModelParameters
from protocols.assays.network import NetworkAssay
from protocols.assays.passes import Findings, Pass, Performed
from protocols.quantities import Duration, at_least, quantity
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.limits import refuse_unseen
from protocols.stimulation.pulses import pause

SHORTEST_RECORDING = quantity("1 s", "duration")
SHORTEST_TEST = 0.1  # s of network time: two entries of `circuit.network.extracellular.slow_trace`


class ToneTest(NetworkAssay):
    """Glutamate and receptor tone at rest, without stimulation."""

    kind: Literal["tone"]
    duration: Duration = quantity("2 min", "duration")
    """How long it is recorded."""
    site: str = "NAc core"
    """The nucleus it is recorded in."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.duration.si

    @model_validator(mode="after")
    def _recorded(self) -> ToneTest:
        at_least(self.duration, SHORTEST_RECORDING, "duration")
        return self

    def passes(self, own: ModelParameters) -> list[Pass]:
        """One pass without pulses."""
        return [Pass(pause(self.duration.si))]

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """Nothing more than every test's levels at rest."""
        return Findings()

    def refuse_misfit(self, acceleration: Acceleration) -> None:
        """Refuse what is too short to show a level, too."""
        refuse_unseen(self.duration.si, acceleration, SHORTEST_TEST, "the test")
        super().refuse_misfit(acceleration)
