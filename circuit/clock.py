"""The clock of a run: sizes of the arrays over time, and a protocol in network time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLOCK_BIN = 0.05
"""s of network time per entry of the biological clock."""
CLOCK_BINS = 65536
EXPOSURE_BIN = 30.0
"""s of biological time per entry of the drugs on board."""
EXPOSURE_BINS = 1024
PULSES = 8192
"""Pulses of the electrode in a run, at most."""
INTO_CELLS = -1.0
"""In place of a pulse's strength: current into the recorded cells, each of which spikes."""
LONGEST_EPOCH = 12.0
"""min of biology that an epoch of a session may stand for at most: glutamate leaves the extrasynaptic space within a
second, and beyond twice this its equation, integrated at that pace, is unstable."""


@dataclass(frozen=True)
class Timeline:
    """One protocol compiled to network time.

    Attributes
    ----------
    pulses : ndarray, shape (n,)
        Network times of the electrode's pulses, s.
    test : ndarray of bool, shape (n,)
        Which of them are test pulses.
    offset, rate : ndarray, shape (bins,)
        Biological clock U = offset + rate*t over bins of `circuit.clock.CLOCK_BIN`.
    duration : float
        Network time to simulate, s.
    window : ndarray of bool, shape (bins,)
        Bins in the window round a pulse; where one ends, terminals are put back to where they stood as it began.
    strength : ndarray, shape (n,), optional
        Share of axons that each pulse recruits; where it is NaN or left out, as the electrode's parameters say for test
        pulses and for those of an induction. `INTO_CELLS` stands for a spike of the recorded cells.
    """

    pulses: np.ndarray
    test: np.ndarray
    offset: np.ndarray
    rate: np.ndarray
    duration: float
    window: np.ndarray
    strength: np.ndarray | None = None
