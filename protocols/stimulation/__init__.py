"""Pulses, inductions, the time line they lie on, and how fast slow variables run between them."""
