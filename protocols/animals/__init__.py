"""An animal before a test: history, treatments, training, silenced sites, and its state on the day of the test."""
