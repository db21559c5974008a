"""The runs in a folder of an experiment or a study, with the conditions that distinguish them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from results import store
from results.recording import Identity
from results.store import StoreError, study_index
from results.store.experiment_document import parsed, places
from results.units import factor

RESERVED = (
    "run", "point", "experiment", "group", "test", "animal", "subject", "structure_seed", "noise_seed", "key", "code",
    "measure", "series", "time", "value", "unit", "file", "identifier",
)  # fmt: skip


@dataclass(frozen=True)
class StoredRun:
    """One run's file.

    Attributes
    ----------
    file : Path
    name : str
        The name of files that are made from it, without an ending. No two runs of a folder share one.
    conditions : tuple of mapping
        For each condition of a study that the run belongs to: ``point`` and the values of what was varied. One empty
        mapping where there is no study.
    """

    file: Path
    name: str
    conditions: tuple[Mapping[str, Any], ...] = field(default=({},))


@dataclass(frozen=True)
class StoredRuns:
    """The runs of a folder, in the order of the experiment's groups, tests and animals; of a study in that of its plan.

    Attributes
    ----------
    runs : tuple of StoredRun
    units : mapping
        Column that conditions fill -> its unit: ``"1"`` for numbers without one, empty for text. Empty without a study.
    """

    runs: tuple[StoredRun, ...]
    units: Mapping[str, str]

    @property
    def study(self) -> bool:
        """Whether they belong to a study."""
        return bool(self.units)


def stored_runs(place: Path) -> StoredRuns:
    """The runs in a folder of results or of a study, or in one run's file.

    Raises
    ------
    StoreError
        If there is no run, or a study has no index that can be read.
    """
    if place.is_file():
        return StoredRuns((StoredRun(place, place.stem),), {})
    if not place.exists():
        raise StoreError(f"{place}: is not there; give a folder that run or sweep wrote")
    if (place / "study.json").is_file():
        return _of_study(place)
    files = sorted(place.glob("runs/*.h5"))
    if not files:
        raise StoreError(f"{place}: holds no runs/*.h5 and no study")
    return StoredRuns(tuple(StoredRun(file, file.stem) for file in _in_order(files)), {})


def _in_order(files: Sequence[Path]) -> list[Path]:
    """Files in the order of their experiment's groups, tests and animals; what cannot be read comes last."""
    known, damaged = dict[Path, Identity](), list[Path]()
    document: Mapping[str, Any] = {}
    for file in files:
        try:
            known[file] = store.identity(file)
            document = document or parsed(store.provenance(file, "experiment"))
        except StoreError:
            known.pop(file, None)
            damaged.append(file)
    where = places(document)
    return [*(sorted(known, key=lambda file: where(known[file])) if document else known), *damaged]


def _of_study(place: Path) -> StoredRuns:
    plan = (place / "study.json").read_bytes()
    rows = study_index.read(place / "index.sqlite", hashlib.sha256(plan).hexdigest())
    if rows is None:
        raise StoreError(f"{place}: its index is missing or outdated; corticostriatal status {place} makes it again")
    points, units = conditions(json.loads(plan)["points"])
    there = {file.stem for file in place.glob("runs/*/*.h5")}
    files: dict[str, tuple[Path, str]] = {}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for key, point, _, group, test, animal, *_ in rows:
        if key in there:
            name = "_".join(re.sub(r"[^A-Za-z0-9+.-]+", "-", part) for part in (group, test))
            files[key] = place / "runs" / key[:2] / f"{key}.h5", f"{name}_{animal:03d}_{key[:12]}"
            found.setdefault(key, []).append(points[point])
    if not files:
        raise StoreError(f"{place}: none of its runs is there yet")
    runs = tuple(StoredRun(file, name, tuple(found[key])) for key, (file, name) in files.items())
    return StoredRuns(runs, units)


def conditions(points: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The values that differ between the points of a study, under short names, as numbers where possible.

    Parameters
    ----------
    points : sequence of mapping
        The values of every point by path, as ``study.json`` holds them.

    Returns
    -------
    list of dict
        For each point ``point`` and the values; names are as many of a path's last parts as tell it apart.
    dict
        Unit of each column.
    """
    paths = list(points[0]) if points else []
    parts = {path: [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|([^."]+)', path)] for path in paths}
    units, columns = {"point": "1"}, dict[str, list[Any]]()
    for path, own in parts.items():
        length = min(2, len(own))
        while length < len(own) and sum(other[-length:] == own[-length:] for other in parts.values()) > 1:
            length += 1
        name = ".".join(own[-length:])
        name = ".".join(own) if name in RESERVED or name in columns else name
        columns[name], units[name] = _numbers([point[path] for point in points])
    found = [
        {"point": place, **{name: values[place] for name, values in columns.items()}} for place in range(len(points))
    ]
    return found, units


def _numbers(values: Sequence[Any]) -> tuple[list[Any], str]:
    """Numbers in one unit, that of the first which is not zero, or text."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return [float(value) for value in values], "1"
    texts = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    split = [one for one in (re.fullmatch(r"(\S+) (\S+)", text) for text in texts) if one]
    if len(split) < len(values):
        return texts, ""
    try:
        read = [(float(one[1]), one[2]) for one in split]
        unit = next((own for number, own in read if number), read[0][1])
        numbers = [number * factor(own, unit) for number, own in read]
    except ValueError:
        return texts, ""
    return [float(f"{number:.12g}") for number in numbers], unit
