"""Figures of measures: bars with a dot for each animal, and how a mean settles as animals are added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, ScalarFormatter

from results.figures.drawing import MEANS_AND_DOTS, STYLE, NothingToDraw, chosen, dots, grid, names, sheet
from results.figures.legend import legend, legend_height, letters, note
from results.figures.looks import Width, colour, dashes, labelled, title_of
from results.labels import OUTCOMES, label
from results.recording import Recording
from results.statistics import inference
from results.statistics.summary import frame


def bars_figure(
    recordings: Iterable[Recording], width: Width = "double", measures: Sequence[str] | None = None
) -> Figure:
    """Group means with every animal as a dot.

    Parameters
    ----------
    recordings : iterable of Recording
    width : str
        ``single`` or ``double`` column.
    measures : sequence of str, optional
        Which; the first of `results.labels.OUTCOMES` that a test has when left out.

    Returns
    -------
    Figure
        A panel per test and measure: bars from zero, or from 100 % where the unit is a percentage of a baseline; error
        bars are SEM.

    Raises
    ------
    NothingToDraw
        If no test has such a measure.
    """
    recordings = list(recordings)
    panels = _panels(frame(recordings), measures)
    groups = names(recordings, "group")
    tests = {test for test, _, _ in panels}
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = grid(len(panels), 4, 2.4, width, 0.25)
        for one, (test, measure, part) in zip(axes, panels, strict=True):
            unit = str(part["unit"].iloc[0])
            start = 100.0 if unit == "% of baseline" else 0.0
            samples = [part.loc[part["group"] == group, "value"].tolist() for group in groups]
            dots(one, samples, groups, bar_from=start)
            if start:
                one.axhline(start, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            one.set_ylabel(labelled(label(measure), unit))
            one.set_title(title_of(test) if len(tests) > 1 else "")
        letters(axes)
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


def convergence_figure(
    recordings: Iterable[Recording], width: Width = "double", measures: Sequence[str] | None = None
) -> Figure:
    """How each group's mean settles as animals are added, in the order of their numbers.

    Parameters
    ----------
    recordings : iterable of Recording
        Three animals a group at least.
    width : str
        ``single`` or ``double`` column.
    measures : sequence of str, optional
        As for `bars_figure`.

    Returns
    -------
    Figure
        A row per test and measure: the mean of the first n animals with its 95 % interval (Student's t) against n, and
        the half-width of that interval on logarithmic axes, beside a line that falls as the root of n. Where a curve
        runs along that line, it shows how many animals a narrower interval needs.

    Raises
    ------
    NothingToDraw
        If no test has such a measure, or no group three animals.
    """
    recordings = list(recordings)
    groups = names(recordings, "group")
    panels = _panels(frame(recordings), measures)
    if max(part.groupby("group").size().max() for _, _, part in panels) < 3:
        raise NothingToDraw("no group has the three animals that it takes to see a mean settle")
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = sheet(len(panels), (1.3, 1), 2.2, width, legend_height(groups, width))
        for (test, measure, part), (left, right) in zip(panels, axes, strict=True):
            unit = str(part["unit"].iloc[0])
            for place, group in enumerate(groups):
                values = part[part["group"] == group].sort_values("animal")["value"].to_numpy(float)
                _settling(left, right, values, place)
            left.set(title=title_of(test), xlabel="Animals", ylabel=labelled(label(measure), unit))
            left.xaxis.set_major_locator(MaxNLocator(integer=True))
            _falling(right)
            right.set(xlabel="Animals", ylabel=labelled("95 % half-width", unit))
        letters(axes.ravel())
        legend(figure, groups, curves=True, marked=False)
        note(figure, "Lines: mean of the first n animals; bands: its 95 % interval (Student's t)")
    return figure


def _panels(table: pd.DataFrame, measures: Sequence[str] | None) -> list[tuple[str, str, pd.DataFrame]]:
    parts = {str(test): part for test, part in table.groupby("test", sort=False)}
    held = {test: set(part["measure"]) for test, part in parts.items()}
    found = [
        (test, name, parts[test][parts[test]["measure"] == name]) for test, name in chosen(held, measures, OUTCOMES)
    ]
    if not found:
        raise NothingToDraw(f"no test has a measure {', '.join(measures or OUTCOMES)}")
    return found


def _settling(left: Axes, right: Axes, values: np.ndarray, place: int) -> None:
    counts = np.arange(3, values.size + 1)
    if not counts.size:
        return
    means = np.array([values[:n].mean() for n in counts])
    found = [inference.mean_interval(values[:n]) for n in counts]
    low, high = np.array([interval or (np.nan, np.nan) for interval in found]).T
    own = colour(place)
    left.plot(counts, means, color=own, linewidth=1.1, linestyle=dashes(place), marker="o" if counts.size < 3 else "")
    left.fill_between(counts, low, high, color=own, alpha=0.13, linewidth=0)
    left.axhline(means[-1], color=own, linewidth=0.5, linestyle=":")
    if (high > low).all():
        right.loglog(
            counts,
            (high - low) / 2,
            color=own,
            linewidth=1.1,
            linestyle=dashes(place),
            marker="o" if counts.size < 3 else "",
        )


def _falling(axes: Axes) -> None:
    """The line that falls as one over the root of n, through the widest interval drawn."""
    axes.set(xscale="log", yscale="log")
    drawn = [np.asarray(line.get_xydata()) for line in axes.lines]
    if not drawn:
        return
    n = np.array([3.0, max(float(points[-1, 0]) for points in drawn)])
    at, level = max(((float(points[-1, 0]), float(points[-1, 1])) for points in drawn), key=lambda end: end[1])
    axes.plot(n, 1.25 * level * np.sqrt(at / n), color="0.4", linewidth=0.7, linestyle="--", zorder=0)
    axes.annotate("1/√n", (n[1], 1.25 * level * np.sqrt(at / n[1])), (0, 2), textcoords="offset points",
                  ha="right", va="bottom", fontsize=6.5, color="0.3")  # fmt: skip
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    ticks = [tick for tick in (3, 5, 8, 16, 32, 64, 128, 256, 512, 1024) if tick <= n[1]]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
