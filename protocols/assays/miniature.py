"""Miniature currents: cells under voltage clamp while tetrodotoxin blocks spikes; counted at full rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from circuit.parameters import ModelParameters
from protocols.assays.passes import Findings, Kind, Pass, Performed
from protocols.assays.resting_assays import Miniature
from protocols.stimulation.pulses import pause
from results.measures import currents
from results.recording import Curve
from synapses.pharmacology import Dosing

BEFORE = -600.0  # s: the blocker has been on board for long
SHOWN = 2.0  # s of one cell's current that figures show


def passes(test: Miniature, _: ModelParameters) -> list[Pass]:
    """One pass under tetrodotoxin, never accelerated: an event of the background must count once."""
    blocker = Dosing("TTX", BEFORE, concentration=test.ttx.to("uM"))
    return [Pass(pause(test.duration.si), test.holding.to("mV"), accelerated=False, bath=(blocker,))]


def read(_: Miniature, __: ModelParameters, performed: Sequence[Performed]) -> Findings:
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


KIND = Kind(passes, read)
