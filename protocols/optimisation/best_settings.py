"""The best settings tried on other animals, beside a reference and over the ensemble of parameter sets.

The search picks what looks best on the animals that it has seen, which flatters it. So the settings that it ends with
are done again with animals that it has not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from protocols.errors import InputError
from protocols.experiments.overrides import keys
from protocols.optimisation.objectives import Objective
from protocols.optimisation.outcomes import AtRest, Simulated, animals_of
from protocols.optimisation.problem import Problem
from protocols.runs.driver import Engine
from protocols.studies.conditions import applied
from protocols.studies.points import by_animal
from protocols.studies.study import Study
from protocols.studies.sweep import Options
from results.statistics import inference
from synapses.calibrated import calibrated

SHIPPED = "shipped"
OTHER_ANIMALS = 7919  # added to the seed of the experiment's animals
FOLDER = "confirmed"


@dataclass(frozen=True)
class Trial:
    """Settings under a set of parameters: ``setting`` is their place, -1 the reference, ``point`` values by path."""

    setting: int
    set: str
    point: Mapping[str, Any]


def trials(problem: Problem, settings: Sequence[Mapping[str, Any]]) -> list[Trial]:
    """Each of the settings and the reference, under the shipped parameters and each set that fits as well."""
    shipped = calibrated()
    members = [{}, *shipped.ensemble]
    paths = sorted({path for member in members for path in member} - _own(problem))
    places = list(enumerate(settings))
    if problem.file.reference:
        places.append((-1, problem.file.reference))
    found = []
    for number, member in enumerate(members):
        values = {f"parameters.{path}": member.get(path, shipped.values[path]) for path in paths}
        name = f"set {number}" if number else SHIPPED
        found += [Trial(place, name, {**point, **values}) for place, point in places]
    return found


def _own(problem: Problem) -> set[str]:
    """Parameters that the optimisation itself sets or frees, which the ensemble leaves alone."""
    given = [*problem.file.free, *problem.file.set]
    named = {".".join(keys(path)[1:]) for path in given if keys(path)[0] == "parameters"}
    return named | set(problem.base.get("parameters", {}))


def confirm(
    problem: Problem,
    settings: Sequence[Mapping[str, Any]],
    folder: Path,
    engine: Engine,
    progress: Any,
    options: Options,
) -> list[dict[str, Any]]:
    """What the settings give in animals that the search has not seen.

    Returns
    -------
    list of dict
        A row for each setting, set of parameters and measured objective: ``setting, set, objective, n, mean, interval,
        gain, gain_interval``. The gain is by how much the loss is smaller than under the reference, over the same
        animals; None without a reference.
    """
    base, number = problem.base, problem.file.optimise.confirm
    seed = int(base.get("animals", {}).get("seed", 1)) + OTHER_ANIMALS
    other = applied(base, {"animals.seed": seed, "animals.per_group": number})
    own = replace(problem, base=other)
    tried = trials(problem, settings)
    points = [trial.point for trial in tried]
    try:
        Study(own.study, own.base, tuple(dict(point) for point in points[-1:])).checked()
    except InputError as refused:
        raise InputError(f"reference: {refused}") from None
    if problem.file.optimise.at_rest:
        table = AtRest(own, [seed + place for place in range(number)]).table(points)
    else:
        table = Simulated(own, folder / FOLDER, engine, progress, options).table(points)
    return _rows(problem, tried, table)


def _rows(problem: Problem, tried: Sequence[Trial], table: pd.DataFrame) -> list[dict[str, Any]]:
    places = {(trial.setting, trial.set): place for place, trial in enumerate(tried)}
    rows, known = [], by_animal(table)
    for (setting, name), place in places.items():
        for number, term in enumerate(problem.file.objective):
            if term.measure is None:
                continue
            values = animals_of(known, term, place)
            row = {"setting": setting, "set": name, "objective": number, "n": len(values)}
            row |= {"mean": float(values.mean()) if len(values) else None}
            row["interval"] = inference.mean_interval(values.to_numpy()) if len(values) else None
            gain = None
            if setting >= 0 and (-1, name) in places:
                gain = _gain(term, animals_of(known, term, places[-1, name]), values)
            row["gain"] = None if gain is None or not len(gain) else float(gain.mean())
            row["gain_interval"] = None if gain is None or not len(gain) else inference.mean_interval(gain)
            rows.append(row)
    return rows


def _gain(term: Objective, before: pd.Series, after: pd.Series) -> np.ndarray:
    """By how much each animal's loss is smaller."""
    return np.asarray((term.loss(before) - term.loss(after)).dropna(), float)


def verdict(rows: Sequence[Mapping[str, Any]], setting: int, objective: int) -> dict[str, Any]:
    """Whether a setting helps: ``status`` is helps, harms, undecided or no reference, by the shipped parameters.

    ``sets`` are the other sets, ``agree`` those with a gain of the same sign. The means over all sets lie from
    ``low`` to ``high``.
    """
    own = [row for row in rows if row["setting"] == setting and row["objective"] == objective]
    shipped = next(row for row in own if row["set"] == SHIPPED)
    others = [row for row in own if row["set"] != SHIPPED]
    means = [row["mean"] for row in own if row["mean"] is not None]
    found = {"low": min(means, default=None), "high": max(means, default=None), "sets": len(others), "agree": None}
    if shipped["gain"] is None:
        return {"status": "no reference", **found}
    agree = sum(row["gain"] is not None and row["gain"] * shipped["gain"] > 0 for row in others)
    low, high = shipped["gain_interval"] or (-np.inf, np.inf)
    status = "helps" if low > 0 else "harms" if high < 0 else "undecided"
    return {"status": status, **found, "agree": agree}
