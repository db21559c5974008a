"""Kinds of cells: their parameters and their equations."""
