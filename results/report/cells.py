"""The cells in a report: sweeps before and after, evoked and miniature currents, potentials, rasters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from results.figures.assays.potentials import potentials_of
from results.figures.drawing import names
from results.figures.raster import biological_axis
from results.measures.clock import clock_of
from results.measures.currents import fit_sigmoid
from results.measures.field_response import TEST_WINDOW
from results.recording import Curve, Recording, Spikes
from results.report.figure import Look, as_json, axis, course, level, looks, plot, short
from results.report.parts import Numbers, Panel, Shown
from results.report.potentials import potentials
from results.statistics import inference
from results.tables import Table, number

BEFORE, AFTER = "field_before", "field_after"  # mean sweeps that `lightened` makes of a test of plasticity
RASTERS = 8  # sample animals whose spikes are shown
CELLS, SPIKES = 12, 4000  # of a population and of a raster, at most
AGAINST = {
    "input_output": ("Input-output", "Share of axons recruited", "Response amplitude"),
    "paired_pulse_ratio": ("Paired pulses", "Interval (ms)", "Second response over first"),
}
SWEEPS = (
    ("Field response before and after", (BEFORE, AFTER)),
    ("Currents at two holding potentials", ("at_rest", "depolarised")),
    ("Miniature currents of one cell", ("example",)),
)


def lightened(recording: Recording, window: tuple[float, float] = TEST_WINDOW, spikes: bool = False) -> Recording:
    """The recording reduced to what the report shows: mean sweeps, and spikes on demand.

    Parameters
    ----------
    recording : Recording
    window : (float, float)
        s after the induction: sweeps of the mean after it.
    spikes : bool
    """
    curves = dict(recording.curves)
    field = recording.traces.get("field")
    if field is not None:
        chosen = {
            BEFORE: field.sweep_time < 0,
            AFTER: (field.sweep_time >= window[0]) & (field.sweep_time <= window[1]),
        }
        for name, sweeps in chosen.items():
            if sweeps.any():
                mean = field.data[sweeps].mean(axis=0)
                curves[name] = Curve(field.time * 1e3, mean, "ms", field.unit, "time from the pulse", name)
    return replace(
        recording,
        traces=potentials_of(recording) if spikes else {},
        spikes=recording.spikes if spikes else {},
        synapses={},
        curves=curves,
    )


def cells(recordings: Sequence[Recording], groups: Sequence[str]) -> list[Shown]:
    """The sections on cells, as far as the recordings have data for them."""
    found = [_against(recordings, groups, name, *labels) for name, labels in AGAINST.items()]
    found += [_sweeps(recordings, groups, title, chosen) for title, chosen in SWEEPS]
    found += [_pairs(recordings, groups), potentials(recordings), rasters(recordings)]
    return [one for one in found if one is not None]


def _having(recordings: Sequence[Recording], curve: str) -> list[Recording]:
    return [recording for recording in recordings if curve in recording.curves]


def _against(recordings: Sequence[Recording], groups: Sequence[str], name: str, *labels: str) -> Shown | None:
    """A curve of points over animals, mean ± SEM, with the sigmoid through the means where it is an input-output."""
    title, x_label, y_label = labels
    having = _having(recordings, name)
    if not having or all(len(recording.curves[name].x) < 2 for recording in having):
        return None
    panels, rows = [], []
    for test in names(having, "test"):
        figure = plot(x_label, axis(y_label, having[0].curves[name].unit), hovermode="closest")
        for look in looks(groups):
            own = [r.curves[name] for r in having if (r.identity.test, r.identity.group) == (test, look.name)]
            if not own:
                continue
            values = np.array([curve.y for curve in own])
            course(figure, own[0].x, list(values), look)
            if name == "input_output":
                figure.data[-1].mode = "markers"
                fine = np.linspace(0, float(own[0].x.max()), 60)
                _line(figure, fine, fit_sigmoid(own[0].x, values.mean(axis=0))(fine), look)
            for place, at in enumerate(own[0].x):
                column = values[:, place]
                shown = number(float(column.mean())), number(inference.sem(column)), own[0].unit
                rows.append((test, look.name, f"{at:g}", str(len(own)), *shown))
        figure.update_yaxes(rangemode="tozero")
        alt = f"{title}, {test}: {y_label.lower()} against {x_label.lower()}, mean and standard error by group."
        panels.append(Panel(test, alt, as_json(figure), 340))
    head = ("test", "group", x_label.lower(), "n", "mean", "SEM", "unit")
    return Shown(title, "Mean ± SEM over animals.", tuple(panels), Numbers("Numbers", Table(head, tuple(rows))))


def _sweeps(
    recordings: Sequence[Recording], groups: Sequence[str], title: str, chosen: tuple[str, ...]
) -> Shown | None:
    having = [r for r in recordings if any(name in r.curves for name in chosen)]
    if not having:
        return None
    one_cell = chosen == ("example",)
    panels, rows = [], []
    for test in names(having, "test"):
        part = [r for r in having if r.identity.test == test]
        sample = next(r.curves[name] for r in part for name in chosen if name in r.curves)
        figure = plot(axis("Time" if one_cell else "Time from the pulse", sample.x_unit), axis("Current", sample.unit))
        level(figure, 0.0)
        apart = 1.2 * max(float(-r.curves["example"].y.min()) for r in part) if one_cell else 0.0
        for look in looks(groups):
            for name in chosen:
                own = [r.curves[name] for r in part if r.identity.group == look.name and name in r.curves]
                if not own:
                    continue
                mean = own[0].y if one_cell else np.mean([curve.y for curve in own], axis=0)
                dash = "dot" if name == BEFORE else "solid"
                _line(figure, own[0].x, mean - look.place * apart, look, dash, name)
                peak = own[0].x[np.argmax(np.abs(mean))]
                cells = f"{mean[np.argmax(np.abs(mean))]:.4g} {sample.unit}", f"{peak:.3g} {sample.x_unit}"
                rows.append((test, look.name, _sweep_name(name), str(1 if one_cell else len(own)), *cells))
        if one_cell:
            figure.update_yaxes(title_text="Current, group under group (pA)")
        alt = f"{title}, {test}: current against time, a line for each group and condition."
        panels.append(Panel(test, alt, as_json(figure), 340, wide=one_cell))
    note = {
        BEFORE: "Means over sweeps and animals. Dotted: baseline; solid: where the outcome is measured.",
        "at_rest": "Means over sweeps and animals; inward at the negative potential, outward at the positive one.",
        "example": "The first animal of each group.",
    }[chosen[0]]
    head = ("test", "group", "sweep", "n", "largest current", "at")
    return Shown(title, note, tuple(panels), Numbers("Numbers", Table(head, tuple(rows))))


def _sweep_name(name: str) -> str:
    return {BEFORE: "baseline", AFTER: "after the induction", "example": "one cell"}.get(name, name.replace("_", " "))


def _line(figure: go.Figure, x: np.ndarray, y: np.ndarray, look: Look, dash: str = "", said: str = "") -> None:
    pointed = f", {_sweep_name(said)}"
    figure.add_trace(
        go.Scatter(
            x=short(x), y=short(y), mode="lines", name=look.name, legendgroup=look.name,
            line={"color": look.colour, "width": 1.4, "dash": dash or look.dash},
            hovertemplate=f"{look.name}{pointed}<br>%{{x:.3g}}: %{{y:.4g}}<extra></extra>" if said else None,
            hoverinfo=None if said else "skip",
        )
    )  # fmt: skip


def _pairs(recordings: Sequence[Recording], groups: Sequence[str]) -> Shown | None:
    """Mean sweeps of paired pulses."""
    having = [r for r in recordings if any(name.startswith("pair_") for name in r.curves)]
    if not having:
        return None
    panels, rows = [], []
    for test in names(having, "test"):
        part = [r for r in having if r.identity.test == test]
        held = [name for name in part[0].curves if name.startswith("pair_")]
        for name in sorted(held, key=lambda name: part[0].curves[name].x.max()):  # intervals from the shortest
            sample = part[0].curves[name]
            figure = plot(axis("Time from the first pulse", sample.x_unit), axis("Current", sample.unit))
            level(figure, 0.0)
            for look in looks(groups):
                own = [r.curves[name] for r in part if r.identity.group == look.name and name in r.curves]
                if own:
                    mean = np.mean([curve.y for curve in own], axis=0)
                    _line(figure, own[0].x, mean, look, said=name)
                    rows.append((test, look.name, name[5:].replace("_", " "), str(len(own)), f"{mean.min():.4g} pA"))
            interval = name[5:].replace("_", " ")
            alt = f"Mean current of two pulses {interval} apart, {test}, by group."
            panels.append(Panel(f"{test}, {interval}", alt, as_json(figure), 300))
    head = ("test", "group", "interval", "n", "largest inward current")
    note = "Means over pairs and animals."
    return Shown("Pairs of pulses", note, tuple(panels), Numbers("Numbers", Table(head, tuple(rows))))


def rasters(recordings: Sequence[Recording]) -> Shown | None:
    """Spikes of sample cells of one animal in each group: a row per cell, populations under each other."""
    panels, rows = [], []
    for recording in [r for r in recordings if any(one.timestamps.size for one in r.spikes.values())][:RASTERS]:
        who = recording.identity
        title = f"{who.group}, {who.test}"
        figure, begin, end, counted = _raster(recording)
        rates = []
        for population, (cells_shown, spikes, rate) in counted.items():
            rows.append((title, population.replace("_", " "), str(cells_shown), str(spikes), number(rate)))
            rates.append(f"{population.replace('_', ' ')} {number(rate)} Hz")
        stretch = f"{begin:.3g} to {end:.3g} s of the network"
        alt = f"Spikes of sample cells, {title}, animal {who.animal}, {stretch}. {'; '.join(rates)}."
        height = 120 + 13 * sum(one[0] for one in counted.values()) // (1 if len(counted) < 8 else 4)
        panels.append(Panel(title, alt, as_json(figure), max(320, height), wide=True, choice=title))
    if not panels:
        return None
    note = (
        f"One animal of each group: a stretch in the middle of the run, up to {CELLS} cells of each population, a row "
        "for each. The axis names biological time. Between pulses and in sessions slow variables run faster than the "
        "network, so spikes lie as the network ran: the rates in the table are per second of it."
    )
    head = ("run", "population", "cells shown", "spikes shown", "rate (Hz)")
    numbers = Numbers("Numbers", Table(head, tuple(rows)), "Rates are those of the cells and the stretch shown.")
    return Shown("Spikes of sample cells", note, tuple(panels), numbers, grouped=False, chosen_by="Animal")


def _raster(
    recording: Recording,
) -> tuple[go.Figure, float, float, dict[str, tuple[int, int, float]]]:
    """A raster of a stretch from the middle of the run, and for each population cells, spikes and rate in it."""
    spikes: Mapping[str, Spikes] = recording.spikes
    chosen = {}
    for population, one in spikes.items():
        cells_there = np.unique(one.node_ids)
        kept = cells_there[np.linspace(0, len(cells_there) - 1, min(CELLS, len(cells_there))).round().astype(int)]
        inside = np.isin(one.node_ids, kept)
        chosen[population] = kept, one.timestamps[inside], np.searchsorted(kept, one.node_ids[inside])
    every = np.sort(np.concatenate([times for _, times, _ in chosen.values()]))
    last = float(every[-1])
    begin = last / 2 if len(every) > SPIKES else 0.0
    later = every[every >= begin]
    end = float(later[min(len(later) - 1, SPIKES)])
    figure = plot("Network time (s)", "", hovermode="closest")
    row, ticks, counted = 0, [], {}
    for place, (population, (kept, times, cell)) in enumerate(chosen.items()):
        shown = (times >= begin) & (times <= end)
        at, which = times[shown], row + cell[shown]
        x = np.column_stack([at, at, np.full(len(at), np.nan)]).ravel()
        y = np.column_stack([which + 0.1, which + 0.9, np.full(len(at), np.nan)]).ravel()
        look = Look(population, place % 7)
        figure.add_trace(
            go.Scatter(
                x=short(x), y=short(y), mode="lines", line={"color": look.colour, "width": 1},
                name=population.replace("_", " "),
                hovertemplate="%{x:.3f} s of the network<extra>%{fullData.name}</extra>",
            )
        )  # fmt: skip
        ticks.append((row + max(1, len(kept)) / 2, population.replace("_", " ")))
        rate = len(at) / max(len(kept), 1) / max(end - begin, 1e-9)
        counted[population] = len(kept), len(at), rate
        row += max(len(kept), 2) + 1
    figure.update_yaxes(
        tickvals=[at for at, _ in ticks], ticktext=[name for _, name in ticks], showgrid=False, zeroline=False,
        range=[row, -1], automargin=True, tickfont={"size": 10},
    )  # fmt: skip
    figure.update_xaxes(range=[begin, end])
    clock = clock_of(recording)
    if clock is not None:
        places, texts, title = biological_axis(recording, clock, begin, end)
        figure.update_xaxes(tickvals=list(places), ticktext=texts, title_text=title)
    return figure, begin, end, counted
