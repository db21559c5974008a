"""Recordings as files of Neurodata Without Borders."""
