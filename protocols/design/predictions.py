"""Predictions laid down before anybody measured them, as far as was found, and later evidence scored against them.

`_predictions.toml` says what is predicted and what would refute it. `lay_down` simulates it, with the shipped
parameters and every set that fits as well, and adds the outcome with its date and the hash of the parameters to
`results/evidence/laid_down.toml`. What was laid down is never changed: other parameters add a new entry.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from circuit.parameters import parameter_hash
from protocols.design.candidates import Candidate, Design, Variant, design
from protocols.design.ranking import ALONE, conditions, figure, laid_out
from protocols.errors import InputError, explain, named, read_text, refuse_unknown, toml
from protocols.experiments.shipped import DESIGNS
from protocols.record import Record
from protocols.runs.progress import Progress
from protocols.studies.local_workers import kept_open
from protocols.studies.points import Values, by_animal, table_of
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import Options, sweep
from results.provenance import package_version
from results.statistics import inference

STORE = "results.evidence", "laid_down.toml"


class Prediction(Candidate):
    """What is predicted, as a figure of a candidate experiment, and what would refute it."""

    id: Annotated[str, Field(pattern=r"^N\d+$")]
    statement: Annotated[str, Field(min_length=1)]
    refuted_above: float | None = None
    """A measured figure above this refutes it."""
    refuted_below: float | None = None
    why: Annotated[str, Field(min_length=1)]
    """What in the model brings it about."""
    looked: Annotated[str, Field(min_length=1)]
    """How and when published measurements were looked for."""

    @model_validator(mode="after")
    def _can_be_refuted(self) -> Self:
        if self.refuted_above is None and self.refuted_below is None:
            raise InputError(
                "is missing; say with refuted_above, refuted_below or both what would refute it", "refuted_above"
            )
        return self


class Header(Record):
    """How much is simulated."""

    pool: Annotated[int, Field(ge=3)]
    set_animals: Annotated[int, Field(ge=1)]


class PredictionsFile(Record):
    """The file of predictions."""

    predictions: Header
    set: dict[str, Any] = Field(default_factory=dict)
    prediction: Annotated[tuple[Prediction, ...], Field(min_length=1)]


class Measured(Record):
    """A later measurement of what was predicted."""

    prediction: str
    value: float
    sem: Annotated[float, Field(gt=0)]
    source: Annotated[str, Field(min_length=1)]


class MeasuredFile(Record):
    """The file of later measurements."""

    measured: Annotated[tuple[Measured, ...], Field(min_length=1)]


def definitions() -> tuple[PredictionsFile, Path]:
    """What is predicted, and the folder of its experiments; raises `InputError`."""
    path = Path(str(resources.files(DESIGNS).joinpath("_predictions.toml")))
    return _checked(PredictionsFile, path), path.parent


def laid_down() -> list[dict[str, Any]]:
    """Every prediction that was laid down, oldest first."""
    text = resources.files(STORE[0]).joinpath(STORE[1]).read_text(encoding="utf-8")
    found: list[dict[str, Any]] = toml(text).get("prediction", [])
    return found


def lay_down(out: Path, jobs: int | None, progress: Progress, **engine: Any) -> list[dict[str, Any]]:
    """Simulate what is predicted.

    Parameters
    ----------
    out : Path
        Folder of the runs; what is there is not done again.
    jobs : int, optional
    progress : Progress
    **engine
        ``prepare`` and ``simulate``, as for `protocols.studies.sweep.Options`.

    Returns
    -------
    list of dict
        A row for each prediction, as `laid_down` gives them.

    Raises
    ------
    InputError
        If a run failed: a prediction rests on all of its animals.
    """
    file, folder = definitions()
    asked = _as_design(file, folder)
    by_test: dict[tuple[str, str], list[Prediction]] = {}
    for one in file.prediction:
        by_test.setdefault((one.experiment, one.test), []).append(one)
    rows = []
    with kept_open(jobs, out, 64, progress.say) as workers:
        for together in by_test.values():
            variants = [Variant(one, {}) for one in together]
            study = laid_out(asked, variants)
            end = sweep(StudyFolder.start(study, out / study.name), workers, progress, Options(**engine))
            if end.failed or end.missing:
                raise InputError(
                    f"{out / study.name}: {end.failed} runs failed; `corticostriatal resume` it with --retry"
                )
            table = table_of(out / study.name)
            units = dict(zip(table["measure"], table["unit"], strict=True))
            number = len(conditions(asked, study.base))
            read = parameter_hash(*(name for each in study.experiments for name in each.circuits_read))
            rows += [_row(one, by_animal(table), number, units, file.predictions, read) for one in together]
    return sorted(rows, key=lambda row: int(row["id"][1:]))


def joined(before: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was laid down, and what is new: rows whose id and parameters are not there yet."""
    known = {(row["id"], row["parameters"]) for row in before}
    return [dict(row) for row in (*before, *(row for row in rows if (row["id"], row["parameters"]) not in known))]


