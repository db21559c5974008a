"""Figures of seeking: presses of every group in every test, and what a session's glutamate and dopamine did."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
from matplotlib.figure import Figure

from results.drawing import STYLE, WIDTH, NothingToDraw, dots, legend, names
from results.recording import Recording
from results.summary import frame

PANELS = (
    ("active_presses", "Presses of the active lever", 0.0),
    ("core_glutamate_percent", "Core glutamate (% of basal)", 100.0),
)


def seeking_figure(recordings: Iterable[Recording]) -> Figure:
    """Presses and core glutamate, a column per test and a row per measure.

    Parameters
    ----------
    recordings : iterable of Recording
        With the measures ``active_presses`` and ``core_glutamate_percent``.

    Returns
    -------
    Figure
        Each animal is a dot, the bar is the group's mean.

    Raises
    ------
    NothingToDraw
        If no recording holds presses.
    """
    recordings = [recording for recording in recordings if "active_presses" in recording.measures]
    if not recordings:
        raise NothingToDraw("no recording holds presses")
    groups, tests = names(recordings, "group"), names(recordings, "test")
    table = frame(recordings)
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(max(WIDTH, 1.3 * len(tests)), 4.6), layout="constrained")
        axes = figure.subplots(len(PANELS), len(tests), squeeze=False, sharey="row")
        for row, (measure, label, start) in zip(axes, PANELS, strict=True):
            part = table[table["measure"] == measure]
            for panel, test in zip(row, tests, strict=True):
                here = part[part["test"] == test]
                dots(panel, [here.loc[here["group"] == group, "value"].tolist() for group in groups], bar_from=start)
                panel.set_xticks([])
                if measure == PANELS[0][0]:
                    panel.set_title(test.replace("_", " "))
                if start:
                    panel.axhline(start, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            row[0].set_ylabel(label)
        legend(figure, groups)
    return figure
