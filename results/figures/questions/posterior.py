"""The figure of an inference: priors and posteriors of parameters, and animals as foretold beside the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import gaussian_kde

from results.figures.drawing import STYLE, grid
from results.figures.legend import group_ticks, letters, note
from results.figures.looks import Width, colour, labelled, marker, title_of
from results.labels import label

ACROSS = 3
BANDS = (0.025, 0.25, 0.75, 0.975)


def posterior_figure(
    parameters: Sequence[Mapping[str, Any]],
    draws: Mapping[str, np.ndarray],
    measures: Mapping[tuple[str, str, str], tuple[np.ndarray, np.ndarray, str]],
    width: Width = "double",
) -> Figure:
    """Draw an inference.

    Parameters
    ----------
    parameters : sequence of mapping
        ``parameter, unit, prior, scale, interval, data`` each, as `protocols.inference.summary.rows` gives them.
    draws : mapping
        Draws from the posterior of each, in its own unit.
    measures : mapping
        (group, test, measure) -> the data's animals, foretold animals of shape (draws, animals), and the unit.
    width : str

    Returns
    -------
    Figure
        A panel for each parameter: the prior in grey, the posterior's density, its 90 % interval as a bar below, the
        word on what the data tell above. A panel for each test and measure: the data's animals, open, on the
        distribution of foretold animals.
    """
    panels = list(dict.fromkeys((test, measure) for _, test, measure in measures))
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = grid(len(parameters) + len(panels), ACROSS, 2.1, width, 0.3)
        for one, row in zip(axes, parameters, strict=False):
            _density(one, row, draws[row["parameter"]])
        for one, (test, measure) in zip(axes[len(parameters) :], panels, strict=True):
            part = {g: found for (g, t, m), found in measures.items() if (t, m) == (test, measure)}
            _foretold(one, part)
            one.set(title=title_of(test), ylabel=labelled(label(measure), next(iter(part.values()))[2]))
        letters(axes)
        what = (
            "Grey: prior; line: posterior, its 90 % interval as a bar. Open markers: the data's animals; bars: half and"
        )
        note(figure, f"{what} 95 % of foretold animals")
    return figure


def _density(axes: Axes, row: Mapping[str, Any], values: np.ndarray) -> None:
    low, high = row["prior"]
    log = row["scale"] == "log"
    ends = (float(np.log(low)), float(np.log(high))) if log else (low, high)
    at = np.linspace(ends[0], ends[1], 200)
    drawn = np.log(values) if log else values
    mirrored = np.concatenate([drawn, 2 * ends[0] - drawn, 2 * ends[1] - drawn])  # no mass leaks beyond the prior
    density = 3 * gaussian_kde(mirrored, 0.35 * drawn.std() / mirrored.std())(at) * (ends[1] - ends[0])
    shown = np.exp(at) if log else at
    axes.fill_between(shown, np.ones_like(at), color="0.85", linewidth=0)
    axes.plot(shown, density, color=colour(2), linewidth=1.3)
    axes.plot(row["interval"], [-0.06 * density.max()] * 2, color=colour(2), linewidth=3, solid_capstyle="butt")
    axes.set(xlabel=labelled(row["parameter"], row["unit"]), ylabel="Density (prior = 1)", title=f"data {row['data']}")
    if log:
        axes.set_xscale("log")


def _foretold(axes: Axes, part: Mapping[str, tuple[np.ndarray, np.ndarray, str]]) -> None:
    for place, (data, foretold, _) in enumerate(part.values()):
        own, (lowest, low, high, highest) = colour(place), np.nanquantile(foretold, BANDS)
        axes.plot([place] * 2, [lowest, highest], color=own, alpha=0.35, linewidth=4, solid_capstyle="butt")
        axes.plot([place] * 2, [low, high], color=own, alpha=0.6, linewidth=8, solid_capstyle="butt")
        there = data[np.isfinite(data)]
        spread = np.linspace(-0.2, 0.2, there.size) if there.size > 1 else np.zeros(1)
        axes.plot(place + spread, there, marker(place), color="0.1", markerfacecolor="white", markersize=3,
                  markeredgewidth=0.7)  # fmt: skip
    group_ticks(axes, list(part))
    axes.set_xlim(-0.6, len(part) - 0.4)
