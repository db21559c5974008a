"""Presets: which cells there are and how they are wired, read from one table a reader can check."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from circuit.wiring.table import Wiring, wiring

PRESETS = ("corticoaccumbens",)
WHOLE = ("corticostriatal",)
"""Circuits whose table is `circuit.wiring.table.Wiring`."""


class Projection(BaseModel):
    """One row of the wiring table; conductance in nS, delays in ms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    target: str
    transmitter: Literal["glutamate", "GABA"]
    in_degree: int = Field(gt=0)
    conductance: float = Field(default=0.0, ge=0)
    delay: float = Field(gt=0)
    delay_deviation: float = Field(default=0.0, ge=0)
    plastic: bool = False
    reference: str

    @property
    def name(self) -> str:
        """Name of the projection as a Brian2 object name."""
        return f"{self.source}_to_{self.target}"


class Preset(BaseModel):
    """Cells and wiring of a circuit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    whole: ClassVar[bool] = False
    """Whether it is the whole circuit of drug seeking, in which animals go through sessions."""
    state: ClassVar[str] = "anaesthetised"
    """The state in which it is simulated."""
    engines: ClassVar[tuple[str, ...]] = ("compiled", "runtime")
    """What runs it."""
    network: ClassVar[str] = "circuit.network.anaesthetised"
    """The module that builds it."""

    title: str
    nuclei: list[str]
    sites: list[str]
    cells: dict[str, int]
    projection: list[Projection]

    @model_validator(mode="after")
    def _known_populations(self) -> Preset:
        for row in self.projection:
            for population in (row.source, row.target):
                if population not in self.cells:
                    raise ValueError(f"projection {row.source} -> {row.target}: no cells named {population!r}")
        return self

    def scaled(self, scale: float) -> dict[str, int]:
        """Cells of each population at a scale, an even number and at least four."""
        return {name: max(4, 2 * round(number * scale / 2)) for name, number in self.cells.items()}


@cache
def preset(name: str) -> Preset:
    """The preset of that name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in PRESETS:
        raise ValueError(f"no preset {name!r}; there is: {', '.join(PRESETS)}")
    text = resources.files("circuit.wiring").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return Preset.model_validate(tomllib.loads(text))


def circuit_named(name: str) -> Preset | Wiring:
    """The circuit of that name, of which each says what sets it apart: ``whole``, ``state``, ``engines``, ``network``.

    Raises
    ------
    ValueError
        If there is none.
    """
    return wiring(name) if name in WHOLE else preset(name)


def out_degree(projection: Projection, cells: dict[str, int]) -> int:
    """Contacts each source cell makes, so that targets receive `in_degree` on average."""
    return max(1, round(projection.in_degree * cells[projection.target] / cells[projection.source]))
