"""Figures of the kinds of test."""
