"""Which part of the wiring table is simulated, and with which apparatus.

A circuit has a name. The name of a preset stands for its part of the table. The name of a site stands for the pathway
that is stimulated there: ``"PL->NAc core"`` for two nuclei with the wiring within and between them, ``"NAc shell"`` for
a nucleus with its main afferent. Sessions in the operant box need the whole table; an electrode needs a pathway.

A name may end in the digest of a circuit of one's own (`circuit.wiring.own`), as that of each of its programs does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from circuit.parts import Apparatus
from circuit.wiring.own import MARK, current, extended, rows_of
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
    whole : bool
        Whether it is the whole circuit of drug seeking, in which animals go through sessions.
    added : tuple of str
        Nuclei of one's own, that the shipped table has not.
    """

    name: str
    title: str
    table: Wiring
    whole: bool
    added: tuple[str, ...] = ()


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
        found[name] = Preset(name, entry["title"], table, name == WHOLE)
    return found


def own_preset(rows: Mapping[str, Any]) -> Preset:
    """The preset that rows of one's own make of a shipped one.

    Parameters
    ----------
    rows : mapping
        ``extends``, the shipped preset, and ``population``, ``projection``, ``without`` as `extended` takes them.

    Raises
    ------
    circuit.wiring.own.OwnCircuitError
        If they give no circuit.
    """
    base = presets()[rows["extends"]]
    cells, rules = rows.get("cell", ()), rows.get("rule", ())
    table = extended(base.table, rows["population"], rows["projection"], rows["without"], cells, rules)
    known = wiring().nuclei
    return Preset(base.name, base.title, table, base.whole, tuple(n for n in table.nuclei if n not in known))


def plan(name: str) -> Plan:
    """What is simulated under a name: a preset's or a site's, of the circuit in use (`circuit.wiring.own.in_use`).

    Raises
    ------
    ValueError
        If there is no such preset or site.
    """
    place, _, digest = name.partition(MARK)
    return _plan(place, digest or current())


@cache
def _plan(name: str, digest: str) -> Plan:
    if digest:
        return _own_plan(name, digest)
    if name == WHOLE:
        return Plan(name, wiring(), "operant box")
    table = presets()[name].table if name in presets() else wiring().pathway(name)
    return Plan(table.plastic_sites[0], table, "electrode")


def _own_plan(name: str, digest: str) -> Plan:
    """The same in a circuit of one's own; a preset that is not whole is its pathway's."""
    own = own_preset(rows_of(digest))
    if name == WHOLE and own.whole:
        return Plan(f"{name}{MARK}{digest}", own.table, "operant box")
    table = own.table.pathway(own.table.plastic_sites[0] if name in presets() else name, own.added)
    return Plan(f"{table.plastic_sites[0]}{MARK}{digest}", table, "electrode")
