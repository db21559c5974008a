"""Membrane potentials of sample cells in a report: the cells of one animal in each group under each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from results.figures.assays.potentials import RANGE, STRETCHES, cell_names, potentials_of
from results.figures.looks import OKABE_ITO
from results.recording import Recording, Trace
from results.report.figure import INK, SOFT, as_json, plot, short
from results.report.parts import Numbers, Panel, Shown
from results.tables import Table

NAME = 32.0  # mV above each row, for the cell's name
APART = RANGE[1] - RANGE[0] + NAME  # mV from one cell to the next
TICKS = (-80, -40, 0)  # mV
D1, D2 = OKABE_ITO[2], OKABE_ITO[1]


def potentials(recordings: Sequence[Recording]) -> Shown | None:
    """Membrane potentials of sample cells, where recordings hold them."""
    panels, rows = [], []
    for recording in recordings:
        who = recording.identity
        run = f"{who.group}, {who.test}"
        for name, trace in potentials_of(recording).items():
            stretch = STRETCHES.get(name, name.replace("_", " "))
            cells = cell_names(trace)
            alt = (
                f"Membrane potential of {len(cells)} cells, {run}, animal {who.animal}, {stretch.lower()}: "
                f"from {trace.data.min():.0f} to {trace.data.max():.0f} mV."
            )
            panels.append(Panel(stretch, alt, as_json(_plot(trace, cells)), 90 + 84 * len(cells), choice=run))
            for cell, potential in zip(cells, trace.data, strict=True):
                found = potential[trace.time < 0].mean(), potential.mean(), potential.max()
                rows.append((run, stretch.lower(), cell, *(f"{one:.1f}" for one in found)))
    if not panels:
        return None
    head = ("run", "stretch", "cell", "before the pulse (mV)", "mean (mV)", "highest (mV)")
    note = (
        "One animal of each group: 0.3 s around the last test pulse of the baseline, the first pulses of the "
        "induction, and the first test pulse of the outcome. Samples are 0.5 ms apart, so the tops of spikes are cut."
    )
    numbers = Numbers("Numbers", Table(head, tuple(rows)))
    return Shown("Potentials of sample cells", note, tuple(panels), numbers, grouped=False, chosen_by="Animal")


def _plot(trace: Trace, cells: Sequence[str]) -> go.Figure:
    """One stretch: a row for each cell, every row with its own scale in mV."""
    figure = plot("Time from the pulse (ms)", "Potential (mV)", hovermode="closest")
    figure.add_vline(x=0, line={"color": SOFT, "width": 1}, layer="below")
    at, texts = [], []
    for row, (cell, potential) in enumerate(zip(cells, trace.data, strict=True)):
        shift = -row * APART
        figure.add_trace(
            go.Scatter(
                x=short(trace.time * 1e3), y=short(potential + shift), customdata=short(np.round(potential, 1)),
                mode="lines", line={"color": D1 if cell.startswith("D1") else D2, "width": 1.1}, name=cell,
                hovertemplate=f"{cell}<br>%{{x:.1f}} ms: %{{customdata:.1f}} mV<extra></extra>",
            )
        )  # fmt: skip
        figure.add_annotation(
            x=1, xref="paper", xanchor="right", y=shift + RANGE[1], yanchor="bottom", text=cell, showarrow=False,
            font={"size": 11, "color": INK},
        )  # fmt: skip
        at += [shift + tick for tick in TICKS]
        texts += [str(tick) for tick in TICKS]
    figure.update_yaxes(
        tickvals=at, ticktext=texts, range=[RANGE[0] - (len(cells) - 1) * APART, RANGE[1] + NAME], tickfont={"size": 10}
    )
    return figure
