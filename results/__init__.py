"""Results: recordings, their store, measures, statistics, published evidence, figures, reports and exports."""

from __future__ import annotations

from typing import Any

__all__ = ["load"]


def __getattr__(name: str) -> Any:
    if name == "load":  # imported on demand: the tables need pandas, and a run of the network does not
        from results.loaded import load

        return load
    raise AttributeError(f"module 'results' has no attribute {name!r}")
