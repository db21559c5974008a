"""The parts that all plots of a report share: colours of groups, courses with errors, bars with animals as dots.

Colours are those of the printed figures (`results.figures.drawing`). On a dark ground the page replaces each of them by
a lighter one, so that only the colours of the light page appear here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go

from results.figures.looks import colour, labelled
from results.recording import FloatArray
from results.statistics import inference
from results.tables import number

INK, SOFT, FAINT = "#333333", "#999999", "#ebebeb"
ON_DARK = {
    INK: "#c9cdd3", SOFT: "#80868e", FAINT: "#2b3036", "#ffffff": "#16191d",
    "#000000": "#f4f4f4", "#D55E00": "#f5813b", "#0072B2": "#5b9bff", "#009E73": "#2cc79a", "#CC79A7": "#e8a3cb",
    "#E69F00": "#ffc648", "#56B4E9": "#a5dffb", "#BBBBBB": "#8b9097", "#E0E0E0": "#565b62", "#E58A4B": "#f0a672",
}  # fmt: skip
"""Colour of the light page -> of the dark one."""
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "x")
SIGNS = "●■◆▲▼⬟✖○□◇△▽⬠✕"
"""The same as letters, filled and hollow, for the legend."""
SLANT = 35  # degrees of names of groups that do not fit beside each other
LONG_TITLE = 24  # letters of a line of the title of an axis
SIDE_BY_SIDE = 26  # letters of all names that do


@dataclass(frozen=True)
class Look:
    """How a group is drawn: its colour, its marker, and a dash once the seven colours are used up."""

    name: str
    place: int

    @property
    def colour(self) -> str:
        """Of Okabe and Ito."""
        return colour(self.place)

    @property
    def symbol(self) -> str:
        """Hollow after the seventh group."""
        return SYMBOLS[self.place % len(SYMBOLS)] + ("-open" if self.place >= len(SYMBOLS) else "")

    @property
    def sign(self) -> str:
        """The marker as a letter."""
        return SIGNS[self.place % len(SIGNS)]

    @property
    def dash(self) -> str:
        """Dashed after the seventh group."""
        return "solid" if self.place < len(SYMBOLS) else "dash"


def looks(groups: Sequence[str]) -> list[Look]:
    """A look for each group, in order."""
    return [Look(name, place) for place, name in enumerate(groups)]


def plot(x: str, y: str, **layout: Any) -> go.Figure:
    """An empty plot with titles on its axes."""
    figure = go.Figure(layout={"template": "none", "showlegend": False, **layout})
    figure.update_xaxes(title_text=x)
    figure.update_yaxes(title_text=y)
    return figure


def axis(text: str, unit: str) -> str:
    """The title of an axis, with its unit; in two lines where it is long."""
    whole = labelled(text, unit)
    return whole if len(whole) <= LONG_TITLE else "<br>".join(wrap(whole, LONG_TITLE))


def as_json(figure: go.Figure) -> str:
    """The plot as plotly's own script takes it."""
    return str(figure.to_json())


def short(values: Any) -> np.ndarray:
    """Numbers with seven digits, which are more than a screen shows, to save space."""
    return np.asarray(values, dtype=np.float32)


def course(figure: go.Figure, x: FloatArray, tables: Sequence[FloatArray], look: Look, dots: bool = True) -> None:
    """Mean ± SEM over animals at each x, without a line across 0, the time of an induction.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
    x : ndarray, shape (n,)
    tables : sequence of ndarray, shape (n,)
        One per animal.
    look : Look
    dots : bool
        Whether each point has a marker and its error; else the line stands alone.
    """
    values = np.array(tables)
    mean = values.mean(axis=0)
    errors = np.array([inference.sem(column) or 0.0 for column in values.T])
    after = int(np.searchsorted(x, 0.0))
    if 0 < after < len(x):
        x, mean, errors = (np.insert(one, after, np.nan) for one in (x, mean, errors))
    figure.add_trace(
        go.Scatter(
            x=short(x),
            y=short(mean),
            error_y={"type": "data", "array": short(errors), "thickness": 1, "width": 0, "color": look.colour}
            if dots and len(values) > 1
            else None,
            mode="lines+markers" if dots else "lines",
            marker={"symbol": look.symbol, "color": look.colour, "size": 6},
            line={"color": look.colour, "width": 1.4, "dash": look.dash},
            name=look.name,
            legendgroup=look.name,
            hovertemplate=f"{look.name}<br>%{{x:.3g}}: %{{y:.4g}}<extra>n = {len(values)}</extra>",
        )
    )


