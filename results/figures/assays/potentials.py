"""The figure of membrane potentials: sampled cells of one run under each other, around a few pulses."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
from matplotlib.figure import Figure

from results.figures.drawing import STYLE, NothingToDraw
from results.figures.legend import letters
from results.figures.looks import OKABE_ITO, Width, inches, title_of
from results.recording import Recording, Trace

STRETCHES = {
    "potential_before": "Before the induction",
    "potential_induction": "First pulses of the induction",
    "potential_after": "After the induction",
}
TITLES = ("Before", "During", "After")
RANGE = (-95.0, 45.0)  # mV: from below rest to the peak of a spike


def potentials_of(recording: Recording) -> dict[str, Trace]:
    """Membrane potentials that a recording holds, in the order of time."""
    found = {name: trace for name, trace in recording.traces.items() if trace.unit == "mV" and trace.data.size}
    return {name: found[name] for name in sorted(found, key=lambda name: [*STRETCHES, name].index(name))}


def cell_names(trace: Trace) -> list[str]:
    """What each row of a trace of potentials is: half of the cells are of type D1, the others of type D2."""
    half = len(trace.data) // 2
    if "type D1" not in trace.description:
        return [f"cell {place + 1}" for place in range(len(trace.data))]
    return [f"D1 cell {n + 1}" if n < half else f"D2 cell {n + 1 - half}" for n in range(len(trace.data))]


def potential_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Membrane potentials of sampled medium spiny cells of one run.

    Parameters
    ----------
    recordings : iterable of Recording
        The first that holds potentials is drawn: traces in mV whose rows are cells.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A column for each stretch, a row for each cell; the line marks the pulse that the stretch lies around. Samples
        are 0.5 ms apart, so that tops of spikes are mostly missed.

    Raises
    ------
    NothingToDraw
        If no recording holds potentials.
    """
    recording, held = next(((one, found) for one in recordings if (found := potentials_of(one))), (None, {}))
    if recording is None:
        raise NothingToDraw("no recording holds membrane potentials; those of tests of plasticity do")
    cells = cell_names(next(iter(held.values())))
    with matplotlib.rc_context(fname=STYLE):
        size = (inches(width), 0.75 + (0.72 if width == "double" else 0.6) * len(cells))
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(len(cells), len(held), sharex="col", sharey=True, squeeze=False)
        for column, (name, trace) in enumerate(held.items()):
            for row, potential in enumerate(trace.data):
                one = axes[row, column]
                own = OKABE_ITO[2] if cells[row].startswith("D1") else OKABE_ITO[1]
                one.axvline(0, color="0.75", linewidth=0.7, zorder=0)
                one.plot(trace.time * 1e3, potential, color=own, linewidth=0.6)
                one.set_ylim(RANGE)
                one.set_yticks([-80, -40, 0, 40])
                if not column:
                    one.set_ylabel(f"{cells[row]}\n(mV)")
            axes[0, column].set_title(dict(zip(STRETCHES, TITLES, strict=True)).get(name, title_of(name)))
            axes[-1, column].set_xlabel("Time from the pulse (ms)" if width == "double" else "Time (ms)")
        letters(axes[0])
        who = recording.identity
        figure.suptitle(f"{who.group}, {title_of(who.test)}, animal {who.animal}: around the induction", fontsize=8)
    return figure
