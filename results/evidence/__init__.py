"""Published findings as data, and their comparison with the model."""
