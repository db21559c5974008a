"""Figures drawn from stored runs, in the format and the width that a paper needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.assays.kinds import KINDS, MAIN_MEASURES
from protocols.errors import InputError, nearest, refuse_unknown
from protocols.experiments.circuit import ENDING, Circuit
from protocols.experiments.named_circuit import circuit_of
from protocols.reporting.circuit_page import drawn
from protocols.reporting.export import held
from results.labels import OUTCOMES
from results.loaded import Results
from results.recording import Recording
from results.store.experiment_document import entry, experiment_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from results.figures.looks import Width


CIRCUIT = "circuit"
"""The figure that needs no runs."""


@dataclass(frozen=True)
class Choice:
    """The part of a folder that is drawn.

    Attributes
    ----------
    groups, tests : sequence of str
        Only these; all where empty.
    animal : int, optional
        Only the animal of that number.
    point : int, optional
        Only this condition of a study.
    names : sequence of str
        Measures, time courses or populations, as the figure takes them.
    span : (float, float), optional
        Part of a raster, s of the test's own clock.
    """

    groups: Sequence[str] = ()
    tests: Sequence[str] = ()
    animal: int | None = None
    point: int | None = None
    names: Sequence[str] = ()
    span: tuple[float, float] | None = None


def draw(place: Path, kind: str | None, width: Width = "double", choice: Choice | None = None) -> dict[str, Figure]:
    """Draw stored runs.

    Parameters
    ----------
    place : Path
        A folder of results, a study's folder, a run's file, or FILE.toml: an experiment or a circuit of one's own,
        whose circuit is drawn.
    kind : str, optional
        A key of `results.figures.DRAWINGS`; the figures that ``run`` draws when left out.
    width : str
        ``single`` or ``double`` column.
    choice : Choice, optional

    Returns
    -------
    dict
        Kind -> figure.

    Raises
    ------
    InputError
        For an unknown name, or if the runs lack the data of the figure.
    """
    from results import figures

    choice = choice or Choice()
    if kind is not None and kind not in figures.DRAWINGS:
        raise InputError(f"--kind: no figure '{kind}'{nearest(kind, figures.DRAWINGS)}")
    if place.suffix == ENDING:
        if kind not in (None, CIRCUIT):
            raise InputError(f"--kind {kind}: {place} holds no runs; of a file there is the figure '{CIRCUIT}'")
        _refuse_unused(choice, f"{place} holds no runs")
        return {CIRCUIT: figures.circuit_figure(drawn(circuit_of(place)[0].table), width=width)}
    if kind is None:
        _refuse_unused(replace(choice, groups=(), tests=(), animal=None, point=None), "say which figure with --kind")
    if kind == "dose_response":
        _refuse_unused(choice, "this figure shows all of a study")
    if kind == CIRCUIT:
        _options((), choice, ())
    found = Results(held(place))
    try:
        recordings = [] if kind == "dose_response" else _chosen(place, found, choice)
        return _as_run(recordings, width) if kind is None else {kind: _one(kind, found, recordings, choice, width)}
    except figures.NothingToDraw as problem:
        raise InputError(f"{place}: {problem}") from None


def _refuse_unused(choice: Choice, why: str) -> None:
    """Raise `InputError` for a part of the choice that nothing would come of."""
    for option, given in (
        ("group", choice.groups), ("test", choice.tests), ("name", choice.names),
        ("animal", choice.animal), ("point", choice.point), ("span", choice.span),
    ):  # fmt: skip
        if given is not None and given != () and given != []:
            raise InputError(f"--{option}: {why}")


@dataclass(frozen=True)
class Available:
    """The figures that a folder's runs hold.

    Attributes
    ----------
    drawn : mapping
        Kind -> what it shows.
    others : mapping
        Kind -> why it cannot be drawn from these runs.
    """

    drawn: Mapping[str, str]
    others: Mapping[str, str]


def available(place: Path) -> Available:
    """Which figures can be drawn from a folder, found by drawing each; of a study, from its first condition.

    Parameters
    ----------
    place : Path
        A folder of results, a study's folder, or a run's file.

    Raises
    ------
    InputError
        If there is no run.
    """
    from results import figures

    if place.suffix == ENDING:
        told = f"{place} holds no runs"
        others = {kind: told for kind in figures.DRAWINGS if kind != CIRCUIT}
        return Available({CIRCUIT: figures.DRAWINGS[CIRCUIT].shows}, others)
    found = Results(held(place))
    points = sorted(found.measures["point"].unique()) if "point" in found.units else []
    recordings = _chosen(place, found, Choice(point=int(points[0]) if points else None))
    drawn, others = {}, {}
    for kind, drawing in figures.DRAWINGS.items():
        try:
            _one(kind, found, recordings, Choice(), "double")
        except figures.NothingToDraw as problem:
            others[kind] = str(problem)
        except InputError as problem:
            others[kind] = str(problem).removeprefix(f"--kind {kind}: ")
        else:
            drawn[kind] = drawing.shows
    return Available(drawn, others)


def _one(kind: str, found: Results, recordings: Sequence[Recording], choice: Choice, width: Width) -> Figure:
    """The figure of that kind."""
    from results import figures

    if kind == "dose_response":
        return figures.dose_response_figure(found, width)
    if kind == CIRCUIT:
        return figures.circuit_figure(*_circuit(recordings), width)
    drawing = figures.DRAWINGS[kind]
    return drawing.draw(recordings, width=width, **_options(drawing.options, choice, recordings))


def _chosen(place: Path, found: Results, choice: Choice) -> list[Recording]:
    """The chosen recordings."""
    if "point" in found.units:
        points = sorted(found.measures["point"].unique())
        if choice.point is None and len(points) > 1:
            raise InputError(
                f"{place}: holds a study of {len(points)} conditions; name one with --point "
                f"({points[0]} to {points[-1]}), or --kind dose_response"
            )
        if choice.point is not None:
            refuse_unknown("--point", "condition", str(choice.point), list(map(str, points)))
            found = found.at(choice.point)
    elif choice.point is not None:
        raise InputError(f"--point: {place} holds no study, so it has no conditions")
    recordings = list(found)
    for option, names, key in (("--group", choice.groups, "group"), ("--test", choice.tests, "test")):
        for name in names:
            there = dict.fromkeys(getattr(recording.identity, key) for recording in recordings)
            refuse_unknown(option, key, name, there)
        recordings = [one for one in recordings if not names or getattr(one.identity, key) in names]
    if choice.animal is not None:
        animals = sorted({recording.identity.animal for recording in recordings})
        if choice.animal not in animals:
            raise InputError(f"--animal: no animal {choice.animal}; there are {animals[0]} to {animals[-1]}")
        recordings = [recording for recording in recordings if recording.identity.animal == choice.animal]
    return recordings


def _outcomes(recordings: Sequence[Recording]) -> Sequence[str] | None:
    """Main measures of kinds of test for which `results.labels.OUTCOMES` has none; None where it has one for each."""
    from results.figures.assays.tone import AT_REST

    wanted: dict[str, None] = {}
    for test in dict.fromkeys(recording.identity.test for recording in recordings):
        those = [recording for recording in recordings if recording.identity.test == test]
        there = {name for recording in those for name in recording.measures}
        kind = KINDS.get(str(entry(experiment_of(those[0]).get("test"), test).get("kind")))
        known = [name for name in OUTCOMES[:-1] if name in there]
        own = [name for name in (kind.main_measures if kind else MAIN_MEASURES) if name in there - set(AT_REST)]
        wanted |= dict.fromkeys((known or own or [OUTCOMES[-1]])[:1])
    return tuple(wanted) if wanted.keys() - set(OUTCOMES) else None


def _options(options: Sequence[str], choice: Choice, recordings: Sequence[Recording]) -> Mapping[str, Any]:
    """Further arguments of a figure, from names and times on the command line."""
    given: dict[str, Any] = {}
    named = next((option for option in options if option != "span"), None)
    if choice.names:
        if named is None:
            raise InputError("--name: this figure has nothing that could be named; leave it out")
        what = {"series": "series", "measures": "measures", "populations": "spikes"}[named]
        there = dict.fromkeys(name for recording in recordings for name in getattr(recording, what))
        for name in choice.names:
            refuse_unknown("--name", what.rstrip("s") if what == "measures" else what, name, there)
        given[named] = tuple(choice.names)
    elif named == "measures":
        given[named] = _outcomes(recordings)
    if choice.span is not None:
        if "span" not in options:
            raise InputError("--span: only a raster has one; leave it out")
        if not choice.span[0] < choice.span[1]:
            raise InputError(f"--span: {choice.span[0]:g} to {choice.span[1]:g} s is empty")
        given["span"] = choice.span
    return given


def _circuit(recordings: Sequence[Recording]) -> tuple[list[tuple[str, str, str, bool]], tuple[str, ...]]:
    """Projections of the circuit, rows of one's own included, and what the chosen groups have silenced."""
    document = next(iter(map(experiment_of, recordings)), {})
    table = Circuit.model_validate(document.get("circuit") or {}).chosen.table
    groups = dict.fromkeys(recording.identity.group for recording in recordings)
    silenced = {
        group: tuple(
            one.get("nucleus") or one.get("projection")
            for one in entry(document["group"], group).get("inactivation", ())
        )
        for group in groups
    }
    if len(set(silenced.values())) > 1:
        raise InputError(f"--kind circuit: the groups differ in what is silenced; name one with --group: "
                         f"{', '.join(groups)}")  # fmt: skip
    return drawn(table), next(iter(silenced.values()))


def _as_run(recordings: Sequence[Recording], width: Width) -> dict[str, Figure]:
    """The figure of each kind of test."""
    from results import figures

    by_kind: dict[str, list[Recording]] = {}
    for recording in recordings:
        test = entry(experiment_of(recording).get("test"), recording.identity.test)
        by_kind.setdefault(str(test.get("kind", "")), []).append(recording)
    made = {}
    for kind, part in by_kind.items():
        if kind in figures.FIGURES:
            made[kind] = figures.FIGURES[kind](part, width=width)
    if not made:
        raise figures.NothingToDraw("the runs do not say what kind of test they are; name a figure with --kind")
    return made
