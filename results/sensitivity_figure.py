"""The figure of a sensitivity analysis: which outcome, and which evidence, hangs on which parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from results.drawing import STYLE, WIDTH, NothingToDraw

SHOWN = 0.005  # a total index under it is left blank


def sensitivity_figure(analysis: Mapping[str, Any]) -> Figure:
    """Total indices as a table of shades: a row per outcome with the evidence it decides, a column per parameter.

    Parameters
    ----------
    analysis : mapping
        As `protocols.sensitivity.analysis` gives it.

    Returns
    -------
    Figure
        Each cell holds the total index (Sobol) or mu* in standard deviations (Morris) and half the width of its 95 %
        interval; bold where the interval lies above 0.05.

    Raises
    ------
    NothingToDraw
        If no outcome varies.
    """
    rows = [row for row in analysis["outcomes"] if row["indices"] is not None]
    if not rows:
        raise NothingToDraw("no outcome varies over the ranges")
    names = [one["name"] for one in analysis["parameters"]]
    total = np.array([[one["total"] for one in row["indices"]] for row in rows])
    low = np.array([[one["total_interval"][0] for one in row["indices"]] for row in rows])
    sobol = analysis["method"] == "sobol"
    labels = _labels(rows)
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(WIDTH, 1.9 + 0.27 * len(rows)), layout="constrained")
        axes = figure.subplots()
        darkest = 1.0 if sobol else float(total.max())
        shades = axes.imshow(total, cmap="Blues", vmin=0, vmax=darkest, aspect="auto")
        for (i, j), value in np.ndenumerate(total):
            if value >= SHOWN:
                text = f"{value:.2f} ± {value - low[i, j]:.2f}"
                sure = "bold" if low[i, j] > 0.05 else "normal"
                dark = "white" if value > 0.55 * darkest else "black"
                size = 6.5 if len(names) <= 7 else 5
                axes.text(j, i, text, ha="center", va="center", fontsize=size, fontweight=sure, color=dark)
        axes.set_xticks(range(len(names)), [name.replace(".", ".\n", 1) for name in names], rotation=35, ha="right")
        axes.set_yticks(range(len(rows)), labels)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
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
