"""Comparison of the model, its rivals and the ensemble of parameter sets with published findings."""
