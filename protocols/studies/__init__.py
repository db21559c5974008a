"""Studies: values varied over an experiment, their folder and workers; shipped studies as TOML files."""
