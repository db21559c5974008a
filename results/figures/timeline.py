"""The figure of an experiment's design: each group's history, and what is done in each test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from results.figures.drawing import STYLE, NothingToDraw
from results.figures.looks import Width, inches, title_of
from results.recording import Recording
from results.store import experiment_words as words
from results.store.experiment_document import days_given, experiment_of, in_unit

COLOURS = {
    "self_administration": "#D55E00",
    "second_order": "#E58A4B",
    "injections": "#CC79A7",
    "conditioning": "#009E73",
    "yoked_saline": "#BBBBBB",
    "food": "#E69F00",
    "extinction": "#56B4E9",
    "abstinence": "#F0E442",
}
"""Phase -> its colour."""
INDUCTION, PULSES, MEASURED = "#CC79A7", "#E0E0E0", "#0072B2"
ROW = 0.46  # inches of a group or test
BAR = 0.34  # of a row


def timeline_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """An experiment's groups over days, and its tests.

    Parameters
    ----------
    recordings : iterable of Recording
        The first one whose provenance holds the experiment is used.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A: a row per group, phases of its history as bars over days up to the test, drugs and interventions in words.
        B: a row per test, minutes from induction where there is one, else days or words.

    Raises
    ------
    NothingToDraw
        If no recording carries its experiment.
    """
    document = next((found for found in map(experiment_of, recordings) if found.get("group")), None)
    if document is None:
        raise NothingToDraw("no recording says what experiment it belongs to")
    return experiment_figure(document, width)


def experiment_figure(document: Mapping[str, Any], width: Width = "double") -> Figure:
    """The same for an experiment's document: nested mappings as in its file, with defaults filled in."""
    groups, tests = document["group"], document["test"]
    letters_a_line = 110 if width == "double" else 46
    notes = [fill(_group_words(group), letters_a_line) for group in groups]
    described = [fill(_test_words(test), letters_a_line) for test in tests]
    heights = (sum(_height(note) for note in notes) + 0.5, sum(_height(note) for note in described) + 0.5)
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(inches(width), 0.55 + sum(heights)), layout="constrained")
        above, below = figure.subplots(2, 1, height_ratios=heights)
        used = _groups(above, groups, notes)
        handles = []
        if any(test["kind"] == "plasticity" for test in tests):
            _inductions(below, tests, described)
            shades = {"test pulses": PULSES, "induction": INDUCTION, "measured": MEASURED}
            handles = [Patch(color=own, label=name) for name, own in shades.items()]
        else:
            used |= _sessions(below, tests, described)
        above.set_title("A  Groups")
        below.set_title("B  Tests")
        handles = [Patch(color=own, label=words.PHASES[key]) for key, own in COLOURS.items() if key in used] + handles
        figure.legend(handles=handles, loc="outside upper center", ncols=6 if width == "double" else 3,
                      handlelength=1.3, columnspacing=1.2)  # fmt: skip
    return figure


def _height(note: str) -> float:
    return ROW + 0.125 * (note.count("\n") + 1 if note else 0)


