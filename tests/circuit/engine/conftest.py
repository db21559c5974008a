"""The fixtures of tests of the cache."""

from build_help import cache

__all__ = ["cache"]
