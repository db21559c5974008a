"""A study laid out: its conditions as experiments, and the runs they need, each named by what decides its outcome."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from protocols.cost import processor_seconds
from protocols.errors import InputError, dotted, nearest
from protocols.experiment import Experiment, experiment_from, load, shipped
from protocols.overrides import keys, parsed, put
from protocols.plan import document, plan
from protocols.planned_run import PlannedRun, run_file
from protocols.quantities import quantity
from protocols.study_file import Axis, Sample, StudyFile, read, study_file
from results.recording import Identity
from synapses import hypotheses

AMOUNTS = ("dose", "concentration", "perfusate")
LARGEST = 10_000_000  # conditions


@dataclass(frozen=True)
class Study:
    """An experiment under several conditions.

    Attributes
    ----------
    file : StudyFile
    base : dict
        Document of the experiment with what ``[set]`` changes.
    points : tuple of dict
        For each condition the values by path.
    """

    file: StudyFile
    base: dict[str, Any]
    points: tuple[dict[str, Any], ...] = field(repr=False)

    @classmethod
    def load(cls, name: str | Path, settings: Iterable[str] = ()) -> Study:
        """Read and check a shipped study or a file, conditions included.

        Parameters
        ----------
        name : str or Path
        settings : iterable of str
            ``PATH=VALUE`` each, which join or replace those of ``[set]``.

        Raises
        ------
        InputError
            In one line: file, field, value, what is allowed.
        """
        from protocols.study_file import locate

        path = locate(name)
        file = _with_settings(read(path), settings)
        try:
            return cls.of(file, path.parent).checked()
        except InputError as problem:
            raise InputError(f"{path}: {problem}") from None

    @classmethod
    def of(cls, file: StudyFile | Mapping[str, Any], folder: str | Path = ".") -> Study:
        """A study from its file's contents; the experiment's path is relative to `folder`. Conditions are unchecked."""
        if not isinstance(file, StudyFile):
            file = study_file(dict(file))
        return cls(file, _base(file, Path(folder)), tuple(_points(file)))

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.file.study.name

    @property
    def size(self) -> int:
        """Number of runs: each one counted once, whatever number of conditions share it."""
        return len({run.key for run in self.rows})

    @property
    def conditions(self) -> int:
        """Number of conditions: points times groups times tests."""
        return len({(run.point, run.identity.group, run.identity.test) for run in self.rows})

    @property
    def varied(self) -> tuple[str, ...]:
        """The paths that differ between points."""
        return tuple(self.points[0])

    def experiment(self, point: int) -> Experiment:
        """The experiment under one condition.

        Raises
        ------
        InputError
            In one line that names the values refused.
        """
        values = self.points[point]
        changed = applied(self.base, values)
        changed.setdefault("animals", {})["pairing"] = self.file.study.pairing
        if self.file.study.pairing == "independent":
            changed["animals"]["seed"] = _own_seed(changed["animals"].get("seed", 1), values)
        try:
            return experiment_from(changed)
        except InputError as problem:
            raise InputError(f"{_told(values)}{problem}") from None

    def checked(self) -> Study:
        """The study itself, once every condition has proved to be an experiment; raises `InputError`."""
        from protocols.model import parameters

        for place, experiment in enumerate(self.experiments):
            try:
                parameters(experiment)
            except InputError as problem:
                raise InputError(f"{_told(self.points[place])}{problem}") from None
        return self

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiment under each condition."""
        return tuple(self.experiment(place) for place in range(len(self.points)))

    @cached_property
    def rows(self) -> tuple[PlannedRun, ...]:
        """Every animal in every group and test under every condition."""
        return tuple(row for place, experiment in enumerate(self.experiments) for row in _rows(place, experiment))

    def runs(self) -> dict[str, PlannedRun]:
        """Key -> run, each once, in the order in which they are best done: lives side by side."""
        first: dict[str, PlannedRun] = {}
        for row in self.rows:
            first.setdefault(row.key, row)
        lives: dict[str, list[PlannedRun]] = {}
        for row in first.values():
            lives.setdefault(row.life, []).append(row)
        return {row.key: row for life in lives.values() for row in life}

    def processor_seconds(self) -> float:
        """Time of one core that the study takes, compiling left out; s, within a factor of two or so."""
        total = sum(processor_seconds(experiment) for experiment in self.experiments)
        return total * self.size / len(self.rows)


def _with_settings(file: StudyFile, settings: Iterable[str]) -> StudyFile:
    given = [parsed(setting) for setting in settings]
    if not given:
        return file
    changed = {dotted(path): value for path, value in given}
    kept = {path: value for path, value in file.set.items() if dotted(keys(path)) not in changed}
    try:
        return study_file(file.model_dump(mode="json", exclude_unset=True) | {"set": kept | changed})
    except InputError as problem:
        raise InputError(f"--set: {problem}") from None


