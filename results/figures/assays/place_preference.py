"""The figure of place preference: the share of time in the paired box, and the pull of both boxes."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
from matplotlib.figure import Figure

from results.figures.drawing import MEANS_AND_DOTS, STYLE, Drawing, NothingToDraw, dots, names
from results.figures.legend import letters, names_below, note
from results.figures.looks import Width, inches, title_of
from results.recording import Recording
from results.statistics.summary import frame

CHANCE = 50.0  # % of the time, where both boxes pull alike
PANELS = {
    "place_preference": "Time in the\npaired box (%)",
    "rate_MD_paired": "MD in the\npaired box (Hz)",
    "rate_MD_other": "MD in the\nother box (Hz)",
}


def place_preference_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Preference for the paired box, and the rates that lead to it, in every test.

    Parameters
    ----------
    recordings : iterable of Recording
        With the measures of `PANELS`.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A column for each test. Each animal is a dot, the bar is the group's mean; bars of the preference begin at
        chance.

    Raises
    ------
    NothingToDraw
        If no recording holds a place preference.
    """
    recordings = [recording for recording in recordings if "place_preference" in recording.measures]
    if not recordings:
        raise NothingToDraw("no recording holds a place preference")
    groups, tests = names(recordings, "group"), names(recordings, "test")
    table = frame(recordings)
    rates = table["measure"].isin(list(PANELS)[1:])
    fastest = 1.06 * float(table.loc[rates, "value"].max())
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(max(inches(width), 1.7 * len(tests)), 5.2), layout="constrained")
        axes = figure.subplots(len(PANELS), len(tests), squeeze=False, sharey="row")
        for row, (measure, label) in zip(axes, PANELS.items(), strict=True):
            part = table[table["measure"] == measure]
            share = measure == "place_preference"
            for panel, test in zip(row, tests, strict=True):
                here = part[part["test"] == test]
                samples = [here.loc[here["group"] == group, "value"].tolist() for group in groups]
                dots(panel, samples, groups, bar_from=CHANCE if share else 0.0)
                panel.set_ylim(0, 100 if share else fastest)
                if share:
                    panel.set_title(title_of(test))
                    panel.axhline(CHANCE, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            row[0].set_ylabel(label)
        for column in range(len(tests)):
            names_below(axes[:, column])
        letters(axes.ravel())
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


DRAWINGS = {
    "place_preference": Drawing("time in the paired box, and what either box pulls", place_preference_figure),
}
