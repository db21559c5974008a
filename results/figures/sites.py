"""The figure of LTP and LTD by site and day: a column for each projection, a row for each induction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures.drawing import STYLE, NothingToDraw, names
from results.figures.legend import legend, legend_height, note
from results.figures.looks import Width, colour, inches, marker
from results.recording import Recording
from results.statistics import inference
from results.store.experiment_document import entry, experiment_of

MEASURE = "fepsp"
AFTERWARDS = ("abstinence", "extinction")
"""Phases of a history that follow the drug."""


@dataclass(frozen=True)
class Placed:
    """A recording of a test of plasticity: its site, its induction, and the days since the drug."""

    recording: Recording
    site: str
    induction: str
    day: float


def sites_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """What each induction left of the field, site by site, over the days since the drug.

    Parameters
    ----------
    recordings : iterable of Recording
        Tests of plasticity, of one experiment.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        Means of groups with 95 % intervals over animals, % of baseline; a group has one colour in all panels.

    Raises
    ------
    NothingToDraw
        If no recording is a test of plasticity whose site is known.
    """
    recordings = list(recordings)
    placed = [_placed(one) for one in recordings if MEASURE in one.measures]
    tests = [test for test in placed if test is not None]
    if not tests:
        raise NothingToDraw("no recording is a test of plasticity that says its site")
    sites = list(dict.fromkeys(test.site for test in tests))
    inductions = list(dict.fromkeys(test.induction for test in tests))
    days = sorted({test.day for test in tests})
    groups = names([test.recording for test in tests], "group")
    with matplotlib.rc_context(fname=STYLE):
        size = inches(width), legend_height(groups, width) + 1.7 * len(inductions)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(len(inductions), len(sites), sharey="row", squeeze=False)
        for row, induction in enumerate(inductions):
            for column, site in enumerate(sites):
                here = [test for test in tests if (test.site, test.induction) == (site, induction)]
                _panel(axes[row, column], here, groups, days)
                if row == 0:
                    axes[row, column].set_title(fill(site.replace("->", " to "), 16), loc="left", fontsize=6)
            axes[row, 0].set_ylabel(f"{induction}: field\n(% of baseline)")
        for below in axes[-1]:
            below.set_xlabel(fill("Days since the drug", 12 if len(sites) > 4 else 40))
        legend(figure, groups)
        note(figure, "Points: mean with its 95 % interval over animals (Student's t)", recordings)
    return figure


def _placed(recording: Recording) -> Placed | None:
    """A test with its site, its induction and the days since the drug; None if it says no site."""
    document = experiment_of(recording)
    test = entry(document.get("test"), recording.identity.test)
    induction = test.get("induction") or {}
    if "site" not in test or "frequency" not in induction:
        return None
    return Placed(recording, str(test["site"]), str(induction["frequency"]), _since(document, recording, test))


def _since(document: Mapping[str, Any], recording: Recording, test: Mapping[str, Any]) -> float:
    """Days from the end of the history's last phase with a drug, or its control, to the test."""
    history = entry(document.get("group"), recording.identity.group).get("history") or []
    ends = np.cumsum([phase["days"] for phase in history]) if history else np.zeros(1)
    last = max((k for k, phase in enumerate(history) if phase["phase"] not in AFTERWARDS), default=None)
    day = float(ends[-1]) if test.get("day") is None else float(test["day"])
    return day - (0.0 if last is None else float(ends[last]))


def _half_width(sample: Sequence[float]) -> float:
    """Half of the 95 % interval of a mean; 0 for one animal."""
    interval = inference.mean_interval(sample)
    return 0.0 if interval is None else (interval[1] - interval[0]) / 2


def _panel(axes: Axes, tests: Sequence[Placed], groups: Sequence[str], days: Sequence[float]) -> None:
    """One site under one induction: a point for each group and day, side by side."""
    axes.axhline(100, color="0.6", linewidth=0.5, zorder=0)
    for place, group in enumerate(groups):
        own = [test for test in tests if test.recording.identity.group == group]
        seen = sorted({test.day for test in own})
        samples = [[test.recording.measures[MEASURE].value for test in own if test.day == day] for day in seen]
        means = np.array([inference.mean(sample) for sample in samples])
        half = np.array([_half_width(sample) for sample in samples])
        x = np.array([days.index(day) for day in seen]) + 0.13 * (place - (len(groups) - 1) / 2)
        axes.errorbar(x, means, half, color=colour(place), marker=marker(place), markersize=2.5, linewidth=0.6)
    axes.set_xticks(range(len(days)), [f"{day:g}" for day in days])
    axes.set_xlim(-0.6, len(days) - 0.4)
