"""Measures of traces, of currents and of samples of a probe."""
