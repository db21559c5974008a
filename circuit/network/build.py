"""The network of one plan as Brian2 objects, with every quantity that a run may vary left open.

One group for each kind of cell and one `Synapses` for each pair of kinds; populations, contacts and conductances are
data (`circuit.wiring.layout`). Every striatal nucleus has an extracellular space. The apparatus comes last:
`circuit.network.electrode` or `circuit.network.session`. Nothing here knows an animal, a drug or a protocol, and no
parameter has a value: one network is compiled once and run for all of them.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from brian2 import Network, NeuronGroup, SpikeMonitor, TimedArray, ms, second

from circuit import parts
from circuit.cells import neurons
from circuit.cells.kinds import AXONS as LIT_AXONS
from circuit.cells.kinds import COARSE, DRIVES, EVOKED, OPEN, OWN, PROJECTING, RECRUITED, SILENCING, per_cell
from circuit.cells.own import kind_of
from circuit.network import contacts, electrode, session
from circuit.network.extracellular import spill, timed_inputs
from circuit.network.objects import STEP, Circuit
from circuit.precision import Precision
from circuit.wiring.layout import Layout, lay_out
from circuit.wiring.plan import Plan
from synapses import endocannabinoid, release
from synapses.parameters import ParameterGroup, declarations
from synapses.receptors import Receptors

__all__ = ["STEP", "collect", "connect", "construct", "initialise", "monitor"]
APPARATUS: dict[parts.Apparatus, ModuleType] = {"electrode": electrode, "operant box": session}


def construct(plan: Plan, scale: float, precision: Precision = "double") -> Circuit:
    """Cells, extracellular spaces and apparatus of a plan; contacts follow in `connect`.

    Parameters
    ----------
    plan : Plan
    scale : float
        Multiplies cell numbers; in-degrees stay.
    precision : str
        Of what cells and contacts hold, but for times.

    Returns
    -------
    Circuit
    """
    layout, apparatus = lay_out(plan.table, scale, 0), APPARATUS[plan.apparatus]
    regions = len(plan.table.striatal)
    timed = timed_inputs(regions) | apparatus.timed_inputs() | _wiring_tables(layout)
    circuit = Circuit(plan, layout, timed, precision)
    apparatus.stand_around(circuit)
    for kind in layout.kinds:
        group = _cells(circuit, kind)
        circuit.groups[kind] = group
        circuit.spikes[kind] = SpikeMonitor(group, name=f"{kind}_spikes")
        names = per_cell(plan.table.like(kind), plan.apparatus, kind == plan.recruited)
        circuit.arrays |= {f"{kind}.{name}": len(group) for name in names}
    return circuit


def _wiring_tables(layout: Layout) -> dict[str, TimedArray]:
    """Tables from which contacts are made: where each source cell's begin, and their targets."""
    tables = {}
    for pathway in layout.pathways.values():
        for part in ("first", "targets"):
            name = f"{part}_{pathway.name}"
            tables[name] = TimedArray(np.zeros(len(getattr(pathway, part))), dt=1 * second, name=name)
    return tables


def _cells(circuit: Circuit, kind: str) -> NeuronGroup:
    """All cells of one kind."""
    plan, cell, like = circuit.plan, kind_of(circuit.plan.table, kind), circuit.plan.table.like(kind)
    equations, reset, threshold = cell.equations + OWN[plan.apparatus].get(like, ""), cell.reset, cell.threshold
    events: dict[str, str] = {}
    without: tuple[str, ...] = ()
    more: list[type[ParameterGroup]] = []
    if plan.apparatus == "electrode":
        if kind == plan.recruited:
            equations += RECRUITED
            reset += f"; {release.ON_AXON_SPIKE}"
            events = dict([electrode.WINDOW_EDGE])
        if kind == "medium_spiny":
            threshold = neurons.UNCLAMPED_THRESHOLD
            more = [endocannabinoid.Endocannabinoid]
    else:
        equations += OPEN
        without = ("phi1", "phi2")  # each cell has its own field's dopamine
        if like in PROJECTING:
            equations += LIT_AXONS
            events = {"axon": EVOKED}
    equations += declarations(cell.parameters, Receptors, *more, without=without)
    group = NeuronGroup(
        circuit.layout.number(kind),
        equations,
        dtype=circuit.numbers(equations),
        method="euler",
        dt=STEP,
        name=kind,
        threshold=threshold,
        reset=reset,
        events=events,
        namespace=circuit.timed,
    )
    code, step = DRIVES[plan.apparatus].get(like, ("", 1))
    if plan.apparatus == "operant box":
        code = SILENCING.format(gaba_decay="inhibitory_decay" if like in COARSE else "gaba_decay") + code
    if code:
        group.run_regularly(code, dt=step * ms, when="start", name=f"{kind}_drive")
    return group


def connect(circuit: Circuit) -> None:
    """Add the contacts, the paths by which the apparatus reaches cells, and what cells spill between them."""
    for pathway in circuit.layout.pathways.values():
        circuit.groups[pathway.name] = contacts.made(circuit, pathway)
    APPARATUS[circuit.plan.apparatus].connect(circuit)
    spill(circuit)


def initialise(circuit: Circuit) -> None:
    """Initial values that follow from the run's parameters; call after those are set."""
    for kind in circuit.layout.kinds:
        group = circuit.groups[kind]
        group.v = "rest"
        group.sodium_available = 1
        for receptor in ("ampa_available", "nmda_available"):
            if receptor in group.variables:
                group.set_states({receptor: 1})
        if "background" in group.variables:
            group.background = "tonic"
        if "background_drive" in group.variables:
            group.g_drive = "background_drive"
    contacts.initialise(circuit)
    APPARATUS[circuit.plan.apparatus].initialise(circuit)


def monitor(circuit: Circuit) -> None:
    """What a run records besides spikes."""
    circuit.states = APPARATUS[circuit.plan.apparatus].monitors(circuit)


def collect(circuit: Circuit) -> Network:
    """The network with all objects added."""
    circuit.network.add(*circuit.groups.values(), *circuit.spikes.values(), *circuit.states.values())
    return circuit.network
