"""The parameters that an experiment's outcomes depend on: a design, run as a study, and indices of each outcome.

An outcome is the mean of a measure in one group and test, or a published finding that the experiment decides: a ratio
or a difference of two groups. The design's points are conditions of a study, so that a stopped analysis can go on. Tone
at rest is known in closed form (`protocols.analysis.sensitivity_at_rest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from protocols.analysis.ranges import Moved
from protocols.assays.kinds import MAIN_MEASURES
from protocols.errors import InputError, nearest, refuse_unknown
from protocols.experiments.experiment import Experiment, experiment_from
from protocols.experiments.overrides import chosen
from protocols.studies.conditions import keep_only
from results.evidence import table as evidence
from results.statistics.sensitivity import METHODS, Method, indices, noise_share, points, size
from results.statistics.sensitivity import document as written


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes
    ----------
    moved : tuple of Moved
    method : str
        ``sobol`` or ``morris``.
    number : int
        Base sample, a power of two with Sobol, or trajectories with Morris.
    groups, tests, measures : tuple of str
        Those that are analysed; empty for all, and for the measures that tables show.
    """

    moved: tuple[Moved, ...]
    method: Method
    number: int
    groups: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Names of the varied values."""
        return [one.name for one in self.moved]

    @property
    def shares(self) -> np.ndarray:
        """The design as shares of the ranges, shape (points, parameters)."""
        return points(self.method, self.names, self.number)

    def values(self) -> list[dict[str, Any]]:
        """The design as values by path of the experiment's file."""
        return [
            {one.path: one.range.at(float(share)) for one, share in zip(self.moved, row, strict=True)}
            for row in self.shares
        ]


def question(
    moved: tuple[Moved, ...],
    method: str,
    number: int,
    groups: Sequence[str] = (),
    tests: Sequence[str] = (),
    measures: Sequence[str] = (),
) -> Question:
    """Read and check a question; raises `InputError`."""
    if method not in METHODS:
        raise InputError(f"--method: '{method}' is not known{nearest(method, METHODS)}")
    if method == "sobol" and number & (number - 1):
        below = 1 << (number.bit_length() - 1)
        raise InputError(
            f"--points: {number} is not a power of two, which Sobol's design needs; nearest: {below} or {2 * below}"
        )
    if len(moved) < 2:
        raise InputError(f"--parameters: {len(moved)} is too few; shares of variance need two at least")
    return Question(moved, cast(Method, method), number, tuple(groups), tuple(tests), tuple(measures))


def experiment_for(
    name: str | Experiment, asked: Question, settings: Sequence[str], animals: int | None, seed: int | None
) -> Experiment:
    """The experiment with the groups and tests that are analysed.

    Raises
    ------
    InputError
        For an unknown experiment, group or test, or a setting that is refused.
    """
    content = chosen(name, settings, animals, seed).model_dump(mode="json", exclude_unset=True)
    keep_only(content, "group", asked.groups, "--group")
    keep_only(content, "test", asked.tests, "--test")
    return experiment_from(content)


@dataclass(frozen=True)
class Outcome:
    """One outcome at every point of the design.

    Attributes
    ----------
    label : str
    test, measure, unit : str
    groups : tuple of str
    evidence : tuple of str
        Rows of the evidence that it decides.
    values : ndarray, shape (points, animals)
    """

    label: str
    test: str
    measure: str
    unit: str
    groups: tuple[str, ...]
    evidence: tuple[str, ...]
    values: np.ndarray


