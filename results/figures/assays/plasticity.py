"""The figure of plasticity: the field response over time, and its size after the induction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures.drawing import MEANS_AND_DOTS, STYLE, Drawing, NothingToDraw, dots, names, sheet
from results.figures.legend import legend, legend_height, letters, names_below, note
from results.figures.looks import Width, colour, marker
from results.measures.field_response import TEST_WINDOW
from results.recording import Recording, Series
from results.statistics import inference
from results.statistics.summary import frame
from results.store.experiment_document import entry, experiment_of, in_unit


def plasticity_figure(
    recordings: Iterable[Recording], width: Width = "double", test_window: tuple[float, float] | None = None
) -> Figure:
    """Time course and outcome of every plasticity test.

    Parameters
    ----------
    recordings : iterable of Recording
        With the series ``fepsp`` and the measure ``fepsp``, both in % of baseline.
    width : str
        ``single`` or ``double`` column.
    test_window : (float, float), optional
        Seconds from induction, shaded in the time course: where the measure is taken. That of each test when left out.

    Returns
    -------
    Figure
        A row per test: mean ± SEM per group against minutes from induction; and the measure of each animal as a dot on
        a bar of the group's mean.

    Raises
    ------
    NothingToDraw
        If no recording holds a time course.
    """
    recordings = [recording for recording in recordings if "fepsp" in recording.series]
    if not recordings:
        raise NothingToDraw("no recording holds the time course of a field response")
    groups = names(recordings, "group")
    tests = names(recordings, "test")
    table = frame(recordings).query("measure == 'fepsp'")
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = sheet(len(tests), (2.1, 1), 2.25, width, legend_height(groups, width))
        for test, (course, bars) in zip(tests, axes, strict=True):
            window = test_window or _window(recordings, test)
            for place, group in enumerate(groups):
                series = [
                    r.series["fepsp"] for r in recordings if r.identity.test == test and r.identity.group == group
                ]
                if series:
                    _time_course(course, series, place)
            course.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            course.axvspan(window[0] / 60, window[1] / 60, color="0.93", zorder=-1)
            _mark_induction(course)
            course.set(title=test, ylabel="Field amplitude (% of baseline)")
            part = table[table["test"] == test]
            samples = [part.loc[part["group"] == group, "value"].tolist() for group in groups]
            dots(bars, samples, groups, bar_from=100.0)
            bars.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            minutes = "-".join(f"{second / 60:g}" for second in window)
            bars.set(title=f"{minutes} min after {test}", ylabel="Field amplitude (% of baseline)")
        axes[-1, 0].set_xlabel("Time from induction (min)")
        if width == "double":
            names_below(axes[:, 1])
        letters(axes.ravel())
        legend(figure, groups)
        note(figure, f"{MEANS_AND_DOTS}; shaded: where the outcome is measured", recordings)
    return figure


def _window(recordings: Sequence[Recording], test: str) -> tuple[float, float]:
    """Where a test's measure is taken, s from induction, as the experiment says; the paper's where it says nothing."""
    first = next(recording for recording in recordings if recording.identity.test == test)
    edges = entry(experiment_of(first).get("test"), test).get("window")
    return (in_unit(edges[0], "s"), in_unit(edges[1], "s")) if edges else TEST_WINDOW


def _time_course(axes: Axes, series: Sequence[Series], place: int) -> None:
    """Mean ± SEM over animals at the sweep times that all of them share."""
    times = sorted(set.intersection(*(set(one.time.tolist()) for one in series)))
    values = np.array([one.values[np.isin(one.time, times)] for one in series])
    errors = np.array([inference.sem(column) or 0.0 for column in values.T])
    minutes = np.array(times) / 60
    for part in (minutes < 0, minutes >= 0):  # no line across the induction
        axes.errorbar(
            minutes[part],
            values.mean(axis=0)[part],
            errors[part],
            color=colour(place),
            marker=marker(place),
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


DRAWINGS = {
    "plasticity": Drawing("field responses over time, and what an induction left of them", plasticity_figure),
}
