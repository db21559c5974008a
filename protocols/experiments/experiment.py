"""An experiment as one TOML file: the circuit, the animals, the groups they fall into and the tests they undergo."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from circuit.parameters import parameter_hash
from circuit.wiring.own import MARK
from circuit.wiring.plan import WHOLE
from protocols.animals.history import Group
from protocols.animals.interventions import epochs_on
from protocols.assays.base import misfit
from protocols.assays.in_session import SessionAssay
from protocols.assays.kinds import Test
from protocols.errors import InputError, cut, explain, nearest, refuse_unknown, shortened, toml
from protocols.experiments.circuit import Circuit, with_own_circuit
from protocols.experiments.shipped import source
from protocols.file_names import slug
from protocols.quantities import quantity
from protocols.record import Record
from protocols.stimulation.acceleration import Acceleration
from synapses.hypotheses import default, hypotheses
from synapses.regions import regions


class Header(Record):
    """What the experiment is called and where it comes from."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
    """Name of the experiment, and of its folder of results."""
    title: str = ""
    """One line saying what was done."""
    reference: str = ""
    """The paper, e.g. ``doi:10.1038/nn.2250``."""


def _names(part: str) -> dict[str, Any]:
    return {"enum": list(hypotheses()[part])}


class Model(Record):
    """Which hypothesis stands for each part of the model; `synapses/hypotheses.toml` says what they claim."""

    tone: str = Field(default=default("tone"), json_schema_extra=_names("tone"))
    """Where mGluRs read glutamate, and what makes mGluR2/3 tone fall after cocaine."""
    expression: str = Field(default=default("expression"), json_schema_extra=_names("expression"))
    """What potentiation changes: release, or AMPA receptors."""
    pools: str = Field(default=default("pools"), json_schema_extra=_names("pools"))
    """How many pools of glutamate there are."""

    @field_validator("*")
    @classmethod
    def _known(cls, name: str, field: ValidationInfo) -> str:
        names = hypotheses()[field.field_name or ""]
        if name not in names:
            raise InputError(f"'{cut(name)}' is not known{nearest(name, names)}")
        return name

    @model_validator(mode="after")
    def _consistent(self) -> Model:
        chosen = self.model_dump()
        for part, name in chosen.items():
            for other, excluded in hypotheses()[part][name].excludes.items():
                if chosen[other] == excluded:
                    raise InputError(f"'{name}' cannot stand with {other} = '{excluded}'", part)
        return self


