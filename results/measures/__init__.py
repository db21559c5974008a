"""What is read from traces, currents and samples of a probe."""
