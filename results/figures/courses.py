"""Figures of slow quantities over the time of a test: any time course, and glutamate with the tones that it sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures import drawing
from results.figures.drawing import BANDS, STYLE, NothingToDraw, chosen, grid, names
from results.figures.legend import legend, legend_height, letters, note
from results.figures.looks import Width, colour, dashes, face, labelled, marker, title_of
from results.labels import COURSES, POOLS, label
from results.recording import Recording, Series

TIME_UNITS = (("d", 86400.0, 2 * 86400.0), ("h", 3600.0, 3 * 3600.0), ("min", 60.0, 180.0), ("s", 1.0, 0.0))
"""Unit, its length in s, and the span in s from which on it is used."""
MARKED = 60  # samples up to which each one has a marker
DENSE = 300  # samples from which on the mean over short stretches is drawn
STRETCHES = 150


def time_course_figure(
    recordings: Iterable[Recording], width: Width = "double", series: Sequence[str] | None = None
) -> Figure:
    """Time courses of every test, group by group.

    Parameters
    ----------
    recordings : iterable of Recording
    width : str
        ``single`` or ``double`` column.
    series : sequence of str, optional
        Which; the first of `results.labels.COURSES` that a test has when left out.

    Returns
    -------
    Figure
        A panel per test and series: mean and, as a band, SEM over animals, on the test's own clock (an induction is at
        0). Animals that were sampled at different times stand as lines of their own.

    Raises
    ------
    NothingToDraw
        If no recording holds such a series.
    """
    recordings = list(recordings)
    parts = _by_test(recordings)
    held = {test: {name for recording in part for name in recording.series} for test, part in parts.items()}
    panels = [(test, name, parts[test]) for test, name in chosen(held, series, COURSES)]
    if not panels:
        raise NothingToDraw(f"no recording holds the time course of {', '.join(series or COURSES)}")
    return _figure(panels, names(recordings, "group"), width, 2)


def glutamate_pools_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Glutamate outside synapses, the tones on mGluR2/3 and mGluR5, and what goes with them.

    Parameters
    ----------
    recordings : iterable of Recording
        With some of the series of `results.labels.POOLS`.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A panel per test and quantity, as `time_course_figure` draws it.

    Raises
    ------
    NothingToDraw
        If no recording holds one of them.
    """
    recordings = list(recordings)
    panels = []
    for test, part in _by_test(recordings).items():
        panels += [(test, name, part) for name in POOLS if any(_varies(recording, name) for recording in part)]
    if not panels:
        raise NothingToDraw("no recording holds a time course of glutamate")
    return _figure(panels, names(recordings, "group"), width, 3)


def _by_test(recordings: Sequence[Recording]) -> dict[str, list[Recording]]:
    """The recordings of each test, tests in their order."""
    found: dict[str, list[Recording]] = {}
    for recording in recordings:
        found.setdefault(recording.identity.test, []).append(recording)
    return found


def _varies(recording: Recording, name: str) -> bool:
    """Whether a series exists and is not zero throughout, as cocaine is in animals that took none."""
    return name in recording.series and bool(recording.series[name].values.any())


def _figure(
    panels: Sequence[tuple[str, str, list[Recording]]], groups: Sequence[str], width: Width, across: int
) -> Figure:
    several = len({name for _, name, _ in panels}) < len(panels)
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = grid(len(panels), across, 2.0, width, legend_height(groups, width))
        for one, (test, name, part) in zip(axes, panels, strict=True):
            _panel(one, name, part, groups)
            one.set_title(title_of(test) if several or len({test for test, _, _ in panels}) > 1 else "")
        letters(axes)
        marked = any(line.get_marker() not in ("", "None") for one in axes for line in one.lines)
        legend(figure, groups, curves=True, marked=marked)
        note(figure, BANDS, [one for _, _, part in panels for one in part])
    return figure


def _panel(axes: Axes, name: str, part: Sequence[Recording], groups: Sequence[str]) -> None:
    found = {
        place: [r.series[name] for r in part if r.identity.group == group and name in r.series]
        for place, group in enumerate(groups)
    }
    everyone = [one for several in found.values() for one in several if one.time.size]
    unit, length = unit_of_time(everyone)
    for place, several in found.items():
        if several:
            band(axes, several, place, length)
    percent = everyone[0].unit if everyone else ""
    if percent.startswith("%"):
        axes.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
    if any(one.time.min() < 0 < one.time.max() for one in everyone):
        axes.axvline(0, color="0.3", linewidth=0.7, zorder=0)
    axes.set(xlabel=f"Time ({unit})", ylabel=labelled(label(name), percent))


def unit_of_time(several: Sequence[Series]) -> tuple[str, float]:
    """The unit in which time courses are shown, and its length in s."""
    span = max((float(np.ptp(one.time)) for one in several), default=0.0)
    return next((unit, length) for unit, length, least in TIME_UNITS if span >= least)


def band(axes: Axes, several: Sequence[Series], place: int, length: float) -> None:
    """Mean and SEM over animals in the colour of a group, against time in units of `length` s.

    No line is drawn across time 0 where there is a gap, as around an induction. Of more than `DENSE` samples each
    animal's means over stretches of equal length are drawn.
    """
    if all(one.time.size > DENSE for one in several):
        several = [_thinned(one) for one in several]
    time = several[0].time
    if any(not np.array_equal(one.time, time) for one in several):
        for one in several:
            axes.plot(
                one.time / length, one.values, color=colour(place), linewidth=0.6, alpha=0.6, linestyle=dashes(place)
            )
        return
    values = np.array([one.values for one in several])
    step = float(np.median(np.diff(time))) if time.size > 1 else 0.0
    before, after = time[time < 0], time[time >= 0]
    gap = before.size and after.size and after[0] - before[-1] > 1.5 * step
    parts = (time < 0, time >= 0) if gap else (np.ones(time.size, bool),)
    for part in parts:
        style = marker(place) if time.size <= MARKED else ""
        drawing.band(
            axes, time[part] / length, list(values[:, part]), place, marker=style, markersize=2.2,
            markerfacecolor=face(place),
        )  # fmt: skip


def _thinned(one: Series) -> Series:
    """Means over stretches, of which none reaches across time 0."""
    edges = np.linspace(one.time.min(), one.time.max(), STRETCHES + 1)[1:-1]
    place = np.digitize(one.time, np.unique(np.append(edges, 0.0)))
    _, place, number = np.unique(place, return_inverse=True, return_counts=True)
    return Series(np.bincount(place, one.time) / number, np.bincount(place, one.values) / number, one.unit)