class Animals(Record):
    """How many animals, and what they share."""

    per_group: Annotated[int, Field(ge=1, le=100_000)] = 8
    """Animals in each group."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    """The number every other seed is derived from."""
    pairing: Literal["paired", "independent"] = "paired"
    """The n-th animal is the same in all groups, or each group has its own."""
    variability: bool = True
    """Whether animals draw their own parameters."""


def _parameter(value: Any) -> float | str:
    if isinstance(value, str):
        return str(quantity(value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{shortened(value)} is neither a number nor a quantity such as '50 Hz'")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError(f"{shortened(value)} is not allowed: a parameter must be finite")
    return number


def flat(value: Any, prefix: str = "") -> Any:
    """``parameters.release.maximum`` and ``"release.maximum"`` are the same parameter."""
    if not isinstance(value, dict):
        return value
    named: dict[str, Any] = {}
    for key, item in value.items():
        name = f"{prefix}{key}"
        named |= flat(item, f"{name}.") if isinstance(item, dict) else {name: item}
    return named


Parameters = Annotated[dict[str, Annotated[float | str, BeforeValidator(_parameter)]], BeforeValidator(flat)]


class Experiment(Record):
    """Groups of animals, each with its history and treatments, and the tests all of them undergo."""

    experiment: Header
    circuit: Circuit = Circuit()
    model: Model = Model()
    acceleration: Acceleration = Acceleration()
    parameters: Parameters = Field(default_factory=dict)
    """Parameters of the model set away from their defaults, by dotted name."""
    animals: Animals = Animals()
    group: Annotated[tuple[Group, ...], Field(min_length=1)]
    test: Annotated[tuple[Test, ...], Field(min_length=1)]

    def __repr__(self) -> str:
        size = (
            f"{len(self.group)} groups x {len(self.test)} tests x {self.animals.per_group} animals = {self.runs} runs"
        )
        return f"{type(self).__name__}({self.name}: {size}, {self.circuit.preset} at scale {self.circuit.scale:g})"

    __str__ = __repr__

    @property
    def name(self) -> str:
        """Name of the experiment."""
        return self.experiment.name

    @property
    def whole(self) -> bool:
        """Whether it is done in the whole circuit of drug seeking, which is awake."""
        return self.circuit.chosen.whole

    @property
    def circuits_read(self) -> tuple[str, ...]:
        """Names of the circuits whose parameters decide its results, as `circuit.parameters.parameter_hash` takes them.

        They are those that its tests run. A test that runs none may read anything, as that of reward reads a value of
        behaviour, and counts as one of the whole circuit.
        """
        names = dict.fromkeys(name for test in self.test for name in test.circuits or (WHOLE,))
        own = self.circuit.digest and f"{MARK}{self.circuit.digest}"
        return tuple(f"{name}{own}" for name in names)

    @property
    def parameter_hash(self) -> str:
        """Which shipped parameters decide its results (`circuit.parameters.parameter_hash`)."""
        return parameter_hash(*self.circuits_read)

    @property
    def runs(self) -> int:
        """Number of runs: groups times tests times animals."""
        return len(self.group) * len(self.test) * self.animals.per_group

    def group_named(self, name: str) -> Group:
        """The group of that name."""
        return next(group for group in self.group if group.name == name)

    def test_named(self, name: str) -> Test:
        """The test of that name."""
        return next(test for test in self.test if test.name == name)

    def pairs(self, groups: Collection[str], tests: Collection[str]) -> frozenset[tuple[str, str]] | None:
        """Pairs of some groups and tests; None where neither is named, for all.

        Raises
        ------
        InputError
            For one that is not there.
        """
        if not groups and not tests:
            return None
        there = [one.name for one in self.group], [one.name for one in self.test]
        for part, names, known in zip(("group", "test"), (groups, tests), there, strict=True):
            for name in names:
                refuse_unknown(f"--{part}", part, name, known)
        return frozenset((group, test) for group in groups or there[0] for test in tests or there[1])

    def test_day(self, group: Group, test: Test) -> float:
        """Days from the start of the group's history to the test."""
        return test.on_day(group)

    @model_validator(mode="after")
    def _consistent(self) -> Experiment:
        for kind, names in (("group", [g.name for g in self.group]), ("test", [t.name for t in self.test])):
            files: dict[str, str] = {}
            for name in names:
                as_file = unicodedata.normalize("NFC", slug(name)).casefold()
                if as_file in files:
                    other = files[as_file]
                    alike = f"and '{name}' differ in signs only and would share their files"
                    raise InputError(f"'{other}' {'is used twice' if name == other else alike}", kind, name, "name")
                files[as_file] = name
        whole = self.whole
        circuit = self.circuit.chosen.table
        for test in self.test:
            if WHOLE in test.circuits:
                self._with_sessions(test)
        for group in self.group:
            for key, given in (("inactivation", group.inactivation), ("stimulation", group.stimulation)):
                for each in given:
                    place = each.nucleus or each.projection or ""
                    what, known = ("nucleus", circuit.nuclei) if each.nucleus else ("projection", circuit.sites)
                    _known(place, what, known, "group", group.name, key, place, what)
            striatal = [nucleus for nucleus in circuit.nuclei if nucleus in regions()]
            local = [("treatment", t.drug, t.site) for t in group.treatment]
            local += [("expression", protein, changed.site) for protein, changed in group.expression.items()]
            for key, what, site in local:
                if site is not None:
                    _known(site, "striatal nucleus", striatal, "group", group.name, key, what, "site")
            known = [site for site in circuit.plastic_sites if whole]
            for place in group.unlearning:
                _known(place, "plastic projection", known, "group", group.name, "unlearning")
            for number, exchange in enumerate(group.exchange):
                for place in exchange.sites:
                    _known(place, "plastic projection", known, "group", group.name, "exchange", str(number), "sites")
        for test in self.test:
            if test.evoked:
                _known(test.site, "plastic projection", circuit.plastic_sites, "test", test.name, "site")
            else:
                reached = [site.partition("->")[2] for site in circuit.plastic_sites]
                known = [nucleus for nucleus in circuit.striatal if nucleus in reached]
                _known(test.site, "striatal nucleus", known, "test", test.name, "site")
            for group in self.group:
                self._in_order(group, test)
            if refused := misfit(test, self.acceleration):
                raise InputError(refused, "test", test.name)
        return self

    def _with_sessions(self, test: Test) -> None:
        """Refuse sessions where the circuit is not whole, or a session of the test itself in another state."""
        if not self.whole:
            key = "kind" if test.in_session else "after_sessions"
            raise InputError("a test with sessions needs the preset 'corticostriatal'", "test", test.name, key)
        if test.in_session and self.circuit.state != "awake":
            raise InputError(
                f"'{self.circuit.state}', but test '{test.name}' is a session, which needs 'awake'", "circuit", "state"
            )
        if self.circuit.engine != "compiled":
            raise InputError("the whole circuit needs the engine 'compiled'", "circuit", "engine")

    def _in_order(self, group: Group, test: Test) -> None:
        if test.day is not None and test.day < group.days:
            raise InputError(
                f"day {test.day:g} comes before the history of group '{group.name}' ends, at day {group.days}",
                "test",
                test.name,
                "day",
            )
        if group.exchange and not test.borrowing:
            raise InputError(f"has no effect in a test of {test.kind}: '{test.name}'", "group", group.name, "exchange")
        for number, exchange in enumerate(group.exchange):
            learnt = [what for what in ("weights", "cues") if what in exchange.take]
            if learnt and WHOLE not in test.circuits:
                raise InputError(
                    f"{learnt[0]} have no effect in test '{test.name}', before which the network runs no sessions",
                    *("group", group.name, "exchange", str(number), "take"),
                )
        for key in ("inactivation", "stimulation"):
            for each in getattr(group, key):
                if not test.runs_network:
                    raise InputError(
                        f"has no effect in test '{test.name}': a test of {test.kind} does not run the network",
                        *("group", group.name, key),
                    )
                if not isinstance(test, SessionAssay):
                    raise InputError(
                        f"has no effect in test '{test.name}', which is no session: an electrode reaches one pathway",
                        *("group", group.name, key),
                    )
                if not epochs_on(each.while_, test.hours, test.epochs, 0).any():
                    raise InputError(
                        f"covers no epoch of test '{test.name}', which has {test.epochs} in {test.hours:g} h",
                        *("group", group.name, key, "at"),
                    )
        for treatment in group.treatment:
            if treatment.at is None or not treatment.to_the_test:
                continue
            where = ("group", group.name, "treatment", treatment.drug, "at")
            if treatment.at.si > test.length:
                late = f"{treatment.at} is after the end of test '{test.name}', {test.length:g} s long"
                raise InputError(late, *where)
            if -treatment.at.si > 86400 * self.test_day(group, test) > 0:
                raise InputError(f"{treatment.at} is before the history of the group begins", *where)


def _known(name: str, what: str, names: list[str], *where: str) -> None:
    if name not in names:
        raise InputError(f"the circuit has no {what} '{cut(name)}'{nearest(name, names)}", *where)


def load(name: str | Path) -> Experiment:
    """Read and check an experiment.

    Parameters
    ----------
    name : str or Path
        A shipped experiment's name (``"moussawi2009"``) or a TOML file.

    Raises
    ------
    InputError
        In one line: file, field, value, what is allowed.
    """
    text = source(name)
    try:
        return experiment_from(with_own_circuit(toml(text), Path(name).parent))
    except InputError as problem:
        raise InputError(f"{name}: {problem}") from None


def experiment_from(document: Mapping[str, Any]) -> Experiment:
    """Check an experiment given as nested dictionaries; raises `InputError`."""
    try:
        return Experiment.model_validate(document)
    except ValidationError as problem:
        raise explain(problem, Experiment, document) from None
