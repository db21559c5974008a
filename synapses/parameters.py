"""Parameters as records: every number has a value, a unit, a symbol, a range and a source.

A mechanism declares its parameters as a frozen dataclass derived from `ParameterGroup`; each field is made by
`parameter`, so that value and provenance are on one line and nowhere else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self

ASSUMED = "assumed"


@dataclass(frozen=True)
class ParameterRecord:
    """One parameter as it is shown to a reader."""

    group: str
    name: str
    value: float
    unit: str
    symbol: str
    low: float
    high: float
    source: str
    description: str


def parameter(
    value: float, unit: str, symbol: str, low: float, high: float, description: str, source: str = ASSUMED
) -> Any:
    """A dataclass field that carries its unit, symbol, allowed range and source.

    Parameters
    ----------
    value : float
        Default value, in `unit`.
    unit : str
        Unit as written in files and tables; "1" for a pure number.
    symbol : str
        Symbol used in the equations and the documentation.
    low, high : float
        Bounds outside which the value is refused.
    description : str
        The meaning of the number.
    source : str
        Paper and DOI, or ``"assumed"``.
    """
    return field(
        default=value,
        metadata=dict(unit=unit, symbol=symbol, low=low, high=high, description=description, source=source),
    )


@dataclass(frozen=True)
class ParameterGroup:
    """Base of all parameter groups; `group` is the first part of a parameter's dotted path."""

    group: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for record in self.records():
            if not math.isfinite(record.value):
                raise ValueError(f"{record.group}.{record.name}: {record.value} is not a finite number")
            if not record.low <= record.value <= record.high:
                raise ValueError(
                    f"{record.group}.{record.name}: {record.value:g} {record.unit} is outside the allowed range "
                    f"{record.low:g} to {record.high:g} {record.unit}"
                )

    def records(self) -> list[ParameterRecord]:
        """The group's parameters with their present values."""
        return [
            ParameterRecord(self.group, f.name, float(getattr(self, f.name)), **f.metadata)
            for f in fields(self)
            if "symbol" in f.metadata
        ]

    def with_values(self, **values: float) -> Self:
        """A copy with some values changed; the ranges are checked again."""
        return replace(self, **values)

    def quantities(self) -> dict[str, Any]:
        """The parameters as Brian2 quantities, keyed by name."""
        return {record.name: record.value * brian2_unit(record.unit) for record in self.records()}


_BASE_UNITS = {
    "uM": "mmolar",
    "mM": "mmolar",
    "ms": "second",
    "s": "second",
    "min": "second",
    "d": "second",
    "Hz": "hertz",
    "mV": "volt",
    "nS": "siemens",
    "pF": "farad",
    "pA": "amp",
    "1": "1",
}


def declarations(*groups: type[ParameterGroup], without: tuple[str, ...] = ()) -> str:
    """Brian2 declarations of the parameters of some groups as shared constants, to be set by each run."""
    lines = []
    for group in groups:
        for f in fields(group):
            if "symbol" in f.metadata and f.name not in without:
                unit = "/".join(_BASE_UNITS[part] for part in f.metadata["unit"].split("/"))
                lines.append(f"    {f.name} : {unit} (shared, constant)")
    return "\n".join(lines) + "\n"


def brian2_unit(unit: str) -> Any:
    """The Brian2 unit for a unit string such as ``"uM/s"``; pure numbers give 1.

    Raises
    ------
    ValueError
        If a factor of the string is not a unit that is known here.
    """
    import brian2.units.allunits as units

    special = {
        "1": 1.0,
        "uM": units.umolar,
        "mM": units.mmolar,
        "nM": units.nmolar,
        "Hz": units.hertz,
        "s": units.second,
        "d": 86400 * units.second,
        "kg": units.kilogram,
        "uL": 1e-9 * units.meter**3,
        "min": 60 * units.second,
    }
    short = {"V": "volt", "S": "siemens", "F": "farad", "A": "amp", "s": "second", "g": "gram"}
    result: Any = 1.0
    for position, name in enumerate(unit.split("/")):
        found: Any = special.get(name)
        if found is None and name[-1:] in short:
            found = getattr(units, name[:-1] + short[name[-1]], None)
        if found is None:
            raise ValueError(f"unknown unit {name!r} in {unit!r}")
        result = result / found if position else result * found
    return result
