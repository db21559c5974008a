"""Questions asked of many runs: sensitivity, power, predictions."""
