"""Experiments that a laboratory could do to tell rival hypotheses apart, as one TOML file.

A ``[[candidate]]`` names one or two groups of an experiment, a test and a measure; its outcome is one figure: a mean, a
difference or a ratio of two means. ``axes`` of a candidate, such as doses or times, make one of each combination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from protocols.errors import InputError, cut, explain, named, read_text, refuse_unknown, toml
from protocols.experiments.overrides import last_keys, parsed
from protocols.experiments.shipped import DESIGNS, locate
from protocols.record import Record
from protocols.studies.conditions import base_document
from protocols.studies.study_file import study_file

LEAST_POOL = 3


class Header(Record):
    """What a laboratory can afford, and how much is simulated to find out what it is worth."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
    title: str = ""
    models: tuple[str, ...] = ()
    """Rivals of the default, as ``"tone=perisynaptic"``; all shipped ones when left out."""
    animals: Annotated[int, Field(ge=2, le=1000)] = 8
    """Animals in each group that the laboratory can afford."""
    pool: Annotated[int, Field(ge=LEAST_POOL, le=1000)] = 8
    """Animals simulated in each group, for the spread between animals."""
    set_animals: Annotated[int, Field(ge=0, le=1000)] = 2
    """The same under each other set of parameters that fits as well, for the spread between sets; 0 leaves them out."""


class Candidate(Record):
    """An experiment that could be done, and the figure that it ends in."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    experiment: Annotated[str, Field(min_length=1)]
    """A shipped experiment, or a file; a relative path is looked for beside this file."""
    groups: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    test: str
    measure: str
    form: Literal["mean", "difference", "ratio"] = "difference"
    """What the figure is: of two groups the first minus, or over, the second."""
    axes: dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """Path -> values of the experiment, each of which makes a candidate."""
    same_as: str | None = None
    """What is known already of a like experiment, with its source; shown with it."""

    @model_validator(mode="after")
    def _groups_fit(self) -> Self:
        wanted = 1 if self.form == "mean" else 2
        if len(self.groups) != wanted or len(set(self.groups)) != wanted:
            raise InputError(f"{len(self.groups)} given; form = '{self.form}' takes {wanted} different ones", "groups")
        return self

    def measured(self, units: Mapping[str, str]) -> dict[str, Any]:
        """What is measured in whom, as a row of an answer holds it; `units` are those of the measures."""
        return {
            "experiment": self.experiment,
            "groups": list(self.groups),
            "test": self.test,
            "measure": self.measure,
            "form": self.form,
            "unit": "1" if self.form == "ratio" else units[self.measure],
        }


class DesignFile(Record):
    """The file."""

    design: Header
    set: dict[str, Any] = Field(default_factory=dict)
    """Values changed in all experiments, by path."""
    candidate: Annotated[tuple[Candidate, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [one.name for one in self.candidate]
        for place, name in enumerate(names):
            if name in names[:place]:
                raise InputError(f"'{name}' is there twice", "candidate", str(place), "name")
        return self


@dataclass(frozen=True)
class Variant:
    """A candidate at one place of its axes: ``values`` by path."""

    candidate: Candidate
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The candidate's, with the values that axes give it."""
        given = [f"{last_keys(path)} = {value}" for path, value in self.values.items()]
        return ", ".join([self.candidate.name, *given])


@dataclass(frozen=True)
class Design:
    """Candidates whose experiments were found: ``bases`` are the experiments' documents by name."""

    file: DesignFile
    bases: Mapping[str, dict[str, Any]]

    @property
    def variants(self) -> list[Variant]:
        """Every candidate at every place of its axes."""
        return [
            Variant(one, dict(zip(one.axes, values, strict=True)))
            for one in self.file.candidate
            for values in product(*one.axes.values())
        ]


def load(name: str | Path, changes: Mapping[str, Any] | None = None, settings: Sequence[str] = ()) -> Design:
    """Read and check a shipped design or a file.

    Parameters
    ----------
    name : str or Path
    changes : mapping, optional
        Keys of ``[design]`` that are given elsewhere; None and nothing leave the file's.
    settings : sequence of str
        ``PATH=VALUE`` each, which join those of ``[set]``.

    Raises
    ------
    InputError
        In one line: file, field, value, what is allowed.
    """
    path = locate(name, DESIGNS, "design")
    text = read_text(path)
    with named(path):
        document = toml(text)
        if isinstance(document.get("design"), dict):
            given = {key: value for key, value in (changes or {}).items() if value is not None and value != []}
            document["design"] |= given
        found = design(document, path.parent)
    if not settings:
        return found
    given = {setting.split("=", 1)[0].strip(): parsed(setting)[1] for setting in settings}
    try:
        return design(document | {"set": {**document.get("set", {}), **given}}, path.parent)
    except InputError as problem:
        raise InputError(f"--set {', '.join(map(cut, settings))}: {str(problem).removeprefix('set: ')}") from None


def design(document: Mapping[str, Any], folder: Path = Path(".")) -> Design:
    """Check a design given as nested dictionaries; raises `InputError`."""
    try:
        file = DesignFile.model_validate(dict(document))
    except ValidationError as refused:
        raise explain(refused, DesignFile, document) from None
    bases: dict[str, dict[str, Any]] = {}
    for one in file.candidate:
        where = f"candidate.{one.name}"
        if one.experiment not in bases:
            header = {"name": file.design.name, "experiment": one.experiment, "pairing": "paired"}
            try:
                bases[one.experiment] = base_document(study_file({"study": header, "set": dict(file.set)}), folder)
            except InputError as refused:
                raise InputError(str(refused).replace("study.experiment", f"{where}.experiment", 1)) from None
        base = bases[one.experiment]
        for name in one.groups:
            refuse_unknown(f"{where}.groups", "group", name, [entry["name"] for entry in base["group"]])
        refuse_unknown(f"{where}.test", "test", one.test, [entry["name"] for entry in base["test"]])
    return Design(file, bases)


def used(variants: Sequence[Variant], base: Mapping[str, Any]) -> dict[str, Any]:
    """An experiment's document with only the groups and the test that candidates of one test need."""
    groups = {name for one in variants for name in one.candidate.groups}
    return {
        **base,
        "group": [entry for entry in base["group"] if entry["name"] in groups],
        "test": [entry for entry in base["test"] if entry["name"] == variants[0].candidate.test],
    }