def bar(figure: go.Figure, sample: Sequence[float], look: Look, bar_from: float, unit: str) -> None:
    """A bar from `bar_from` to the mean with its SEM, each animal a dot beside the others, over the group's place."""
    at, mean, sem = look.place + 1, inference.mean(sample), inference.sem(sample)
    spread = "" if sem is None else f" ± {number(sem)} SEM"
    figure.add_trace(
        go.Bar(
            x=[at],
            y=[mean - bar_from],
            base=bar_from,
            width=0.74,
            marker={"color": look.colour, "opacity": 0.3},
            error_y={"type": "data", "array": [sem or 0.0], "color": look.colour, "thickness": 1.6, "width": 4},
            name=look.name,
            legendgroup=look.name,
            hovertemplate=f"{look.name}<br>mean {number(mean)}{spread} {unit}<extra>n = {len(sample)}</extra>",
        )
    )
    side = np.linspace(-0.26, 0.26, len(sample)) if len(sample) > 1 else np.zeros(1)
    figure.add_trace(
        go.Scatter(
            x=at + side,
            y=np.asarray(sample, float),
            mode="markers",
            marker={"symbol": look.symbol, "color": look.colour, "size": 7, "opacity": 0.85},
            name=look.name,
            legendgroup=look.name,
            customdata=list(range(len(sample))),
            hovertemplate=f"{look.name}<br>animal %{{customdata}}: %{{y:.4g}} {unit}<extra></extra>",
        )
    )


def bars(samples: Sequence[tuple[Look, Sequence[float]]], label: str, unit: str, bar_from: float) -> go.Figure:
    """A bar for each group that has values, over its name."""
    figure = plot("", axis(label, unit), barmode="overlay", hovermode="closest")
    there = [(look, sample) for look, sample in samples if len(sample)]
    for look, sample in there:
        bar(figure, sample, look, bar_from, "" if unit == "1" else unit)
    places = [look.place + 1 for look, _ in there]
    named = [look.name for look, _ in there]
    figure.update_xaxes(tickvals=places, ticktext=named, tickangle=-SLANT if slanted(named) else 0, showgrid=False)
    if slanted(named):
        figure.update_xaxes(tickfont={"size": 10})
    figure.update_xaxes(range=[min(places) - 0.6, max(places) + 0.6])
    if bar_from:
        level(figure, bar_from)
    return figure


def slanted(named: Sequence[str]) -> bool:
    """Whether names of groups do not fit beside each other below a panel."""
    return sum(map(len, named)) > SIDE_BY_SIDE


def room(named: Sequence[str]) -> int:
    """Pixels that slanted names take below a panel, over those of a line of them."""
    return int(min(110, 5.2 * max(map(len, named)) * np.sin(np.radians(SLANT)))) if slanted(named) else 0


def level(figure: go.Figure, y: float) -> None:
    """A dotted line across the plot: a baseline, or zero."""
    figure.add_hline(y=y, line={"color": SOFT, "width": 1, "dash": "dot"}, layer="below")


def moment(figure: go.Figure, x: float, text: str) -> None:
    """A line through a moment, named at its top."""
    figure.add_vline(x=x, line={"color": INK, "width": 1}, layer="below")
    figure.add_annotation(
        x=x, y=1, yref="paper", text=text, showarrow=False, xanchor="left", yanchor="top", xshift=3,
        font={"size": 11, "color": INK},
    )  # fmt: skip


def described(samples: Sequence[tuple[str, Sequence[float]]], unit: str) -> str:
    """Means of groups in words, for alternative text."""
    parts = [f"{name} {number(inference.mean(sample))}" for name, sample in samples if len(sample)]
    return f"{'; '.join(parts)}{'' if unit == '1' else f' ({unit})'}"
