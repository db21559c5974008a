"""The Brian2 objects of one circuit, collected while it is constructed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from brian2 import Network, SpikeMonitor, StateMonitor, Synapses, TimedArray, second

from circuit import parts
from circuit.rest import Rest
from circuit.wiring.layout import Layout, Range
from circuit.wiring.plan import Plan

STEP = parts.STEP * second


@dataclass
class Circuit:
    """The Brian2 objects of one circuit.

    Attributes
    ----------
    plan : Plan
    layout : Layout
        For the numbers of cells and contacts, which every animal shares.
    network : Network
    groups : dict
        Cells, contacts and all else that is neither a monitor nor an array over time, by name.
    timed : dict
        Arrays over time that a run sets.
    spikes, states : dict
        Monitors.
    rests : dict
        Name of a pathway -> when its events leave what alone.
    contacts : dict
        Arrays over plastic contacts that a run leaves behind: name -> (group, variable).
    arrays : dict
        Arrays over cells, contacts and regions that a run sets, and their sizes.
    """

    plan: Plan
    layout: Layout
    timed: dict[str, TimedArray]
    network: Network = field(default_factory=Network)
    groups: dict[str, Any] = field(default_factory=dict)
    spikes: dict[str, SpikeMonitor] = field(default_factory=dict)
    states: dict[str, StateMonitor] = field(default_factory=dict)
    rests: dict[str, Rest] = field(default_factory=dict)
    contacts: dict[str, tuple[str, str]] = field(default_factory=dict)
    arrays: dict[str, int] = field(default_factory=dict)

    def hand_on(self, source: str, target: str, name: str, code: str, condition: str | None = None) -> None:
        """Hand values of one object to all cells of another, each time the first is refreshed."""
        self.groups[name] = Synapses(
            self.groups[source],
            self.groups[target],
            on_pre=code,
            on_event="refresh",
            dt=self.groups[source].clock.dt,
            name=name,
        )
        self.groups[name].connect(condition=condition)

    def in_nucleus(self, nucleus: str, kind: str) -> list[Range]:
        """Where the populations of a nucleus that are of a kind lie."""
        rows = [row for row in self.plan.table.of_nucleus(nucleus) if row.cell == kind]
        return [self.layout.ranges[row.name] for row in rows]

    def regions(self, kind: str) -> list[tuple[int, Range]]:
        """Cells of a kind in nuclei with an extracellular space of their own: the number of the space, and the cells.

        Other cells lie in no such space.
        """
        striatal = self.plan.table.striatal
        return [(n, place) for n, nucleus in enumerate(striatal) for place in self.in_nucleus(nucleus, kind)]


def among(place: Range, cell: str) -> str:
    """Condition that a cell belongs to a population."""
    return f"{cell} >= {place.first} and {cell} < {place.end}"


def each_in_its_region(circuit: Circuit, kind: str, region: str, cell: str) -> str:
    """Condition that joins extracellular spaces with the cells of a kind that lie in them."""
    return " or ".join(f"({region} == {n} and {among(place, cell)})" for n, place in circuit.regions(kind))
