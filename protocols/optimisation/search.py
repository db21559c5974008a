"""Which settings of an experiment are best, within a budget of simulated points.

Points are conditions of a study in the answer's folder. They are asked for, done and told until the budget is spent. A
run is done when its file is there, so a search that was killed goes on with the same command and loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from protocols.errors import InputError
from protocols.experiments.overrides import keys, last_keys
from protocols.optimisation import best_settings
from protocols.optimisation.outcomes import AtRest, Outcomes, Simulated, seen
from protocols.optimisation.problem import Problem
from protocols.optimisation.proposals import first, following, refuse_missing
from protocols.optimisation.surrogate import Array, Surrogate, fitted, front
from protocols.runs.progress import Progress, study_progress
from protocols.studies.local_workers import kept_open
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import Options
from results.labels import DOSES
from results.store.files import write_json

CURVE = 41  # points of a surrogate's curve
FRONT = 5  # settings of a front that are tried on other animals


@dataclass(frozen=True)
class Searched:
    """What a search has seen: its points, each term there, and the surrogate."""

    points: list[dict[str, Any]]
    seen: Array
    surrogate: Surrogate


def search(problem: Problem, outcomes: Outcomes, progress: Progress) -> Searched:
    """Spend the budget.

    Raises
    ------
    InputError
        If a point is no possible experiment, or no run gives a measure that is asked for.
    """
    head = problem.file.optimise
    points = outcomes.planned()
    if not points:
        points = first(problem)
    while True:
        values = seen(problem, outcomes.table(points), points)
        if len(points) >= head.budget:
            break
        number = min(head.together, head.budget - len(points))
        points = [*points, *following(problem, points, values, number)]
        if not head.at_rest:
            progress.say(f"points {len(points) - number + 1} to {len(points)} of {head.budget}")
    whole = np.isfinite(values).all(axis=1)
    if whole.sum() < 2:
        raise InputError(
            f"only {whole.sum()} of {len(points)} points has an outcome; `corticostriatal status` says why"
        )
    shares = np.array([problem.shares(point) for point in points])
    return Searched(points, values, fitted(problem, shares[whole], values[whole]))


def optimise(
    problem: Problem, out: Path | None = None, jobs: int | None = None, progress: Progress | None = None, **engine: Any
) -> dict[str, Any]:
    """The best settings, tried on other animals and over the ensemble of parameter sets.

    Parameters
    ----------
    problem : protocols.optimisation.problem.Problem
    out : Path, optional
        Folder of the answer; ``runs/optimise-<name>`` when left out. One that is there is gone on with.
    jobs : int, optional
        Processes; one per core when left out.
    progress : Progress, optional
    **engine
        ``prepare`` and ``simulate``, as for `protocols.studies.sweep.Options`.

    Returns
    -------
    dict
        What ``optimise --json`` writes; the folder's ``optimise.json`` is the same.
    """
    refuse_missing()
    progress = progress or study_progress()
    folder, options = out or default_folder(problem), Options(**engine)
    with kept_open(jobs, folder, problem.file.optimise.together * 64, progress.say) as workers:
        at_rest = problem.file.optimise.at_rest
        outcomes = AtRest(problem) if at_rest else Simulated(problem, folder, workers, progress, options)
        found = search(problem, outcomes, progress)
        best = int(np.flatnonzero(np.isfinite(found.seen).all(axis=1))[found.surrogate.best()])
        fronts = effect_fronts(found)
        settings = [found.points[best]] if len(problem.file.objective) == 1 else _spread(found, fronts[0])
        progress.say(f"trying {len(settings)} of the settings on other animals, over the ensemble of parameter sets")
        rows = best_settings.confirm(problem, settings, folder, workers, progress, options)
    failed = (
        0
        if problem.file.optimise.at_rest
        else sum(StudyFolder(place).status().failed for place in (folder, folder / best_settings.FOLDER))
    )
    document = _document(problem, found, settings, rows, fronts, folder) | {"failed": failed}
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "optimise.json", document)
    return document


def default_folder(problem: Problem) -> Path:
    """``runs/optimise-<name>``."""
    return Path("runs") / f"optimise-{problem.file.optimise.name}"


def cost(problem: Problem) -> dict[str, Any]:
    """What a search may cost: ``points, start, runs, confirm_runs, processor_seconds``, within a factor of two or so.

    Raises
    ------
    InputError
        If the middle of the ranges is no possible experiment.
    """
    from protocols.runs.cost import processor_seconds
    from protocols.studies.study import Study

    middle = problem.point([0.5] * len(problem.paths))
    study = Study(problem.study, problem.base, (middle,)).checked()
    head, animals = problem.file.optimise, study.experiments[0].animals.per_group
    settings = 1 if len(problem.file.objective) == 1 else FRONT
    confirming = len(best_settings.trials(problem, [middle] * settings)) * head.confirm
    each = study.size / animals
    runs = 0 if head.at_rest else int(head.budget * study.size)
    confirm_runs = 0 if head.at_rest else int(confirming * each)
    seconds = processor_seconds(study.experiments[0]) / study.size * (runs + confirm_runs)
    return {
        "name": head.name, "points": head.budget, "start": problem.start, "runs": runs, "confirm_runs": confirm_runs,
        "processor_seconds": seconds,
    }  # fmt: skip


def effect_fronts(found: Searched) -> list[dict[str, Any]]:
    """Points that no other one beats: in all objectives where there are several, else in the objective and the doses.

    Returns
    -------
    list of dict
        ``x, y`` (titles), ``points`` (places), ``values`` (what x and y are there, by the surrogate's mean).
    """
    surrogate, problem = found.surrogate, found.surrogate.problem
    places = np.flatnonzero(np.isfinite(found.seen).all(axis=1))
    means, _ = surrogate(surrogate.shares)
    losses, allowed = surrogate.losses(means), surrogate.allowed(means)
    objectives = problem.file.objective
    titles = [term.title for term in objectives]
    columns = [means[:, : len(objectives)]]
    if len(objectives) == 1:
        doses = {path: span for path, span in problem.file.free.items() if keys(path)[-1] in DOSES}
        if not doses:
            return []
        amounts = np.array(
            [[span.amount(found.points[place][path]) for path, span in doses.items()] for place in places]
        )
        losses, columns = np.hstack([losses, amounts]), [*columns, amounts]
        titles += [f"{last_keys(path)} ({span.unit})" for path, span in doses.items()]
    values = np.hstack(columns)
    kept = np.flatnonzero(allowed)
    chosen = kept[front(losses[kept])] if kept.size else kept
    chosen = chosen[np.argsort(values[chosen, 1])]
    return [
        {
            "titles": titles,
            "points": [int(places[row]) for row in chosen],
            "values": values[chosen].tolist(),
            "others": values[np.setdiff1d(np.arange(len(values)), chosen)].tolist(),
        }
    ]


def _spread(found: Searched, front: Mapping[str, Any]) -> list[dict[str, Any]]:
    """At most `FRONT` points of a front, its ends among them."""
    number = len(front["points"])
    chosen = np.unique(np.linspace(0, number - 1, min(FRONT, number)).round().astype(int))
    return [found.points[front["points"][place]] for place in chosen]


def _document(
    problem: Problem,
    found: Searched,
    settings: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    fronts: Sequence[Mapping[str, Any]],
    folder: Path,
) -> dict[str, Any]:
    from protocols.studies.study import Study

    (experiment,) = Study(problem.study, problem.base, (dict(settings[0]),)).experiments
    measured = [place for place, term in enumerate(problem.file.objective) if term.measure is not None]
    answers = [
        {
            "values": dict(point),
            "given": {term.title: problem.given(term, point) for term in problem.terms if term.values},
            "objectives": [{"objective": number, **best_settings.verdict(rows, place, number)} for number in measured],
        }
        for place, point in enumerate(settings)
    ]
    return {
        "name": problem.file.optimise.name,
        "experiment": problem.file.optimise.experiment,
        "folder": str(folder),
        "parameters": experiment.parameter_hash,
        "objectives": [term.model_dump(exclude_none=True) | {"title": term.title} for term in problem.file.objective],
        "free": list(problem.paths),
        "reference": problem.file.reference,
        "settings": answers,
        "confirmed": list(rows),
        "points": [
            {"values": point, "terms": [None if np.isnan(one) else float(one) for one in values]}
            for point, values in zip(found.points, found.seen, strict=True)
        ],
        "fronts": list(fronts),
        "curves": curves(found, settings[0], measured),
    }


def curves(found: Searched, at: Mapping[str, Any], objectives: Sequence[int]) -> list[dict[str, Any]]:
    """The surrogate along each free value, the others as at one point: mean and 95 % interval of each objective."""
    problem, surrogate = found.surrogate.problem, found.surrogate
    centre, rows = np.array(problem.shares(at)), []
    for place, (path, span) in enumerate(problem.file.free.items()):
        shares = np.tile(centre, (CURVE, 1))
        shares[:, place] = np.linspace(0, 1, CURVE)
        mean, deviation = surrogate(shares)
        amounts = [span.amount(span.at(share)) for share in shares[:, place]]
        for number in objectives:
            low, high = mean[:, number] - 1.96 * deviation[:, number], mean[:, number] + 1.96 * deviation[:, number]
            rows.append(
                {
                    "path": path, "unit": span.unit, "scale": span.scale, "objective": number, "x": amounts,
                    "mean": mean[:, number].tolist(), "low": low.tolist(), "high": high.tolist(),
                    "best": span.amount(at[path]),
                    "seen_x": [span.amount(point[path]) for point in found.points],
                    "seen_y": [None if np.isnan(one) else float(one) for one in found.seen[:, number]],
                }
            )  # fmt: skip
    return rows


def sentences(document: Mapping[str, Any]) -> list[str]:
    """The answer in words, a line for each setting that was tried."""
    found = []
    for place, setting in enumerate(document["settings"]):
        values = ", ".join(f"{last_keys(path)} = {_shown(value)}" for path, value in setting["values"].items())
        for answer in setting["objectives"]:
            term = document["objectives"][answer["objective"]]
            rows = [
                row for row in document["confirmed"]
                if (row["setting"], row["objective"]) == (place, answer["objective"])
            ]  # fmt: skip
            own = next(row for row in rows if row["set"] == best_settings.SHIPPED)
            line = f"{term['title']}: {_mean(own['mean'], own['interval'])} in {own['n']} other animals at {values}"
            if answer["sets"]:
                line += f"; {answer['low']:.4g} to {answer['high']:.4g} over the sets of parameters"
            gain = f"by {_mean(own['gain'], own['gain_interval'])}" if own["gain"] is not None else ""
            others = f" ({answer['agree']} of {answer['sets']} other sets of parameters agree)" if gain else ""
            line += {
                "helps": f". It helps: better than the reference {gain}{others}.",
                "harms": f". It harms: better than the reference {gain}{others}.",
                "undecided": f". Nothing helps that these animals can show: better than the reference {gain}{others}.",
            }.get(answer["status"], ".")
            found.append(line)
    return found


def _mean(mean: float | None, interval: Sequence[float] | None) -> str:
    if mean is None:
        return "nothing"
    return f"{mean:.4g}" + (f" [{interval[0]:.4g}, {interval[1]:.4g}]" if interval else "")


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
