"""Figure of spines after an injection: release, spine heads and surface AMPA over time, a column for each test."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from results.figures.drawing import BANDS, STYLE, Drawing, NothingToDraw, band, names
from results.figures.legend import legend, letters, note
from results.figures.looks import Width, inches
from results.recording import Recording

PANELS = (
    ("release", "Release in core\n(% of before)"),
    ("spine_head", "Spine head diameter\n(% of before)"),
    ("surface_ampa", "Surface AMPA\n(% of before)"),
)
MARKS = (0.5, 1, 2, 4, 6, 12, 24, 48)  # h


def spines_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """What an injection does to release, spine heads and surface AMPA.

    Parameters
    ----------
    recordings : iterable of Recording
        With the series of `PANELS`, % of before, against seconds from the injection.

    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        Mean ± SEM over animals, a line for each group; the first half hour is linear in time, what follows logarithmic.

    Raises
    ------
    NothingToDraw
        If no recording holds spine heads.
    """
    recordings = [recording for recording in recordings if "spine_head" in recording.series]
    if not recordings:
        raise NothingToDraw("no recording holds spine heads over time")
    groups, tests = names(recordings, "group"), names(recordings, "test")
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(max(inches(width), 2.6 * len(tests)), 5.6), layout="constrained")
        axes = figure.subplots(len(PANELS), len(tests), squeeze=False, sharex="col", sharey="row")
        for row, (name, label) in zip(axes, PANELS, strict=True):
            for panel, test in zip(row, tests, strict=True):
                here = [r for r in recordings if r.identity.test == test]
                for place, group in enumerate(groups):
                    own = [r.series[name] for r in here if r.identity.group == group]
                    if own:
                        band(panel, own[0].time / 3600, [one.values for one in own], place)
                panel.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
                panel.axvline(0, color="0.3", linewidth=0.7, zorder=0)
                if name == PANELS[0][0]:
                    panel.set_title(test, loc="left")
            row[0].set_ylabel(label)
        for panel in axes[-1]:
            panel.set_xlabel("Time from injection (h)")
            _hours(panel)
        letters(axes.ravel())
        legend(figure, groups, curves=True, marked=False)
        note(figure, BANDS, recordings)
    return figure


def _hours(axes: Axes) -> None:
    axes.set_xscale("symlog", linthresh=0.5, linscale=0.6)
    end = axes.get_xlim()[1]
    marks = [mark for mark in MARKS if mark <= end]
    axes.xaxis.set_major_locator(FixedLocator([-0.5, 0, *marks]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels(["-0.5", "0", *(f"{mark:g}" for mark in marks)])


DRAWINGS = {
    "spines": Drawing("spine heads and surface AMPA after an injection", spines_figure),
}
