"""Sizes of the arrays over time that a run hands to its program: the biological clock and the drugs on board."""

CLOCK_BIN = 0.05
"""s of network time per entry of the biological clock."""
CLOCK_BINS = 65536
EXPOSURE_BIN = 30.0
"""s of biological time per entry of the drugs on board."""
EXPOSURE_BINS = 1024
