"""Reduced models of mechanisms that behaviour still needs, of a few equations each, apart from the network.

What they say stands in docs/next_mechanisms.md.
"""
