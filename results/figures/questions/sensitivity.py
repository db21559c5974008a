"""The figure of a sensitivity analysis: which outcome, and which evidence, depends on which parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from results.figures.drawing import STYLE, NothingToDraw
from results.figures.looks import inches

SHOWN = 0.005  # a total index under it is left blank
NARROW = 7  # columns from which on a cell has two lines
MOST = 24  # rows; outcomes that decide evidence come first


def sensitivity_figure(analysis: Mapping[str, Any]) -> Figure:
    """Total indices as a table of shades: a row per outcome with the evidence it decides, a column per parameter.

    Parameters
    ----------
    analysis : mapping
        As `protocols.analysis.sensitivity.analysis` gives it.

    Returns
    -------
    Figure
        Each cell holds the total index (Sobol) or mu* in standard deviations (Morris) and half the width of its 95 %
        interval; bold where the interval lies above 0.05. Of many outcomes the figure shows those that decide evidence,
        then the first of the others. Parameters on which none of them depends are named below.

    Raises
    ------
    NothingToDraw
        If no outcome varies.
    """
    varying = [row for row in analysis["outcomes"] if row["indices"] is not None]
    if not varying:
        raise NothingToDraw("no outcome varies over the ranges")
    kept = sorted(range(len(varying)), key=lambda place: not varying[place]["evidence"])[:MOST]
    rows = [varying[place] for place in kept]
    names = [one["name"] for one in analysis["parameters"]]
    total = np.array([[one["total"] for one in row["indices"]] for row in rows])
    low = np.array([[one["total_interval"][0] for one in row["indices"]] for row in rows])
    carries = np.flatnonzero((total >= SHOWN).any(axis=0))
    idle = [name for place, name in enumerate(names) if place not in carries]
    names = [names[place] for place in carries]
    total, low = total[:, carries], low[:, carries]
    narrow = len(names) > NARROW
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(inches("double"), 1.9 + (0.31 if narrow else 0.27) * len(rows)), layout="constrained")
        axes = figure.subplots()
        sobol = analysis["method"] == "sobol"
        darkest = 1.0 if sobol else float(total.max())
        shades = axes.imshow(total, cmap="Blues", vmin=0, vmax=darkest, aspect="auto")
        for (i, j), value in np.ndenumerate(total):
            if value >= SHOWN:
                text = f"{value:.2f}{chr(10) if narrow else ' '}± {value - low[i, j]:.2f}"
                sure = "bold" if low[i, j] > 0.05 else "normal"
                dark = "white" if value > 0.55 * darkest else "black"
                axes.text(
                    j, i, text, ha="center", va="center", fontsize=5.5 if narrow else 6.5, fontweight=sure, color=dark
                )
        axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(rows)), _labels(rows))
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        if idle:
            axes.set_xlabel(fill(f"no outcome hangs on {', '.join(idle)}", 90), fontsize=6.5)
        what = "Total index" if sobol else "mu* (SD of the outcome)"
        figure.colorbar(shades, ax=axes, label=what, fraction=0.03, pad=0.01)
    return figure


def _labels(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Outcomes by name, with the evidence that they decide; the measure where there are several."""
    several = len({row["measure"] for row in rows}) > 1
    labels = []
    for row in rows:
        text = f"{row['measure']}: {row['label']}" if several else row["label"]
        labels.append(f"{text}  [{', '.join(row['evidence'])}]" if row["evidence"] else text)
    return labels
