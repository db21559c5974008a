"""The figure of each kind of test; this module holds those of plasticity and of tone, and names them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results import statistics
from results.dialysis_figure import microdialysis_figure
from results.drawing import STYLE, NothingToDraw, colour, dots, labelled, legend, marker, names, save
from results.evoked_figures import ampa_nmda_figure, input_output_figure, miniature_figure, paired_pulse_figure
from results.measures import TEST_WINDOW
from results.recording import Recording, Series
from results.seeking_figure import seeking_figure
from results.spines_figure import spines_figure
from results.summary import frame

__all__ = [
    "FIGURES",
    "TONE_LABELS",
    "NothingToDraw",
    "ampa_nmda_figure",
    "input_output_figure",
    "microdialysis_figure",
    "miniature_figure",
    "paired_pulse_figure",
    "plasticity_figure",
    "save",
    "seeking_figure",
    "spines_figure",
    "tone_figure",
]  # fmt: skip

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
            dots(bars, [part.loc[part["group"] == group, "value"].tolist() for group in groups], bar_from=100.0)
            bars.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            minutes = "-".join(f"{second / 60:g}" for second in test_window)
            bars.set(title=f"{chr(66 + 2 * row)}  {minutes} min after {test}", ylabel="Field amplitude (% of baseline)")
        axes[-1, 0].set_xlabel("Time from induction (min)")
        axes[-1, 1].set_xlabel("Group")
        legend(figure, groups)
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
    NothingToDraw
        If no recording holds any of these measures.
    """
    recordings = list(recordings)
    groups = names(recordings, "group")
    table = frame(recordings)
    measures = [measure for measure in TONE_LABELS if (table["measure"] == measure).any()]
    if not measures:
        raise NothingToDraw("no recording holds a measure of glutamate tone")
    n_columns = min(3, len(measures))
    n_rows = -(-len(measures) // n_columns)
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(7.09, 0.75 + 1.75 * n_rows), layout="constrained")
        panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
        for letter, measure, axes in zip("ABCDEFGHI", measures, panels, strict=False):
            part = table[table["measure"] == measure]
            unit = str(part["unit"].iloc[0])
            dots(axes, [part.loc[part["group"] == group, "value"].tolist() for group in groups], bar_from=0.0)
            axes.set_ylabel(labelled(TONE_LABELS[measure], unit))
            axes.set_ylim(bottom=0)
            axes.set_title(letter)
        for axes in panels[len(measures) :]:
            axes.set_axis_off()
        legend(figure, groups)
    return figure


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


FIGURES: dict[str, Callable[..., Figure]] = {
    "plasticity": plasticity_figure,
    "input_output": input_output_figure,
    "paired_pulse": paired_pulse_figure,
    "ampa_nmda": ampa_nmda_figure,
    "miniature": miniature_figure,
    "microdialysis": microdialysis_figure,
    "seeking": seeking_figure,
    "spines": spines_figure,
    "tone": tone_figure,
}
"""By kind of test; each takes the recordings of all tests of that kind."""
