"""``experiment.json``, the mark of a folder of runs: of which settings they are; and in what settings differ.

It holds the experiment with the largest number of animals that was asked for and, where nobody asked for all groups and
tests, those that were (``only``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.errors import dotted, entry_name
from protocols.runs.plan import document
from results.store.files import write_json

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment

MARK = "experiment.json"
FORMAT = "corticostriatal experiment"
SHOWN = 5

Pair = tuple[str, str]


def read(folder: Path) -> dict[str, Any]:
    """What the mark of a folder says; nothing where there is none that can be read, since the runs say it too."""
    try:
        found = json.loads((folder / MARK).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("experiment_hash"), str) else {}


def write(folder: Path, digest: str, experiment: Experiment, only: Collection[Pair] | None) -> None:
    """Mark a folder, or add animals, groups and tests to its mark where that is of the same settings.

    Parameters
    ----------
    folder : Path
    digest : str
        `protocols.simulation.digest.experiment_hash`.
    experiment : Experiment
    only : collection of (group, test), optional
        Those that are asked for; all when left out.
    """
    before, found = read(folder), document(experiment)
    wanted = None if only is None else set(only)
    if before.get("experiment_hash") == digest:
        with suppress(KeyError, TypeError, ValueError, OverflowError):
            animals = found["animals"]
            animals["per_group"] = max(animals["per_group"], int(before["experiment"]["animals"]["per_group"]))
            earlier = pairs(before)
            wanted = None if wanted is None or earlier is None else wanted | earlier
    content = {"format": FORMAT, "version": 1, "experiment_hash": digest, "experiment": found}
    content |= {} if wanted is None else {"only": sorted(map(list, wanted))}
    if content != before:
        write_json(folder / MARK, content)


def pairs(mark: Mapping[str, Any]) -> set[Pair] | None:
    """The groups and tests that a mark says were asked for; None where they are all."""
    found = mark.get("only")
    try:
        return None if found is None else {(str(group), str(test)) for group, test in found}
    except (TypeError, ValueError):
        return None


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
