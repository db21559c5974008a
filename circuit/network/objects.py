"""The Brian2 objects of one circuit, collected while it is constructed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from brian2 import BrianLogger, Equations, Network, SpikeMonitor, StateMonitor, Synapses, TimedArray, second

from circuit import parts
from circuit.precision import Precision, single_precision
from circuit.rest import Rest
from circuit.wiring.layout import Layout, Range
from circuit.wiring.plan import Plan

STEP = parts.STEP * second


def without_known_warnings() -> None:
    """Leave out warnings that Brian2 gives for every circuit, none of which says anything new.

    Contacts add to one drive, and take one and the same level from the extracellular space: their order does not
    matter. That space has a clock of its own, slower than the cells', on purpose. Which contacts are sampled is known
    before they are made.
    """
    BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
    BrianLogger.suppress_name("synapses_dt_mismatch")
    BrianLogger.suppress_name("cannot_check_statemonitor_indices")


def refusal(problem: BaseException) -> str:
    """What Brian2 says of equations of a user's own that it does not take: the error at the bottom of its chain."""
    while problem.__cause__ is not None:
        problem = problem.__cause__
    return f"Brian2 refuses the equations of this circuit: {problem}"


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
    precision : str
        Of what cells and contacts hold, but for times; all else has double precision.
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
    precision: Precision = "double"
    network: Network = field(default_factory=Network)
    groups: dict[str, Any] = field(default_factory=dict)
    spikes: dict[str, SpikeMonitor] = field(default_factory=dict)
    states: dict[str, StateMonitor] = field(default_factory=dict)
    rests: dict[str, Rest] = field(default_factory=dict)
    contacts: dict[str, tuple[str, str]] = field(default_factory=dict)
    arrays: dict[str, int] = field(default_factory=dict)

    def numbers(self, equations: str) -> dict[str, type]:
        """The variables of cells or contacts that have single precision in this circuit."""
        return single_precision(Equations(equations).names) if self.precision == "single" else {}

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


def among(place: Range, cell: str) -> str:
    """Condition that a cell belongs to a population."""
    return f"{cell} >= {place.first} and {cell} < {place.end}"


def each_in_its_region(circuit: Circuit, region: str, cell: str) -> str:
    """Condition that joins extracellular spaces with the medium spiny cells that lie in them."""
    table, ranges = circuit.plan.table, circuit.layout.ranges
    places = [ranges[table.spiny(nucleus).name] for nucleus in table.striatal]
    return " or ".join(f"({region} == {n} and {among(place, cell)})" for n, place in enumerate(places))
