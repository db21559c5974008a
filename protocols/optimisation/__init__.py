"""The best settings of an experiment, searched for within a budget of points; shipped optimisations as TOML files."""
