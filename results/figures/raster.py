"""The figure of spikes: one run's populations above each other, a dot for each spike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from results.figures.drawing import OKABE_ITO, STYLE, NothingToDraw, Width, inches, title_of
from results.recording import Recording, Spikes

SPAN = 5.0  # s that are shown unless asked otherwise
LEAST = 5  # rows that a population takes at least, so that its name has room


def raster_figure(
    recordings: Iterable[Recording],
    width: Width = "double",
    populations: Sequence[str] | None = None,
    span: tuple[float, float] | None = None,
) -> Figure:
    """Spikes of one run.

    Parameters
    ----------
    recordings : iterable of Recording
        The first that holds spikes is drawn.
    width : str
        ``single`` or ``double`` column.
    populations : sequence of str, optional
        Which; all of them when left out.
    span : (float, float), optional
        From when to when, s of network time; the first 5 s when left out. Network time is what was simulated: slow
        variables may have run faster (see ``acceleration``).

    Returns
    -------
    Figure
        A row per recorded cell (a sample of the population), rate and number of these cells beside each population.

    Raises
    ------
    NothingToDraw
        If no recording holds spikes, or none of these populations.
    """
    recording = next((one for one in recordings if one.spikes), None)
    if recording is None:
        raise NothingToDraw("no recording holds spikes")
    held = {name: recording.spikes[name] for name in populations or recording.spikes if name in recording.spikes}
    if not held:
        raise NothingToDraw(f"no spikes of {', '.join(populations or ())}; there are {', '.join(recording.spikes)}")
    end = max((float(one.timestamps.max()) for one in held.values() if one.timestamps.size), default=SPAN)
    begin, end = span or (0.0, min(SPAN, end))
    rows = {name: _rows(spikes) for name, spikes in held.items()}
    heights = {name: max(LEAST, len(cells)) for name, cells in rows.items()}
    total = sum(heights.values()) + 2 * len(held)
    with matplotlib.rc_context(fname=STYLE):
        tall = min(8.6, 0.9 + max(0.155 * len(held), 0.0125 * total))
        figure = Figure(figsize=(inches(width), tall), layout="constrained")
        axes = figure.subplots()
        bottom, ticks = 0.0, []
        for place, (name, spikes) in enumerate(reversed(held.items())):
            own = OKABE_ITO[(len(held) - 1 - place) % len(OKABE_ITO)]
            shown = (spikes.timestamps >= begin) & (spikes.timestamps <= end)
            cells = rows[name]
            row = np.searchsorted(cells, spikes.node_ids[shown])
            axes.plot(spikes.timestamps[shown], bottom + row, "|", color=own, markersize=1.4, markeredgewidth=0.5,
                      rasterized=shown.sum() > 20_000)  # fmt: skip
            rate = shown.sum() / max(1, len(cells)) / (end - begin)
            middle = bottom + heights[name] / 2 - 0.5
            ticks.append((middle, title_of(name)))
            axes.annotate(f"{rate:.1f} Hz, {len(cells)}", (1.01, middle), xycoords=("axes fraction", "data"),
                          va="center", fontsize=6, color="0.25")  # fmt: skip
            bottom += heights[name] + 2
        axes.annotate("rate, cells", (1.01, 1.0), (0, 2), xycoords="axes fraction", textcoords="offset points",
                      va="bottom", fontsize=6, color="0.25")  # fmt: skip
        axes.set_yticks([at for at, _ in ticks], [name for _, name in ticks], fontsize=6.2)
        axes.tick_params(axis="y", length=0)
        axes.set(xlim=(begin, end), ylim=(-2, bottom), xlabel="Network time (s)")
        axes.spines["left"].set_visible(False)
        who = recording.identity
        axes.set_title(f"{who.group}, {title_of(who.test)}, animal {who.animal}")
    return figure


def _rows(spikes: Spikes) -> np.ndarray:
    """Cells in the sample: every n-th of the population, silent ones included."""
    ids = spikes.node_ids
    words = spikes.description.split("every ")
    every = int(words[1].split(".")[0]) if len(words) > 1 and words[1].split(".")[0].isdigit() else 0
    if every and spikes.size:
        return np.arange(0, spikes.size, every, dtype=np.uint64)
    return np.unique(ids)
