"""The figures of an experiment: change of the field response, and glutamate tone.

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
from results.measures import TEST_WINDOW
from results.recording import Recording, Series
from results.summary import frame

STYLE = Path(__file__).with_name("journal.mplstyle")
OKABE_ITO = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = "osD^vPX"

TONE_LABELS = {
    "extrasynaptic_glutamate": "Extrasynaptic glutamate",
    "perisynaptic_glutamate": "Perisynaptic glutamate",
    "cleft_glutamate": "Cleft glutamate, resting",
    "cleft_glutamate_peak": "Cleft glutamate, peak",
    "mglur23_tone": "mGluR2/3 tone",
    "mglur5_tone": "mGluR5 tone",
    "release_probability": "Release probability",
    "glt1_uptake": "GLT-1 uptake",
    "xct": "xCT",
}
_UNITS = {"uM": "µM"}


def plasticity_figure(recordings: Iterable[Recording], test_window: tuple[float, float] = TEST_WINDOW) -> Figure:
    """Time course and outcome of every plasticity test.

    Parameters
    ----------
    recordings : iterable of Recording
        With the series ``fepsp`` and the measure ``fepsp``, both in % of baseline.
    test_window : (float, float)
        Seconds from induction, shaded in the time course: where the measure is taken.

    Returns
    -------
    Figure
        A row per test: mean ± SEM per group against minutes from induction; and the measure of each animal as a dot on
        a bar of the group's mean.

    Raises
    ------
    ValueError
        If no recording holds a time course.
    """
    recordings = [recording for recording in recordings if "fepsp" in recording.series]
    if not recordings:
        raise ValueError("no recording holds the time course of a field response")
    groups = _names(recordings, "group")
    tests = _names(recordings, "test")
    table = frame(recordings).query("measure == 'fepsp'")
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(7.09, 0.55 + 2.3 * len(tests)), layout="constrained")
        axes = figure.subplots(len(tests), 2, width_ratios=(2.1, 1), squeeze=False)
        for row, (test, (course, bars)) in enumerate(zip(tests, axes, strict=True)):
            for place, group in enumerate(groups):
                series = [
                    r.series["fepsp"] for r in recordings if r.identity.test == test and r.identity.group == group
                ]
                if series:
                    _time_course(course, series, place)
            course.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            course.axvspan(test_window[0] / 60, test_window[1] / 60, color="0.93", zorder=-1)
            _mark_induction(course)
            course.set(title=f"{chr(65 + 2 * row)}  {test}", ylabel="Field amplitude (% of baseline)")
            part = table[table["test"] == test]
            _dots(bars, [part.loc[part["group"] == group, "value"].tolist() for group in groups], bar_from=100.0)
            bars.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            minutes = "-".join(f"{second / 60:g}" for second in test_window)
            bars.set(title=f"{chr(66 + 2 * row)}  {minutes} min after {test}", ylabel="Field amplitude (% of baseline)")
        axes[-1, 0].set_xlabel("Time from induction (min)")
        axes[-1, 1].set_xlabel("Group")
        _legend(figure, groups)
    return figure


def tone_figure(recordings: Iterable[Recording]) -> Figure:
    """Glutamate at each site, receptor tone, release and transport, group by group.

    Parameters
    ----------
    recordings : iterable of Recording
        With measures of the tone experiment; those not named in `TONE_LABELS` are left out.

    Returns
    -------
    Figure
        A panel per measure; each animal is a dot, the bar is the mean.

    Raises
    ------
    ValueError
        If no recording holds any of these measures.
    """
    recordings = list(recordings)
    groups = _names(recordings, "group")
    table = frame(recordings)
    measures = [measure for measure in TONE_LABELS if (table["measure"] == measure).any()]
    if not measures:
        raise ValueError("no recording holds a measure of glutamate tone")
    n_columns = min(3, len(measures))
    n_rows = -(-len(measures) // n_columns)
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(7.09, 0.75 + 1.75 * n_rows), layout="constrained")
        panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
        for letter, measure, axes in zip("ABCDEFGHI", measures, panels, strict=False):
            part = table[table["measure"] == measure]
            unit = str(part["unit"].iloc[0])
            _dots(axes, [part.loc[part["group"] == group, "value"].tolist() for group in groups], bar_from=0.0)
            axes.set_ylabel(TONE_LABELS[measure] + (f" ({_UNITS.get(unit, unit)})" if unit != "1" else ""))
            axes.set_ylim(bottom=0)
            axes.set_title(letter)
        for axes in panels[len(measures) :]:
            axes.set_axis_off()
        _legend(figure, groups)
    return figure


def save(figure: Figure, folder: str | os.PathLike[str], stem: str) -> tuple[Path, Path]:
    """Write ``stem.png`` (200 dpi) and ``stem.svg`` into `folder`, each whole or not at all; returns both paths."""
    paths = Path(folder) / f"{stem}.png", Path(folder) / f"{stem}.svg"
    with matplotlib.rc_context(fname=STYLE):
        for path in paths:
            kind = path.suffix[1:]
            with replacing(path) as temporary:
                figure.savefig(temporary, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return paths


def _time_course(axes: Axes, series: Sequence[Series], place: int) -> None:
    """Mean ± SEM over animals at the sweep times that all of them share."""
    times = sorted(set.intersection(*(set(one.time.tolist()) for one in series)))
    values = np.array([one.values[np.isin(one.time, times)] for one in series])
    errors = np.array([statistics.sem(column) or 0.0 for column in values.T])
    minutes = np.array(times) / 60
    for part in (minutes < 0, minutes >= 0):  # no line across the induction
        axes.errorbar(
            minutes[part],
            values.mean(axis=0)[part],
            errors[part],
            color=OKABE_ITO[place % len(OKABE_ITO)],
            marker=MARKERS[place % len(MARKERS)],
            linewidth=0.8,
            elinewidth=0.5,
        )


def _mark_induction(axes: Axes) -> None:
    axes.axvline(0, color="0.3", linewidth=0.7, zorder=0)
    axes.annotate(
        "induction",
        (0, 1),
        xytext=(2, -1),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        va="top",
        fontsize=6.5,
        color="0.3",
    )


def _dots(axes: Axes, samples: Sequence[Sequence[float]], bar_from: float) -> None:
    """Each animal as a dot beside the others, on a bar from `bar_from` to the mean, with its SEM; groups numbered."""
    for place, sample in enumerate(samples):
        if not sample:
            continue
        colour, mean = OKABE_ITO[place % len(OKABE_ITO)], statistics.mean(sample)
        axes.bar(place, mean - bar_from, 0.72, bottom=bar_from, color=colour, alpha=0.3, linewidth=0)
        axes.errorbar(place, mean, statistics.sem(sample) or 0.0, color=colour, capsize=2.5, linewidth=1.1)
        spread = np.linspace(-0.24, 0.24, len(sample)) if len(sample) > 1 else [0.0]
        axes.plot(
            place + np.asarray(spread), sample, MARKERS[place % len(MARKERS)], color=colour, markersize=2.2, alpha=0.8
        )
    axes.set_xticks(range(len(samples)), [str(place + 1) for place in range(len(samples))])


def _legend(figure: Figure, groups: Sequence[str]) -> None:
    handles = [
        Line2D(
            [], [], color=OKABE_ITO[place % len(OKABE_ITO)], marker=MARKERS[place % len(MARKERS)], linewidth=0.8,
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


def _names(recordings: Sequence[Recording], key: str) -> list[str]:
    """Groups or tests, in the order in which they first appear."""
    return list(dict.fromkeys(getattr(recording.identity, key) for recording in recordings))
