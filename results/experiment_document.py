"""The experiment that a recording belongs to, as its provenance keeps it: groups, histories and tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from results.recording import Recording
from results.units import factor


def experiment_of(recording: Recording) -> Mapping[str, Any]:
    """The experiment's document; empty where the provenance has none."""
    with suppress(ValueError, TypeError):
        found = json.loads(recording.provenance.get("experiment", "{}"))
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
    """Recordings in the order of their experiment's groups and tests, then of animals; as they come without one."""
    found = list(recordings)
    document = next((each for each in map(experiment_of, found) if each), {})

    def place(recording: Recording) -> tuple[int, int, int]:
        who = recording.identity
        return _place(document.get("group"), who.group), _place(document.get("test"), who.test), who.animal

    return sorted(found, key=place) if document else found


def _place(entries: Sequence[Mapping[str, Any]] | None, name: str) -> int:
    known = [one.get("name") for one in entries or ()]
    return known.index(name) if name in known else len(known)
