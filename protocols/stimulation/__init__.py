"""Pulses, inductions, their time line, and the acceleration of slow variables between them."""