def applied(base: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of an experiment's document with values changed by path; a treatment whose amount becomes 0 is left out.

    Raises
    ------
    InputError
        In one line that names the path.
    """
    changed = copy.deepcopy(dict(base))
    for path, value in values.items():
        try:
            put(changed, keys(path), copy.deepcopy(value))
        except InputError as problem:
            raise InputError(f"{path} = {_shown(value)}: {problem}") from None
    for group in changed.get("group", ()):
        if isinstance(group, dict) and "treatment" in group:
            group["treatment"] = [given for given in group["treatment"] if not _nothing(given)]
    return changed


def run_key(shared: str, group: str, test: str, identity: Identity) -> str:
    """Name of a run: SHA-256 over what decides it, 32 digits; `shared` is what all runs of a condition share."""
    own = f"{identity.animal} {identity.structure_seed} {identity.noise_seed}"
    return hashlib.sha256("\0".join((shared, group, test, own)).encode()).hexdigest()[:32]


def _rows(place: int, experiment: Experiment) -> Iterator[PlannedRun]:
    content = document(experiment)
    groups = {group["name"]: _canonical(group) for group in content.pop("group")}
    tests = {test["name"]: _canonical(test) for test in content.pop("test")}
    content["animals"] = {"variability": content["animals"]["variability"]}
    content["experiment"] = content["experiment"]["name"]
    content["model"] = hypotheses.values(content["model"])
    shared = _canonical(content)
    histories = {group.name: _life(experiment, group.name, shared) for group in experiment.group}
    for run in plan(experiment):
        who = run.identity
        key = run_key(shared, groups[who.group], tests[who.test], who)
        life = f"{who.structure_seed} {histories[who.group]}" if histories[who.group] else key
        yield PlannedRun(who, run_file(key), key, place, life)


def _life(experiment: Experiment, name: str, shared: str) -> str:
    """What the runs of one life have in common besides the animal; empty where animals live through no sessions."""
    if experiment.circuit.preset != "corticostriatal":
        return ""
    group = experiment.group_named(name)
    days = [t.model_dump(mode="json") for t in group.treatment if t.day is not None]
    lived = [phase.model_dump(mode="json") for phase in group.history]
    return hashlib.sha256(_canonical([shared, lived, days, group.unlearning]).encode()).hexdigest()[:16]


def _base(file: StudyFile, folder: Path) -> dict[str, Any]:
    """The experiment's document with what ``[set]`` changes, only with the groups and tests that take part."""
    name = file.study.experiment
    named = name in shipped()
    if not named and not name.endswith(".toml"):
        raise InputError(f"study.experiment: no experiment '{name}'{nearest(name, shipped())}; or give a FILE.toml")
    try:
        experiment = load(name if named else folder / name)
    except InputError as problem:
        raise InputError(f"study.experiment: {problem}") from None
    base = experiment.model_dump(mode="json", exclude_unset=True)
    try:
        base = applied(base, file.set)
    except InputError as problem:
        raise InputError(f"set: {problem}") from None
    for part, chosen in (("group", file.study.groups), ("test", file.study.tests)):
        there = [entry["name"] for entry in base[part]]
        for one in chosen:
            if one not in there:
                raise InputError(f"study.{part}s: the experiment has no {part} '{one}'{nearest(one, there)}")
        if chosen:
            base[part] = [entry for entry in base[part] if entry["name"] in chosen]
    try:
        return experiment_from(base).model_dump(mode="json", exclude_unset=True)
    except InputError as problem:
        raise InputError(f"set: {problem}" if file.set else str(problem)) from None


def _points(file: StudyFile) -> Iterator[dict[str, Any]]:
    factors: list[list[dict[str, Any]]] = [
        [{path: value} for value in (axis.values() if isinstance(axis, Axis) else axis)]
        for path, axis in file.axes.items()
    ]
    factors += [list(file.point)] if file.point else []
    number = int(np.prod([len(factor) for factor in factors] + [sample.number for sample in file.sample], dtype=object))
    if number > LARGEST:
        raise InputError(f"the study has {number} points, more than {LARGEST}")
    factors += [_drawn(sample) for sample in file.sample]
    for parts in product(*factors):
        yield {path: value for part in parts for path, value in part.items()}


def _drawn(sample: Sample) -> list[dict[str, Any]]:
    from scipy.stats import qmc

    size = len(sample.ranges)
    if sample.method == "sobol":
        shares = qmc.Sobol(size, seed=sample.seed).random(sample.number)
    else:
        shares = qmc.LatinHypercube(size, seed=sample.seed).random(sample.number)
    return [
        {path: span.at(float(share)) for (path, span), share in zip(sample.ranges.items(), row, strict=True)}
        for row in shares
    ]


def _own_seed(seed: int, values: Mapping[str, Any]) -> int:
    """A seed of a condition's own that does not hang on its place among the others."""
    digest = hashlib.sha256(_canonical([seed, dict(values)]).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def _nothing(treatment: Any) -> bool:
    """Whether a treatment's amount is 0, with the unit that its kind asks for."""
    if not isinstance(treatment, dict):
        return False
    for kind in AMOUNTS:
        amount = treatment.get(kind)
        if isinstance(amount, str):
            try:
                found = quantity(amount, "dose" if kind == "dose" else "concentration")
            except InputError:
                continue  # the experiment refuses it, in its own words
            if found.si == 0:
                return True
    return False


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def _told(values: Mapping[str, Any]) -> str:
    return "".join(f"{path} = {_shown(value)}: " for path, value in list(values.items())[:3])


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
