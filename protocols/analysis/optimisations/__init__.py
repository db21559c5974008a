"""Shipped optimisations, as TOML files."""
