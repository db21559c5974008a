"""Populations and projections: one table, its cuts, and the indices of cells and contacts."""
