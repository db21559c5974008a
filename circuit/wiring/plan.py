"""Which part of the wiring table is simulated, and with which apparatus.

A circuit has a name. The name of a preset stands for its part of the table. The name of a site stands for the pathway
that is stimulated there: ``"PL->NAc core"`` for two nuclei with the wiring within and between them, ``"NAc shell"`` for
a nucleus with its main afferent. Sessions in the operant box need the whole table; an electrode needs a pathway.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from circuit.parts import Apparatus
from circuit.wiring.table import Wiring, wiring

WHOLE = "corticostriatal"
"""The preset that is the whole table."""


@dataclass(frozen=True)
class Preset:
    """A part of the circuit that an experiment names.

    Attributes
    ----------
    name, title : str
    table : Wiring
    """

    name: str
    title: str
    table: Wiring

    @property
    def whole(self) -> bool:
        """Whether it is the whole circuit of drug seeking, in which animals go through sessions."""
        return self.name == WHOLE


@dataclass(frozen=True, eq=False)
class Plan:
    """What one program simulates.

    Attributes
    ----------
    name : str
        The site of a pathway, as ``"PL->NAc core"``, or the preset that is whole; one name for each program.
    table : Wiring
    apparatus : str
        ``"electrode"`` in a pathway, or ``"operant box"`` around the whole circuit.
    """

    name: str
    table: Wiring
    apparatus: Apparatus

    @property
    def stimulated(self) -> str:
        """The population whose axons the electrode reaches: the source of the plastic projection."""
        return self.table.plastic[0].source

    @property
    def recruited(self) -> str:
        """The kind of the cells whose axons the electrode reaches; none in the operant box."""
        return self.table.named(self.stimulated).cell if self.apparatus == "electrode" else ""


@cache
def presets() -> dict[str, Preset]:
    """Every preset by its name."""
    text = resources.files("circuit.wiring").joinpath("presets.toml").read_text(encoding="utf-8")
    whole = wiring()
    found = {}
    for name, entry in tomllib.loads(text).items():
        table = whole.cut(entry["nuclei"]) if "nuclei" in entry else whole
        found[name] = Preset(name, entry["title"], table)
    return found


@cache
def plan(name: str) -> Plan:
    """What is simulated under a name: a preset's or a site's.

    Raises
    ------
    ValueError
        If there is no such preset or site.
    """
    if name == WHOLE:
        return Plan(name, wiring(), "operant box")
    table = presets()[name].table if name in presets() else wiring().pathway(name)
    return Plan(table.plastic_sites[0], table, "electrode")
