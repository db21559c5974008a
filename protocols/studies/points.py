"""The points of a design as conditions of a study: runs spread over workers, resumable, gathered in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from protocols.experiments.experiment import Experiment
from protocols.runs.folder import Status
from protocols.runs.progress import study_progress
from protocols.studies.local_workers import local
from protocols.studies.study import Study
from protocols.studies.study_file import study_file
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import Options, sweep
from results import store
from results.statistics.summary import frame

COLUMNS = ["point", "group", "test", "animal", "measure", "value", "unit"]
"""Of a table of points."""
Values = Mapping[tuple[int, str, str, str], Mapping[int, float]]
"""Point, group, test and measure -> the value of each animal, by its number."""


def study_of(experiment: Experiment, points: Iterable[Mapping[str, Any]], purpose: str) -> Study:
    """The study whose conditions are the points of a design, the same animals at each unless points have seeds.

    Parameters
    ----------
    experiment : Experiment
    points : iterable of mapping
        Values by path of the experiment's file.
    purpose : str
        What the design is for; the study is called after it.

    Raises
    ------
    InputError
        If a point is no possible experiment.
    """
    header = {"name": f"{purpose}-{experiment.name}"[:60], "experiment": experiment.name, "pairing": "paired"}
    base = experiment.model_dump(mode="json", exclude_unset=True)
    return Study(study_file({"study": header}), base, tuple(dict(point) for point in points)).checked()


def simulate(study: Study, folder: Path, jobs: int | None, **engine: Any) -> Status:
    """Do the runs that are not there yet; raises what `protocols.studies.sweep.sweep` raises."""
    started = StudyFolder.start(study, folder)
    return sweep(started, local(jobs), study_progress(), Options(**engine))


def table_of(folder: Path) -> pd.DataFrame:
    """Every measure of every run: ``point, group, test, animal, measure, value, unit``.

    Raises
    ------
    results.store.StoreError
        If a run's file is damaged.
    """
    found = StudyFolder.open(folder)
    there = found.done()
    parts, kept = [], {}
    for row in found.rows():
        if row.key in there:
            if row.key not in kept:
                kept[row.key] = frame([store.read(found.path / row.file)])
            parts.append(kept[row.key].assign(point=row.point, group=row.identity.group, test=row.identity.test))
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def by_animal(table: pd.DataFrame) -> Values:
    """A table of measures, taken apart."""
    found: dict[tuple[int, str, str, str], dict[int, float]] = {}
    names = ["point", "group", "test", "measure", "animal", "value"]
    for point, group, test, measure, animal, value in zip(*(table[name] for name in names), strict=True):
        found.setdefault((point, group, test, measure), {})[animal] = value
    return found
