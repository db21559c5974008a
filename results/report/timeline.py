"""Lines of time of a report: histories over days, and the day of the test, with treatments above their bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from results.figures.timeline import COLOURS, INDUCTION, MEASURED, PULSES
from results.report.figure import INK, as_json, plot
from results.report.parts import Key, Numbers, Panel, Shown
from results.tables import Table

FILLS: Mapping[str, str] = {
    **COLOURS, "baseline": PULSES, "after": PULSES, "induction": INDUCTION, "outcome measured": MEASURED,
    "session": "#56B4E9", "silenced": "#CC79A7", "stimulated": "#E69F00",
}  # fmt: skip
"""What a stretch is -> its colour: that of the printed figures."""
OTHERS = ("#56B4E9", "#009E73", "#E69F00", "#CC79A7", "#D55E00", "#0072B2", "#999999")
DEEP = ("#0072B2", "#D55E00", "#009E73")  # fills on which white can be read
SIGNS = {"test": ("diamond", "◆"), "drug": ("triangle-down", "▼")}
LONGEST = 42  # letters of the name of a row
NAME, LANE, ARROW, BAR, GAP = 19, 14, 12, 20, 9  # pixels of a row, from its top
FRAME = 62  # pixels of the axis below the rows
PHONE = 300.0  # pixels of the narrowest line
LETTER = 6.2  # pixels of a letter of a label


@dataclass(frozen=True)
class Span:
    """A stretch of a row, in the unit of its line. `look` decides its colour; `label` is drawn where it fits.

    Attributes
    ----------
    row : str
    begin, end : float
    kind : str
        As the key names it.
    text : str
        What the pointer shows.
    label : str
    look : str
        A phase, or a stretch of a test, as `FILLS` has them.
    """

    row: str
    begin: float
    end: float
    kind: str
    text: str
    label: str = ""
    look: str = ""


@dataclass(frozen=True)
class Mark:
    """A moment of a row, such as a treatment or a test. `label` is written above it."""

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


def timelines(lines: Sequence[Line], groups: Table) -> Shown:
    """The lines of time of an experiment, each with a key of its colours."""
    panels = tuple(_line(line) for line in lines)
    note = "What each group went through, and when. Point at a bar or a mark for its details."
    return Shown("Time line", note, panels, Numbers("Groups in words", groups, cards=True), grouped=False)


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
    """A row for each course: its name, labels of its marks in lanes, the marks, and the bar below them."""
    line = merged(line)
    figure = plot(line.axis, "", barmode="overlay", hovermode="closest")
    low, high = _ends(line)
    tops, lanes, bottom = _rows(line, low, high)
    bar = {row: -(top + NAME + (LANE * lanes[row] + ARROW if lanes[row] else 0) + BAR / 2) for row, top in tops.items()}
    fills = _fills(line.spans)
    for kind, fill in fills.items():
        own = [span for span in line.spans if span.kind == kind]
        figure.add_trace(
            go.Bar(
                orientation="h", base=[span.begin for span in own], x=[span.end - span.begin for span in own],
                y=[bar[span.row] for span in own], width=BAR, name=kind,
                marker={"color": fill, "line": {"color": "#ffffff", "width": 1}},
                customdata=[[span.row, span.text] for span in own],
                hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
                text=[span.label for span in own], textposition="inside", insidetextanchor="middle", textangle=0,
                insidetextfont={"color": "#ffffff" if fill in DEEP else "#1d2126", "size": 11},
            )
        )  # fmt: skip
    kinds = list(dict.fromkeys(mark.kind for mark in line.marks))
    for kind in kinds:
        marks = [mark for mark in line.marks if mark.kind == kind]
        above = BAR / 2 + 5 if kind == "drug" else 0
        figure.add_trace(
            go.Scatter(
                x=[mark.at for mark in marks], y=[bar[mark.row] + above for mark in marks], mode="markers", name=kind,
                cliponaxis=False, customdata=[[mark.row, mark.text] for mark in marks],
                marker={"symbol": SIGNS.get(kind, ("star", ""))[0], "size": 10, "color": INK},
                hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
            )
        )  # fmt: skip
    for row, top in tops.items():
        figure.add_annotation(
            x=0, xref="paper", y=-top, text=row, showarrow=False, xanchor="left", yanchor="top",
            font={"size": 12, "color": INK}, borderpad=1,
        )  # fmt: skip
        for lane, at, anchor, label in _labels(line, row, low, high):
            figure.add_annotation(
                x=at, y=-(top + NAME + LANE * (lane + 0.5)), text=label, showarrow=False, xanchor=anchor,
                yanchor="middle", font={"size": 11, "color": INK}, borderpad=0,
            )  # fmt: skip
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, range=[-bottom, 0])
    figure.update_xaxes(range=[low, high])
    figure.update_layout(margin={"l": 8, "t": 2}, uniformtext={"mode": "hide", "minsize": 9})
    said = "; ".join(f"{row}: {_row_words(line, row)}" for row in line.rows)
    key = [Key(kind, fill) for kind, fill in fills.items()]
    key += [Key(kind, INK, SIGNS.get(kind, ("", "★"))[1]) for kind in kinds]
    alt = f"{line.title}. {said}."
    return Panel(line.title, alt, as_json(figure), FRAME + round(bottom), wide=True, key=tuple(key))


def _ends(line: Line) -> tuple[float, float]:
    """The ends of the axis, with a margin for marks."""
    moments = [span.begin for span in line.spans] + [span.end for span in line.spans] + [m.at for m in line.marks]
    low, high = min(moments), max(moments)
    return low - 0.02 * (high - low), high + 0.03 * (high - low)


def _fills(spans: Sequence[Span]) -> dict[str, str]:
    """The colour of each kind of stretch; two kinds of one look, as phases of two drugs, have two colours."""
    found: dict[str, str] = {}
    for span in spans:
        if span.kind in found:
            continue
        known = FILLS.get(span.look or span.kind)
        free = [one for one in OTHERS if one not in found.values()] or list(OTHERS)
        shared = known in found.values() and span.look in COLOURS
        found[span.kind] = free[0] if known is None or shared else known
    return found


def _rows(line: Line, low: float, high: float) -> tuple[dict[str, float], dict[str, int], float]:
    """Where each row begins, how many lanes of labels it has, and where the last one ends, pixels from the top."""
    tops, lanes, top = {}, {}, 0.0
    for row in line.rows:
        used = [lane for lane, _, _, _ in _labels(line, row, low, high)]
        lanes[row] = max(used) + 1 if used else 0
        tops[row] = top
        bar = (
            BAR
            if any(one.row == row for one in line.spans)
            or any(one.kind == "test" for one in line.marks if one.row == row)
            else 0
        )
        top += NAME + (LANE * lanes[row] + ARROW if lanes[row] else 0) + bar + GAP
    return tops, lanes, top


def _labels(line: Line, row: str, low: float, high: float) -> list[tuple[int, float, str, str]]:
    """Lane, place, side and text of the labels of a row, so that none covers another or leaves a narrow screen."""
    taken: list[float] = []  # where the last label of each lane ends, as a share of the line
    found = []
    for mark in sorted((one for one in line.marks if one.row == row and one.label), key=lambda one: one.at):
        share, long = (mark.at - low) / (high - low), LETTER * len(mark.label) / PHONE
        begins = share if share + long <= 1 else max(0.0, share - long)
        lane = next((place for place, end in enumerate(taken) if end <= begins), len(taken))
        taken[lane : lane + 1] = [begins + long + 0.02]
        anchor = "left" if begins == share else "right" if begins > 0 else "center"
        found.append((lane, mark.at if anchor != "center" else (low + high) / 2, anchor, mark.label))
    return found


def _row_words(line: Line, row: str) -> str:
    parts = [span.text for span in line.spans if span.row == row]
    parts += [mark.text for mark in line.marks if mark.row == row]
    return ", ".join(parts) or "nothing"
