"""The format of an experiment file and its overrides; shipped experiments as TOML files."""
