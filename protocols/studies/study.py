"""A study laid out: its conditions as experiments, and the runs they need, each named by what decides its outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from circuit.wiring.plan import WHOLE
from protocols.errors import InputError, cut, dotted, named, shortened
from protocols.experiments.experiment import Experiment, experiment_from
from protocols.experiments.overrides import keys, parsed
from protocols.experiments.shipped import locate
from protocols.record import Record
from protocols.runs.cost import compiling_seconds, processor_seconds
from protocols.runs.plan import Run, document, plan
from protocols.studies.conditions import applied, base_document, in_own_circuit, own_circuits, points_of
from protocols.studies.study_file import StudyFile, read, study_file
from results.recording import Identity
from synapses import hypotheses


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
    circuits : mapping
        File of a circuit of one's own that conditions name -> the tables ``circuit`` of an experiment that it gives.
    """

    file: StudyFile
    base: dict[str, Any]
    points: tuple[dict[str, Any], ...] = field(repr=False)
    circuits: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, name: str | Path, settings: Iterable[str] = ()) -> Self:
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
        path = locate(name)
        file = _with_settings(read(path), settings)
        with named(path):
            return cls.of(file, path.parent).checked()

    @classmethod
    def of(cls, file: StudyFile | Mapping[str, Any], folder: str | Path = ".") -> Self:
        """A study from its file's contents; the experiment's path is relative to `folder`. Conditions are unchecked."""
        if not isinstance(file, StudyFile):
            file = study_file(dict(file))
        points = tuple(points_of(file))
        return cls(file, base_document(file, Path(folder)), points, own_circuits(points, Path(folder)))

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
        changed = applied(*in_own_circuit(self.base, values, self.circuits))
        animals = {**changed.get("animals", {}), "pairing": self.file.study.pairing}
        if self.file.study.pairing == "independent":
            animals["seed"] = _own_seed(animals.get("seed", 1), values)
        changed["animals"] = animals
        try:
            with suppress(InputError):
                return experiment_from(self._with_checked_parts(changed))
            return experiment_from(changed)  # which says what is wrong in the words of the file
        except InputError as problem:
            raise InputError(f"{_told(values)}{problem}") from None

    def _with_checked_parts(self, changed: Mapping[str, Any]) -> dict[str, Any]:
        """A document in which the tables that a condition leaves as they are need no further check."""
        known = self._parts.get
        return {
            key: [known(id(entry), entry) for entry in part] if isinstance(part, list) else known(id(part), part)
            for key, part in changed.items()
        }

    @cached_property
    def _parts(self) -> dict[int, Any]:
        """The base's groups, tests and other tables, checked, by the identity of their documents."""
        try:
            checked = experiment_from(self.base)
        except InputError:
            return {}  # it may be no experiment under any condition, and then each is refused
        found: dict[int, Any] = {}
        for key, part in self.base.items():
            own = getattr(checked, key)
            if isinstance(part, list):
                found |= {id(entry): record for entry, record in zip(part, own, strict=True)}
            elif isinstance(own, Record):
                found[id(part)] = own
        return found

    def checked(self) -> Self:
        """The study itself, once every condition has proved to be an experiment; raises `InputError`."""
        from protocols.experiments.model import parameters

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
    def rows(self) -> tuple[Run, ...]:
        """Every animal in every group and test under every condition."""
        return tuple(row for place, experiment in enumerate(self.experiments) for row in _rows(place, experiment))

    def runs(self) -> dict[str, Run]:
        """Key -> run, each once, in the order in which they are best done: lives side by side."""
        first: dict[str, Run] = {}
        for row in self.rows:
            first.setdefault(row.key, row)
        lives: dict[str, list[Run]] = {}
        for row in first.values():
            lives.setdefault(row.life, []).append(row)
        return {row.key: row for life in lives.values() for row in life}

    def processor_seconds(self) -> float:
        """Time of one core that the study takes, compiling left out; s, within a factor of two or so."""
        total = sum(processor_seconds(experiment) for experiment in self.experiments)
        return total * self.size / len(self.rows)

    def compiling_seconds(self) -> float:
        """Time of one core that compiling takes, of circuits that the cache does not hold; s."""
        by_circuit = {
            (one.circuit, *sorted({name for test in one.test for name in test.circuits})): one
            for one in self.experiments
        }
        return sum(compiling_seconds(one) for one in by_circuit.values())


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


def run_key(shared: str, group: str, test: str, identity: Identity) -> str:
    """Name of a run: SHA-256 over what decides it, 32 digits; `shared` is what all runs of a condition share."""
    own = f"{identity.animal} {identity.structure_seed} {identity.noise_seed}"
    return hashlib.sha256("\0".join((shared, group, test, own)).encode()).hexdigest()[:32]


def _rows(place: int, experiment: Experiment) -> Iterator[Run]:
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
        yield Run(who, run_file(key), key, place, life)


def _life(experiment: Experiment, name: str, shared: str) -> str:
    """What the runs of one life have in common besides the animal; empty where animals live through no sessions."""
    if not any(WHOLE in test.circuits for test in experiment.test):
        return ""
    group = experiment.group_named(name)
    days = [t.model_dump(mode="json") for t in group.treatment if not t.to_the_test]
    phases = [phase.model_dump(mode="json") for phase in group.history]
    changed = {protein: e.model_dump(mode="json") for protein, e in group.expression.items() if e.day is not None}
    return hashlib.sha256(_canonical([shared, phases, days, changed, group.unlearning]).encode()).hexdigest()[:16]


def _own_seed(seed: int, values: Mapping[str, Any]) -> int:
    """A seed of a condition's own that does not hang on its place among the others."""
    digest = hashlib.sha256(_canonical([seed, dict(values)]).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def _told(values: Mapping[str, Any]) -> str:
    return "".join(f"{cut(path)} = {shortened(value)}: " for path, value in list(values.items())[:3])


def run_file(key: str) -> str:
    """Where a run's file lies in the folder of its study."""
    return f"runs/{key[:2]}/{key}.h5"
