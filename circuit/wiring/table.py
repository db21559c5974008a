"""The wiring table: populations and projections of the whole circuit, and how cells are laid out by index.

There is one table. A preset with fewer nuclei is a cut of it, and so is the pathway that an electrode stimulates.

Populations of one kind of cell lie one after the other in one Brian2 group. Cell i of a population of N belongs to
the right hemisphere if i >= N/2, to the lever i % 2 (0 active, 1 inactive) where the population knows levers, to the
context i // 2 % 2 where it knows contexts, and is a D1 cell if (i // 2) is even where it is medium spiny. Projections
stay in their hemisphere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from circuit.wiring.own_cells import OwnCell
from circuit.wiring.own_rules import CALCIUM, OwnRule

KINDS = ("pyramidal", "cortical_interneuron", "medium_spiny", "fast_spiking", "relay", "dopamine")
"""Kinds of cells that the model knows."""
LAYOUT = 16  # cells come in multiples of this: two hemispheres, two levers, two receptors, two spare


class Population(BaseModel):
    """One row of the table of cells; backgrounds in pA (`tonic`, `noise`) or nS (`drive`, `deviation`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    nucleus: str
    cell: str
    """One of `KINDS`, or a kind of one's own."""
    number: int = Field(gt=0)
    tonic: float = 0.0
    noise: float = Field(default=0.0, ge=0)
    drive: float = Field(default=0.0, ge=0)
    deviation: float = Field(default=0.0, ge=0)
    tuned: list[str] = []
    """Percepts, of which its cells take one each in turn."""
    drive_by: Literal["lever", "stimulus", "press", "reward"] | None = None
    """The parameter of `circuit.apparatus.perception.Perception` that says how strongly a percept drives it."""
    releases: list[str] = []
    """Fields in which its dopamine is released."""
    feels: str | None = None
    """Field whose dopamine it feels."""
    acts: bool = False
    """Whether a cell stands for a press of its lever, and learns from presses shown of that lever only."""
    motor_output: bool = False
    """Whether its rate is read as the motor output."""
    reference: str


class Connection(BaseModel):
    """One row of the wiring; conductance in nS, delay in ms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    target: str
    transmitter: Literal["glutamate", "GABA"]
    in_degree: int = Field(gt=0)
    conductance: float = Field(default=0.0, ge=0)
    delay: float = Field(gt=0)
    delay_deviation: float = Field(default=0.0, ge=0)
    """Spread of the delay over contacts, of which a field's rising phase consists; sessions use the mean."""
    plastic: bool = False
    plasticity: str = CALCIUM
    """The rule by which it learns where an electrode stimulates: the model's, or one of one's own."""
    lever_specific: bool = False
    """Whether it joins cells of one lever only."""
    context_specific: float = Field(default=0.0, ge=0, le=1)
    """Share of its contacts that join cells of one context only; the others are drawn at random."""
    receptors: Literal["D1", "D2"] | None = None
    """Which medium spiny cells it comes from; all when left out."""
    reference: str

    @property
    def name(self) -> str:
        """Name of the projection as a Brian2 object name."""
        return f"{self.source}_to_{self.target}"


class Wiring(BaseModel):
    """Cells and projections of the whole circuit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    population: list[Population]
    projection: list[Connection]
    cell: list[OwnCell] = []
    """Kinds of cells of one's own."""
    rule: list[OwnRule] = []
    """Plastic rules of one's own."""

    @model_validator(mode="after")
    def _known_kinds(self) -> Wiring:
        for row in self.population:
            if row.cell not in self.kinds:
                raise ValueError(f"population {row.name}: no kind of cell {row.cell!r}")
        return self

    @model_validator(mode="after")
    def _known_populations(self) -> Wiring:
        names = {row.name for row in self.population}
        for row in self.projection:
            for population in (row.source, row.target):
                if population not in names:
                    raise ValueError(f"projection {row.source} -> {row.target}: no cells named {population!r}")
        return self

    @model_validator(mode="after")
    def _one_row_a_pair(self) -> Wiring:
        names = [row.name for row in self.projection]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"projection {name}: two rows for one pair of populations")
        return self

    @model_validator(mode="after")
    def _known_fields(self) -> Wiring:
        for row in self.population:
            if row.feels is not None and row.feels not in self.fields:
                raise ValueError(f"population {row.name}: no dopamine is released in {row.feels!r}")
            if row.tuned and row.drive_by is None:
                raise ValueError(f"population {row.name}: tuned to percepts, but no drive_by")
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of cells: those that the model knows, then one's own."""
        return (*KINDS, *(one.name for one in self.cell))

    def own_cell(self, kind: str) -> OwnCell | None:
        """A kind of one's own; None for one that the model knows."""
        return next((one for one in self.cell if one.name == kind), None)

    def like(self, kind: str) -> str:
        """The kind that the model knows, by whose surroundings a kind is treated: itself, or what it is like."""
        own = self.own_cell(kind)
        return kind if own is None else own.like

    @property
    def own_rule(self) -> OwnRule | None:
        """The rule of one's own by which its contacts learn, in the table of a pathway that an electrode stimulates;
        None where that is the model's."""
        chosen = {row.plasticity for row in self.plastic}
        return next((one for one in self.rule if one.name in chosen), None)

    @property
    def fields(self) -> list[str]:
        """Dopamine's terminal fields."""
        return [field for row in self.population for field in row.releases]

    @property
    def nuclei(self) -> list[str]:
        """Nuclei in the order of the table."""
        return list(dict.fromkeys(row.nucleus for row in self.population))

    @property
    def sites(self) -> list[str]:
        """Projections between nuclei, as ``"PL->NAc core"``."""
        nuclei = {row.name: row.nucleus for row in self.population}
        return list(dict.fromkeys(f"{nuclei[row.source]}->{nuclei[row.target]}" for row in self.projection))

    @property
    def plastic_sites(self) -> list[str]:
        """Projections between nuclei that learn: those at which an electrode finds plastic contacts."""
        nuclei = {row.name: row.nucleus for row in self.population}
        return list(dict.fromkeys(f"{nuclei[row.source]}->{nuclei[row.target]}" for row in self.plastic))

    @property
    def striatal(self) -> list[str]:
        """Nuclei of medium spiny cells, each with an extracellular space of its own."""
        return list(dict.fromkeys(row.nucleus for row in self.population if row.cell == "medium_spiny"))

    def spiny(self, nucleus: str) -> Population:
        """The medium spiny cells of a striatal nucleus."""
        return next(row for row in self.of_nucleus(nucleus) if row.cell == "medium_spiny")

    def afferents(self, population: str) -> int:
        """Plastic contacts that each cell of a population receives, on average."""
        return sum(row.in_degree for row in self.plastic if row.target == population)

    def cut(self, nuclei: Sequence[str]) -> Wiring:
        """The table of some nuclei alone: their cells, and the projections within and between them.

        What is left out is left out as a drive as well; the background of the cells that stay stands for it.
        """
        kept = [row for row in self.population if row.nucleus in nuclei]
        names = {row.name for row in kept}
        cells = [row.model_copy(update={"releases": [], "feels": None}) for row in kept]
        rows = [row for row in self.projection if {row.source, row.target} <= names]
        return Wiring(title=self.title, population=cells, projection=rows, cell=self.cell, rule=self.rule)

    def pathway(self, site: str, added: Sequence[str] = ()) -> Wiring:
        """The two nuclei of a projection, or a striatal nucleus with its first plastic afferent, with their own wiring.

        Parameters
        ----------
        site : str
        added : sequence of str
            Nuclei that take part as well where they are joined to one of the two. Those with contacts that learn there,
            dopamine cells or medium spiny cells do not, since an electrode finds one projection that learns, in one
            striatal nucleus.

        Raises
        ------
        ValueError
            If nothing plastic is there.
        """
        chosen = next((each for each in self.plastic_sites if site in (each, each.partition("->")[2])), None)
        if chosen is None:
            raise ValueError(f"no plastic projection {site!r}; there are: {', '.join(self.plastic_sites)}")
        ends = chosen.split("->")
        return self.cut([*ends, *(nucleus for nucleus in added if nucleus not in ends and self._beside(nucleus, ends))])

    def _beside(self, nucleus: str, ends: Sequence[str]) -> bool:
        """Whether a nucleus is joined to one of two others by contacts that do not learn."""
        nuclei = {row.name: row.nucleus for row in self.population}
        joined = [
            row
            for row in self.projection
            if nucleus in (nuclei[row.source], nuclei[row.target])
            and {nuclei[row.source], nuclei[row.target]} & {*ends}
        ]
        kinds = {row.cell for row in self.of_nucleus(nucleus)}
        return bool(joined) and not any(row.plastic for row in joined) and not kinds & {"dopamine", "medium_spiny"}

    def between(self, site: str) -> list[Connection]:
        """Rows of the wiring that join the nuclei of a site."""
        nuclei = {row.name: row.nucleus for row in self.population}
        return [row for row in self.projection if f"{nuclei[row.source]}->{nuclei[row.target]}" == site]

    def leaving(self, nucleus: str) -> list[Connection]:
        """Rows of the wiring that leave a nucleus."""
        nuclei = {row.name: row.nucleus for row in self.population}
        return [row for row in self.projection if nuclei[row.source] == nucleus != nuclei[row.target]]

    def numbers(self, scale: float) -> dict[str, int]:
        """Cells of each population at a scale, in multiples of `LAYOUT`."""
        return {row.name: LAYOUT * max(1, round(row.number * scale / LAYOUT)) for row in self.population}

    def named(self, name: str) -> Population:
        """The population of that name."""
        return next(row for row in self.population if row.name == name)

    def of_nucleus(self, nucleus: str) -> list[Population]:
        """Populations of a nucleus."""
        return [row for row in self.population if row.nucleus == nucleus]

    @property
    def plastic(self) -> list[Connection]:
        """Projections that learn."""
        return [row for row in self.projection if row.plastic]


@cache
def wiring(name: str = "corticostriatal") -> Wiring:
    """The wiring table of that name."""
    text = resources.files("circuit.wiring").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return Wiring.model_validate(tomllib.loads(text))
