"""Time courses in a report: responses after an induction, dialysate, presses, and slow variables of every test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from results.figures.drawing import names
from results.measures.clock import HISTORY
from results.measures.dialysis import no_net_flux
from results.recording import FloatArray, Recording, Series
from results.report.figure import Look, as_json, axis, course, level, looks, moment, plot, short
from results.report.parts import Numbers, Panel, Shown
from results.statistics import inference
from results.tables import Table, number

POINTS = 160  # of a slow variable; recordings hold many more
LINES = 12  # moments in a table of numbers
DRAWN = {"fepsp": "Field response over time", "dialysate_percent": "Glutamate in the dialysate over time"}
SESSION = {
    "active_presses": "Presses of the active lever",
    "inactive_presses": "Presses of the inactive lever",
    "training_active": "Presses of the active lever, session by session",
    "training_inactive": "Presses of the inactive lever, session by session",
    "training_rewards": "Rewards, session by session",
}


def responses(
    recordings: Sequence[Recording], groups: Sequence[str], window: dict[str, tuple[float, float]]
) -> list[Shown]:
    """Field responses and dialysate over time, and gain or loss of a probe against its perfusate.

    Parameters
    ----------
    recordings : sequence of Recording
    groups : sequence of str
    window : dict
        Test -> begin and end, s, of the stretch in which its measure is taken.
    """
    figures = []
    for name, title in DRAWN.items():
        having = [recording for recording in recordings if name in recording.series]
        if not having:
            continue
        panels, rows = [], []
        for test in names(having, "test"):
            part = [recording for recording in having if recording.identity.test == test]
            figure, unit = _courses(part, name, groups)
            level(figure, 100.0)
            moment(figure, 0.0, "induction" if name == "fepsp" else "end of the baseline")
            if test in window:
                begin, end = (edge / _scale(part, name)[0] for edge in window[test])
                figure.add_vrect(x0=begin, x1=end, fillcolor="#999999", opacity=0.15, line_width=0, layer="below")
            alt = f"{title}, {test}: mean and standard error of {_listed(names(part, 'group'))}, in {unit}."
            panels.append(Panel(test, alt, as_json(figure), 340, wide=len(part[0].series[name].time) > 20))
            rows += _course_rows(part, name, groups, test)
        note = "Mean ± SEM over animals." + (" Shaded: where the outcome is measured." if window else "")
        head = ("test", "group", "time", "n", "mean", "SEM", "unit")
        figures.append(Shown(title, note, tuple(panels), Numbers("Numbers", Table(head, tuple(rows)))))
    flux = _no_net_flux([r for r in recordings if "no_net_flux" in r.curves], groups)
    return figures + ([flux] if flux else [])


def slow(recordings: Sequence[Recording], groups: Sequence[str]) -> list[Shown]:
    """Every slow variable over biological time, test by test: glutamate, tone, weights, dopamine, presses."""
    figures = []
    tests = names(recordings, "test")
    past = [name for name in _series(recordings) if name.startswith(HISTORY)]
    present = [name for name in _series(recordings) if name not in past and name not in DRAWN and name != "dialysate"]
    for title, note, chosen, shown in (
        (
            "Slow variables over time",
            "Mean over animals, in biological time; where points have bars: ± SEM.",
            present,
            tests,
        ),
        ("Sessions of the past", "What animals did before the test, session by session.", past, tests),
    ):
        panels, rows = [], []
        for test in shown:
            for name in chosen:
                part = [r for r in recordings if r.identity.test == test and name in r.series]
                if not any(recording.series[name].values.any() for recording in part):
                    continue
                figure, _ = _courses(part, name, groups, dots=len(part[0].series[name].time) < 40)
                label = _label(name, part[0].series[name])
                alt = f"{label} over time in {test}, mean of {_listed(names(part, 'group'))}."
                panels.append(Panel(label, alt, as_json(figure), 260, choice=test if len(shown) > 1 else ""))
                rows += _course_rows(part, name, groups, test, label)
        if panels:
            head = ("test", "variable", "group", "time", "n", "mean", "SEM", "unit")
            numbers = Numbers("Numbers", Table(head, tuple(rows)))
            figures.append(Shown(title, note, tuple(panels), numbers, chosen_by="Test"))
    return figures


def _series(recordings: Sequence[Recording]) -> list[str]:
    return list(dict.fromkeys(name for recording in recordings for name in recording.series))


def _label(name: str, series: Series) -> str:
    text = SESSION.get(name) or series.description or name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _scale(part: Sequence[Recording], name: str) -> tuple[float, str]:
    """Seconds in the unit of the time axis, and its title."""
    times = np.concatenate([recording.series[name].time for recording in part])
    span = float(times.max() - times.min()) if times.size else 0.0
    if name.startswith(HISTORY):
        return 86400.0, "Day of the history (d)"
    zero = "from induction" if name == "fepsp" or "fepsp" in part[0].series else "in the test"
    zero = "from the end of the baseline" if "dialysate" in part[0].series else zero
    if span > 4 * 3600 or "dialysate" in part[0].series:
        return 3600.0, f"Time {zero} (h)"
    return (60.0, f"Time {zero} (min)") if span > 180 else (1.0, f"Time {zero} (s)")


def _courses(part: Sequence[Recording], name: str, groups: Sequence[str], dots: bool = True) -> tuple[go.Figure, str]:
    first = part[0].series[name]
    seconds, title = _scale(part, name)
    figure = plot(title, axis(_short_label(name, first), first.unit), hovermode="closest")
    for look in looks(groups):
        own = [recording.series[name] for recording in part if recording.identity.group == look.name]
        if own:
            times, values = shared(own)
            course(figure, times / seconds, list(values), look, dots)
    return figure, first.unit


def _short_label(name: str, series: Series) -> str:
    known = {"fepsp": "Field amplitude", "dialysate_percent": "Dialysate", **SESSION}
    text = known.get(name) or (series.description.partition(",")[0] if name.endswith("_sample") else name)
    text = text.partition(",")[0].replace("_", " ")
    for word, own in (("mglur23", "mGluR2/3"), ("mglur5", "mGluR5"), ("camp", "cAMP")):
        text = text.replace(word, own)
    return text if text.startswith("mGluR") or text == "cAMP" else text[:1].upper() + text[1:]


def shared(series: Sequence[Series], points: int = POINTS) -> tuple[FloatArray, FloatArray]:
    """Series of several animals at the same times: their own where they agree and are few, else means over bins.

    Returns
    -------
    time : ndarray, shape (n,)
        s; bins that an animal has no sample in are left out.
    values : ndarray, shape (animals, n)
    """
    first = series[0].time
    if len(first) <= points and all(np.array_equal(one.time, first) for one in series):
        return first, np.array([one.values for one in series])
    begin, end = max(one.time.min() for one in series), min(one.time.max() for one in series)
    edges = np.linspace(begin, end, points + 1)
    means = []
    for one in series:
        place = np.clip(np.searchsorted(edges, one.time, side="right") - 1, 0, points - 1)
        inside = (one.time >= begin) & (one.time <= end)
        counts = np.bincount(place[inside], minlength=points)
        sums = np.bincount(place[inside], one.values[inside], minlength=points)
        means.append(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))
    values = np.array(means)
    kept = np.isfinite(values).all(axis=0)
    return ((edges[1:] + edges[:-1]) / 2)[kept], values[:, kept]


def _course_rows(
    part: Sequence[Recording], name: str, groups: Sequence[str], test: str, label: str = ""
) -> list[tuple[str, ...]]:
    seconds, title = _scale(part, name)
    unit = title.rpartition("(")[2].rstrip(")")
    rows = []
    for group in groups:
        own = [recording.series[name] for recording in part if recording.identity.group == group]
        if not own:
            continue
        times, values = shared(own)
        for place in np.unique(np.linspace(0, len(times) - 1, min(LINES, len(times))).round().astype(int)):
            column = values[:, place]
            shown = (f"{times[place] / seconds:.3g} {unit}", str(len(own)), number(float(column.mean())))
            known = "" if own[0].unit == "1" else own[0].unit
            rows.append((test, *([label] if label else []), group, *shown, number(inference.sem(column)), known))
    return rows


def _no_net_flux(recordings: Sequence[Recording], groups: Sequence[str]) -> Shown | None:
    if not recordings:
        return None
    panels, rows = [], []
    for test in names(recordings, "test"):
        figure = plot("Glutamate perfused (µM)", "Gained by the perfusate (µM)", hovermode="closest")
        level(figure, 0.0)
        said = []
        for look in looks(groups):
            curves = [
                r.curves["no_net_flux"] for r in recordings if (r.identity.test, r.identity.group) == (test, look.name)
            ]
            if not curves:
                continue
            perfused = np.unique(curves[0].x)
            gained = np.array([[curve.y[curve.x == one].mean() for one in perfused] for curve in curves])
            line = no_net_flux(perfused, perfused + gained.mean(axis=0))
            _flux_line(figure, perfused, gained, line.extraction * (line.level - perfused), look)
            said.append(f"{look.name} {number(line.level)}")
            cells = (number(line.level), number(line.extraction), *(number(one) for one in gained.mean(axis=0)))
            rows.append((test, look.name, str(len(curves)), *cells))
        alt = f"Gain or loss of the perfusate against glutamate perfused; lines cross zero at: {'; '.join(said)} µM."
        panels.append(Panel(test, alt, as_json(figure), 340))
        levels = tuple(f"gained at {one:g} µM (µM)" for one in perfused)
    head = ("test", "group", "n", "no net flux (µM)", "extraction", *levels)
    note = "Mean ± SEM over animals. Where a line crosses zero, the tissue holds as much glutamate as the fluid."
    return Shown("No net flux", note, tuple(panels), Numbers("Numbers", Table(head, tuple(rows))))


def _flux_line(figure: go.Figure, x: FloatArray, gained: FloatArray, line: FloatArray, look: Look) -> None:
    course(figure, x, list(gained), look)
    figure.data[-1].mode = "markers"
    figure.add_trace(
        go.Scatter(
            x=short(x), y=short(line), mode="lines", line={"color": look.colour, "width": 1.4, "dash": look.dash},
            name=look.name, legendgroup=look.name, hoverinfo="skip",
        )
    )  # fmt: skip


def _listed(groups: Sequence[str]) -> str:
    return ", ".join(groups)
