"""What the points of an optimisation give: by runs in a study's folder, or in closed form at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from protocols.errors import InputError, nearest
from protocols.optimisation.objectives import Term
from protocols.optimisation.problem import Problem
from protocols.optimisation.surrogate import Array
from protocols.runs.driver import Engine
from protocols.studies.points import COLUMNS, Values, by_animal, table_of
from protocols.studies.study import Study
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import Options, sweep

if TYPE_CHECKING:
    from protocols.runs.progress import Progress


class Outcomes(Protocol):
    """Where the outcomes of points come from."""

    def planned(self) -> list[dict[str, Any]]:
        """Points that were chosen before, in their order."""

    def table(self, points: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """A line per point, group, test, animal and measure, of what is there once all was tried: `COLUMNS`."""


class Simulated:
    """Points as conditions of a study in a folder, whose runs are the only memory of the search.

    Parameters
    ----------
    problem : Problem
    folder : Path
    engine : protocols.runs.driver.Engine
    progress : Progress
    options : protocols.studies.sweep.Options
    """

    def __init__(self, problem: Problem, folder: Path, engine: Engine, progress: Progress, options: Options) -> None:
        self.problem, self.folder, self.engine = problem, folder, engine
        self.progress, self.options = progress, options

    def planned(self) -> list[dict[str, Any]]:
        """As `Outcomes` says; raises `InputError` if the folder holds points of other free values."""
        if not (self.folder / "study.json").is_file():
            return []
        there = StudyFolder.open(self.folder).study.points
        for point in there:
            if set(point) != set(self.problem.paths):
                odd = sorted(set(point) ^ set(self.problem.paths))[0]
                raise InputError(
                    f"{self.folder}: holds another optimisation, in which '{odd}' is free; choose another --out"
                )
            self.problem.shares(point)
        return [dict(point) for point in there]

    def table(self, points: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """As `Outcomes` says; runs that are not there are done."""
        study = Study(self.problem.study, self.problem.base, tuple(dict(point) for point in points)).checked()
        folder = StudyFolder.start(study, self.folder)
        if folder.planned().keys() - folder.done():
            sweep(folder, self.engine, self.progress, self.options)
        return table_of(self.folder)


class AtRest:
    """Typical animals at rest in closed form; of `animals` that differ where some are asked for."""

    def __init__(self, problem: Problem, animals: Sequence[int] = ()) -> None:
        self.problem, self.animals = problem, animals
        self.known: dict[str, list[tuple[Any, ...]]] = {}

    def planned(self) -> list[dict[str, Any]]:
        """None: nothing is kept that could not be computed again."""
        return []

    def table(self, points: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """As `Outcomes` says."""
        from protocols.analysis.sensitivity_at_rest import levels
        from protocols.experiments.model import parameters

        study = Study(self.problem.study, self.problem.base, tuple(dict(point) for point in points))
        rows = []
        for place, point in enumerate(points):
            if (key := repr(point)) not in self.known:
                experiment = study.experiment(place)
                shared = parameters(experiment)
                self.known[key] = [
                    (group, test, number, *rest)
                    for number, seed in enumerate(self.animals or (None,))
                    for group, test, *rest in levels(experiment, shared if seed is None else shared.of_animal(seed))
                ]
            rows += [(place, *row) for row in self.known[key]]
        return pd.DataFrame(rows, columns=COLUMNS)


def animals_of(values: Values, term: Term, point: int) -> pd.Series:
    """A measured term of each animal at a point, by the animal's number; animals without it are left out."""
    own = pd.Series(values.get((point, str(term.group), str(term.test), str(term.measure)), {}), dtype=float)
    if term.over is not None:
        over = values.get((point, term.over, str(term.test), str(term.measure)), {})
        own = own - pd.Series(over, dtype=float)
    return own.dropna()


def seen(problem: Problem, table: pd.DataFrame, points: Sequence[Mapping[str, Any]]) -> Array:
    """Each term at each point, the mean over animals: (points, terms); NaN where no animal has it.

    Raises
    ------
    InputError
        If no run at all has a measure that is asked for.
    """
    found, values = np.full((len(points), len(problem.terms)), np.nan), by_animal(table)
    for column, term in enumerate(problem.terms):
        if term.measure is not None:
            known = sorted({measure for _, _, test, measure in values if test == term.test})
            if known and term.measure not in known:
                raise InputError(f"measure: no measure '{term.measure}' in {term.test}{nearest(term.measure, known)}")
        for row, point in enumerate(points):
            if term.values:
                found[row, column] = problem.given(term, point)
            elif len(own := animals_of(values, term, row)):
                found[row, column] = float(own.mean())
    return found
