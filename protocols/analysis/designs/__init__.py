"""Shipped candidates for an experiment that tells rivals apart, as TOML files."""
