"""The whole circuit awake in an operant box, as Brian2 objects with every quantity that a run may vary left open.

One group for each kind of cell and one `Synapses` for each pair of kinds; populations, contacts and conductances are
data (`circuit.wiring.layout`). The cells are in `circuit.cells.awake`, contacts and other paths in
`circuit.network.awake_contacts`, the session is that of `circuit.apparatus.operant_box`. Nothing here knows an animal,
a drug or a history.
"""

from __future__ import annotations

import numpy as np
from brian2 import Network, NeuronGroup, SpikeMonitor, StateMonitor, TimedArray, ms, second

from circuit.apparatus import operant_box
from circuit.cells import awake as cells
from circuit.cells import neurons, relay
from circuit.cells.awake import per_cell
from circuit.extracellular import EXTRACELLULAR_LEVELS, SLOW_STEP, extracellular_space, slow_trace, timed_inputs
from circuit.network.anaesthetised import STEP, Circuit
from circuit.network.awake_contacts import connect
from circuit.wiring.layout import KINDS, Layout, lay_out
from circuit.wiring.table import Wiring
from synapses import dopamine, spines, tone
from synapses.parameters import declarations
from synapses.receptors import Receptors

__all__ = ["INITIAL_LEVELS", "STEP", "collect", "connect", "construct", "initialise", "monitor"]
INITIAL_LEVELS = (*EXTRACELLULAR_LEVELS, "session.in_blood", "session.in_brain", "session.previous")


def _timed_inputs(layout: Layout) -> dict[str, TimedArray]:
    stage = np.zeros((operant_box.EPOCHS, len(operant_box.STAGE)))
    timed = timed_inputs() | {"stage": TimedArray(stage, dt=operant_box.EPOCH * second, name="stage")}
    for pathway in layout.pathways.values():
        for part in ("first", "targets"):
            name = f"{part}_{pathway.name}"
            timed[name] = TimedArray(np.zeros(len(getattr(pathway, part))), dt=1 * second, name=name)
    return timed


def construct(wiring: Wiring, scale: float) -> Circuit:
    """Cells, extracellular space of the core, dopamine, and the session; contacts follow in `connect`."""
    layout = lay_out(wiring, scale, 0)  # for the numbers of cells and contacts, which every animal shares
    timed = _timed_inputs(layout)
    circuit = Circuit(Network(), timed=timed, layout=layout)
    session = NeuronGroup(
        1,
        operant_box.EQUATIONS
        + declarations(operant_box.Behaviour)
        + "    dmotor_0/dt = -motor_0/motor_window : Hz\n    dmotor_1/dt = -motor_1/motor_window : Hz\n",
        method="exact",
        dt=operant_box.STEP * second,
        namespace=timed,
        name="session",
        events={"refresh": "True"},
    )
    session.run_regularly(operant_box.UPDATE, dt=operant_box.STEP * second, when="start", name="behaviour")
    field = NeuronGroup(
        2 * len(wiring.fields),
        dopamine.FIELD
        + declarations(dopamine.Dopamine)
        + "    releasing : 1 (constant)\n    blockable : 1 (constant)\n",
        method="euler",
        dt=SLOW_STEP,
        name="dopamine_level",
        events={"refresh": "True"},
    )
    swinging = spines.EQUATIONS + declarations(spines.Spines) + dopamine.ROOM
    space = extracellular_space(timed, tone.READ_OUT, "    naive_tone : 1 (shared, constant)\n" + swinging)
    circuit.groups.update(extracellular=space, session=session, dopamine_level=field)
    circuit.arrays |= {f"dopamine_level.{name}": 2 * len(wiring.fields) for name in ("releasing", "blockable")}
    for kind in KINDS:
        circuit.groups[kind] = group = _cells(kind, layout.number(kind), timed)
        circuit.spikes[kind] = SpikeMonitor(group, name=f"{kind}_spikes")
        circuit.arrays |= {f"{kind}.{name}": layout.number(kind) for name in per_cell(kind)}
    return circuit


def _cells(kind: str, number: int, timed: dict[str, TimedArray]) -> NeuronGroup:
    """All cells of one kind.

    Parameters
    ----------
    kind : str
        Of `circuit.cells.awake.EQUATIONS`.
    number : int
    timed : dict
        Arrays over time that the equations may read.
    """
    parameters, equations = cells.EQUATIONS[kind]
    declared = declarations(parameters, Receptors, without=("phi1", "phi2"))  # each cell has its own field's dopamine
    projecting = kind in cells.PROJECTING
    coarse = kind in ("relay", "dopamine")
    group = NeuronGroup(
        number,
        equations + declared + cells.OPEN + cells.OWN.get(kind, "") + (cells.AXONS if projecting else ""),
        method="euler",
        dt=STEP,
        name=kind,
        threshold=relay.THRESHOLD if coarse else neurons.THRESHOLD,
        reset=relay.RESET if coarse else "v = reset; u += d",
        events={"axon": cells.EVOKED} if projecting else {},
        namespace=timed,
    )
    code = cells.SILENCING.format(gaba_decay="inhibitory_decay" if coarse else "gaba_decay")
    group.run_regularly(code + cells.DRIVES.get(kind, ""), dt=1 * ms, when="start", name=f"{kind}_drive")
    return group


def initialise(circuit: Circuit) -> None:
    """Initial values that follow from the run's parameters; call after those are set."""
    groups = circuit.groups
    for kind in KINDS:
        group = groups[kind]
        names = group.variables
        group.v = "rest"
        group.sodium_available = 1
        for receptor in ("ampa_available", "nmda_available"):
            if receptor in names:
                group.set_states({receptor: 1})
        if "background" in names:
            group.background = "tonic"
        if "awake_drive" in names:
            group.g_drive = "awake_drive"
        if "phi2_rest" in names:
            group.phi2 = "phi2_rest"
    field = groups["dopamine_level"]
    field.level = field.settled = 1
    field.phi1_usual = "phi1"
    field.phi2_usual = "phi2"
    for pathway in circuit.layout.pathways.values():
        synapses = groups[pathway.name]
        synapses.pre.delay = "latency"
        if pathway.source in cells.PROJECTING:
            synapses.light.delay = "latency"


def monitor(circuit: Circuit, wiring: Wiring, scale: float) -> None:
    """What a run records besides spikes: the session at the end of each epoch, dopamine, the core's slow states."""
    groups = circuit.groups
    circuit.states = {
        "session": StateMonitor(
            groups["session"],
            ["active", "inactive", "rewards", "in_brain", "intake"],
            record=[0],
            dt=operant_box.EPOCH * second,
            when="start",
            order=-1,
            name="session_trace",
        ),
        "dopamine": StateMonitor(
            groups["dopamine_level"], "level", record=True, dt=10 * ms, when="end", name="dopamine_trace"
        ),
        "slow": slow_trace(groups["extracellular"], 7 * ms),  # out of step with regular stimulation
    }


def collect(circuit: Circuit) -> Network:
    """The network with all objects added."""
    circuit.network.add(*circuit.groups.values(), *circuit.spikes.values(), *circuit.states.values())
    return circuit.network
