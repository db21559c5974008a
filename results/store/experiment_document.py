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
