"""The figure of a power analysis: power against the number of animals, and the number that is needed."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures.drawing import STYLE
from results.figures.legend import letters, note
from results.figures.looks import colour, inches
from results.statistics.power import TARGETS, PowerCurve


def power_figure(curves: Mapping[str, PowerCurve], title: str) -> Figure:
    """Power curves, and the animals needed for each target.

    Parameters
    ----------
    curves : mapping from str to PowerCurve
        By set of parameters; with several, the last is drawn as their summary.
    title : str

    Returns
    -------
    Figure
        Power against animals in each group, the summary with its band over pools; and a dot and a bar (95 % interval
        over pools) per set at the number of animals that 80 % takes. An arrow: more than was looked at.
    """
    rows = list(curves.items())
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(inches("double"), max(2.9, 1.5 + 0.24 * len(rows))), layout="constrained")
        curve_axes, needed_axes = figure.subplots(1, 2, width_ratios=(1.5, 1))
        for place, (name, curve) in enumerate(rows):
            last = place == len(rows) - 1
            own = "#000000" if last else colour(1 + place % 6)
            if last:
                low, high = 100 * curve.pool_interval.T
                curve_axes.fill_between(curve.n, low, high, color="0.85", linewidth=0, label="95 % interval over pools")
            style = "-" if last or place < 6 else "--"
            curve_axes.plot(curve.n, 100 * curve.power, style, color=own, linewidth=1.6 if last else 0.8, label=name)
            _needed(needed_axes, curve, place, own)
        for target in TARGETS:
            curve_axes.axhline(100 * target, color="0.5", linewidth=0.6, linestyle=":", zorder=0)
        largest = int(rows[0][1].n[-1])
        curve_axes.set(xlabel="Animals in each group", ylabel="Cohorts with p < 0.05 (%)", ylim=(0, 101))
        curve_axes.set(xlim=(2, largest + 1), title=title)
        curve_axes.legend(loc="lower right")
        needed_axes.set_yticks(range(len(rows)), [name for name, _ in rows])
        needed_axes.set(xlim=(2, largest + 3), ylim=(len(rows) - 0.4, -0.6), xlabel="Animals in each group")
        needed_axes.set_title("Needed for 80 %")
        letters((curve_axes, needed_axes))
        note(figure, "Dots and lines on the right: animals needed, and their 95 % interval over pools")
    return figure


def _needed(axes: Axes, curve: PowerCurve, place: int, own: str) -> None:
    """The number of animals for the first target with its interval. An arrow marks numbers beyond the largest one."""
    found, end = curve.needed(TARGETS[0]), int(curve.n[-1]) + 1
    low, high = found.low or end, found.high or end
    axes.plot([low, high], [place, place], color=own, linewidth=1.1)
    if found.high is None:
        axes.plot(end, place, ">", color=own, markersize=4)
    if found.n is not None:
        axes.plot(found.n, place, "o", color=own, markersize=4)
