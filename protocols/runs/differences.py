"""At which paths two documents differ, and how that is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from protocols.errors import dotted, entry_name

SHOWN = 5


def differences(a: Any, b: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths at which two documents differ; entries of lists are called by their names."""
    if isinstance(a, list) and isinstance(b, list):
        a = {entry_name(entry, index): entry for index, entry in enumerate(a)}
        b = {entry_name(entry, index): entry for index, entry in enumerate(b)}
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(key for key in b if key not in a)]:
            yield from differences(a.get(key), b.get(key), (*place, key))
    elif a != b:
        yield place


def settings(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The settings in which two experiments' documents differ; the number of animals is none."""
    a, b = ({**one, "animals": {**one.get("animals", {}), "per_group": None}} for one in (before, now))
    return [dotted(place) for place in differences(a, b)]


def listed(parts: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    rest = len(parts) - SHOWN
    return ", ".join(parts[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
