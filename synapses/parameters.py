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
                unit = "" if record.unit == "1" else f" {record.unit}"
                raise ValueError(
                    f"{record.group}.{record.name}: {record.value:g}{unit} is outside the allowed range "
                    f"{record.low:g} to {record.high:g}{unit}"
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

    def si_values(self) -> dict[str, float]:
        """The parameters as plain numbers in SI units (concentrations in mM), keyed by name."""
        return {record.name: record.value * si_factor(record.unit) for record in self.records()}

    def quantities(self) -> dict[str, Any]:
        """The parameters as Brian2 quantities, keyed by name."""
        return {record.name: record.value * brian2_unit(record.unit) for record in self.records()}


UNITS: dict[str, tuple[float, str]] = {
    "1": (1.0, "1"),
    "mM": (1.0, "mmolar"),
    "uM": (1e-3, "mmolar"),
    "s": (1.0, "second"),
    "ms": (1e-3, "second"),
    "min": (60.0, "second"),
    "d": (86400.0, "second"),
    "Hz": (1.0, "hertz"),
    "mV": (1e-3, "volt"),
    "nS": (1e-9, "siemens"),
    "pF": (1e-12, "farad"),
    "pA": (1e-12, "amp"),
    "mg": (1e-6, "kilogram"),
    "kg": (1.0, "kilogram"),
    "uL": (1e-9, "meter3"),
}
"""Units of parameters: how much of the SI unit each is (of mM for concentrations), and Brian2's name for that."""


def si_factor(unit: str) -> float:
    """What one of a unit such as ``"uM/s"`` is in SI units; the same number, to the last bit, as `brian2_unit` has.

    Raises
    ------
    ValueError
        If a factor of the unit is none of `UNITS`.
    """
    numerator, *denominators = (_known(part, unit)[0] for part in unit.split("/"))
    for each in denominators:
        numerator /= each
    return numerator


def _known(part: str, unit: str) -> tuple[float, str]:
    if part not in UNITS:
        raise ValueError(f"unknown unit {part!r} in {unit!r}")
    return UNITS[part]


def declarations(
    *groups: type[ParameterGroup], without: tuple[str, ...] = (), only: tuple[str, ...] | None = None
) -> str:
    """Brian2 declarations of the parameters of some groups as shared constants, to be set by each run."""
    lines = []
    for group in groups:
        for f in fields(group):
            if "symbol" in f.metadata and f.name not in without and (only is None or f.name in only):
                unit = "/".join(UNITS[part][1] for part in f.metadata["unit"].split("/"))
                lines.append(f"    {f.name} : {unit} (shared, constant)")
    return "\n".join(lines) + "\n"


def brian2_unit(unit: str) -> Any:
    """The Brian2 unit for a unit string such as ``"uM/s"``; pure numbers give 1.

    Raises
    ------
    ValueError
        If a factor of the string is none of `UNITS`.
    """
    import brian2.units.allunits as units

    result: Any = si_factor(unit)
    for place, part in enumerate(unit.split("/")):
        name = UNITS[part][1]
        base = 1.0 if name == "1" else units.meter**3 if name == "meter3" else getattr(units, name)
        result = result / base if place else result * base
    return result
