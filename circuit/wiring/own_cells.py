"""Kinds of cells of one's own, as rows of a circuit: what a file may say of them, and what it may not.

Their equations are data. They are read by Brian2, never run as Python, and only words and signs of equations may stand
in them, since a stored run brings its equations along.
"""

from __future__ import annotations

import math
import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

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
    r":\s*(1|volt|amp|siemens|farad|second|hertz)(\s*/\s*(volt|amp|siemens|farad|second))?\s*(\([a-z ,]*\))?\s*$"
)
PLAIN = re.compile(r"[\w\s.,+\-*/%=<>!:;()]*")
"""The signs of equations; no quotes, brackets or backslashes."""


class OwnCell(BaseModel):
    """A kind of cell of one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z_]{1,30}$")
    like: Literal["relay", "fast_spiking", "cortical_interneuron"]
    """The kind whose surroundings and whose other variables it has."""
    equations: str = ""
    """Equations in Brian2's words, a line each; those of variables that the known kind has replace its own."""
    threshold: str = ""
    reset: str = ""
    parameters: dict[str, float | str] = {}
    """Values, as ``"20 pA"``; of the known kind's parameters, or of new ones that the equations use."""
    reference: str = "assumed"

    @field_validator("equations", "threshold", "reset")
    @classmethod
    def _plain(cls, text: str) -> str:
        bare = re.sub(r"#.*", "", text)
        if "__" in bare or not PLAIN.fullmatch(bare):
            raise ValueError("only names, numbers and signs of arithmetic may stand in it")
        return text

    @model_validator(mode="after")
    def _readable(self) -> OwnCell:
        lines = [line for line in re.sub(r"#.*", "", self.equations).splitlines() if line.strip()]
        if lines and not BEGINS.match(lines[0]):
            raise ValueError(f"equations: '{lines[0].strip()[:60]}' is no equation; write dv/dt = ... : volt")
        ends = [*(place for place, line in enumerate(lines) if place and BEGINS.match(line)), len(lines)]
        for end in ends if lines else ():
            if not DECLARED.search(lines[end - 1]):
                said = lines[end - 1].strip()[-60:]
                raise ValueError(f"equations: '{said}' does not end in a unit, as ': volt' or ': siemens (constant)'")
        quantities(self)
        return self


def quantities(cell: OwnCell) -> dict[str, tuple[float, str]]:
    """Parameter -> its value in SI units, and the unit in Brian2's words.

    Raises
    ------
    ValueError
        If one is no number with a known unit.
    """
    found = {}
    for name, given in cell.parameters.items():
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
