"""All parameters of the model in one place, addressed by dotted paths such as ``release.maximum``."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import resources
from typing import Any, Self

from circuit.apparatus.cue_value import CueLearning
from circuit.apparatus.electrode import Electrode
from circuit.apparatus.operant_box import Behaviour
from circuit.apparatus.perception import Agonist, Perception
from circuit.apparatus.probe import Probe
from circuit.cells.kinds import CELLS
from circuit.cells.neurons import CorticalInterneuron, FastSpiking, MediumSpiny, Pyramidal
from circuit.cells.relay import DopamineCell, Relay
from circuit.wiring.own import MARK
from circuit.wiring.plan import WHOLE, plan
from circuit.wiring.table import Wiring
from synapses.adaptation import Adaptation
from synapses.calibrated import calibrated, calibrated_behaviour
from synapses.documents import shortened
from synapses.dopamine import Dopamine, Learning
from synapses.endocannabinoid import Endocannabinoid
from synapses.homeostasis import Homeostasis
from synapses.parameters import ParameterGroup, ParameterRecord
from synapses.plasticity import Plasticity
from synapses.receptors import Quantum, Receptors
from synapses.release import Release
from synapses.reward import Reward
from synapses.spillover import Spillover
from synapses.spines import Spines
from synapses.tone import Tone
from synapses.variability import Variability, draw


@dataclass(frozen=True)
class ModelParameters:
    """The parameter groups of the model, each under the first part of its parameters' paths."""

    receptors: Receptors = field(default_factory=Receptors)
    quantum: Quantum = field(default_factory=Quantum)
    release: Release = field(default_factory=Release)
    plasticity: Plasticity = field(default_factory=Plasticity)
    endocannabinoid: Endocannabinoid = field(default_factory=Endocannabinoid)
    homeostasis: Homeostasis = field(default_factory=Homeostasis)
    tone: Tone = field(default_factory=Tone)
    spillover: Spillover = field(default_factory=Spillover)
    adaptation: Adaptation = field(default_factory=Adaptation)
    spines: Spines = field(default_factory=Spines)
    reward: Reward = field(default_factory=Reward)
    medium_spiny: MediumSpiny = field(default_factory=MediumSpiny)
    fast_spiking: FastSpiking = field(default_factory=FastSpiking)
    pyramidal: Pyramidal = field(default_factory=Pyramidal)
    cortical_interneuron: CorticalInterneuron = field(default_factory=CorticalInterneuron)
    electrode: Electrode = field(default_factory=Electrode)
    probe: Probe = field(default_factory=Probe)
    relay: Relay = field(default_factory=Relay)
    dopamine_cell: DopamineCell = field(default_factory=DopamineCell)
    dopamine: Dopamine = field(default_factory=Dopamine)
    learning: Learning = field(default_factory=Learning)
    perception: Perception = field(default_factory=Perception)
    cue: CueLearning = field(default_factory=CueLearning)
    silencing: Agonist = field(default_factory=Agonist)
    behaviour: Behaviour = field(default_factory=Behaviour)
    variability: Variability = field(default_factory=Variability)

    @staticmethod
    @cache
    def shipped() -> ModelParameters:
        """The model as the package ships it: the assumed values, replaced where calibration fitted them."""
        return ModelParameters().with_values(calibrated().values | calibrated_behaviour().values)

    def groups(self) -> dict[str, ParameterGroup]:
        """The parameter groups by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def records(self) -> list[ParameterRecord]:
        """Every parameter with its present value."""
        return [record for group in self.groups().values() for record in group.records()]

    def record(self, path: str) -> ParameterRecord:
        """The parameter at a dotted path.

        Raises
        ------
        KeyError
            If there is none; the message names the nearest path.
        """
        group = getattr(self, path.partition(".")[0], None)
        if isinstance(group, ParameterGroup):
            for record in group.records():
                if f"{record.group}.{record.name}" == path:
                    return record
        known = [f"{record.group}.{record.name}" for record in self.records()]
        near = difflib.get_close_matches(path[:100], known, n=1)
        raise KeyError(f"no parameter {shortened(path)}" + (f"; did you mean {near[0]!r}?" if near else ""))

    def with_values(self, values: Mapping[str, float]) -> Self:
        """A copy with the values at some dotted paths replaced, each in its parameter's own unit.

        Raises
        ------
        KeyError
            For an unknown path.
        ValueError
            For a value outside its range or not finite.
        """
        changed: dict[str, dict[str, float]] = {}
        for path, value in values.items():
            record = self.record(path)
            changed.setdefault(record.group, {})[record.name] = float(value)
        groups: dict[str, Any] = {name: self.groups()[name].with_values(**new) for name, new in changed.items()}
        return replace(self, **groups)

    def of_animal(self, seed: int) -> Self:
        """A copy for the animal with a structure seed: what it drew, and drug levels of its own."""
        own = self.varied(draw(seed, self.variability.scale))
        return replace(own, variability=replace(own.variability, animal=seed))

    def varied(self, factors: Mapping[str, float]) -> Self:
        """A copy for one animal: values multiplied by its factors, kept inside their ranges."""
        values = {}
        for path, factor in factors.items():
            record = self.record(path)
            values[path] = min(max(record.value * factor, record.low), record.high)
        return self.with_values(values)


def all_parameters() -> list[ParameterRecord]:
    """Every parameter of the model as shipped; the source of a fitted one names the rows that were fitted."""
    rows = calibrated().rows | calibrated_behaviour().rows
    sources = {path: f"fitted to {', '.join(named)}" for path, named in rows.items()}
    return [
        replace(record, source=sources.get(f"{record.group}.{record.name}", record.source))
        for record in ModelParameters.shipped().records()
    ]


WIRING = "circuit.wiring"
TABLES = {
    WIRING: ("corticostriatal.toml", "presets.toml"),
    "circuit": ("states.toml",),
    "synapses": ("drugs.toml", "regions.toml"),
}
"""Tables of the model besides its parameters: package -> files."""
OF_THE_BOX = ("dopamine", "learning", "perception", "cue", "silencing", "behaviour")
"""Groups that sessions in the operant box read, and no test with an electrode. A test of reward, which runs no circuit,
reads one value of them (`behaviour.injected_share`)."""
_SOURCES = {"__all__": {"reference"}}  # of rows of the wiring, whose numbers alone count


def parameter_hash(*circuits: str) -> str:
    """Which parameters a page or a figure was made with: 12 hexadecimal digits.

    Two pages that name one hash are of the same values, whatever else has changed in the code.

    Parameters
    ----------
    *circuits : str
        What was simulated, by names that `circuit.wiring.plan.plan` takes; the whole circuit when left out.

    Notes
    -----
    For the whole circuit it is over every shipped value, with the tables of wiring, states, regions and drugs. Where
    all circuits are pathways with an electrode, it leaves out what these do not read: `OF_THE_BOX`, the groups of kinds
    of cells that they do not have, and all rows of the wiring but theirs.
    """
    if not circuits or WHOLE in (name.partition(MARK)[0] for name in circuits):
        return _hash((), TABLES, ())
    plans = {chosen.name: chosen for chosen in map(plan, circuits)}
    parts = [plans[name].table for name in sorted(plans)]
    tables = {package: names for package, names in TABLES.items() if package != WIRING}
    return _hash((*OF_THE_BOX, *_of_other_cells(parts)), tables, parts)


def _hash(unread: Collection[str], tables: Mapping[str, tuple[str, ...]], parts: Collection[Wiring]) -> str:
    """Over all values but those of some groups, some tables as they are, and the rows of parts of the wiring."""
    digest = hashlib.sha256()
    shipped = ModelParameters.shipped()
    for record in shipped.records():
        if record.group not in unread:
            digest.update(f"{record.group}.{record.name} {record.value!r}\n".encode())
    digest.update(f"tone.site {shipped.tone.site}\n".encode())
    for package, names in tables.items():
        for name in names:
            digest.update(name.encode() + b"\0" + resources.files(package).joinpath(name).read_bytes())
    for part in parts:
        rows = part.model_dump(mode="json", exclude={"title": True, "population": _SOURCES, "projection": _SOURCES})
        digest.update(json.dumps(rows, sort_keys=True).encode())
    return digest.hexdigest()[:12]


def _of_other_cells(parts: Collection[Wiring]) -> set[str]:
    """Groups of the kinds of cells that no part of the wiring has."""
    kinds = {part.like(row.cell) for part in parts for row in part.population}
    return {kind.parameters.group for name, kind in CELLS.items() if name not in kinds}
