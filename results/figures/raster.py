"""The figure of spikes: one run's populations above each other, a dot for each spike, in biological time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from results.figures.courses import TIME_UNITS
from results.figures.drawing import STYLE, NothingToDraw
from results.figures.legend import note
from results.figures.looks import OKABE_ITO, Width, inches, title_of
from results.measures.clock import Clock, clock_of
from results.recording import FloatArray, Recording, Spikes

SPAN = 5.0  # s of network time that are shown unless asked otherwise
LEAST = 5  # rows that a population takes at least, so that its name has room
UNEVEN = (
    "Time is biological. Around each pulse the network runs at its pace. Between pulses slow variables run faster, and "
    "an induction takes no time on this clock, so that the axis is not even"
)
APART = 0.04  # of the axis, between two ticks at least
PLAIN = "Time is that of the simulated network, since the run does not say how it lies in biological time"


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
        From when to when, s of the test's own clock, as in its time courses; the first 5 s of the network when left
        out. Of a run that does not determine that clock: s of network time.

    Returns
    -------
    Figure
        A row per recorded cell (a sample of the population), rate and number of these cells beside each population.
        Spikes lie evenly in the time of the network; the axis names biological time. A bar gives the scale of spikes
        where both differ.

    Raises
    ------
    NothingToDraw
        If no recording holds spikes, none of these populations, or the span is not within the test.
    """
    recording = next((one for one in recordings if one.spikes), None)
    if recording is None:
        raise NothingToDraw("no recording holds spikes")
    held = {name: recording.spikes[name] for name in populations or recording.spikes if name in recording.spikes}
    if not held:
        raise NothingToDraw(f"no spikes of {', '.join(populations or ())}; there are {', '.join(recording.spikes)}")
    clock = clock_of(recording)
    begin, end = _shown(held, clock, span)
    rows = {name: _rows(spikes) for name, spikes in held.items()}
    heights = {name: max(LEAST, len(cells)) for name, cells in rows.items()}
    total = sum(heights.values()) + 2 * len(held)
    with matplotlib.rc_context(fname=STYLE):
        tall = min(8.6, 1.1 + max(0.155 * len(held), 0.0125 * total))
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
        axes.set(xlim=(begin, end), ylim=(-2, bottom))
        axes.spines["left"].set_visible(False)
        who = recording.identity
        axes.set_title(f"{who.group}, {title_of(who.test)}, animal {who.animal}")
        if clock is None:
            axes.set_xlabel("Network time (s)")
            note(figure, PLAIN)
        else:
            places, texts, title = biological_axis(recording, clock, begin, end)
            axes.set_xticks(places, texts)
            axes.set_xlabel(title)
            if not clock.even:
                _scale_bar(axes, begin, end, bottom)
                note(figure, UNEVEN if len(clock.shared) else _pace(clock))
    return figure


def _shown(held: dict[str, Spikes], clock: Clock | None, span: tuple[float, float] | None) -> tuple[float, float]:
    """What is drawn, s of network time."""
    end = max((float(one.timestamps.max()) for one in held.values() if one.timestamps.size), default=SPAN)
    if span is None:
        return 0.0, min(SPAN, end)
    if clock is None:
        return span
    first, last = float(clock.own[0]), float(clock.own[-1])
    begin, stop = clock.to_network(np.array(span))
    if not begin < stop:
        raise NothingToDraw(
            f"{span[0]:g} to {span[1]:g} s is not in the test, which lasts from {first:g} to {last:g} s"
        )
    return float(begin), float(stop)


def biological_axis(
    recording: Recording, clock: Clock, begin: float, end: float, most: int = 8
) -> tuple[FloatArray, list[str], str]:
    """Ticks of biological time over an axis of network time.

    Parameters
    ----------
    recording : Recording
    clock : Clock
        Of this recording.
    begin, end : float
        Of the axis, s of network time.
    most : int
        Number of ticks, about.

    Returns
    -------
    places : ndarray
        s of network time.
    texts : list of str
        The same moments on the test's own clock.
    title : str
    """
    low, high = np.interp([begin, end], clock.network, clock.own)
    unit, length = next((unit, length) for unit, length, least in TIME_UNITS if high - low >= least)
    wanted = np.asarray(MaxNLocator(most).tick_values(low / length, high / length))
    inside = wanted[(wanted * length >= low) & (wanted * length <= high)]
    places = clock.to_network(inside * length)
    kept: list[int] = []
    for place in range(len(inside)):
        if not kept or places[place] - places[kept[-1]] >= APART * (end - begin):
            kept.append(place)
    zero = "from induction" if "fepsp" in recording.series else "in the test"
    texts = [f"{value:.6g}".replace("-", "−") for value in inside[kept]]
    return places[kept], texts, f"Time {zero} ({unit})"


def _pace(clock: Clock) -> str:
    """How the network's time and biological time go together where one runs evenly in the other."""
    seconds, own = np.ptp(clock.network), np.ptp(clock.own)
    return f"Time is biological; a second of the network stands for {own / seconds:.3g} s of it"


def _scale_bar(axes: Axes, begin: float, end: float, top: float) -> None:
    """How long a stretch of the network is, as its spikes lie."""
    length = max(one for one in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if one <= (end - begin) / 8)
    axes.plot([end - length, end], [top, top], color="0.2", linewidth=1.5, solid_capstyle="butt", clip_on=False)
    text = f"{1e3 * length:g} ms" if length < 1 else f"{length:g} s"
    axes.annotate(f"{text} of the network", (end, top), (0, 2), textcoords="offset points", ha="right", va="bottom",
                  fontsize=6, color="0.25", annotation_clip=False)  # fmt: skip


def _rows(spikes: Spikes) -> np.ndarray:
    """Cells in the sample: every n-th of the population, silent ones included."""
    ids = spikes.node_ids
    words = spikes.description.split("every ")
    every = int(words[1].split(".")[0]) if len(words) > 1 and words[1].split(".")[0].isdigit() else 0
    if every and spikes.size:
        return np.arange(0, spikes.size, every, dtype=np.uint64)
    return np.unique(ids)
