"""An optimisation whose experiment was found: its points, its terms, and the study that they are conditions of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from protocols.errors import InputError, explain, named, read_text, refuse_unknown, toml
from protocols.experiments.overrides import parsed
from protocols.experiments.shipped import OPTIMISATIONS, locate
from protocols.optimisation.objectives import OptimiseFile, Term
from protocols.studies.conditions import base_document
from protocols.studies.study_file import StudyFile, study_file


@dataclass(frozen=True)
class Problem:
    """An optimisation whose experiment was found.

    Attributes
    ----------
    file : OptimiseFile
    study : protocols.studies.study_file.StudyFile
        The study that its points are conditions of.
    base : dict
        Document of the experiment, with the groups and tests that objectives and constraints name.
    """

    file: OptimiseFile
    study: StudyFile
    base: dict[str, Any]

    @property
    def paths(self) -> tuple[str, ...]:
        """Of the free values."""
        return tuple(self.file.free)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Objectives, then constraints."""
        return (*self.file.objective, *self.file.constraint)

    @property
    def start(self) -> int:
        """Points before anything is learnt."""
        return min(self.file.optimise.start or 2 * len(self.paths) + 2, self.file.optimise.budget)

    def point(self, shares: Sequence[float]) -> dict[str, Any]:
        """The values by path at shares of the ranges."""
        return {path: span.at(float(share)) for (path, span), share in zip(self.file.free.items(), shares, strict=True)}

    def shares(self, point: Mapping[str, Any]) -> list[float]:
        """The shares of the ranges at which a point lies; raises `InputError` for one outside."""
        found = []
        for path, span in self.file.free.items():
            try:
                found.append(span.share(point[path]))
            except InputError as problem:
                raise InputError(f"free.{path}: {problem}") from None
        return found

    def given(self, term: Term, point: Mapping[str, Any]) -> float:
        """A term about free values, in the unit of their ranges."""
        return sum(self.file.free[path].amount(point[path]) for path in term.values)

    def given_at(self, term: Term, shares: Any) -> Any:
        """The same at shares of the ranges, not rounded: (points,) for (points, free values)."""
        return sum(self.file.free[path].amounts(shares[:, self.paths.index(path)]) for path in term.values)


def load(name: str | Path, settings: Sequence[str] = ()) -> Problem:
    """Read and check a shipped optimisation or a file, with ``PATH=VALUE`` settings.

    Raises
    ------
    InputError
        In one line: file, field, value, what is allowed.
    """
    path = locate(name, OPTIMISATIONS, "optimisation")
    text = read_text(path)
    with named(path):
        document = toml(text)
        for setting in settings:
            where, value = parsed(setting)
            if where[0] == "optimise" and len(where) == 2:
                document.setdefault("optimise", {})[where[1]] = value
            else:
                document.setdefault("set", {})[setting.split("=", 1)[0].strip()] = value
        return problem(document, path.parent)


def problem(document: Mapping[str, Any], folder: Path = Path(".")) -> Problem:
    """Check an optimisation given as nested dictionaries; raises `InputError`."""
    try:
        file = OptimiseFile.model_validate(dict(document))
    except ValidationError as refused:
        raise explain(refused, OptimiseFile, document) from None
    for path in file.free:
        if path in file.set:
            raise InputError(f"free.{path}: is set in [set] already")
    terms: list[Term] = [*file.objective, *file.constraint]
    head = file.optimise
    header = {"name": head.name, "experiment": head.experiment, "title": head.title, "retries": head.retries}
    study = study_file({"study": header | {"pairing": "paired"}, "set": dict(file.set)})
    base = base_document(study, folder)
    groups = [entry["name"] for entry in base["group"]]
    tests = [entry["name"] for entry in base["test"]]
    for place, term in enumerate(terms):
        where = f"objective.{place}" if place < len(file.objective) else f"constraint.{place - len(file.objective)}"
        for key, wanted, there in (
            ("group", term.group, groups),
            ("over", term.over, groups),
            ("test", term.test, tests),
        ):
            if wanted is not None:
                refuse_unknown(f"{where}.{key}", "test" if key == "test" else "group", wanted, there)
    used = {name for term in terms for name in (term.group, term.over) if name}
    base["group"] = [entry for entry in base["group"] if entry["name"] in used]
    tested = {term.test for term in terms if term.test}
    base["test"] = [entry for entry in base["test"] if entry["name"] in tested]
    if head.at_rest:
        other = [entry["name"] for entry in base["test"] if entry["kind"] != "tone"]
        if other:
            raise InputError(f"optimise.at_rest: test '{other[0]}' needs the network; tests of kind tone do not")
    return Problem(file, study, base)
