"""Which cells there are and what they project to: one table of rows a preset, and how it is laid out by index."""
