"""The runs of an experiment: their plan, the driver and workers that do them, and their folder."""
