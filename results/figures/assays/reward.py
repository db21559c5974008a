"""The figure of challenges: dopamine over hours, slow changes over abstinence, and each test's responses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from results.figures.drawing import MEANS_AND_DOTS, STYLE, Drawing, NothingToDraw, band, dots, names
from results.figures.legend import legend, letters, note
from results.figures.looks import Width, colour, inches, labelled, marker
from results.recording import Recording
from results.statistics import inference
from results.statistics.summary import frame

STANDING = {
    "d2_availability_change": "D2 availability, change",
    "set_point": "Set point (natural rewards)",
    "prefrontal_rate": "Prefrontal rate at rest",
}
RESPONSES = {
    "reward_felt": "Reward felt",
    "locomotor_response": "Locomotor response",
    "equivalent_dose_of_naive": "Equivalent dose",
}
COURSES = 3  # drugs whose course is drawn


def reward_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Every test of reward.

    Parameters
    ----------
    recordings : iterable of Recording
        With the measures ``abstinence`` and ``reward_felt``, and the series ``dopamine`` where a drug was given.

    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        First row: dopamine over hours at the shortest abstinence, a panel per drug test. Second row: D2 availability,
        set point and prefrontal rate over abstinence, or group by group where there is one abstinence only. Third row:
        responses by test. Mean ± SEM over animals.

    Raises
    ------
    NothingToDraw
        If no recording holds a challenge.
    """
    recordings = [recording for recording in recordings if "reward_felt" in recording.measures]
    if not recordings:
        raise NothingToDraw("no recording holds a challenge")
    groups = names(recordings, "group")
    table = frame(recordings)
    courses = _first_courses(recordings)
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(inches(width), 5.6 + (2.1 if courses else 0)), layout="constrained")
        heights = ([1.0] if courses else []) + [1.0, 1.35]
        rows: Any = figure.subfigures(len(heights), 1, height_ratios=heights)
        panels: list[Axes] = []
        if courses:
            panels += _row(rows[0], len(courses))
            for axes, test in zip(panels, courses, strict=True):
                _course(axes, [r for r in recordings if r.identity.test == test], groups)
                axes.set_title(test)
        standing = _row(rows[-2], len(STANDING))
        for axes, (measure, label) in zip(standing, STANDING.items(), strict=True):
            _over_abstinence(axes, table, measure, label, groups)
        shown = [measure for measure in RESPONSES if (table["measure"] == measure).any()]
        responses = _row(rows[-1], len(shown))
        for axes, measure in zip(responses, shown, strict=True):
            _by_test(axes, table[table["measure"] == measure], RESPONSES[measure], groups)
        letters([*panels, *standing, *responses])
        legend(figure, groups)
        note(figure, f"{MEANS_AND_DOTS}; bands: ± SEM", recordings)
    return figure


def _row(part: SubFigure, number: int) -> list[Axes]:
    return list(part.subplots(1, number, squeeze=False)[0])


def _first_courses(recordings: Sequence[Recording]) -> list[str]:
    """Tests of a drug at the shortest abstinence of them all."""
    given = [r for r in recordings if "dopamine" in r.series]
    if not given:
        return []
    shortest = min(r.measures["abstinence"].value for r in given)
    return names([r for r in given if r.measures["abstinence"].value == shortest], "test")[:COURSES]


def _course(axes: Axes, recordings: Sequence[Recording], groups: Sequence[str]) -> None:
    for place, group in enumerate(groups):
        series = [r.series["dopamine"] for r in recordings if r.identity.group == group and "dopamine" in r.series]
        if series:
            band(axes, series[0].time / 3600, [one.values for one in series], place, linestyle="-")
    axes.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
    axes.set(xlabel="Time from the dose (h)", ylabel="Dopamine (% of basal)", ylim=(0, None))


def _over_abstinence(axes: Axes, table: pd.DataFrame, measure: str, label: str, groups: Sequence[str]) -> None:
    """One value per animal and day: it is the same in all tests of that day."""
    wide = table[table["measure"].isin(["abstinence", measure])].pivot_table(
        index=["group", "animal", "test"], columns="measure", values="value"
    )
    found = wide.reset_index().groupby(["group", "animal", "abstinence"], as_index=False)[measure].first()
    unit = str(table.loc[table["measure"] == measure, "unit"].iloc[0])
    axes.set_ylabel(labelled(label, unit))
    if found["abstinence"].nunique() == 1:
        samples = [found.loc[found["group"] == group, measure].tolist() for group in groups]
        dots(axes, samples, groups, bar_from=0.0)
        return
    for place, group in enumerate(groups):
        own = found[found["group"] == group].groupby("abstinence")[measure]
        mean = own.mean()
        error = own.apply(lambda values: inference.sem(values.tolist()) or 0.0)
        _points(axes, mean.index.to_numpy(dtype=float), mean.to_numpy(), error.to_numpy(), place, line=True)
    axes.set_xlabel("Abstinence (d)")


def _by_test(axes: Axes, table: pd.DataFrame, label: str, groups: Sequence[str]) -> None:
    tests = list(dict.fromkeys(table["test"]))
    for place, group in enumerate(groups):
        own = table[table["group"] == group].groupby("test")["value"]
        mean, error = own.mean(), own.apply(lambda values: inference.sem(values.tolist()) or 0.0)
        at = np.array([tests.index(test) for test in mean.index], dtype=float)
        aside = 0.7 * ((place + 0.5) / len(groups) - 0.5)
        _points(axes, at + aside, mean.to_numpy(), error.to_numpy(), place, line=False)
    axes.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
    axes.set_xticks(range(len(tests)), tests, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_ylabel(labelled(label, str(table["unit"].iloc[0])))


def _points(axes: Axes, x: np.ndarray, mean: np.ndarray, error: np.ndarray, place: int, line: bool) -> None:
    axes.errorbar(
        x,
        mean,
        error,
        color=colour(place),
        marker=marker(place),
        markersize=3,
        linewidth=0.8,
        elinewidth=0.6,
        linestyle="-" if line else "none",
    )


DRAWINGS = {
    "reward": Drawing("dopamine, reward and locomotion after a challenge", reward_figure),
}
