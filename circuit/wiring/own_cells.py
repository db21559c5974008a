"""Kinds of cells of one's own, as rows of a circuit: what a file may say of them, and what it may not.

Their equations are data (`circuit.wiring.own_text`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from circuit.wiring.own_text import plain, quantities, statements


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
    file: str = ""
    """The Python file that it was read from."""

    @field_validator("equations", "threshold", "reset")
    @classmethod
    def _plain(cls, text: str) -> str:
        return plain(text)

    @model_validator(mode="after")
    def _readable(self) -> OwnCell:
        statements(self.equations)
        quantities(self.parameters)
        return self
