"""The design of an experiment: its lines of time, its groups and tests in words, and the circuit as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from results.figures.wiring import COLOURS, PLACES
from results.report.figure import FAINT, INK, SOFT, Look, as_json, looks, plot
from results.report.parts import Numbers, Panel, Shown
from results.report.timeline import Line
from results.tables import Table


@dataclass(frozen=True)
class Silenced:
    """A nucleus or projection that is silenced or stimulated in a group.

    Attributes
    ----------
    group : str
    nucleus : str
        Empty where it is a projection.
    projection : (str, str) or None
    text : str
        How, how much, on which side and when.
    """

    group: str
    nucleus: str
    projection: tuple[str, str] | None
    text: str


@dataclass(frozen=True)
class Design:
    """The parts of an experiment's design that the report shows.

    Attributes
    ----------
    lines : tuple of Line
    groups, tests : Table
        In words.
    projections : tuple of (source, target, transmitter, learns)
        Between nuclei; empty where the circuit is not shown.
    silenced : tuple of Silenced
    """

    lines: tuple[Line, ...]
    groups: Table
    tests: Table
    projections: tuple[tuple[str, str, str, bool], ...] = ()
    silenced: tuple[Silenced, ...] = ()


def circuit(design: Design, groups: Sequence[str]) -> Shown | None:
    """Nuclei, projections, which of them learn, and which are silenced in each group; None without a circuit."""
    if not design.projections:
        return None
    figure = plot("", "", hovermode="closest", showlegend=True)
    drawn: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for source, target, transmitter, learns in dict.fromkeys(design.projections):
        if source != target:
            drawn.setdefault((transmitter, learns), []).append((source, target))
    for (transmitter, learns), ends in drawn.items():
        _arrows(figure, ends, transmitter, learns)
    _nuclei(figure)
    by_name = {look.name: look for look in looks(groups)}
    for group in dict.fromkeys(one.group for one in design.silenced):
        _crosses(figure, [one for one in design.silenced if one.group == group], by_name[group])
    figure.update_xaxes(visible=False, range=[-0.9, 8.5])
    figure.update_yaxes(visible=False, range=[-0.5, 3.6])
    figure.update_layout(legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.02, "yanchor": "top"})
    rows = tuple((one.group, one.nucleus or "->".join(one.projection or ()), one.text) for one in design.silenced)
    hit = "; ".join(f"{group}: {place}" for group, place, _ in rows) or "nothing"
    alt = f"Nuclei and projections of the circuit. Silenced or stimulated: {hit}."
    note = (
        "Thick lines learn. A cross stands on what was silenced or stimulated in a group, in the colour of the group. "
        "A click on the legend hides what it names."
    )
    if not rows:
        note = "Thick lines learn. Nothing was silenced. A click on the legend hides what it names."
    wiring = tuple(
        (source, target, transmitter, "yes" if learns else "no")
        for source, target, transmitter, learns in dict.fromkeys(design.projections)
    )
    numbers = Numbers("What was silenced", Table(("group", "place", "how"), rows), folded=False, cards=True)
    if not rows:
        numbers = Numbers("Projections", Table(("from", "to", "transmitter", "learns"), wiring))
    panel = Panel("", alt, as_json(figure), 470, wide=True)
    return Shown("Circuit", note, (panel,), numbers, grouped=bool(rows))


def _arrows(figure: go.Figure, ends: Sequence[tuple[str, str]], transmitter: str, learns: bool) -> None:
    """Projections of one kind: bent lines with a head; a bar in place of the head where they inhibit."""
    name = f"{transmitter}, learns" if learns else transmitter
    for place, (source, target) in enumerate(ends):
        x, y = _bent(source, target)
        figure.add_trace(
            go.Scatter(
                x=x, y=y, mode="lines+markers", name=name, legendgroup=name, showlegend=place == 0,
                line={"color": COLOURS[transmitter], "width": 2.6 if learns else 1.2, "shape": "spline"},
                opacity=0.9 if learns else 0.65,
                marker={
                    "symbol": ["circle"] * (len(x) - 1) + ["arrow" if transmitter != "GABA" else "line-ew-open"],
                    "size": [0] * (len(x) - 1) + [10], "angleref": "previous", "color": COLOURS[transmitter],
                    "line": {"color": COLOURS[transmitter], "width": 0 if transmitter != "GABA" else 2},
                },
                hovertemplate=f"{source} to {target}<br>{name}<extra></extra>",
            )
        )  # fmt: skip


def _bent(source: str, target: str, bend: float = 0.13, gap: float = 0.33) -> tuple[list[float], list[float]]:
    """Points of a bent line between two nuclei, with a small gap at both ends."""
    (x0, y0), (x1, y1) = PLACES[source], PLACES[target]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    middle = (x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0)
    begin, end = gap / length, 1 - gap / length
    points = [begin + (end - begin) * step / 8 for step in range(9)]
    return tuple(
        [(1 - t) ** 2 * a + 2 * t * (1 - t) * m + t**2 * b for t in points]
        for a, m, b in ((x0, middle[0], x1), (y0, middle[1], y1))
    )  # type: ignore[return-value]


def _nuclei(figure: go.Figure) -> None:
    for name, (x, y) in PLACES.items():
        figure.add_annotation(
            x=x, y=y, text=name.replace(" ", "<br>", 1), showarrow=False, bgcolor="#ffffff", bordercolor=SOFT,
            borderpad=3, font={"size": 11, "color": INK},
        )  # fmt: skip


def _crosses(figure: go.Figure, silenced: Sequence[Silenced], look: Look) -> None:
    x, y, said = [], [], []
    for one in silenced:
        if one.projection is None:
            place = PLACES[one.nucleus]
            x.append(place[0] + 0.38)
            y.append(place[1] + 0.26)
        else:
            line = _bent(*one.projection)
            x.append(line[0][4])
            y.append(line[1][4])
        said.append(f"{look.name}: {one.text}")
    figure.add_trace(
        go.Scatter(
            x=x, y=y, mode="markers", name=look.name, legendgroup=look.name, showlegend=False, text=said,
            marker={"symbol": "x", "size": 13, "color": look.colour, "line": {"color": FAINT, "width": 1}},
            hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
