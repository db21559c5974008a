"""The runs that a folder holds, whether `run` or a study put them there, with what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocols.errors import InputError


@dataclass(frozen=True)
class StoredRun:
    """One run's file.

    Attributes
    ----------
    file : Path
    name : str
        What a file made from it is called, without its ending; no two runs of a folder share one.
    conditions : tuple of mapping
        For each condition of a study that the run belongs to: ``point`` and what was varied, by the names of the
        study's table. One empty mapping for a folder of `run`.
    """

    file: Path
    name: str
    conditions: tuple[Mapping[str, Any], ...] = field(default=({},))


@dataclass(frozen=True)
class StoredRuns:
    """The runs of a folder; `units` gives the unit of each varied column."""

    runs: tuple[StoredRun, ...]
    units: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that conditions fill."""
        return tuple(self.runs[0].conditions[0])


def stored_runs(place: Path) -> StoredRuns:
    """What a folder of results, a study's folder or a run's file holds.

    Raises
    ------
    InputError
        If there is no run, or a study's plan cannot be read.
    """
    if place.is_file():
        return StoredRuns((StoredRun(place, place.stem),), {})
    if not place.exists():
        raise InputError(f"{place}: is not there; give a folder that run or sweep wrote")
    if (place / "study.json").is_file():
        return _of_study(place)
    files = sorted(place.glob("runs/*.h5"))
    if not files:
        raise InputError(f"{place}: holds no runs/*.h5 and no study")
    return StoredRuns(tuple(StoredRun(file, file.stem) for file in files), {})


def _of_study(place: Path) -> StoredRuns:
    from protocols.experiment import slug
    from protocols.gather import varied
    from protocols.planned_run import PlannedRun
    from protocols.study_folder import StudyFolder

    folder = StudyFolder.open(place)
    across = varied(folder.manifest["points"])
    there = folder.done()
    first: dict[str, PlannedRun] = {}
    conditions: dict[str, list[Mapping[str, Any]]] = {}
    for row in folder.rows():
        if row.key in there:
            first.setdefault(row.key, row)
            values = {one.column.name: one.values[row.point] for one in across}
            conditions.setdefault(row.key, []).append({"point": row.point, **values})
    if not first:
        raise InputError(f"{place}: none of its runs is there yet")
    runs = tuple(
        StoredRun(
            place / row.file,
            f"{slug(row.identity.group)}_{slug(row.identity.test)}_{row.identity.animal:03d}_{key[:12]}",
            tuple(conditions[key]),
        )
        for key, row in first.items()
    )
    return StoredRuns(runs, {"point": "1", **{one.column.name: one.column.unit for one in across}})
