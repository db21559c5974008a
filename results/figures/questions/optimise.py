"""The figure of an optimisation: the surrogate along each free value, and effect against dose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures.drawing import HEAD, STYLE, grid
from results.figures.legend import letters, note
from results.figures.looks import Width, colour

HEIGHT = 2.1  # inches of a panel


def optimise_figure(document: Mapping[str, Any], width: Width = "double") -> Figure:
    """What an optimisation has learnt.

    Parameters
    ----------
    document : mapping
        What ``optimise --json`` writes.
    width : str

    Returns
    -------
    Figure
        A panel for each free value and measured objective: the surrogate's mean and 95 % band, the other values as in
        the best settings, and a dot for each point of the search. Then the Pareto front, where there is one.
    """
    curves, fronts = document["curves"], document["fronts"]
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = grid(len(curves) + len(fronts), 3, HEIGHT, width, head=HEAD)
        for panel, curve in zip(axes, curves, strict=False):
            _along(panel, curve, document["objectives"][curve["objective"]]["title"])
        for panel, front in zip(axes[len(curves) :], fronts, strict=True):
            _front(panel, front)
        letters(axes)
        note(
            figure, "Lines: mean of the surrogate, the other values as in the best settings; bands: 95 %; dots: points"
        )
    return figure


def _along(axes: Axes, curve: Mapping[str, Any], title: str) -> None:
    pairs = [(x, y) for x, y in zip(curve["seen_x"], curve["seen_y"], strict=True) if y is not None]
    axes.fill_between(curve["x"], curve["low"], curve["high"], color=colour(0), alpha=0.2, linewidth=0)
    axes.plot(curve["x"], curve["mean"], color=colour(0))
    axes.plot([x for x, _ in pairs], [y for _, y in pairs], ".", color="0.35", markersize=3)
    axes.axvline(curve["best"], color="0.5", linewidth=0.6, linestyle=":")
    if curve["scale"] == "log":
        axes.set_xscale("log")
    name = ".".join(curve["path"].replace('"', "").rsplit(".", 2)[-2:])
    axes.set(xlabel=f"{name} ({curve['unit']})" if curve["unit"] else name, ylabel=_wrapped(title))


def _front(axes: Axes, front: Mapping[str, Any]) -> None:
    def columns(rows: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
        return [row[1] for row in rows], [row[0] for row in rows]

    axes.plot(*columns(front["others"]), ".", color="0.7", markersize=3)
    axes.plot(*columns(front["values"]), "o-", color=colour(1), markersize=3, linewidth=0.8)
    axes.set(xlabel=_wrapped(front["titles"][1]), ylabel=_wrapped(front["titles"][0]), title="Pareto front")


def _wrapped(title: str) -> str:
    return title.replace(", ", ",\n", 1)
