"""Free parameters fitted to the calibration rows of the evidence."""
