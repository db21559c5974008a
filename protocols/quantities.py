"""Quantities as an experimenter writes them: a number and a unit, ``"50 Hz"``, ``"100 mg/kg"``, ``"-2.5 h"``.

A quantity is never evaluated as code: only ``number unit`` or ``number unit/unit`` is accepted, in the usual units and
in those of pint.
Models dump it as its canonical text, or with ``context={"si": True}`` as the number `Quantity.si`.
A dose per body weight keeps its own dimension, so that 100 mg/kg is neither a pure number nor a concentration.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import PlainSerializer, PlainValidator, SerializationInfo, WithJsonSchema

from protocols.errors import InputError, shortened

if TYPE_CHECKING:
    import pint

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_UNIT = r"[A-Za-zµμ]+(?:\s*/\s*[A-Za-zµμ]+)?"
_QUANTITY = re.compile(rf"\s*({_NUMBER})\s*({_UNIT})\s*", re.ASCII)
_LONGEST = 60


@dataclass(frozen=True)
class Dimension:
    """What a quantity measures, the unit its `Quantity.si` is given in, how one is written, and the largest that an
    experiment may hold: more than any would, and far from what arithmetic cannot."""

    article: str
    unit: str
    example: str
    largest: str = ""


DIMENSIONS = {
    "duration": Dimension("a duration", "second", "2.5 h", "36500 d"),
    "frequency": Dimension("a frequency", "hertz", "50 Hz", "1 MHz"),
    "dose": Dimension("a dose per body weight", "milligram / body_kilogram", "100 mg/kg", "100 g/kg"),
    "concentration": Dimension("a concentration", "mole / meter ** 3", "10 uM", "10 M"),
    "conductance": Dimension("a conductance", "siemens", "3.5 nS", "1 mS"),
    "voltage": Dimension("a voltage", "volt", "-70 mV", "1 V"),
}


_COMMON = {
    "duration": {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0},
    "frequency": {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6},
    "dose": {"ug/kg": 1e-3, "mg/kg": 1.0, "g/kg": 1e3},
    "concentration": {"pM": 1e-9, "nM": 1e-6, "uM": 1e-3, "mM": 1.0, "M": 1e3},
    "conductance": {"pS": 1e-12, "nS": 1e-9, "uS": 1e-6, "mS": 1e-3, "S": 1.0},
    "voltage": {"uV": 1e-6, "mV": 1e-3, "V": 1.0},
}
"""The usual units, and how much of the dimension's own unit each is. They are read without pint, which takes long to
start; other units are read with it, and so is whatever is refused."""
_USUAL = {unit: (dimension, factor) for dimension, units in _COMMON.items() for unit, factor in units.items()}


@dataclass(frozen=True)
class Quantity:
    """A number with a unit. Equal when they measure the same: ``"1 h"`` is ``"60 min"``.

    Attributes
    ----------
    si : float
        Magnitude in s, Hz, mg/kg, mol/m³ (= mM), S or V; for other dimensions in SI base units.
    dimension : str
        A key of `DIMENSIONS`, or for other dimensions the base unit.
    text : str
        Canonical spelling in the unit it was given in; reading it again gives an equal quantity.
    """

    si: float
    dimension: str
    text: str = field(compare=False)

    def __str__(self) -> str:
        return self.text

    def to(self, unit: str) -> float:
        """Magnitude in another unit of the same dimension, e.g. ``Quantity.to("uM")``."""
        number, own = self.text.split(" ", 1)
        if unit in _COMMON.get(self.dimension, ()) and own in _USUAL:
            return _rounded(float(number) * _USUAL[own][1] / _USUAL[unit][1])
        return _rounded(_registry().Quantity(float(number), _unit(own)).to(_unit(unit)).magnitude)


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry[float]:
    import pint

    registry: pint.UnitRegistry[float] = pint.UnitRegistry()
    registry.define("body_kilogram = [body_mass]")
    return registry


def _unit(text: str) -> pint.Unit:
    """Pint's unit for `text`, reading ``/kg`` as "per kilogram of body weight"."""
    return _registry().parse_units(re.sub(r"/\s*kg$", "/body_kilogram", text))


def _rounded(x: float) -> float:
    """Twelve digits, so that 0.7 h and 42 min are the same number of seconds."""
    return float(f"{x:.12g}")


def _number(x: float) -> str:
    return str(int(x)) if x == int(x) and abs(x) < 1e15 else repr(x)


def quantity(value: Any, dimension: str | None = None) -> Quantity:
    """Read a quantity; a word that was read before is looked up.

    Parameters
    ----------
    value : str or Quantity
        What the experimenter wrote, e.g. ``"50 Hz"``.
    dimension : str, optional
        The key of `DIMENSIONS` it must have; any known unit when left out.

    Returns
    -------
    Quantity

    Raises
    ------
    InputError
        In one line: no unit, an unknown unit, another dimension, or not finite.
    """
    if isinstance(value, Quantity):
        value = value.text
    return _read(value, dimension) if isinstance(value, str) else _parsed(value, dimension)


@lru_cache(maxsize=4096)
def _read(value: str, dimension: str | None) -> Quantity:
    return _usual(value, dimension) or _parsed(value, dimension)