def outcomes(table: pd.DataFrame, experiment: Experiment, asked: Question) -> list[Outcome]:
    """Every requested outcome.

    Raises
    ------
    InputError
        For a measure that no run has, or a run that is missing.
    """
    present = list(dict.fromkeys(table["measure"]))
    for name in asked.measures:
        refuse_unknown("--measure", "measure", name, present)
    rows = [row for row in evidence.load() if row.experiment == experiment.name]
    named = [*MAIN_MEASURES, *(row.measure for row in rows)]
    wanted = asked.measures or [name for name in present if name in named] or present
    tables = {
        (str(key[0]), str(key[1]), str(key[2])): part.pivot(index="point", columns="animal", values="value")
        for key, part in table[table["measure"].isin(wanted)].groupby(["test", "group", "measure"], sort=False)
    }
    first = table.drop_duplicates("measure")
    units = dict(zip(first["measure"].astype(str), first["unit"].astype(str), strict=True))
    count = size(asked.method, len(asked.moved), asked.number)
    for (test, group, measure), part in tables.items():
        missing = count * part.shape[1] - int(part.notna().to_numpy().sum())
        if missing:
            raise InputError(f"{measure} of {group} in {test}: {missing} values are missing; every point is needed")
    found = []
    for (test, group, measure), part in tables.items():
        ids = tuple(row.id for row in rows if row.groups == (group,) and row.test == test and row.measure == measure)
        label = group if len(experiment.test) == 1 else f"{group}, {test}"
        found.append(Outcome(label, test, measure, units[measure], (group,), ids, part.to_numpy()))
    return found + _between(rows, tables, units)


def _between(
    rows: Sequence[evidence.Evidence], tables: dict[tuple[str, str, str], pd.DataFrame], units: dict[str, str]
) -> list[Outcome]:
    """Ratios and differences of two groups that evidence is about."""
    found: dict[tuple[str, ...], Outcome] = {}
    for row in rows:
        if len(row.groups) != 2 or row.claim == "input" or row.test is None or row.measure is None:
            continue
        sides = [(row.test, row.groups[0], row.measure), (row.reference_test or row.test, row.groups[1], row.measure)]
        if any(side not in tables for side in sides):
            continue
        a, b = (tables[side].to_numpy() for side in sides)
        ratio = row.claim in ("ratio", "none", "class")
        if a.shape != b.shape or (ratio and not b.all()):
            continue
        key = ("ratio" if ratio else "difference", *sides[0], *sides[1])
        if key in found:
            kept = found[key]
            found[key] = Outcome(*(*list(vars(kept).values())[:5], (*kept.evidence, row.id), kept.values))
            continue
        label = f"{row.groups[0]} {'/' if ratio else '-'} {row.groups[1]}"
        unit, values = ("1", a / b) if ratio else (units[row.measure], a - b)
        found[key] = Outcome(label, row.test, row.measure, unit, row.groups, (row.id,), values)
    return list(found.values())


def analysis(
    table: pd.DataFrame, experiment: Experiment, asked: Question, fitted: Sequence[Outcome] | None = None
) -> dict[str, Any]:
    """What ``sensitivity --json`` writes: the design, and the indices of every outcome.

    Parameters
    ----------
    table : DataFrame
        Columns ``point, group, test, animal, measure, value, unit``.
    experiment : Experiment
    asked : Question
    fitted : sequence of Outcome, optional
        With the closed form: the evidence that it answers.
    """
    shares, closed = asked.shares, fitted is not None
    known = {id_ for outcome in fitted or () for id_ in outcome.evidence}
    others = [one for one in outcomes(table, experiment, asked) if not one.evidence or not known & {*one.evidence}]
    rows = []
    for outcome in (*(fitted or ()), *others):
        means = outcome.values.mean(axis=1)
        found = indices(asked.method, asked.names, shares, means)
        rows.append(
            {
                "label": outcome.label, "test": outcome.test, "measure": outcome.measure, "unit": outcome.unit,
                "groups": list(outcome.groups), "evidence": list(outcome.evidence), "mean": float(means.mean()),
                "sd": float(means.std(ddof=1)), "noise_share": noise_share(outcome.values), "indices": written(found),
            }
        )  # fmt: skip
    return {
        "experiment": experiment.name,
        "method": asked.method,
        "base": asked.number,
        "points": len(shares),
        "animals": 1 if closed else experiment.animals.per_group,
        "variability": experiment.animals.variability and not closed,
        "closed_form": closed,
        "parameters": [
            {
                "name": one.name, "path": one.path, "low": one.range.low, "high": one.range.high, "unit": one.unit,
                "scale": one.range.scale, "range": one.source,
            }
            for one in asked.moved
        ],
        "outcomes": rows,
    }  # fmt: skip
