"""Which experiment would tell rival hypotheses apart best: candidates simulated under each, and ranked.

The simulated figures decide, by the information that is expected of an experiment (`results.statistics.telling`). Under
each hypothesis a pool of animals gives the mean of a figure and its error with the animals that a laboratory can
afford. The sets of parameters that fit as well give its spread: each one's shift is taken from the shipped set over the
same animals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from protocols.design.candidates import Candidate, Design, Variant, used
from protocols.errors import InputError, nearest
from protocols.experiments.overrides import keys
from protocols.file_names import file_stem
from protocols.runs.progress import Progress, study_progress
from protocols.studies.local_workers import kept_open
from protocols.studies.points import Values, by_animal, table_of
from protocols.studies.study import Study
from protocols.studies.study_file import study_file
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import Options, sweep
from protocols.validation import rivals
from results.statistics.telling import Expected, expected, power, telling
from results.store.files import write_json
from synapses.calibrated import calibrated
from synapses.hypotheses import default, hypotheses

ALONE = "default"
"""In place of rivals: the default alone, for predictions."""


@dataclass(frozen=True)
class Condition:
    """A hypothesis under a set of parameters, the shipped one where ``set`` is 0, with its values by path."""

    model: str
    set: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """What candidates' runs gave: the mean of the figure over the pool, its error, and each set's shift."""

    mean: float
    error: float
    shifts: tuple[float, ...]


def conditions(asked: Design, base: Mapping[str, Any]) -> list[Condition]:
    """The default and its rivals, under the shipped parameters and each set that fits as well."""
    head, shipped = asked.file.design, calibrated()
    chosen: list[dict[str, str]] = [{}]
    if head.models != (ALONE,):
        chosen += [rivals.read(text) for text in head.models] or rivals.every()
    members: list[Mapping[str, float]] = [{}, *(shipped.ensemble if head.set_animals else ())]
    known = set(base.get("parameters", {})) | {".".join(keys(path)[1:]) for path in asked.file.set}
    paths = sorted({path for member in members for path in member} - known)
    found = []
    for parts in {rivals.name_of(one): one for one in chosen}.values():
        own = {path: value for part, name in parts.items() for path, value in hypotheses()[part][name].values.items()}
        model = {f"model.{part}": parts.get(part, default(part)) for part in hypotheses()}
        for number, member in enumerate(members):
            values = {f"parameters.{p}": own.get(p, member.get(p, shipped.values[p])) for p in paths}
            size = {"animals.per_group": head.set_animals if number else head.pool}
            found.append(Condition(rivals.name_of(parts), number, {**model, **values, **size}))
    return found


def design(
    asked: Design, out: Path | None = None, jobs: int | None = None, progress: Progress | None = None, **engine: Any
) -> dict[str, Any]:
    """Rank the candidates.

    Parameters
    ----------
    asked : protocols.design.candidates.Design
    out : Path, optional
        Folder of the runs, ``runs/design-<name>`` when left out; what is there is not done again.
    jobs : int, optional
        Processes; one per core when left out.
    progress : Progress, optional
    **engine
        ``prepare`` and ``simulate``, as for `protocols.studies.sweep.Options`.

    Returns
    -------
    dict
        What ``design --json`` writes: the candidates, best first.
    """
    from circuit.parameters import parameter_hash

    progress, folder = progress or study_progress(), out or Path("runs") / f"design-{asked.file.design.name}"
    rows: list[dict[str, Any]] = []
    failed = 0
    studies = [(variants, laid_out(asked, variants)) for variants in _together(asked.variants)]
    with kept_open(jobs, folder, sum(study.size for _, study in studies), progress.say) as workers:
        for number, (variants, study) in enumerate(studies, 1):
            progress.say(
                f"{variants[0].candidate.experiment}, {variants[0].candidate.test} ({number} of {len(studies)})"
            )
            place = folder / study.name
            started = StudyFolder.start(study, place)
            failed += sweep(started, workers, progress, Options(**engine)).failed
            rows += _rows(asked, variants, table_of(place))
    rows.sort(key=lambda row: -row["bits"])
    read = dict.fromkeys(name for _, study in studies for one in study.experiments for name in one.circuits_read)
    found = {
        "name": asked.file.design.name,
        "folder": str(folder),
        "parameters": parameter_hash(*read),
        "models": list(dict.fromkeys(one.model for one in conditions(asked, {}))),
        "animals": asked.file.design.animals,
        "pool": asked.file.design.pool,
        "set_animals": asked.file.design.set_animals,
        "failed": failed,
        "candidates": [{"rank": place, **row} for place, row in enumerate(rows, 1)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "design.json", found)
    return found


def cost(asked: Design) -> dict[str, Any]:
    """What it may cost: ``candidates, models, sets, runs, processor_seconds``; raises `InputError` as `laid_out`."""
    studies = [laid_out(asked, variants) for variants in _together(asked.variants)]
    known = conditions(asked, {})
    return {
        "name": asked.file.design.name,
        "candidates": len(asked.variants),
        "models": list(dict.fromkeys(one.model for one in known)),
        "sets": len({one.set for one in known}),
        "runs": sum(study.size for study in studies),
        "processor_seconds": sum(study.processor_seconds() for study in studies),
    }


def laid_out(asked: Design, variants: Sequence[Variant]) -> Study:
    """The study of candidates that share an experiment, a test and the paths of their axes; raises `InputError`."""
    base = used(variants, asked.bases[variants[0].candidate.experiment])
    known = conditions(asked, base)
    values = {repr(one.values): one.values for one in variants}
    points = tuple({**own, **condition.values} for own in values.values() for condition in known)
    name = file_stem(Path(variants[0].candidate.experiment).stem, variants[0].candidate.test, *_ends(variants[0]))[:60]
    header = {"name": name, "experiment": variants[0].candidate.experiment, "pairing": "paired"}
    return Study(study_file({"study": header}), base, points).checked()


def _ends(variant: Variant) -> list[str]:
    return [part for path in variant.values for part in keys(path)[-2:]]


def _together(variants: Sequence[Variant]) -> list[list[Variant]]:
    found: dict[tuple[Any, ...], list[Variant]] = {}
    for one in variants:
        found.setdefault((one.candidate.experiment, one.candidate.test, tuple(one.values)), []).append(one)
    return list(found.values())


def _rows(asked: Design, variants: Sequence[Variant], table: pd.DataFrame) -> list[dict[str, Any]]:
    base = used(variants, asked.bases[variants[0].candidate.experiment])
    known, values = conditions(asked, base), by_animal(table)
    starts = {
        repr(one): place * len(known) for place, one in enumerate({repr(v.values): v.values for v in variants}.values())
    }
    units = dict(zip(table["measure"], table["unit"], strict=True))
    return [_row(asked, variant, known, starts[repr(variant.values)], values, units) for variant in variants]


def _row(
    asked: Design,
    variant: Variant,
    known: Sequence[Condition],
    start: int,
    values: Values,
    units: Mapping[str, str],
) -> dict[str, Any]:
    one, animals = variant.candidate, asked.file.design.animals
    if one.measure not in units:
        raise InputError(
            f"candidate '{one.name}': no measure '{one.measure}' in {one.test}{nearest(one.measure, sorted(units))}"
        )
    figures: dict[str, Figure] = {}
    for model in dict.fromkeys(condition.model for condition in known):
        places = [start + place for place, condition in enumerate(known) if condition.model == model]
        figures[model] = figure(
            one, [[values.get((p, g, one.test, one.measure), {}) for g in one.groups] for p in places], animals
        )
    scale = max(f.mean for f in figures.values()) - min(f.mean for f in figures.values())
    expect = {
        model: expected([found.mean, *(found.mean + shift for shift in found.shifts)], found.error, scale)
        for model, found in figures.items()
    }
    worth, first = telling(list(expect.values())), next(iter(expect.values()))
    return {
        "candidate": variant.name,
        **one.measured(units),
        "values": dict(variant.values),
        "known": one.same_as,
        "bits": worth.bits,
        "named": worth.named,
        "models": [_answer(model, own, figures[model], first) for model, own in expect.items()],
    }


def _answer(model: str, own: Expected, found: Figure, first: Expected) -> dict[str, Any]:
    return {
        "model": model,
        "figure": own.mean,
        "interval": list(own.interval()),
        "by_set": list(own.means),
        "error": found.error,
        "power": None if own is first else power(first, own),
    }


def figure(one: Candidate, places: Sequence[Sequence[Mapping[int, float]]], animals: int) -> Figure:
    """The figure of a candidate under one hypothesis.

    Parameters
    ----------
    one : Candidate
    places : sequence
        For the shipped set and each other one, the value of each animal in each group.
    animals : int
        In each group of the experiment whose error is asked for.

    Raises
    ------
    InputError
        If fewer than two animals of a group have the measure.
    """
    pool = [np.array(list(values.values())) for values in places[0]]
    for name, sample in zip(one.groups, pool, strict=True):
        if sample.size < 2:
            raise InputError(
                f"candidate '{one.name}': {sample.size} animals of {name} have {one.measure}; two are needed"
            )
    means = [float(sample.mean()) for sample in pool]
    variances = [float(sample.var(ddof=1)) / animals for sample in pool]
    shifts = []
    for other in places[1:]:
        shared = [sorted(own.keys() & first.keys()) for own, first in zip(other, places[0], strict=True)]
        if all(shared):
            both = [
                [float(np.mean([values[animal] for animal in who])) for values, who in zip(side, shared, strict=True)]
                for side in (other, places[0])
            ]
            shifts.append(_joined(one, both[0]) - _joined(one, both[1]))
    return Figure(_joined(one, means), _error(one, means, variances), tuple(shifts))


def _joined(one: Candidate, means: Sequence[float]) -> float:
    if one.form == "ratio":
        return means[0] / means[1]
    return means[0] - means[1] if one.form == "difference" else means[0]


def _error(one: Candidate, means: Sequence[float], variances: Sequence[float]) -> float:
    """Standard error of the figure; of a ratio to first order."""
    if one.form == "ratio":
        relative = sum(variance / mean**2 for mean, variance in zip(means, variances, strict=True))
        return abs(_joined(one, means)) * float(np.sqrt(relative))
    return float(np.sqrt(sum(variances)))


def sentence(document: Mapping[str, Any]) -> str:
    """The answer in words."""
    first = document["candidates"][0]
    figures = ", ".join(f"{one['figure']:.3g} under {one['model']}" for one in first["models"])
    return (
        f"{document['name']}: of {len(document['candidates'])} experiments {first['candidate']} tells most, "
        f"{first['bits']:.2f} bits with {document['animals']} animals a group ({first['measure']}: {figures})."
    )
