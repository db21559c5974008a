"""The circuit as a picture: nuclei, what joins them, what learns, and what was silenced."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import matplotlib
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
COLOURS = {"glutamate": "#0072B2", "GABA": "#D55E00", "dopamine": "#009E73"}  # for any colour vision
SILENCED = "#CC79A7"


def circuit_figure(
    projections: Iterable[tuple[str, str, str, bool]], silenced: Collection[str] = (), width: Width = "double"
) -> Figure:
    """Draw nuclei and projections.

    Parameters
    ----------
    projections : iterable of (source, target, transmitter, plastic)
        Between nuclei; those within a nucleus are left out.
    silenced : collection of str
        Nuclei, drawn grey in a thick frame, and projections, as ``"PL->NAc core"``, drawn dotted.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
    """
    joined = [each for each in dict.fromkeys(projections) if each[0] != each[1]]
    small = width == "single"
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(inches(width), 3.1 if small else 4.2), layout="constrained")
        axes: Axes = figure.add_subplot()
        for source, target, transmitter, plastic in joined:
            _arrow(axes, source, target, transmitter, plastic, f"{source}->{target}" in silenced, small)
        for name, (x, y) in PLACES.items():
            off = name in silenced
            style = {
                "boxstyle": "round,pad=0.35",
                "facecolor": "0.82" if off else "white",
                "edgecolor": SILENCED if off else "0.2",
                "linewidth": 1.8 if off else 0.8,
            }
            label = name.replace(" ", "\n", 1) if " " in name else name
            axes.text(
                x, y, label, ha="center", va="center", fontsize=5.5 if small else 7.5, zorder=4,
                color="0.25" if off else "black", bbox=style,
            )  # fmt: skip
        axes.set(xlim=(-0.7, 8.4), ylim=(-0.5, 3.5))
        axes.axis("off")
        lines = [Line2D([], [], color=colour, label=name) for name, colour in COLOURS.items()]
        lines.append(Line2D([], [], color="0.2", linewidth=2.0, label="thick: learns"))
        if silenced:
            box = {"marker": "s", "markerfacecolor": "0.82", "markeredgecolor": SILENCED, "markersize": 7}
            lines.append(Line2D([], [], color="0.2", linestyle=":", label="silenced", **box))  # type: ignore[arg-type]
        figure.legend(handles=lines, loc="outside lower center", ncols=3 if small else 5)
    return figure


def _arrow(axes: Axes, source: str, target: str, transmitter: str, plastic: bool, silenced: bool, small: bool) -> None:
    arrow = FancyArrowPatch(
        PLACES[source],
        PLACES[target],
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
