"""The circuit as a picture: nuclei, what joins them, what learns, and what was silenced."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

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
}
"""Limbic nuclei on the left, motor ones on the right, as information runs in box 1 of Kalivas 2009."""
COLOURS = {"glutamate": "#0072B2", "GABA": "#D55E00", "dopamine": "#009E73"}  # told apart by the colour-blind, too


def circuit_figure(projections: Iterable[tuple[str, str, str, bool]], silenced: Collection[str] = ()) -> Figure:
    """Draw nuclei and projections.

    Parameters
    ----------
    projections : iterable of (source, target, transmitter, plastic)
        Between nuclei; those within a nucleus are left out.
    silenced : collection of str
        Nuclei drawn as silenced.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(7.2, 4.0), layout="constrained")
    axes: Axes = figure.add_subplot()
    for source, target, transmitter, plastic in dict.fromkeys(projections):
        if source == target:
            continue
        arrow = FancyArrowPatch(
            PLACES[source],
            PLACES[target],
            connectionstyle="arc3,rad=0.13",
            arrowstyle="-|>" if transmitter != "GABA" else "-[,widthB=0.25,lengthB=0.05",
            mutation_scale=9,
            shrinkA=17,
            shrinkB=17,
            color=COLOURS[transmitter],
            linewidth=2.0 if plastic else 0.9,
            alpha=0.9 if plastic else 0.65,
        )
        axes.add_patch(arrow)
    for name, (x, y) in PLACES.items():
        off = name in silenced
        style = {"boxstyle": "round,pad=0.35", "facecolor": "0.85" if off else "white", "edgecolor": "0.2"}
        label = name.replace(" ", "\n", 1) if " " in name else name
        axes.text(x, y, label, ha="center", va="center", fontsize=7.5, color="0.5" if off else "black", bbox=style)
    axes.set(xlim=(-0.7, 8.4), ylim=(-0.5, 3.5))
    axes.axis("off")
    lines = [Line2D([], [], color=colour, label=name) for name, colour in COLOURS.items()]
    lines.append(Line2D([], [], color="0.2", linewidth=2.0, label="thick: learns"))
    axes.legend(handles=lines, loc="lower right", fontsize=7, frameon=False)
    return figure
