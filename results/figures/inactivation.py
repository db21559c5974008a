"""The figure of inactivations: seeking with each site silenced, model beside paper, in every test."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from results.evidence.comparison import SEEKING
from results.evidence.table import load as published
from results.figures.drawing import STYLE, NothingToDraw, names
from results.figures.looks import Width, inches, title_of
from results.recording import Recording
from results.statistics.agreement import ratio_of_means
from results.statistics.inference import Interval, equivalent
from results.statistics.summary import frame

REFERENCE = "vehicle"
MEASURE = "active_presses"
COLOURS = {"blocked": "#0072B2", "reduced": "#56B4E9", "none": "#DDDDDD", "raised": "#E69F00", None: "#FFFFFF"}
"""Class of seeking -> its colour; white where the interval fits no class."""


def inactivation_figure(recordings: Iterable[Recording], width: Width = "double", reference: str = REFERENCE) -> Figure:
    """A table of shades: a row per group, a column per test; the left half of a cell is the model, the right the paper.

    Parameters
    ----------
    recordings : iterable of Recording
        Sessions of seeking; the n-th animal of each group is the same.
    width : str
        ``single`` or ``double`` column.
    reference : str
        The group with which the others are compared.

    Returns
    -------
    Figure
        Numbers are presses over those of the reference with Fieller's 95 % interval. The model's class is the first of
        blocked, reduced, none and raised that holds the whole interval; white where none does. The paper's class is
        that of the evidence on this experiment; empty where there is none.

    Raises
    ------
    NothingToDraw
        If there are no presses, no group `reference` or no other group.
    """
    recordings = [recording for recording in recordings if MEASURE in recording.measures]
    if not recordings:
        raise NothingToDraw("no recording holds presses")
    groups = [group for group in names(recordings, "group") if group != reference]
    if len(groups) == len(names(recordings, "group")) or not groups:
        raise NothingToDraw(f"there is no group {reference!r} to hold the others against, or no other group")
    tests = names(recordings, "test")
    table = frame(recordings).query("measure == @MEASURE")
    experiment = recordings[0].identity.experiment
    claimed = {
        (row.groups[0], row.test): str(row.value)
        for row in published()
        if row.experiment == experiment and row.claim == "class" and row.groups[1:] == (reference,)
    }
    small = width == "single"
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(inches(width), 1.0 + 0.4 * len(groups)), layout="constrained")
        axes = figure.subplots()
        for x, test in enumerate(tests):
            animals = table[table["test"] == test].pivot(index="animal", columns="group", values="value")
            for y, group in enumerate(groups):
                if not {group, reference} <= set(animals.columns):
                    continue
                both = animals[[group, reference]].dropna()
                ratio, interval = ratio_of_means(both[group], both[reference])
                _half(axes, x, y, 0.5 if not small else 0.62, seeking_class(interval), _number(ratio, interval, small))
                if (group, test) in claimed:
                    found = claimed[group, test]
                    _half(axes, x + (0.5 if not small else 0.62), y, 0.5 if not small else 0.38, found,
                          found if not small else "")  # fmt: skip
        for x in range(len(tests) + 1):
            axes.axvline(x, color="white", linewidth=2.5)
        for y in range(len(groups) + 1):
            axes.axhline(y, color="white", linewidth=2.5)
        axes.set(xlim=(0, len(tests)), ylim=(len(groups), 0))
        axes.set_xticks([x + 0.5 for x in range(len(tests))], [title_of(test) for test in tests],
                        rotation=45 if small else 0, ha="left" if small else "center")  # fmt: skip
        axes.set_yticks([y + 0.5 for y in range(len(groups))], groups)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        handles = [
            Patch(facecolor=own, edgecolor="0.6", linewidth=0.5, label=name or "undecided")
            for name, own in COLOURS.items()
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=3 if small else 5,
                      title=f"left: model, presses over those of {reference}{'' if small else ' [95 %]'}; right: paper",
                      title_fontsize=7)  # fmt: skip
    return figure


def seeking_class(interval: Interval | None) -> str | None:
    """The class of seeking that an interval of presses over vehicle lies in; None where it lies in none."""
    classes = ("blocked", "reduced", "none", "raised")
    return next((name for name in classes if equivalent(interval, SEEKING[name])), None)


def _half(axes: Axes, x: float, y: float, share: float, found: str | None, text: str) -> None:
    axes.add_patch(Rectangle((x, y), share, 1, facecolor=COLOURS[found], edgecolor="0.7", linewidth=0.4))
    dark = found == "blocked"
    axes.text(x + share / 2, y + 0.5, text, ha="center", va="center", fontsize=5.6, color="white" if dark else "black")


def _number(ratio: float, interval: Interval | None, small: bool) -> str:
    text = f"{ratio:.2f}"
    return text if interval is None or small else f"{text}\n[{interval[0]:.2f}, {interval[1]:.2f}]"
