"""Kinds of cells of one's own: like a known kind, with equations, a threshold, a reset or parameters that differ.

What surrounds a cell (background, drugs, silencing, contacts) is that of the known kind, so its variables stay. They
may be given other equations, and others may be added.
"""

from __future__ import annotations

import re

from circuit.cells.kinds import CELLS, Kind
from circuit.wiring.own_text import BEGINS, quantities
from circuit.wiring.table import Wiring


def kind_of(table: Wiring, name: str) -> Kind:
    """The equations and parameters of a kind of cell, known or of one's own in a table."""
    own = table.own_cell(name)
    if own is None:
        return CELLS[name]
    base = CELLS[own.like]
    declared = base.parameters.__dataclass_fields__
    added = "".join(
        f"    {parameter} : {unit} (shared, constant)\n"
        for parameter, (_, unit) in quantities(own.parameters).items()
        if parameter not in declared
    )
    equations = overridden(base.equations, own.equations) + added
    return Kind(base.parameters, equations, own.threshold or base.threshold, own.reset or base.reset)


def overridden(base: str, own: str) -> str:
    """Equations in which those of some variables are replaced, and others added."""
    found = _statements(base) | _statements(own)
    return "".join(f"{text.rstrip()}\n" for text in found.values())


def _statements(text: str) -> dict[str, str]:
    """Variable -> its equation, which may go on over several lines."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if begun := BEGINS.match(line):
            name = begun[1] or begun[2]
            found[name] = f"    {line.strip()}"
        elif name and (rest := re.sub(r"#.*", "", line).strip()):
            found[name] = re.sub(r"#.*", "", found[name]).rstrip() + f" {rest}"
    return found
