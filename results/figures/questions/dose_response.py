"""Dose against response: each animal a dot, means with their 95 % intervals, vehicle beside a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results.figures.drawing import STYLE, NothingToDraw, grid
from results.figures.legend import columns, letters, note
from results.figures.looks import Width, colour, labelled, marker, title_of
from results.labels import DOSES, OUTCOMES, label
from results.statistics import inference

if TYPE_CHECKING:
    from results.loaded import Results

VEHICLE = 0.55  # decades left of the lowest dose
SPREAD = 0.05  # decades between the groups


def dose_response_figure(results: Results, width: Width = "double") -> Figure:
    """Responses against dose, as `table_figure` draws them, from what a study's folder holds.

    Parameters
    ----------
    results : results.loaded.Results
        Of a study that varied one dose.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure

    Raises
    ------
    NothingToDraw
        If not one dose alone was varied, and as `table_figure` does.
    """
    units = getattr(results, "units", {})
    varied = [name for name in units if name != "point"]
    if not varied:
        raise NothingToDraw("no study, so no doses: a response against dose needs the folder of one")
    long = results.measures
    changing = [name for name in varied if long[name].nunique() > 1]
    if len(changing) != 1 or changing[0].rpartition(".")[2] not in DOSES:
        raise NothingToDraw(f"a response against dose needs one dose that varies, not {', '.join(changing) or 'none'}")
    wide = long.pivot_table(
        index=[changing[0], "group", "test", "animal"], columns="measure", values="value", sort=False, observed=True
    ).reset_index()
    found = dict(long.groupby("measure", sort=False)["unit"].first().items())
    return table_figure(wide, changing[0], {**{str(name): str(unit) for name, unit in found.items()}, **units}, width)


def table_figure(table: pd.DataFrame, dose: str, units: Mapping[str, str], width: Width = "double") -> Figure:
    """A panel per test: response against dose, group by group.

    Parameters
    ----------
    table : DataFrame
        A line per run (`results.store.collected.read`).
    dose : str
        The column of the dose; 0 is vehicle.
    units : mapping
        Unit of every column that holds numbers.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        Dots are animals; the mean of a group at a dose has its 95 % interval (Student's t). The axis is logarithmic,
        with vehicle left of a gap.

    Raises
    ------
    NothingToDraw
        If no test has one of `results.labels.OUTCOMES`, or no dose is above 0.
    """
    doses = np.unique(table[dose].to_numpy(float))
    if not (doses > 0).any():
        raise NothingToDraw("no dose above 0")
    panels = []
    for test in dict.fromkeys(table["test"]):
        part = table[table["test"] == test]
        measure = next((name for name in OUTCOMES if name in part and part[name].notna().any()), None)
        if measure is not None:
            panels.append((test, measure, part))
    if not panels:
        raise NothingToDraw("no test has a response that is drawn against dose")
    groups = list(dict.fromkeys(table["group"]))
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = grid(len(panels), 2, 2.5, width, 0.55)
        for one, (test, measure, part) in zip(axes, panels, strict=True):
            for place, group in enumerate(groups):
                shift = SPREAD * (place - (len(groups) - 1) / 2)
                _course(one, part[part["group"] == group], dose, measure, doses, place, shift)
            if units.get(measure) == "% of baseline":
                one.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            _dose_axis(one, doses)
            name, _, kind = dose.rpartition(".")
            one.set(title=title_of(test), xlabel=labelled(name if kind in DOSES and name else dose, units[dose]))
            one.set_ylabel(labelled(label(measure), units[measure]))
        letters(axes)
        handles = [
            Line2D([], [], color=colour(place), marker=marker(place), linewidth=0.8, label=group)
            for place, group in enumerate(groups)
        ]
        figure.legend(handles=handles, loc="outside upper center", ncols=columns(groups, figure.get_figwidth()))
        note(figure, "Dots: single animals; bars: mean with its 95 % interval over animals (Student's t)")
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
        mean, interval = inference.mean(sample), inference.mean_interval(sample)
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
