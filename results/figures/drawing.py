"""The parts that all figures share: panels, courses with errors, bars with a dot for each animal, files.

A figure is as wide as one or two columns of a journal and is drawn in its final size. `results.figures.looks` has
colours and markers, `results.figures.legend` the words around the panels.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from results.figures.legend import group_ticks
from results.figures.looks import Width, colour, dashes, face, inches, labelled, marker
from results.recording import Curve, FloatArray, Recording
from results.statistics import inference
from results.statistics.summary import frame
from results.store.files import replacing

STYLE = Path(__file__).with_name("journal.mplstyle")
MEANS_AND_DOTS = "Bars and points: mean ± SEM over animals; dots: single animals"
BANDS = "Lines: mean over animals; bands: ± SEM"
FORMATS = ("png", "svg", "pdf")
CROWDED = 12  # animals from which on dots are faint, so that the mean and its error are seen
HEAD = 0.55  # inches that a legend of one or two lines takes above the panels


@dataclass(frozen=True)
class Drawing:
    """A figure that is drawn from stored runs.

    Attributes
    ----------
    shows : str
        What it shows, in a line.
    draw : callable
        ``draw(recordings, width=..., **options)``. ``dose_response`` takes a study's results, ``circuit`` projections.
    options : tuple of str
        Names of further arguments that it takes.
    """

    shows: str
    draw: Callable[..., Figure]
    options: tuple[str, ...] = ()


class NothingToDraw(ValueError):
    """No recording holds what the figure shows."""


def sheet(rows: int, ratios: Sequence[float], height: float, width: Width, head: float = HEAD) -> tuple[Figure, Any]:
    """A figure whose rows all have the same panels.

    Parameters
    ----------
    rows : int
    ratios : sequence of float
        Relative widths of a row's panels.
    height : float
        Inches of a row.
    width : str
        In one column a row of several panels is broken: the first panel has a line of its own, the others follow two
        by two.
    head : float
        Inches above all rows.

    Returns
    -------
    Figure
    ndarray of Axes, shape (rows, len(ratios))
    """
    if width == "double" or len(ratios) == 1:
        figure = Figure(figsize=(inches(width), head + height * rows), layout="constrained")
        return figure, figure.subplots(rows, len(ratios), width_ratios=ratios, squeeze=False)
    lines = 1 + -(-(len(ratios) - 1) // 2)
    heights = ([height] + [0.85 * height] * (lines - 1)) * rows
    figure = Figure(figsize=(inches(width), head + sum(heights)), layout="constrained")
    grid = GridSpec(lines * rows, 2, figure=figure, height_ratios=heights)
    axes = np.empty((rows, len(ratios)), object)
    for row in range(rows):
        axes[row, 0] = figure.add_subplot(grid[lines * row, :])
        for place in range(1, len(ratios)):
            alone = place == len(ratios) - 1 and place % 2 == 1
            where = slice(None) if alone else (place - 1) % 2
            axes[row, place] = figure.add_subplot(grid[lines * row + 1 + (place - 1) // 2, where])
    return figure, axes


def grid(
    number: int, across: int, height: float, width: Width, head: float = HEAD, shared: bool = False
) -> tuple[Figure, list[Axes]]:
    """A figure of panels of one size.

    Parameters
    ----------
    number : int
    across : int
        Panels side by side at most, in two columns; half as many, rounded up, in one.
    height : float
        Inches of a panel.
    width : str
    head : float
        Inches above the panels.
    shared : bool
        Whether all have the same axis of values.

    Returns
    -------
    Figure
    list of Axes
        As many as asked for.
    """
    across = min(number, across if width == "double" else -(-across // 2))
    lines = -(-number // across)
    figure = Figure(figsize=(inches(width), head + height * lines), layout="constrained")
    axes = figure.subplots(lines, across, squeeze=False, sharey=shared).ravel()
    for empty in axes[number:]:
        empty.set_axis_off()
    return figure, list(axes[:number])


def save(
    figure: Figure, folder: str | os.PathLike[str], stem: str, formats: Sequence[str] = ("png", "svg")
) -> tuple[Path, ...]:
    """Write a figure, each file whole or not at all.

    Parameters
    ----------
    figure : Figure
    folder : path
    stem : str
        Name of the files without their endings.
    formats : sequence of str
        Of `FORMATS`. A PNG has 300 dots per inch; in SVG and PDF text stays text.

    Returns
    -------
    tuple of Path
    """
    paths = tuple(Path(folder) / f"{stem}.{kind}" for kind in formats)
    nameless = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}  # so that the same figure gives the same file
    with matplotlib.rc_context(fname=STYLE):
        for path, kind in zip(paths, formats, strict=True):
            with replacing(path) as temporary:
                figure.savefig(temporary, format=kind, metadata=nameless.get(kind))
    return paths


def course(axes: Axes, x: FloatArray, tables: Sequence[FloatArray], place: int, line: bool = True) -> None:
    """Mean ± SEM over animals at each x, in the colour of a group."""
    values = np.array(tables)
    errors = np.array([inference.sem(column) or 0.0 for column in values.T])
    axes.errorbar(
        x,
        values.mean(axis=0),
        errors,
        color=colour(place),
        marker=marker(place),
        markerfacecolor=face(place),
        linewidth=0.8,
        elinewidth=0.5,
        linestyle="-" if line else "none",
    )


def band(axes: Axes, x: FloatArray, tables: Sequence[FloatArray], place: int, **line: Any) -> None:
    """Mean over animals as a line in the colour of a group, its SEM as a band; `line` goes to `Axes.plot`."""
    values = np.array(tables)
    mean = values.mean(axis=0)
    error = np.array([inference.sem(column) or 0.0 for column in values.T])
    axes.plot(x, mean, **{"color": colour(place), "linewidth": 0.9, "linestyle": dashes(place)} | line)
    axes.fill_between(x, mean - error, mean + error, color=colour(place), alpha=0.2, linewidth=0)


def sweep(axes: Axes, curves: Sequence[Curve], place: int) -> None:
    """The mean over animals of sweeps that share their samples."""
    mean = np.mean([curve.y for curve in curves], axis=0)
    axes.plot(curves[0].x, mean, color=colour(place), linewidth=0.8, linestyle=dashes(place))


def dots(axes: Axes, samples: Sequence[Sequence[float]], groups: Sequence[str], bar_from: float) -> None:
    """A dot for each animal on a bar from `bar_from` to the mean with its SEM, over the name of its group."""
    for place, sample in enumerate(samples):
        if not sample:
            continue
        own, mean = colour(place), inference.mean(sample)
        axes.bar(place, mean - bar_from, 0.72, bottom=bar_from, color=own, alpha=0.3, linewidth=0)
        many = len(sample) > CROWDED
        axes.errorbar(place, mean, inference.sem(sample) or 0.0, color="0.1" if many else own, capsize=2.5,
                      linewidth=1.1, zorder=4)  # fmt: skip
        spread = np.linspace(-0.24, 0.24, len(sample)) if len(sample) > 1 else [0.0]
        axes.plot(place + np.asarray(spread), sample, marker(place), color=own, markerfacecolor=face(place),
                  markersize=2.2, alpha=0.35 if many else 0.8)  # fmt: skip
    group_ticks(axes, groups)
    axes.set_xlim(-0.6 - 0.4 / len(samples), len(samples) - 0.4 + 0.4 / len(samples))


def measure_dots(axes: Axes, recordings: Sequence[Recording], measure: str, groups: Sequence[str], label: str) -> None:
    """Each animal's value of one measure, group by group, from zero; without any value the panel is removed."""
    table = frame(recordings)
    part = table[table["measure"] == measure]
    if part.empty:
        axes.set_axis_off()
        return
    dots(axes, [part.loc[part["group"] == group, "value"].tolist() for group in groups], groups, bar_from=0.0)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(labelled(label, str(part["unit"].iloc[0])))


def chosen(
    held: Mapping[str, Collection[str]], asked: Sequence[str] | None, usual: Sequence[str]
) -> list[tuple[str, str]]:
    """Test and quantity of each panel: the requested ones, or the first of the usual ones that a test has."""
    found = []
    for test, there in held.items():
        wanted = [name for name in asked or usual if name in there]
        found += [(test, name) for name in (wanted if asked else wanted[:1])]
    return found


def names(recordings: Sequence[Recording], key: str) -> list[str]:
    """Groups or tests, in the order in which they first appear."""
    return list(dict.fromkeys(getattr(recording.identity, key) for recording in recordings))