def _usual(value: str, dimension: str | None) -> Quantity | None:
    """The quantity, if it is in a usual unit and there is nothing to refuse."""
    match = _QUANTITY.fullmatch(value) if len(value) <= _LONGEST else None
    if match is None or match[2] not in _USUAL:
        return None
    number, (found, factor) = float(match[1]), _USUAL[match[2]]
    si, text = number * factor, f"{_number(number)} {match[2]}" if math.isfinite(number) else ""
    if dimension not in (None, found) or not math.isfinite(si) or (si == 0) != (number == 0):
        return None
    return Quantity(_rounded(si), found, text) if _QUANTITY.fullmatch(text) else None


def _parsed(value: Any, dimension: str | None) -> Quantity:
    import pint

    kind = DIMENSIONS[dimension] if dimension else Dimension("a quantity", "", "50 Hz")
    hint = f"; write e.g. '{kind.example}'"
    shown = shortened(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise InputError(f"{shown} is not {kind.article}{hint}")
    if isinstance(value, (int, float)) or re.fullmatch(rf"\s*{_NUMBER}\s*", value):
        raise InputError(f"{shown} has no unit{hint}")
    match = _QUANTITY.fullmatch(value) if len(value) <= _LONGEST else None
    if match is None:
        raise InputError(f"{shown} is not {kind.article}{hint}")
    number = float(match[1])
    try:
        unit = _unit(match[2])
        base = _registry().Quantity(number, unit).to_base_units()
        name = _dimension_of(unit)
    except (pint.errors.PintError, AttributeError, ArithmeticError, TypeError, ValueError):
        raise InputError(f"{shown} has an unknown unit '{match[2]}'{hint}") from None
    if dimension is not None and name != dimension:
        raise InputError(f"{shown} is not {kind.article}{hint}")
    if not math.isfinite(number):
        raise InputError(f"{shown} is beyond what a number can hold{hint}")
    canonical = f"{_number(number)} {_canonical(unit)}"
    if name == "" or not _QUANTITY.fullmatch(canonical):
        raise InputError(f"{shown} has a unit without a dimension, or with an offset{hint}")
    si = base.to(DIMENSIONS[name].unit).magnitude if name in DIMENSIONS else base.magnitude
    if not math.isfinite(si) or (si == 0) != (number == 0):
        raise InputError(f"{shown} is beyond what a number can hold{hint}")
    return Quantity(_rounded(float(si)), name, canonical)


@lru_cache(maxsize=256)
def _dimension_of(unit: pint.Unit) -> str:
    for name, dimension in DIMENSIONS.items():
        if unit.dimensionality == _registry().Unit(dimension.unit).dimensionality:
            return name
    return f"{(1 * unit).to_base_units().units:~C}"


def _canonical(unit: pint.Unit) -> str:
    return f"{unit:~C}".replace("body_kilogram", "kg").replace("µ", "u").replace("μ", "u")


def _reader(dimension: str, lowest: str) -> PlainValidator:
    def read(value: Any) -> Quantity:
        found = quantity(value, dimension)
        if (found.si <= 0 and lowest == "positive") or (found.si < 0 and lowest == "not negative"):
            raise InputError(f"'{found}' must be {lowest}")
        largest = DIMENSIONS[dimension].largest
        if abs(found.si) > quantity(largest, dimension).si:
            raise InputError(f"'{found}' is beyond {largest}, the largest allowed")
        return found

    return PlainValidator(read)


def _schema(dimension: str) -> WithJsonSchema:
    kind = DIMENSIONS[dimension]
    pattern = rf"^\s*{_NUMBER}\s*{_UNIT}\s*$"
    return WithJsonSchema(
        {"type": "string", "pattern": pattern, "description": kind.article, "examples": [kind.example]}
    )


def _dumped(value: Quantity, info: SerializationInfo) -> str | float:
    return value.si if (info.context or {}).get("si") else value.text


_AS_TEXT = PlainSerializer(_dumped)

Duration = Annotated[Quantity, _reader("duration", "positive"), _AS_TEXT, _schema("duration")]
Delay = Annotated[Quantity, _reader("duration", "not negative"), _AS_TEXT, _schema("duration")]
Moment = Annotated[Quantity, _reader("duration", "any"), _AS_TEXT, _schema("duration")]
Frequency = Annotated[Quantity, _reader("frequency", "positive"), _AS_TEXT, _schema("frequency")]
Dose = Annotated[Quantity, _reader("dose", "positive"), _AS_TEXT, _schema("dose")]
Concentration = Annotated[Quantity, _reader("concentration", "positive"), _AS_TEXT, _schema("concentration")]
Level = Annotated[Quantity, _reader("concentration", "not negative"), _AS_TEXT, _schema("concentration")]
Voltage = Annotated[Quantity, _reader("voltage", "any"), _AS_TEXT, _schema("voltage")]
Conductance = Annotated[Quantity, _reader("conductance", "not negative"), _AS_TEXT, _schema("conductance")]


def at_least(given: Quantity, least: Quantity, key: str) -> None:
    """Refuse a quantity that is too small for anything to be seen."""
    if given.si < least.si:
        raise InputError(f"{given} is too short; {least} at least", key)


def at_most(given: Quantity, most: Quantity, key: str) -> None:
    """Refuse a quantity beyond what is followed."""
    if given.si > most.si:
        raise InputError(f"{given} is too long; {most} at most", key)
