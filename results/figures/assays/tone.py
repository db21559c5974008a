"""The figure of tone at rest: glutamate at each site, receptor tone, release and transport."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
from matplotlib.figure import Figure

from results.figures.drawing import MEANS_AND_DOTS, STYLE, Drawing, NothingToDraw, dots, grid, names
from results.figures.legend import letters, names_below, note
from results.figures.looks import Width, labelled
from results.labels import label
from results.recording import Recording
from results.statistics.summary import frame

AT_REST = (
    "extrasynaptic_glutamate", "perisynaptic_glutamate", "cleft_glutamate", "cleft_glutamate_peak", "mglur23_tone",
    "mglur5_tone", "release_probability", "glt1_uptake", "xct",
)  # fmt: skip

AT_REST_NAMES = frozenset(AT_REST)


def tone_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Glutamate at each site, receptor tone, release and transport, group by group.

    Parameters
    ----------
    recordings : iterable of Recording
        With measures of the tone experiment; those not named in `AT_REST` are left out.

    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A panel per measure; each animal is a dot, the bar is the mean. Of several tests the first is drawn.

    Raises
    ------
    NothingToDraw
        If no recording holds any of these measures.
    """
    recordings = [one for one in recordings if not AT_REST_NAMES.isdisjoint(one.measures)]
    recordings = [one for one in recordings if one.identity.test == recordings[0].identity.test]
    groups = names(recordings, "group")
    table = frame(recordings)
    measures = [measure for measure in AT_REST if (table["measure"] == measure).any()]
    if not measures:
        raise NothingToDraw("no recording holds a measure of glutamate tone")
    with matplotlib.rc_context(fname=STYLE):
        figure, panels = grid(len(measures), 3, 1.7, width, 0.75)
        for measure, axes in zip(measures, panels, strict=True):
            part = table[table["measure"] == measure]
            unit = str(part["unit"].iloc[0])
            samples = [part.loc[part["group"] == group, "value"].tolist() for group in groups]
            dots(axes, samples, groups, bar_from=0.0)
            axes.set_ylabel(labelled(label(measure), unit).replace(" (", "\n("))
            axes.set_ylim(bottom=0)
        across = 3 if width == "double" else 2
        for column in range(min(across, len(panels))):
            names_below(panels[column::across])
        letters(panels)
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


DRAWINGS = {
    "tone": Drawing("glutamate, tone, release and transport at rest", tone_figure),
}
