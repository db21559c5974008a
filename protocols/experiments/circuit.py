"""The circuit of an experiment: a shipped one, or a file of rows beside the experiment that becomes part of it.

The experiment holds the rows themselves from then on, and so do its hash, its folder of results, every run's file and
the plan of a study: the file is not needed again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)

from circuit.cells.kinds import PERCEPTS
from circuit.precision import Precision
from circuit.wiring.own import OwnCircuitError, registered
from circuit.wiring.plan import Preset, own_preset, presets
from protocols.errors import InputError, cut, explain, nearest, read_text, shortened, toml
from protocols.experiments.own_python import with_python_files
from protocols.record import Record

ENDING = ".toml"
"""What the name of a circuit's own file ends in."""
HELD = "own"
"""The key of ``[circuit]`` that holds the rows."""


class OwnCircuit(Record):
    """Rows that are added to a shipped circuit, changed in it, or left out of it."""

    extends: Literal["corticoaccumbens", "corticostriatal"] = "corticoaccumbens"
    """The shipped circuit they start from."""
    cell: tuple[dict[str, Any], ...] = ()
    """Kinds of cells: like a known kind, with equations, parameters, threshold or reset that differ."""
    rule: tuple[dict[str, Any], ...] = ()
    """Plastic rules: variables at a contact, and what happens at a spike on either side of it."""
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

    @field_validator("cell", "rule", "population", "projection")
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


_PRESETS: dict[str, Any] = {"anyOf": [{"enum": list(presets())}, {"pattern": r"\.toml$"}]}


class Circuit(Record):
    """Which circuit, how large, in which state, and how it is run."""

    preset: str = Field(default="corticoaccumbens", json_schema_extra=_PRESETS)
    """Prelimbic cortex and the core of the nucleus accumbens, the whole circuit of drug seeking, or FILE.toml: rows of
    one's own, in a file beside the experiment."""
    own: OwnCircuit | None = None
    """Rows of one's own; those of the file that `preset` names are put here when the experiment is read."""
    scale: Annotated[float, Field(gt=0, le=20)] = 1.0
    """Factor on cell numbers; in-degrees stay."""
    state: Literal["anaesthetised", "awake", "slice"] = "anaesthetised"
    """Up and down states, a tonic drive, or no background at all; sessions need an awake animal."""
    engine: Literal["compiled", "runtime"] = "compiled"
    """Compiled once per structure, or numpy without a compiler."""
    precision: Precision = "single"
    """Of cells and contacts in a compiled program; times, and all of the engine `runtime`, have double precision."""

    @model_serializer(mode="wrap")
    def _as_before(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without what is as usual, precision and no rows of one's own: folders from before there was a choice stay."""
        written: dict[str, Any] = write(self)
        if self.precision == "single":
            written.pop("precision", None)
        if self.own is None:
            written.pop("own", None)
        return written

    @model_validator(mode="after")
    def _known(self) -> Circuit:
        if self.own is None and self.preset not in presets():
            what = f"'{cut(self.preset)}' is a file; name it in the experiment's file, in [set] or with --set"
            if not self.preset.endswith(ENDING):
                what = f"'{cut(self.preset)}' is not known{nearest(self.preset, presets())}; or give a FILE.toml"
            raise InputError(what, "preset")
        if self.own is not None and self.preset in presets() and self.preset != self.own.extends:
            raise InputError(f"'{self.own.extends}' is extended, but the preset is '{self.preset}'", "own", "extends")
        return self

    @property
    def chosen(self) -> Preset:
        """The part of the wiring table that it names, with rows of one's own."""
        return presets()[self.preset] if self.own is None else self.own.preset

    @property
    def digest(self) -> str:
        """What names rows of one's own; empty where there are none."""
        return "" if self.own is None else self.own.digest


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
        rows = with_python_files(toml(read_text(file)), file.parent)
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
