"""What every figure is drawn with: colours, markers, courses with errors, dots per animal, the legend, files.

Colours are those of Okabe and Ito, told apart with any colour vision; a group keeps its colour through a figure.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results import statistics
from results.files import replacing
from results.recording import Curve, FloatArray, Recording
from results.summary import frame

STYLE = Path(__file__).with_name("journal.mplstyle")
OKABE_ITO = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = "osD^vPX"
WIDTH = 7.09  # inches: two columns of a journal
_UNITS = {"uM": "µM", "1": ""}


class NothingToDraw(ValueError):
    """No recording holds what the figure shows."""


def colour(place: int) -> str:
    """The colour of the n-th group."""
    return OKABE_ITO[place % len(OKABE_ITO)]


def marker(place: int) -> str:
    """The marker of the n-th group."""
    return MARKERS[place % len(MARKERS)]


def labelled(text: str, unit: str) -> str:
    """A label with its unit, where there is one."""
    shown = _UNITS.get(unit, unit)
    return f"{text} ({shown})" if shown else text


def save(figure: Figure, folder: str | os.PathLike[str], stem: str) -> tuple[Path, Path]:
    """Write ``stem.png`` (200 dpi) and ``stem.svg`` into `folder`, each whole or not at all; returns both paths."""
    paths = Path(folder) / f"{stem}.png", Path(folder) / f"{stem}.svg"
    with matplotlib.rc_context(fname=STYLE):
        for path in paths:
            kind = path.suffix[1:]
            with replacing(path) as temporary:
                figure.savefig(temporary, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return paths


def course(axes: Axes, x: FloatArray, tables: Sequence[FloatArray], place: int, line: bool = True) -> None:
    """Mean ± SEM over animals at each x, in the colour of a group."""
    values = np.array(tables)
    errors = np.array([statistics.sem(column) or 0.0 for column in values.T])
    axes.errorbar(
        x,
        values.mean(axis=0),
        errors,
        color=colour(place),
        marker=marker(place),
        linewidth=0.8,
        elinewidth=0.5,
        linestyle="-" if line else "none",
    )


def sweep(axes: Axes, curves: Sequence[Curve], place: int) -> None:
    """The mean over animals of sweeps that share their samples."""
    axes.plot(curves[0].x, np.mean([curve.y for curve in curves], axis=0), color=colour(place), linewidth=0.8)


def dots(axes: Axes, samples: Sequence[Sequence[float]], bar_from: float) -> None:
    """Each animal as a dot beside the others, on a bar from `bar_from` to the mean, with its SEM; groups numbered."""
    for place, sample in enumerate(samples):
        if not sample:
            continue
        own, mean = colour(place), statistics.mean(sample)
        axes.bar(place, mean - bar_from, 0.72, bottom=bar_from, color=own, alpha=0.3, linewidth=0)
        axes.errorbar(place, mean, statistics.sem(sample) or 0.0, color=own, capsize=2.5, linewidth=1.1)
        spread = np.linspace(-0.24, 0.24, len(sample)) if len(sample) > 1 else [0.0]
        axes.plot(place + np.asarray(spread), sample, marker(place), color=own, markersize=2.2, alpha=0.8)
    axes.set_xticks(range(len(samples)), [str(place + 1) for place in range(len(samples))])


def measure_dots(axes: Axes, recordings: Sequence[Recording], measure: str, groups: Sequence[str], label: str) -> None:
    """Each animal's value of one measure, group by group, from zero; a measure that nobody has leaves no panel."""
    table = frame(recordings)
    part = table[table["measure"] == measure]
    if part.empty:
        axes.set_axis_off()
        return
    dots(axes, [part.loc[part["group"] == group, "value"].tolist() for group in groups], bar_from=0.0)
    axes.set_ylim(bottom=0)
    axes.set(xlabel="Group", ylabel=labelled(label, str(part["unit"].iloc[0])))


def letters(axes: Iterable[Axes]) -> None:
    """Name panels A, B, C ... in front of the titles they have."""
    for letter, one in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", axes, strict=False):
        title = one.get_title(loc="left")
        one.set_title(f"{letter}  {title}" if title else letter)


def legend(figure: Figure, groups: Sequence[str]) -> None:
    handles = [
        Line2D(
            [], [], color=colour(place), marker=marker(place), linewidth=0.8,
            label=f"{place + 1}  {group}",
        )
        for place, group in enumerate(groups)
    ]  # fmt: skip
    figure.legend(
        handles=handles,
        loc="outside upper center",
        ncols=-(-len(groups) // (2 if len(groups) > 4 else 1)),
        handlelength=1.6,
    )


def names(recordings: Sequence[Recording], key: str) -> list[str]:
    """Groups or tests, in the order in which they first appear."""
    return list(dict.fromkeys(getattr(recording.identity, key) for recording in recordings))
