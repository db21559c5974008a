"""Dose against response: each animal a dot, means with their 95 % intervals, vehicle beside a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results import statistics
from results.drawing import STYLE, WIDTH, NothingToDraw, colour, labelled, letters, marker

RESPONSES = {
    "fepsp": "Field amplitude",
    "active_presses": "Active presses",
    "ampa_nmda_ratio": "AMPA/NMDA ratio",
    "paired_pulse_ratio": "Paired-pulse ratio",
    "dialysate_change": "Glutamate in the dialysate",
    "extrasynaptic_glutamate": "Extrasynaptic glutamate",
}
"""What is drawn, the first that a test has."""
VEHICLE = 0.55  # decades left of the lowest dose
SPREAD = 0.05  # decades between the groups


def dose_response_figure(table: pd.DataFrame, dose: str, units: Mapping[str, str]) -> Figure:
    """A panel per test: response against dose, group by group.

    Parameters
    ----------
    table : DataFrame
        A line per run (`results.collected.read`).
    dose : str
        The column of the dose; 0 is vehicle.
    units : mapping
        Unit of every column that holds numbers.

    Returns
    -------
    Figure
        Dots are animals; the mean of a group at a dose has its 95 % interval (Student's t). The axis is logarithmic,
        with vehicle left of a gap.

    Raises
    ------
    NothingToDraw
        If no test has one of `RESPONSES`, or no dose is above 0.
    """
    doses = np.unique(table[dose].to_numpy(float))
    if not (doses > 0).any():
        raise NothingToDraw("no dose above 0")
    panels = []
    for test in dict.fromkeys(table["test"]):
        part = table[table["test"] == test]
        measure = next((name for name in RESPONSES if name in part and part[name].notna().any()), None)
        if measure is not None:
            panels.append((test, measure, part))
    if not panels:
        raise NothingToDraw("no test has a response that is drawn against dose")
    groups = list(dict.fromkeys(table["group"]))
    with matplotlib.rc_context(fname=STYLE):
        columns = min(2, len(panels))
        lines = -(-len(panels) // columns)
        figure = Figure(figsize=(WIDTH if columns == 2 else 0.55 * WIDTH, 0.5 + 2.5 * lines), layout="constrained")
        axes = figure.subplots(lines, columns, squeeze=False).ravel()
        for one, (test, measure, part) in zip(axes, panels, strict=False):
            for place, group in enumerate(groups):
                shift = SPREAD * (place - (len(groups) - 1) / 2)
                _course(one, part[part["group"] == group], dose, measure, doses, place, shift)
            if units.get(measure) == "% of baseline":
                one.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            _dose_axis(one, doses)
            label = dose.removesuffix(".dose").removesuffix(".concentration").removesuffix(".perfusate")
            one.set(title=test, xlabel=labelled(label, units[dose]))
            one.set_ylabel(labelled(RESPONSES[measure], units[measure]))
        for one in axes[len(panels) :]:
            one.set_axis_off()
        letters(axes[: len(panels)])
        handles = [
            Line2D([], [], color=colour(place), marker=marker(place), linewidth=0.8, label=group)
            for place, group in enumerate(groups)
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=min(4, len(groups)))
    return figure


def _course(
    axes: Axes, part: pd.DataFrame, dose: str, measure: str, doses: np.ndarray, place: int, shift: float
) -> None:
    where, means, below, above = [], [], [], []
    for one in doses:
        sample = part.loc[part[dose] == one, measure].dropna().tolist()
        if not sample:
            continue
        x = _at(one, doses) + shift
        side = np.linspace(-0.4, 0.4, len(sample)) * SPREAD if len(sample) > 1 else np.zeros(1)
        axes.plot(
            x + side, sample, marker(place), color=colour(place), markersize=3.0, markeredgewidth=0, alpha=0.4,
            linestyle="none",
        )  # fmt: skip
        mean, interval = statistics.mean(sample), statistics.mean_interval(sample)
        where.append(x)
        means.append(mean)
        below.append(mean - interval[0] if interval else 0.0)
        above.append(interval[1] - mean if interval else 0.0)
    if not where:
        return
    axes.errorbar(
        where, means, [below, above], color=colour(place), marker=marker(place), markersize=4.5, linewidth=0,
        elinewidth=1.0, capsize=2.5, zorder=3,
    )  # fmt: skip
    first = 1 if 0 in doses and len(where) > 1 else 0  # no line across the gap
    axes.plot(where[first:], means[first:], color=colour(place), linewidth=0.9, zorder=2)


def _at(dose: float, doses: np.ndarray) -> float:
    lowest = np.log10(doses[doses > 0].min())
    return float(lowest - VEHICLE) if dose <= 0 else float(np.log10(dose))


def _dose_axis(axes: Axes, doses: np.ndarray) -> None:
    axes.set_xticks([_at(dose, doses) for dose in doses], ["vehicle" if dose <= 0 else f"{dose:g}" for dose in doses])
    axes.minorticks_off()
    axes.set_xlim(_at(doses.min(), doses) - 0.2, _at(doses.max(), doses) + 0.2)
    if 0 in doses:  # the axis is broken between vehicle and the lowest dose
        gap = _at(0.0, doses) + VEHICLE / 2
        low, high = axes.get_xlim()
        for side in (-0.008, 0.008):
            x = (gap - low) / (high - low) + side
            axes.plot([x - 0.008, x + 0.008], [-0.02, 0.02], color="0.2", linewidth=0.8, transform=axes.transAxes,
                      clip_on=False)  # fmt: skip
