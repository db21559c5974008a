"""Populations and projections: a table for each preset, and the indices of its cells and contacts."""
