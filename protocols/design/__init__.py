"""Experiments that would tell rival hypotheses apart, and predictions laid down; shipped designs as TOML files."""
