"""A circuit of one's own in an experiment: a file of rows beside it, whose content becomes part of the experiment.

The experiment holds the rows themselves from then on, and so do its hash, its folder of results, every run's file and
the plan of a study: the file is not needed again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from circuit.cells.kinds import PERCEPTS
from circuit.wiring.own import OwnCircuitError, registered
from circuit.wiring.plan import Preset, own_preset
from protocols.errors import InputError, explain, nearest, read_text, shortened, toml
from protocols.record import Record

ENDING = ".toml"
"""What the name of a circuit's own file ends in."""
HELD = "own"
"""The key of ``[circuit]`` that holds the rows."""


class OwnCircuit(Record):
    """Rows that are added to a shipped circuit, changed in it, or left out of it."""

    extends: Literal["corticoaccumbens", "corticostriatal"] = "corticoaccumbens"
    """The shipped circuit they start from."""
    population: tuple[dict[str, Any], ...] = ()
    """Cells: a name that is there is changed in the keys given, another one is added."""
    projection: tuple[dict[str, Any], ...] = ()
    """Contacts between populations: a pair that is there is changed in the keys given, another one is added."""
    without: tuple[str, ...] = Field(default=())
    """Populations and projections that are left out."""

    @property
    def rows(self) -> dict[str, Any]:
        """The rows as plain data."""
        return self.model_dump()

    @property
    def preset(self) -> Preset:
        """The circuit that they give."""
        return _preset(json.dumps(self.rows, sort_keys=True))

    @property
    def digest(self) -> str:
        """What names it among circuits, in this process and in those that it starts."""
        return registered(self.rows)

    @field_validator("population", "projection")
    @classmethod
    def _plain(cls, rows: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
        for place, row in enumerate(rows):
            for key, value in row.items():
                try:
                    json.dumps(value)
                except TypeError:
                    raise InputError(f"{shortened(value)} is neither text, number nor list", str(place), key) from None
        return rows

    @model_validator(mode="after")
    def _possible(self) -> OwnCircuit:
        try:
            table = self.preset.table
        except OwnCircuitError as problem:
            raise InputError(str(problem)) from None
        for row in table.population:
            for percept in row.tuned:
                if percept not in PERCEPTS:
                    raise InputError(
                        f"'{percept}' is not known{nearest(percept, PERCEPTS)}", "population", row.name, "tuned"
                    )
        if self.preset.whole and not any(row.motor_output for row in table.population):
            raise InputError("takes away the cells whose rate is read as pressing", "without")
        return self


@lru_cache(maxsize=64)
def _preset(rows: str) -> Preset:
    return own_preset(json.loads(rows))


def with_own_circuit(document: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """An experiment's document whose ``circuit.preset`` names a file, with the rows of that file in it.

    Parameters
    ----------
    document : mapping
    folder : Path
        The file is looked for there.

    Returns
    -------
    mapping
        The document itself where no file is named, or its rows are there already.

    Raises
    ------
    InputError
        In one line that names the circuit's file: if it cannot be read, or gives no circuit.
    """
    circuit = document.get("circuit")
    preset = circuit.get("preset") if isinstance(circuit, Mapping) else None
    if (
        not isinstance(circuit, Mapping)
        or not isinstance(preset, str)
        or not preset.endswith(ENDING)
        or HELD in circuit
    ):
        return document
    file = folder / preset
    rows: dict[str, Any] = {}
    try:
        rows = toml(read_text(file))
        own = OwnCircuit.model_validate(rows)
    except ValidationError as problem:
        raise InputError(f"{file}: {explain(problem, OwnCircuit, rows)}") from None
    except InputError as problem:
        told = str(problem)
        raise InputError(told if told.startswith(str(file)) else f"{file}: {told}") from None
    return {
        **document,
        "circuit": {**circuit, "preset": file.name, HELD: own.model_dump(mode="json", exclude_unset=True)},
    }
