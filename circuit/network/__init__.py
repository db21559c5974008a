"""The networks as Brian2 objects, and the inputs of a run."""
