"""The design of an experiment as a picture: histories and tests on a line of days, the day of the test, the circuit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from results.figures.wiring import COLOURS, PLACES
from results.report.figure import FAINT, INK, SOFT, Look, as_json, looks, plot
from results.report.parts import Numbers, Panel, Shown
from results.tables import Table

FILLS = ("#D55E00", "#56B4E9", "#009E73", "#CC79A7", "#E69F00", "#0072B2", "#999999")
DEEP = ("#0072B2", "#D55E00", "#009E73")  # fills on which white can be read
LONGEST = 52  # letters of the name of a row
ROW = 46  # pixels


@dataclass(frozen=True)
class Span:
    """A stretch of a row, in the unit of its line. `kind` decides its colour; `label` is drawn where it fits."""

    row: str
    begin: float
    end: float
    kind: str
    text: str
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A moment of a row, such as a treatment or a test. `label` is written beside it."""

    row: str
    at: float
    kind: str
    text: str
    label: str = ""


@dataclass(frozen=True)
class Line:
    """Rows of stretches and moments over one axis of time."""

    title: str
    axis: str
    rows: tuple[str, ...]
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...] = ()


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


def timelines(design: Design) -> Shown:
    """The lines of time of an experiment, with a legend of the colours."""
    panels = tuple(_line(line) for line in design.lines)
    note = "What each group went through, and when. Point at a bar for its details."
    return Shown("Time line", note, panels, Numbers("Groups in words", design.groups, cards=True), grouped=False)


def merged(line: Line) -> Line:
    """The line with rows of the same course merged, as long as their names fit on one line."""
    courses: dict[tuple[object, ...], list[list[str]]] = {}
    for row in line.rows:
        spans = tuple((one.begin, one.end, one.kind) for one in line.spans if one.row == row)
        marks = tuple((one.at, one.kind, one.label) for one in line.marks if one.row == row)
        alike = courses.setdefault((spans, marks, row.partition(": ")[0] if ": " in row else ""), [])
        if alike and len(_joined([*alike[-1], row])) <= LONGEST:
            alike[-1].append(row)
        else:
            alike.append([row])
    named = {row: _joined(rows) for alike in courses.values() for rows in alike for row in rows}
    spans_of: dict[tuple[object, ...], Span] = {}
    marks_of: dict[tuple[object, ...], Mark] = {}
    for span in line.spans:
        key = (named[span.row], span.begin, span.end, span.kind)
        before = spans_of.get(key)
        text = span.text if before is None or span.text in before.text else f"{before.text}<br>{span.text}"
        spans_of[key] = replace(span, row=named[span.row], text=text)
    for mark in line.marks:
        moment = (named[mark.row], mark.at, mark.kind, mark.label)
        earlier = marks_of.get(moment)
        text = mark.text if earlier is None or mark.text in earlier.text else f"{earlier.text}<br>{mark.text}"
        marks_of[moment] = replace(mark, row=named[mark.row], text=text)
    rows = tuple(dict.fromkeys(named[row] for row in line.rows))
    return replace(line, rows=rows, spans=tuple(spans_of.values()), marks=tuple(marks_of.values()))


def _joined(rows: Sequence[str]) -> str:
    """The names in one text. A part before a colon that all of them share is written once."""
    before, colon, _ = rows[0].partition(": ")
    if colon and all(row.startswith(f"{before}: ") for row in rows):
        return f"{before}: {', '.join(row.removeprefix(f'{before}: ') for row in rows)}"
    return ", ".join(rows)


def _line(line: Line) -> Panel:
    line = merged(line)
    figure = plot(line.axis, "", barmode="overlay", hovermode="closest", showlegend=True)
    height = {row: place for place, row in enumerate(reversed(line.rows))}
    kinds = list(dict.fromkeys(span.kind for span in line.spans))
    for place, kind in enumerate(kinds):
        own = [span for span in line.spans if span.kind == kind]
        figure.add_trace(
            go.Bar(
                orientation="h", base=[span.begin for span in own], x=[span.end - span.begin for span in own],
                y=[height[span.row] for span in own], width=0.42, name=kind,
                marker={"color": FILLS[place % len(FILLS)], "line": {"color": "#ffffff", "width": 1}},
                customdata=[[span.row, span.text] for span in own],
                hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
                text=[span.label for span in own], textposition="inside", insidetextanchor="middle", textangle=0,
                insidetextfont={"color": "#ffffff" if FILLS[place % len(FILLS)] in DEEP else "#1d2126", "size": 11},
            )
        )  # fmt: skip
    for place, kind in enumerate(dict.fromkeys(mark.kind for mark in line.marks)):
        marks = [mark for mark in line.marks if mark.kind == kind]
        figure.add_trace(
            go.Scatter(
                x=[mark.at for mark in marks], y=[height[mark.row] for mark in marks], mode="markers+text", name=kind,
                text=[f" {mark.label}" for mark in marks], textposition="middle right", cliponaxis=False,
                textfont={"size": 11, "color": INK},
                marker={"symbol": ("diamond", "triangle-down", "star")[place % 3], "size": 11, "color": INK},
                customdata=[[mark.row, mark.text] for mark in marks],
                hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
            )
        )  # fmt: skip
    for row, at in height.items():
        figure.add_annotation(
            x=0, xref="paper", y=at + 0.24, text=row, showarrow=False, xanchor="left", yanchor="bottom",
            font={"size": 12, "color": INK}, borderpad=1,
        )  # fmt: skip
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, range=[-0.45, len(height) - 0.2])
    figure.update_layout(legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom"})
    figure.update_layout(margin={"l": 8}, uniformtext={"mode": "hide", "minsize": 9})
    said = "; ".join(f"{row}: {_row_words(line, row)}" for row in line.rows)
    return Panel(line.title, f"{line.title}. {said}.", as_json(figure), 130 + ROW * len(line.rows), wide=True)


def _row_words(line: Line, row: str) -> str:
    parts = [span.text for span in line.spans if span.row == row]
    parts += [mark.text for mark in line.marks if mark.row == row]
    return ", ".join(parts) or "nothing"


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
