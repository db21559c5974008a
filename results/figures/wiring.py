"""The circuit as a picture: nuclei, what joins them, what learns, and what was silenced."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from results.figures.drawing import STYLE
from results.figures.looks import Width, inches

PLACES = {
    "hippocampus": (0.0, 3.0),
    "BLA": (0.0, 2.0),
    "CeA": (0.0, 0.6),
    "IL": (1.5, 3.0),
    "PL": (3.0, 3.0),
    "sensorimotor cortex": (6.2, 3.0),
    "NAc shell": (1.5, 2.0),
    "NAc core": (3.0, 2.0),
    "DLS": (6.2, 2.0),
    "VP": (2.25, 1.0),
    "GP": (5.5, 1.0),
    "SN": (6.9, 1.0),
    "VTA": (1.5, 0.0),
    "MD": (3.9, 1.0),
    "VL": (7.7, 2.0),
    "RTN": (3.9, 0.0),
}
"""Limbic nuclei on the left, motor ones on the right, as information runs in box 1 of Kalivas 2009."""
APART = (1.1, 0.8)
"""How far nuclei are apart, at least, across and down: boxes do not touch."""
COLOURS = {"glutamate": "#0072B2", "GABA": "#D55E00", "dopamine": "#009E73"}  # for any colour vision
SILENCED = "#CC79A7"


def circuit_figure(
    projections: Iterable[tuple[str, str, str, bool]], silenced: Collection[str] = (), width: Width = "double"
) -> Figure:
    """Draw nuclei and projections.

    Parameters
    ----------
    projections : iterable of (source, target, transmitter, plastic)
        Between nuclei; of those within a nucleus, the nucleus is drawn. A nucleus that is not one of the model's stands
        in a dashed frame, at a free place near those that it is joined to.
    silenced : collection of str
        Nuclei, drawn grey in a thick frame, and projections, as ``"PL->NAc core"``, drawn dotted.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
    """
    every = list(dict.fromkeys(projections))
    joined = [each for each in every if each[0] != each[1]]
    places = places_of(dict.fromkeys(name for each in every for name in each[:2]), [each[:2] for each in joined])
    small = width == "single"
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(inches(width), 3.1 if small else 4.2), layout="constrained")
        axes: Axes = figure.add_subplot()
        for source, target, transmitter, plastic in joined:
            ends = places[source], places[target]
            _arrow(axes, ends, transmitter, plastic, f"{source}->{target}" in silenced, small)
        for name, (x, y) in places.items():
            off = name in silenced
            style = {
                "boxstyle": "round,pad=0.35",
                "facecolor": "0.82" if off else "white",
                "edgecolor": SILENCED if off else "0.2",
                "linewidth": 1.8 if off else 0.8,
                "linestyle": "-" if name in PLACES else "--",
            }
            label = name.replace(" ", "\n", 1) if " " in name else name
            axes.text(
                x, y, label, ha="center", va="center", fontsize=5.5 if small else 7.5, zorder=4,
                color="0.25" if off else "black", bbox=style,
            )  # fmt: skip
        across, down = np.transpose(list(places.values()))
        axes.set(xlim=(across.min() - 0.7, across.max() + 0.7), ylim=(down.min() - 0.5, down.max() + 0.5))
        axes.axis("off")
        used = {transmitter for *_, transmitter, _ in joined}
        lines = [Line2D([], [], color=colour, label=name) for name, colour in COLOURS.items() if name in used]
        lines.append(Line2D([], [], color="0.2", linewidth=2.0, label="thick: learns"))
        if places.keys() - PLACES.keys():
            lines.append(Line2D([], [], color="0.2", linestyle="--", label="dashed frame: added"))
        if silenced:
            box = {"marker": "s", "markerfacecolor": "0.82", "markeredgecolor": SILENCED, "markersize": 7}
            lines.append(Line2D([], [], color="0.2", linestyle=":", label="silenced", **box))  # type: ignore[arg-type]
        figure.legend(handles=lines, loc="outside lower center", ncols=3 if small else 6)
    return figure


def places_of(
    nuclei: Iterable[str], joined: Iterable[tuple[str, str] | tuple[str, ...]]
) -> Mapping[str, tuple[float, float]]:
    """Where nuclei stand: the model's where they always do, another one at the free place nearest to its partners.

    Parameters
    ----------
    nuclei : iterable of str
    joined : iterable of (source, target)
    """
    names, pairs = list(nuclei), list(joined)
    found = {name: PLACES[name] for name in PLACES if name in names}
    grid = [(float(x), float(y)) for y in np.arange(3, -3.1, -0.5) for x in np.arange(0, 7.8, 0.5)]
    for name in names:
        if name in found:
            continue
        beside = [found[other] for pair in pairs if name in pair for other in pair if other in found]
        middle = np.mean(beside or list(found.values()) or [(3.0, 1.0)], axis=0)
        free = [place for place in grid if all(_apart(place, other) for other in found.values())]
        found[name] = min(free or grid, key=lambda place: float(np.hypot(*(np.array(place) - middle))))
    return found


def _apart(place: tuple[float, float], other: tuple[float, float]) -> bool:
    return any(abs(a - b) >= far for a, b, far in zip(place, other, APART, strict=True))


def _arrow(
    axes: Axes, ends: tuple[tuple[float, float], tuple[float, float]], transmitter: str, plastic: bool, silenced: bool,
    small: bool,
) -> None:  # fmt: skip
    arrow = FancyArrowPatch(
        *ends,
        connectionstyle="arc3,rad=0.13",
        arrowstyle="-|>" if transmitter != "GABA" else "-[,widthB=0.25,lengthB=0.05",
        mutation_scale=6 if small else 9,
        shrinkA=11 if small else 17,
        shrinkB=11 if small else 17,
        color=COLOURS[transmitter],
        linewidth=(1.4 if small else 2.0) if plastic else 0.6 if small else 0.9,
        linestyle=":" if silenced else "-",
        alpha=0.35 if silenced else 0.9 if plastic else 0.65,
    )
    axes.add_patch(arrow)
