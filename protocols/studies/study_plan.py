"""``study.json``: what is planned, and with which version of the code it was begun."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from protocols.errors import InputError, explain
from protocols.experiments.experiment import experiment_from
from protocols.runs.mark import listed, settings
from protocols.runs.plan import Run
from protocols.simulation.digest import code
from protocols.studies.study import Study, run_file
from protocols.studies.study_file import study_file
from results.recording import Identity

FORMAT = "corticostriatal study"
NAME = "study.json"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Code(_Part):
    """What `protocols.simulation.digest.code` gives."""

    files: dict[str, str]
    packages: dict[str, str]


class _Plan(_Part):
    format: Literal["corticostriatal study"]
    version: Literal[1]
    study: dict[str, Any]
    experiment: dict[str, Any]
    points: Annotated[list[dict[str, Any]], Field(min_length=1)]
    circuits: dict[str, dict[str, Any]] = {}
    code: _Code
    earlier: list[_Code]


def read(folder: Path) -> dict[str, Any]:
    """What the file says.

    Raises
    ------
    InputError
        If it is damaged, or not of this version's format.
    OSError
        If it cannot be read.
    """
    return _parsed(folder, (folder / NAME).read_bytes())


def stamp(folder: Path) -> str:
    """Hash of the file."""
    return hashlib.sha256((folder / NAME).read_bytes()).hexdigest()


def study(folder: Path) -> tuple[Study, str]:
    """The study that the file plans, and the hash of the very bytes that were read; raises as `read` does."""
    content = (folder / NAME).read_bytes()
    plan = _parsed(folder, content)
    try:
        experiment_from(plan["experiment"])
        found = Study(study_file(plan["study"]), plan["experiment"], tuple(plan["points"]), plan.get("circuits", {}))
    except InputError as problem:
        raise InputError(f"{folder / NAME}: {problem}") from None
    return found, hashlib.sha256(content).hexdigest()


def text(study: Study, earlier: Sequence[Any]) -> str:
    """What the file is to say of a study that is begun now; `earlier` versions of the code have done runs of it."""
    content = {
        "format": FORMAT,
        "version": 1,
        "study": study.file.model_dump(mode="json", exclude_unset=True),
        "experiment": study.base,
        "points": list(study.points),
        **({"circuits": dict(study.circuits)} if study.circuits else {}),
        "code": code(),
        "earlier": earlier,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def earlier(plan: Mapping[str, Any]) -> list[Any]:
    """Versions of the code before ours that have done runs of a plan."""
    return plan["earlier"] if plan["code"] == code() else [*plan["earlier"], plan["code"]]


def refuse_other_code(folder: Path, plan: Mapping[str, Any]) -> None:
    """Raise `InputError` if the study was begun with another version of the code, and say what differs."""
    before, now = plan["code"], code()
    if before == now:
        return
    parts = [
        f"{name} ({before[part].get(name, 'none')[:12]}, now {now[part].get(name, 'none')[:12]})"
        for part in ("packages", "files")
        for name in sorted(before[part].keys() | now[part].keys())
        if before[part].get(name) != now[part].get(name)
    ]
    raise InputError(
        f"{folder}: was begun with another version of the code; {listed(parts)} differ; "
        "choose another --out, or --allow-mixed to go on with both"
    )


def refuse_other_settings(folder: Path, plan: Mapping[str, Any], study: Study) -> None:
    """Raise `InputError` if a study differs in more than values and animals, and say in what."""
    parts = settings(plan["experiment"], study.base)
    if plan["study"]["study"].get("pairing", "paired") != study.file.study.pairing:
        parts.append("study.pairing")
    if parts:
        raise InputError(
            f"{folder}: holds {plan['study']['study']['name']} with other settings; {listed(parts)} differ; "
            "choose another --out, or --allow-mixed to put both into one folder"
        )


def row_of(run: Run) -> tuple[Any, ...]:
    """A run as a row of `results.store.study_index`."""
    who = run.identity
    seeds = who.structure_seed, who.noise_seed
    return run.key, run.point, who.experiment, who.group, who.test, who.animal, *seeds, run.life


def run_of(row: tuple[Any, ...]) -> Run:
    """The run of a row of `results.store.study_index`."""
    key, point, *who, life = row
    return Run(Identity(*who), run_file(key), key, point, life)


def _parsed(folder: Path, content: bytes) -> dict[str, Any]:
    file = folder / NAME
    try:
        found = json.loads(content)
    except RecursionError:
        raise InputError(f"{file}: is damaged: its brackets are nested too deep") from None
    except ValueError as problem:
        raise InputError(f"{file}: is damaged: {problem}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or found.get("version") != 1:
        raise InputError(f"{file}: is not a study of this version's format")
    try:
        _Plan.model_validate(found)
        _check_parts(found)
    except ValidationError as problem:
        raise InputError(f"{file}: is damaged: {explain(problem, _Plan, found)}") from None
    except InputError as problem:
        raise InputError(f"{file}: is damaged: {problem}") from None
    return found


def _check_parts(plan: Mapping[str, Any]) -> None:
    from protocols.studies.study_file import study_file

    study_file(plan["study"])
    paths = set(plan["points"][0])
    for place, point in enumerate(plan["points"]):
        if set(point) != paths:
            raise InputError(f"points.{place}: names other paths than points.0 does")