def score(file: Path) -> list[dict[str, Any]]:
    """Later measurements against what was laid down of them, each entry by itself.

    Returns
    -------
    list of dict
        ``id, parameters, date, predicted, low, high, value, interval, status, source``; the status is held, refuted or
        undecided: whether the 95 % interval of what was measured lies outside or inside of what refutes it.

    Raises
    ------
    InputError
        If the file is refused, or names no prediction that was laid down.
    """
    found, there = [], laid_down()
    for place, one in enumerate(_checked(MeasuredFile, file).measured):
        refuse_unknown(
            f"{file}: measured.{place}.prediction", "prediction", one.prediction, [row["id"] for row in there]
        )
        interval = (one.value - 1.96 * one.sem, one.value + 1.96 * one.sem)
        for row in there:
            if row["id"] == one.prediction:
                about = {key: row[key] for key in ("id", "parameters", "date", "mean", "low", "high", "unit")}
                own = {"value": one.value, "interval": list(interval), "source": one.source}
                found.append(about | own | {"status": verdict(row, interval)})
    return found


def verdict(row: Mapping[str, Any], interval: tuple[float, float]) -> Literal["held", "refuted", "undecided"]:
    """What the interval of a measurement says about a prediction."""
    low, high = interval
    above, below = row.get("refuted_above", np.inf), row.get("refuted_below", -np.inf)
    if low > above or high < below:
        return "refuted"
    return "held" if high <= above and low >= below else "undecided"


def _as_design(file: PredictionsFile, folder: Path) -> Design:
    names = set(Candidate.model_fields)
    candidates = [
        {key: value for key, value in one.model_dump(exclude_unset=True).items() if key in names}
        for one in file.prediction
    ]
    head = {"name": "predictions", "models": [ALONE], **file.predictions.model_dump()}
    return design({"design": head, "set": dict(file.set), "candidate": candidates}, folder)


def _row(
    one: Prediction, values: Values, conditions: int, units: Mapping[str, str], head: Header, parameters: str
) -> dict[str, Any]:
    places = [[values.get((p, group, one.test, one.measure), {}) for group in one.groups] for p in range(conditions)]
    found = figure(one, places, head.pool)
    pool = [list(own.values()) for own in places[0]]
    interval: inference.Interval | None
    if one.form == "mean":
        interval = inference.mean_interval(pool[0])
    else:
        of_two = inference.difference_interval if one.form == "difference" else inference.ratio_interval
        interval = of_two(pool[0], pool[1])
    sets = [found.mean, *(found.mean + shift for shift in found.shifts)]
    row = {
        "id": one.id,
        "statement": one.statement,
        **one.measured(units),
        "mean": found.mean,
        "interval": None if interval is None else list(interval),
        "animals": head.pool,
        "low": min(sets),
        "high": max(sets),
        "sets": len(found.shifts),
        "refuted_above": one.refuted_above,
        "refuted_below": one.refuted_below,
        "why": one.why,
        "looked": one.looked,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "parameters": parameters,
        "version": package_version(),
    }
    shown = [verdict({k: v for k, v in row.items() if v is not None}, (value, value)) == "held" for value in sets]
    row["shown"] = sum(shown[1:])
    row["shown_by_shipped"] = shown[0]
    return {key: value for key, value in row.items() if value is not None}


def _checked(model: type[Any], path: Path) -> Any:
    text = read_text(path)
    with named(path):
        document = toml(text)
        try:
            return model.model_validate(document)
        except ValidationError as problem:
            raise explain(problem, model, document) from None
