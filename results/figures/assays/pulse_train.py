"""Figure of pulse trains: the mean train, its responses one by one, the first and the late ones by animal."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
from matplotlib.figure import Figure

from results.figures.assays.evoked import by_test, curves_of
from results.figures.drawing import MEANS_AND_DOTS, STYLE, Drawing, course, measure_dots, sheet, sweep
from results.figures.legend import legend, legend_height, letters, note
from results.figures.looks import Width, title_of
from results.recording import Recording


def pulse_train_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Responses along trains of pulses, group by group.

    Parameters
    ----------
    recordings : iterable of Recording
        With the curves ``train`` and ``train_responses`` and the measures ``first_response`` and ``late_responses``.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        Two rows per test: mean trains and responses by pulse, then both measures.

    Raises
    ------
    NothingToDraw
        If no recording holds a train.
    """
    recordings, groups, tests = by_test(recordings, "train_responses")
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = sheet(2 * len(tests), (1, 1), 1.95, width, legend_height(groups, width))
        for place, test in enumerate(tests):
            (mean, along), (first, late) = axes[2 * place], axes[2 * place + 1]
            part = [recording for recording in recordings if recording.identity.test == test]
            for number, group in enumerate(groups):
                found = curves_of(part, group, "train_responses")
                if not found:
                    continue
                sweep(mean, curves_of(part, group, "train"), number)
                course(along, found[0].x, [curve.y for curve in found], number)
            mean.set(title=title_of(test), xlabel="Time from the first pulse (ms)", ylabel="Current (pA)")
            along.set(xlabel="Pulse of the train", ylabel="Response over the first", ylim=(0, None))
            along.axhline(1, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            measure_dots(first, part, "first_response", groups, "First response")
            measure_dots(late, part, "late_responses", groups, "Late responses")
        letters(axes.ravel())
        legend(figure, groups)
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


DRAWINGS = {"pulse_train": Drawing("responses along short trains of pulses", pulse_train_figure)}
