"""The experiment that a recording belongs to, as its provenance keeps it: groups, histories and tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from results.recording import Identity, Recording
from results.units import factor


def experiment_of(recording: Recording) -> Mapping[str, Any]:
    """The experiment's document; empty where the provenance has none."""
    return parsed(recording.provenance.get("experiment"))


def parsed(text: Any) -> Mapping[str, Any]:
    """The experiment's document from the text that provenance keeps; empty where there is none."""
    with suppress(ValueError, TypeError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    return {}


def entry(entries: Sequence[Mapping[str, Any]] | None, name: str) -> Mapping[str, Any]:
    """The group or test of that name; empty where there is none."""
    return next((one for one in entries or () if one.get("name") == name), {})


def in_unit(text: str, unit: str) -> float:
    """A quantity of the document, such as ``"-2.5 h"``, as a number in another unit.

    Raises
    ------
    ValueError
        If it has another dimension.
    """
    number, _, own = text.partition(" ")
    return float(number) * factor(own, unit)


def days_given(
    phases: Sequence[tuple[str, int]], phase: str | None, day: float | None, late: float, apart: float, times: int
) -> list[float]:
    """Days, from the beginning of the history, on which a treatment is given.

    Parameters
    ----------
    phases : sequence of (str, int)
        Kind and days of each phase of the history.
    phase : str or None
        The kind of phase on each day of which it is given.
    day : float or None
        The day on which it is given, where there is no such phase.
    late, apart : float
        Time after the session of that day, and between doses, days.
    times : int
        Number of doses.
    """
    if phase is None:
        return [(day or 0.0) + late + n * apart for n in range(times)]
    found: list[float] = []
    begin = 0
    for kind, days in phases:
        if kind == phase:
            found += [begin + n + late for n in range(days)]
        begin += days
    return found


def in_order(recordings: Iterable[Recording]) -> list[Recording]:
    """Recordings in the order of their experiment's groups, tests and animals; unchanged without an experiment."""
    found = list(recordings)
    document = next((each for each in map(experiment_of, found) if each), {})
    if not document:
        return found
    place = places(document)
    return sorted(found, key=lambda one: place(one.identity))


def places(document: Mapping[str, Any]) -> Callable[[Identity], tuple[int, int, int]]:
    """A function that gives a run's place in the order of the experiment's groups, tests and animals."""
    groups, tests = (
        {entry.get("name"): number for number, entry in enumerate(document.get(part) or ())}
        for part in ("group", "test")
    )
    return lambda who: (groups.get(who.group, len(groups)), tests.get(who.test, len(tests)), who.animal)