def _layout(axes: Axes, names: Sequence[str], notes: Sequence[str]) -> list[float]:
    """Place the rows from the top, each as high as its text needs. Returns the positions of their bars."""
    places, top = [], 0.0
    for note in notes:
        places.append(top + 0.2)
        top += _height(note)
    axes.set_ylim(top, -0.05)
    axes.set_yticks(places, names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return places


def _words(axes: Axes, x: float, place: float, note: str) -> None:
    axes.annotate(
        note, (x, place + BAR / 2), (0, -2.5), textcoords="offset points", va="top", fontsize=6.3, color="0.25",
        annotation_clip=False,
    )  # fmt: skip


def _bars(axes: Axes, place: float, begin: float, phases: Sequence[Mapping[str, Any]], span: float) -> float:
    """Draw phases one after the other from a day on. Returns the day on which they end."""
    day = begin
    for phase in phases:
        own = COLOURS.get(phase["phase"], "0.8")
        days = float(phase["days"])
        axes.barh(place, days, BAR, left=day, color=own, edgecolor="white", linewidth=0.8)
        drug = phase.get("drug") or ""
        text = f"{drug} {days:g} d".strip() if drug else f"{days:g} d"
        if days / span > 0.011 * len(text):
            axes.text(day + days / 2, place, text, ha="center", va="center", fontsize=6.3)
        day += days
    return day


def _groups(axes: Axes, groups: Sequence[Mapping[str, Any]], notes: Sequence[str]) -> set[str]:
    longest = max([sum(float(phase["days"]) for phase in group["history"]) for group in groups] + [1.0])
    places = _layout(axes, [group["name"] for group in groups], notes)
    for place, group, note in zip(places, groups, notes, strict=True):
        end = _bars(axes, place, 0.0, group["history"], longest)
        if not group["history"]:
            axes.text(0, place, "naive", va="center", fontsize=6.3, color="0.25")
            end = longest
        axes.plot(end, place, ">", color="0.15", markersize=5, clip_on=False, zorder=3)
        for day in _days_given(group):
            axes.plot(day, place - BAR / 2, "v", color="#0072B2", markersize=4.5, clip_on=False)
        _words(axes, 0, place, note)
    axes.set(xlim=(-0.015 * longest, 1.03 * longest), xlabel="Day of the history (▶ test)")
    return {phase["phase"] for group in groups for phase in group["history"]}


def _sessions(axes: Axes, tests: Sequence[Mapping[str, Any]], notes: Sequence[str]) -> set[str]:
    """Tests without inductions: what comes between the history and the test, then the test."""
    longest = max([sum(float(phase["days"]) for phase in test.get("preceded_by") or ()) for test in tests] + [0.0])
    places = _layout(axes, [title_of(test["name"]) for test in tests], notes)
    for place, test, note in zip(places, tests, notes, strict=True):
        end = _bars(axes, place, 0.0, test.get("preceded_by") or (), longest or 1.0)
        axes.plot(end, place, ">", color="0.15", markersize=5, clip_on=False, zorder=3)
        _words(axes, 0, place, note)
    axes.set_xlim(-0.015 * (longest or 1.0), 1.03 * (longest or 1.0))
    if longest:
        axes.set_xlabel("Day after the history (▶ test)")
    else:
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    return {phase["phase"] for test in tests for phase in test.get("preceded_by") or ()}


def _inductions(axes: Axes, tests: Sequence[Mapping[str, Any]], notes: Sequence[str]) -> None:
    """Tests of plasticity in minutes from induction; tests of other kinds in words."""
    places = _layout(axes, [title_of(test["name"]) for test in tests], notes)
    before = max(in_unit(t["baseline"], "min") for t in tests if t["kind"] == "plasticity")
    for place, test, note in zip(places, tests, notes, strict=True):
        _words(axes, -before, place, note)
        if test["kind"] != "plasticity":
            continue
        baseline, after = (in_unit(test[key], "min") for key in ("baseline", "after"))
        lengths = [_minutes(test["induction"])] + [_minutes(one) for one in test.get("further") or ()]
        # The test's own clock leaves its inductions out; here they have their width, at least what the eye needs.
        shown = max(sum(lengths), 0.02 * (baseline + after))
        axes.barh(place, baseline, BAR, left=-baseline, color=PULSES)
        axes.barh(place, shown, BAR, left=0, color=INDUCTION)
        axes.barh(place, after, BAR, left=shown, color=PULSES)
        low, high = (in_unit(edge, "min") for edge in test["window"])
        axes.barh(place, high - low, BAR, left=shown + low, color=MEASURED)
    axes.set_xlim(left=-1.01 * before)
    axes.set_xlabel("Time from the start of induction (min)")


def _minutes(induction: Mapping[str, Any]) -> float:
    """How long an induction lasts."""
    trains, pulses = int(induction.get("trains") or 1), int(induction.get("pulses") or 1)
    frequency = in_unit(induction["frequency"], "Hz")
    once = pulses / frequency / 60
    if induction.get("bursts") and induction.get("burst_frequency"):
        once = int(induction["bursts"]) / in_unit(induction["burst_frequency"], "Hz") / 60
    interval = in_unit(induction["interval"], "min") if induction.get("interval") else once
    return (trains - 1) * interval + once


def _group_words(group: Mapping[str, Any]) -> str:
    """Drugs, interventions and thought experiments of a group in words."""
    treatments = map(words.treatment, group.get("treatment") or ())
    return "; ".join([*treatments, *words.interventions(group), *words.changes(group)])


def _days_given(group: Mapping[str, Any]) -> list[float]:
    """Days of the history on which a group is given drugs."""
    phases = [(phase["phase"], int(phase["days"])) for phase in group["history"]]
    found: list[float] = []
    for one in group.get("treatment") or ():
        if one.get("phase") or one.get("day") is not None:
            late, apart = (in_unit(one[key], "d") if one.get(key) else 0.0 for key in ("at", "every"))
            found += days_given(phases, one.get("phase"), one.get("day"), late, apart, int(one.get("times") or 1))
    return found


def _test_words(test: Mapping[str, Any]) -> str:
    """A test in words."""
    if test["kind"] == "plasticity":
        inductions = [test["induction"], *(test.get("further") or ())]
        said = ", then ".join(_induced(one) for one in inductions)
        return f"{said}; a test pulse every {test['pulse_every']}; {test['site']}"
    if test["kind"] == "seeking":
        return f"{title_of(test['session'])} session, {test['hours']:g} h"
    return f"{title_of(test['kind'])}, {test['site']}"


def _induced(induction: Mapping[str, Any]) -> str:
    trains = int(induction.get("trains") or 1)
    text = f"{induction.get('pulses', 1)} pulses at {induction['frequency']}"
    if induction.get("bursts"):
        text = f"{induction['bursts']} bursts of {text}"
    if induction.get("delay"):
        pairs = f"{induction.get('pulses', 1)} pairs at {induction['frequency']}"
        text = f"{pairs}, spikes {induction['delay']} after the pulse"
    if trains > 1:
        text = f"{trains} x {text}, every {induction['interval']}"
    return text
