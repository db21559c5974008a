"""Compiling and running a network: a device derived from Brian2's with faster loops, and the cache of programs."""
