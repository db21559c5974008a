"""Analyses of many runs: sensitivity, power, predictions."""
