"""Sizes and names of a built circuit that its inputs, tests and readers share; importable without Brian2.

Numbers and words only. Whoever asks for an experiment or runs a compiled program imports this module instead of those
that build the network, which need Brian2.
"""

from __future__ import annotations

from typing import Literal

STEP = 1e-4
"""Step of cells and contacts, s."""
FIELD_STEP = 5e-4
"""Time between two samples of the field, s."""
CELL_STEP = 5e-4
"""Time between two samples of a cell's potential, s."""
NEVER = 1e9
"""A time later than any run, s."""

LEARNT = ("rho", "potentiation")
"""Variables of a plastic contact that a run starts from and leaves behind: what an animal carries from test to test."""
Apparatus = Literal["electrode", "operant box"]
"""What stands around a circuit: a stimulating and a recording electrode, or a box with levers."""
