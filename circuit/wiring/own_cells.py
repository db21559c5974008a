"""Kinds of cells of one's own, as rows of a circuit: what a file may say of them, and what it may not.

Their equations are data (`circuit.wiring.own_text`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from circuit.wiring.own_text import OwnText, Plain, quantities, statements


class OwnCell(OwnText):
    """A kind of cell of one's own.

    Its equations are in Brian2's words, a line each; those of variables that the known kind has replace its own. Its
    parameters are the known kind's, or new ones that the equations use.
    """

    like: Literal["relay", "fast_spiking", "cortical_interneuron"]
    """The kind whose surroundings and whose other variables it has."""
    threshold: Plain = ""
    reset: Plain = ""

    @model_validator(mode="after")
    def _readable(self) -> OwnCell:
        statements(self.equations)
        quantities(self.parameters)
        return self
