"""Every figure drawn from stored runs, by name, with the function that draws it.

Each function takes recordings, as `results.load` gives them, and returns a matplotlib figure of journal width.

Examples
--------
>>> import results
>>> from results import figures
>>> figure = figures.raster_figure(results.load("runs/first"), width="single")  # doctest: +SKIP
>>> figures.save(figure, "runs/first", "raster", ["pdf"])  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from results.figures.catalogue import *  # noqa: F403


def __getattr__(name: str) -> Any:
    if find_spec(f"{__name__}.{name}") is None:  # a module of this package is none of the catalogue's names
        catalogue = import_module("results.figures.catalogue")  # imported on demand: most callers need one figure only
        if name in catalogue.__all__:
            return getattr(catalogue, name)
        for drawing in catalogue.OF_ASSAYS.values():
            if drawing.draw.__name__ == name:
                return drawing.draw
    raise AttributeError(f"module 'results.figures' has no attribute {name!r}")
