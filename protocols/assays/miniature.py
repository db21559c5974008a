"""Miniature currents: cells under voltage clamp while tetrodotoxin blocks spikes; counted at full rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from circuit.parameters import ModelParameters
from protocols.assays.network import NetworkAssay
from protocols.assays.passes import Findings, Pass, Performed
from protocols.assays.tone import SHORTEST_RECORDING
from protocols.errors import InputError
from protocols.quantities import Concentration, Duration, Voltage, at_least, quantity
from protocols.stimulation.pulses import pause
from results.measures import currents
from results.recording import Curve
from synapses.pharmacology import Dosing

BEFORE = -600.0  # s: the blocker has been on board for long
SHOWN = 2.0  # s of one cell's current that figures show


class MiniatureTest(NetworkAssay):
    """Miniature currents of voltage-clamped cells while tetrodotoxin blocks all spikes."""

    accelerated: ClassVar[bool] = False
    main_measures: ClassVar[tuple[str, ...]] = ("mepsc_frequency", "mepsc_amplitude")

    kind: Literal["miniature"]
    site: str = "NAc core"
    """The nucleus it is recorded in."""
    duration: Duration = quantity("1 min", "duration")
    """How long it is recorded; never accelerated."""
    holding: Voltage = quantity("-70 mV", "voltage")
    """Holding potential."""
    ttx: Concentration = quantity("1 uM", "concentration")
    """Tetrodotoxin at the recording site."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.duration.si

    @model_validator(mode="after")
    def _inward(self) -> MiniatureTest:
        at_least(self.duration, SHORTEST_RECORDING, "duration")
        if self.holding.si >= 0:
            raise InputError(f"{self.holding} must be negative: the currents are sought inward", "holding")
        return self

    def passes(self, own: ModelParameters) -> list[Pass]:
        """One pass under tetrodotoxin, never accelerated: an event of the background must count once."""
        blocker = Dosing("TTX", BEFORE, concentration=self.ttx.to("uM"))
        return [Pass(pause(self.duration.si), self.holding.to("mV"), accelerated=False, bath=(blocker,))]

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """Frequency and amplitude over the recorded cells, and a stretch of one of them."""
        (done,) = performed
        cells = done.output.states["cells"]
        inside = done.biological(cells["t"]) >= 0
        time = cells["t"][inside]
        current = -cells["I_afferent"][:, inside] * 1e12
        step = float(np.diff(time).mean())
        shown = round(SHOWN / step)
        example = Curve(
            (time - time[0])[:shown], current[0, :shown], "s", "pA", "time", "current of one cell, inward negative"
        )
        return Findings(curves={"example": example}, measures=currents.miniature(current, step))

    @classmethod
    def holding_keys(cls, stored: Mapping[str, Any]) -> Mapping[str, str]:
        """One potential for all traces."""
        return {"*": "holding"}
