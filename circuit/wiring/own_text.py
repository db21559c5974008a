"""Equations and quantities that a user writes: what may stand in them, and what they say.

They are data. Brian2 reads them, nothing runs them as Python, and only words and signs of equations may stand in them,
since a stored run brings its equations along.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

BEGINS = re.compile(r"\s*(?:d([a-zA-Z]\w*)/dt\s*=|([a-zA-Z]\w*)\s*[=:])")
"""How an equation begins: with the variable that it is for."""
UNITS = {
    "pA": (1e-12, "amp"), "nA": (1e-9, "amp"), "pS": (1e-12, "siemens"), "nS": (1e-9, "siemens"),
    "uS": (1e-6, "siemens"),
    "mV": (1e-3, "volt"), "ms": (1e-3, "second"), "s": (1.0, "second"), "Hz": (1.0, "hertz"), "pF": (1e-12, "farad"),
    "nF": (1e-9, "farad"), "mV/ms": (1.0, "volt/second"), "pA/ms": (1e-9, "amp/second"), "1": (1.0, "1"),
}  # fmt: skip
"""Units of parameters: SI value, and Brian2's word."""
DECLARED = re.compile(
    r":\s*(1|volt|amp|siemens|farad|second|hertz)(\s*/\s*(volt|amp|siemens|farad|second))?\s*(\([a-z ,-]*\))?\s*$"
)
PLAIN = re.compile(r"[\w\s.,+\-*/%=<>!:;()]*")
"""The signs of equations; no quotes, brackets or backslashes."""
WHOLE_POWER = re.compile(r"(?<![\w.])(\d+)\s*\*\*\s*\(?\s*-\s*(\d+)(?![\w.])")
"""A power of two whole numbers with a minus. Brian2 makes 0 of it in statements and thresholds, and says nothing; in
differential equations it is right (2.9.0 to 2.11.0, ``findings/``)."""


def plain(text: str) -> str:
    """The text itself.

    Raises
    ------
    ValueError
        If signs stand in it that no equation has, or a power that Brian2 takes for a whole number.
    """
    bare = re.sub(r"#.*", "", text)
    if "__" in bare or not PLAIN.fullmatch(bare):
        raise ValueError("only names, numbers and signs of arithmetic may stand in it")
    if power := WHOLE_POWER.search(bare):
        base, exponent = power.groups()
        raise ValueError(f"Brian2 makes 0 of {base}**-{exponent}; write {base}.0**-{exponent}")
    return text


def statements(equations: str) -> list[str]:
    """Equations one by one, each in one line, without comments.

    Raises
    ------
    ValueError
        If a line is none, or one does not end in a unit.
    """
    lines = [line for line in re.sub(r"#.*", "", equations).splitlines() if line.strip()]
    if not lines:
        return []
    if not BEGINS.match(lines[0]):
        raise ValueError(f"equations: '{lines[0].strip()[:60]}' is no equation; write dv/dt = ... : volt")
    begin = [place for place, line in enumerate(lines) if BEGINS.match(line)]
    found = [
        " ".join(line.strip() for line in lines[first:end])
        for first, end in zip(begin, [*begin[1:], len(lines)], strict=True)
    ]
    for each in found:
        if not DECLARED.search(each):
            raise ValueError(f"equations: '{each[-60:]}' does not end in a unit, as ': volt' or ': siemens (constant)'")
    return found


def quantities(parameters: Mapping[str, float | str]) -> dict[str, tuple[float, str]]:
    """Parameter -> its value in SI units, and the unit in Brian2's words.

    Raises
    ------
    ValueError
        If one is no number with a known unit.
    """
    found = {}
    for name, given in parameters.items():
        number, _, unit = str(given).partition(" ")
        if not re.fullmatch(r"[a-zA-Z]\w*", name) or "__" in name:
            raise ValueError(f"parameters.{name[:30]}: is no name of a parameter")
        try:
            value = float(number)
            factor, word = UNITS[unit.strip() or "1"]
        except (ValueError, KeyError):
            raise ValueError(f"parameters.{name}: '{given}' is no quantity in {', '.join(UNITS)}") from None
        if not math.isfinite(value):
            raise ValueError(f"parameters.{name}: must be finite")
        found[name] = value * factor, word
    return found


Plain = Annotated[str, AfterValidator(plain)]
"""A text in which only signs of equations stand."""


class OwnText(BaseModel):
    """What a kind of cell and a rule of one's own share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z_]{1,30}$")
    equations: Plain = ""
    parameters: dict[str, float | str] = {}
    """Values, as ``"20 pA"``."""
    reference: str = "assumed"
    file: str = ""
    """The Python file that it was read from."""
