"""A study in a report: response against the varied values, test by test, and the table of all conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from results.figures.looks import labelled
from results.report.figure import Look, as_json, axis, level, looks, plot, short
from results.report.outcomes import OUTCOMES, named
from results.report.parts import Numbers, Panel, Section, Shown
from results.statistics import inference
from results.tables import Table, number

LONGEST = 3000  # lines of the table in the page
CHOICES = 24
DOSES = (".dose", ".concentration", ".perfusate")


def study_section(table: pd.DataFrame, units: Mapping[str, str], groups: Sequence[str]) -> Section:
    """Responses against the varied values.

    Parameters
    ----------
    table : DataFrame
        `results.loaded.Results.measures` of a study.
    units : mapping
        Unit of each column that was varied; ``point`` among them.
    groups : sequence of str
        In their order.
    """
    varied = [name for name in units if name != "point" and table[name].nunique() > 1]
    present = [measure for measure in OUTCOMES if (table["measure"] == measure).any()]
    measures = present or list(dict.fromkeys(table["measure"]))[:6]
    figures = [shown for measure in measures if (shown := _against(table, units, groups, varied, measure)) is not None]
    whole = _conditions(table[table["measure"].isin(measures)], units, varied)
    note = f"The first {LONGEST} lines; collect DIR writes all of them." if len(whole.rows) == LONGEST else ""
    tables = [Numbers("All conditions", whole, note)]
    return Section("outcome", "Outcome", (), figures, tables)


def _against(
    table: pd.DataFrame, units: Mapping[str, str], groups: Sequence[str], varied: Sequence[str], measure: str
) -> Shown | None:
    part = table[table["measure"] == measure]
    if not varied or part.empty:
        return None
    along = max(varied, key=lambda name: (part[name].dtype.kind == "f", part[name].nunique()))
    others = [name for name in varied if name != along]
    panels = []
    unit = str(part["unit"].iloc[0])
    for choice, own in _choices(part, others, units):
        for test in dict.fromkeys(own["test"]):
            here = own[own["test"] == test]
            figure, said = _panel(here, along, units[along], named(measure), unit, groups)
            alt = f"{named(measure)} against {along}, {test}{f', {choice}' if choice else ''}: {said}."
            panels.append(Panel(test, alt, as_json(figure), 360, choice=choice))
    note = "Dots are animals; means have their 95 % intervals (Student's t)."
    if any(along.endswith(word) for word in DOSES) and (part[along] == 0).any():
        note += " Dose 0 is vehicle; it stands left of a gap in a logarithmic axis."
    numbers = Numbers("Numbers", _conditions(part, units, varied))
    return Shown(f"{named(measure)} against {along}", note, tuple(panels), numbers, chosen_by="Condition")


def _choices(part: pd.DataFrame, others: Sequence[str], units: Mapping[str, str]) -> list[tuple[str, pd.DataFrame]]:
    """The parts of the table in which only the value on the axis varies."""
    if not others:
        return [("", part)]
    found = []
    for values, own in part.groupby(list(others), sort=False):
        named_ = zip(others, values if isinstance(values, tuple) else (values,), strict=True)
        found.append((", ".join(f"{name} {_value(value)} {_unit(units[name])}".strip() for name, value in named_), own))
    return found[:CHOICES]


def _panel(
    part: pd.DataFrame, along: str, along_unit: str, label: str, unit: str, groups: Sequence[str]
) -> tuple[go.Figure, str]:
    steps = list(dict.fromkeys(part[along]))
    if part[along].dtype.kind == "f":
        steps.sort()
    places, ratio = _places(steps)
    title = labelled(next((along.removesuffix(word) for word in DOSES if along.endswith(word)), along), along_unit)
    figure = plot(title, axis(label[:1].upper() + label[1:], unit), hovermode="closest")
    if unit == "% of baseline":
        level(figure, 100.0)
    said = []
    width = (places[-1] - places[0]) / max(len(places) - 1, 1) if len(places) > 1 else 1.0
    there = [look for look in looks(groups) if (part["group"] == look.name).any()]
    for order, look in enumerate(there):
        shift = 0.14 * width * (order - (len(there) - 1) / 2)
        own = part[part["group"] == look.name]
        samples = [own.loc[own[along] == step, "value"].tolist() for step in steps]
        _course(figure, [place + shift for place in places], samples, steps, look, ratio and steps[0] == 0)
        pairs = zip(steps, samples, strict=True)
        means = ", ".join(f"{_value(step)}: {number(inference.mean(sample))}" for step, sample in pairs if sample)
        said.append(f"{look.name} {means}")
    figure.update_xaxes(tickvals=places, ticktext=[_value(step) for step in steps], showgrid=False)
    return figure, "; ".join(said)


def _places(steps: Sequence[Any]) -> tuple[list[float], bool]:
    """The positions of the steps on the axis: by size, by logarithm for doses, one after the other for words."""
    if not all(isinstance(step, (int, float)) for step in steps):
        return [float(place) for place in range(len(steps))], False
    positive = [step for step in steps if step > 0]
    spans = len(positive) > 2 and max(positive) / min(positive) >= 8 and min(steps) >= 0
    if not spans:
        return [float(step) for step in steps], False
    lowest = np.log10(min(positive))
    return [float(np.log10(step)) if step > 0 else float(lowest - 0.55) for step in steps], True


def _course(
    figure: go.Figure,
    places: Sequence[float],
    samples: Sequence[Sequence[float]],
    steps: Sequence[Any],
    look: Look,
    gap: bool,
) -> None:
    there = [(x, sample, step) for x, sample, step in zip(places, samples, steps, strict=True) if sample]
    aside = 0.06 * min(np.diff(sorted(set(places))), default=0.0)  # animals beside their mean's interval
    sides = [np.linspace(-aside, aside, len(sample)) if len(sample) > 1 else [0.0] for _, sample, _ in there]
    dots = [
        (x + side, value, step)
        for (x, sample, step), own in zip(there, sides, strict=True)
        for side, value in zip(own, sample, strict=True)
    ]
    shared = {"name": look.name, "legendgroup": look.name}
    figure.add_trace(
        go.Scatter(
            x=short([one[0] for one in dots]), y=short([one[1] for one in dots]), mode="markers",
            customdata=[_value(one[2]) for one in dots],
            marker={"symbol": look.symbol, "color": look.colour, "size": 5, "opacity": 0.4},
            hovertemplate=f"{look.name}, %{{customdata}}<br>an animal: %{{y:.4g}}<extra></extra>", **shared,
        )
    )  # fmt: skip
    means = [inference.mean(sample) for _, sample, _ in there]
    intervals = [inference.mean_interval(sample) for _, sample, _ in there]
    x, y = [one[0] for one in there], list(means)
    above = [interval[1] - mean if interval else 0.0 for mean, interval in zip(means, intervals, strict=True)]
    ticks = [_value(one[2]) for one in there]
    if gap and len(x) > 1:  # no line from vehicle to the lowest dose
        x, y, above = [x[0], np.nan, *x[1:]], [y[0], np.nan, *y[1:]], [above[0], 0.0, *above[1:]]
        ticks.insert(1, "")
    figure.add_trace(
        go.Scatter(
            x=short(x), y=short(y), error_y={"type": "data", "array": short(above), "color": look.colour, "width": 4},
            mode="lines+markers", marker={"symbol": look.symbol, "color": look.colour, "size": 9}, customdata=ticks,
            line={"color": look.colour, "width": 1.5, "dash": look.dash},
            hovertemplate=f"{look.name}, %{{customdata}}<br>mean %{{y:.4g}}<extra></extra>", **shared,
        )
    )  # fmt: skip


def _conditions(part: pd.DataFrame, units: Mapping[str, str], varied: Sequence[str]) -> Table:
    """Mean and SEM of each condition, group, test and measure."""
    rows = []
    for key, own in part.groupby([*varied, "test", "group", "measure"], sort=False):
        *values, test, group, measure = key
        who = str(test), str(group), named(str(measure))
        sample, unit = own["value"].tolist(), str(own["unit"].iloc[0])
        mean = number(inference.mean(sample)), number(inference.sem(sample)), _unit(unit)
        rows.append((*map(_value, values), *who, str(len(sample)), *mean))
        if len(rows) == LONGEST:
            break
    heads = (labelled(name, _unit(units[name])) for name in varied)
    return Table((*heads, "test", "group", "measure", "n", "mean", "SEM", "unit"), tuple(rows))


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit
