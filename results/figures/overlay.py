"""The figure of a laboratory's animals beside simulated ones, on the same axes."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from results.figures.courses import band, unit_of_time
from results.figures.drawing import MEANS_AND_DOTS, STYLE, grid, names
from results.figures.legend import columns, group_ticks, legend_height, letters, note
from results.figures.looks import Width, colour, labelled, marker, title_of
from results.labels import label
from results.recording import Recording
from results.statistics import inference
from results.statistics.summary import frame

APART = 0.2  # of a group's width, model to the left and data to the right


def overlay_figure(model: Sequence[Recording], data: Sequence[Recording], width: Width = "double") -> Figure:
    """All measures and time courses of the data beside those of the model.

    Parameters
    ----------
    model, data : sequence of Recording
        In the same units; groups of the data are groups of the model.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        For each time course of the data a panel of the model and one of the data on the same axes (mean, SEM as a
        band); for each measure a panel in which each group has the model's animals, filled on a filled bar, beside the
        laboratory's, open on an open one.
    """
    model, data = list(model), list(data)
    measured = set(names(data, "group"))
    groups = [group for group in names(model, "group") if group in measured]
    courses = list(dict.fromkeys((one.identity.test, name) for one in data for name in one.series))
    table, own = frame(model), frame([_without_courses(one) for one in data])
    bars = list(dict.fromkeys(own[["test", "measure"]].itertuples(index=False, name=None)))
    shown = [*groups, "model", "data"]
    with matplotlib.rc_context(fname=STYLE):
        number = 2 * len(courses) + len(bars)
        figure, axes = grid(number, 2, 2.3, width, legend_height(shown, width))
        for place, (test, name) in enumerate(courses):
            _courses(axes[2 * place : 2 * place + 2], model, data, test, name, groups)
        for one, (test, measure) in zip(axes[2 * len(courses) :], bars, strict=True):
            both = [part[(part["test"] == test) & (part["measure"] == measure)] for part in (table, own)]
            samples = [[part.loc[part["group"] == g, "value"].to_numpy(float) for g in groups] for part in both]
            unit = str(both[1]["unit"].iloc[0])
            _bars(one, groups, samples[0], samples[1], 100.0 if unit == "% of baseline" else 0.0)
            one.set(title=title_of(test), ylabel=labelled(label(measure), unit))
        letters(axes)
        _legend(figure, groups)
        note(figure, f"{MEANS_AND_DOTS}; bands: ± SEM")
    return figure


def _without_courses(recording: Recording) -> Recording:
    """The measures without the means of time courses, which have panels of their own."""
    return Recording(recording.identity, measures=recording.measures)


def _courses(
    axes: Sequence[Axes], model: Sequence[Recording], data: Sequence[Recording], test: str, name: str,
    groups: Sequence[str],
) -> None:  # fmt: skip
    sides = [
        [[r.series[name] for r in part if (r.identity.test, r.identity.group) == (test, g) and name in r.series]
         for g in groups]
        for part in (model, data)
    ]  # fmt: skip
    everyone = [one for side in sides for several in side for one in several]
    unit, length = unit_of_time(everyone)
    for one, side, title in zip(axes, sides, ("model", "data"), strict=True):
        for place, several in enumerate(side):
            if several:
                band(one, several, place, length)
        if everyone[0].unit.startswith("%"):
            one.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
        n = f"n = {min(map(len, side))}" if len(set(map(len, side))) == 1 else (
            f"n = {min(map(len, side))} to {max(map(len, side))}")  # fmt: skip
        one.set(title=f"{title_of(test)}, {title}, {n}", xlabel=f"Time ({unit})",
                ylabel=labelled(label(name), everyone[0].unit))  # fmt: skip
    for limits in ("xlim", "ylim"):
        ends = np.array([getattr(one, f"get_{limits}")() for one in axes])
        for one in axes:
            getattr(one, f"set_{limits}")(ends[:, 0].min(), ends[:, 1].max())


def _bars(
    axes: Axes, groups: Sequence[str], model: Sequence[np.ndarray], data: Sequence[np.ndarray], start: float
) -> None:  # fmt: skip
    """Each group's simulated animals beside the laboratory's."""
    for place, pair in enumerate(zip(model, data, strict=True)):
        own = colour(place)
        for side, sample in enumerate(pair):
            if not sample.size:
                continue
            x = place + (APART if side else -APART)
            mean, filled = inference.mean(sample), side == 0
            axes.bar(x, mean - start, 0.34, bottom=start, facecolor=(own, 0.28) if filled else "none",
                     edgecolor=own, linewidth=0 if filled else 0.9)  # fmt: skip
            spread = np.linspace(-0.11, 0.11, sample.size) if sample.size > 1 else np.zeros(1)
            axes.plot(x + spread, sample, marker(place), color=own, markersize=2.6, alpha=0.85, linestyle="none",
                      markerfacecolor=own if filled else "white", markeredgewidth=0.6)  # fmt: skip
            axes.errorbar(x, mean, inference.sem(sample) or 0.0, color="0.15", capsize=2.2, linewidth=1.0)
    if start:
        axes.axhline(start, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
    group_ticks(axes, groups)
    axes.set_xlim(-0.6, len(model) - 0.4)


def _legend(figure: Figure, groups: Sequence[str]) -> None:
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=colour(place), marker=marker(place), linewidth=0.8, label=group)
        for place, group in enumerate(groups)
    ]
    handles += [
        Patch(facecolor="0.75", label="model"),
        Patch(facecolor="none", edgecolor="0.2", linewidth=0.9, label="data"),
    ]
    figure.legend(
        handles=handles, loc="outside upper center", handlelength=1.6, columnspacing=1.2,
        ncols=columns([str(one.get_label()) for one in handles], figure.get_figwidth()),
    )  # fmt: skip
