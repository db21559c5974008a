"""Sizes and names of a built circuit that its inputs, tests and readers share; importable without Brian2.

Numbers and words only. Whoever asks for an experiment or runs a compiled program imports this module instead of those
that build the network, which need Brian2.
"""

from __future__ import annotations

STEP = 1e-4
"""Step of cells and contacts, s."""
FIELD_STEP = 5e-4
"""Time between two samples of the field, s."""
CELL_STEP = 5e-4
"""Time between two samples of a cell's potential, s."""
NEVER = 1e9
"""A time later than any run, s."""

LEARNT = ("rho",)
"""Variables of a plastic contact of the awake circuit that an animal carries from one session to the next."""
