"""The figure of seeking: presses and core glutamate of every group in every test."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
from matplotlib.figure import Figure

from results.figures.drawing import MEANS_AND_DOTS, STYLE, Drawing, NothingToDraw, dots, names
from results.figures.legend import letters, names_below, note
from results.figures.looks import Width, inches, title_of
from results.recording import Recording
from results.statistics.summary import frame

PANELS = (
    ("active_presses", "Active presses", 0.0),
    ("core_glutamate_percent", "Core glutamate\n(% of basal)", 100.0),
)


def seeking_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Presses and core glutamate in every test.

    Parameters
    ----------
    recordings : iterable of Recording
        With the measures ``active_presses`` and ``core_glutamate_percent``.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        Four tests side by side, two in one column; presses stand above glutamate. Each animal is a dot, the bar is the
        group's mean.

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
        across = min(len(tests), 4 if width == "double" else 2)
        blocks = [tests[first : first + across] for first in range(0, len(tests), across)]
        height = 0.25 + 3.5 * len(blocks)
        figure = Figure(figsize=(inches(width), height), layout="constrained")
        axes = figure.subplots(len(PANELS) * len(blocks), across, squeeze=False, sharey=False)
        for block, shown in enumerate(blocks):
            for row, (measure, label, start) in zip(axes[2 * block : 2 * block + 2], PANELS, strict=True):
                part = table[table["measure"] == measure]
                high = 1.06 * float(part["value"].max())
                for panel, test in zip(row, shown, strict=False):
                    here = part[part["test"] == test]
                    samples = [here.loc[here["group"] == group, "value"].tolist() for group in groups]
                    dots(panel, samples, groups, bar_from=start)
                    low = 0.0 if not start else min(start, 0.98 * float(part["value"].min()))
                    panel.set(ylim=(low, high))
                    if measure == PANELS[0][0]:
                        panel.set_title(title_of(test))
                    if start:
                        panel.axhline(start, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
                row[0].set_ylabel(label)
                for empty in row[len(shown) :]:
                    empty.set_axis_off()
            for column in range(len(shown)):
                names_below(axes[2 * block : 2 * block + 2, column])
        letters(axes.ravel())
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


DRAWINGS = {
    "seeking": Drawing("presses and core glutamate of every session", seeking_figure),
}
