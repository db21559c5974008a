"""The whole circuit awake in an operant box, as Brian2 objects with every quantity that a run may vary left open.

One group for each kind of cell and one `Synapses` for each pair of kinds; populations, contacts and conductances are
data (`circuit.layout`). The cells are those of `circuit.cells` and `circuit.relay`, the plastic synapses those of
`synapses.dopamine`, the session that of `circuit.behaviour`. Nothing here knows an animal, a drug or a history.
"""

from __future__ import annotations

import numpy as np
from brian2 import Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray, ms, second

from circuit import behaviour, cells, relay
from circuit.layout import KINDS, Layout, Pathway, lay_out
from circuit.network import (
    CLOCK_BIN,
    CLOCK_BINS,
    DRUGS_ON_BOARD,
    EXPOSURE_BIN,
    EXPOSURE_BINS,
    EXTRACELLULAR,
    SLOW_STEP,
    Circuit,
)
from circuit.wiring import Wiring
from synapses import dopamine, homeostasis, release, tone
from synapses.parameters import declarations
from synapses.pharmacology import CHANNELS
from synapses.receptors import Quantum, Receptors

STEP = 0.1 * ms
FIELDS = ("core", "shell", "DLS", "prefrontal")  # terminal fields of dopamine cells
RELEASED_BY = {"core": "VTA_dopamine", "shell": "VTA_dopamine", "DLS": "SN_dopamine", "prefrontal": "VTA_dopamine"}
FELT_IN = {
    "core_medium_spiny": "core",
    "shell_medium_spiny": "shell",
    "DLS_medium_spiny": "DLS",
    "PL_pyramidal": "prefrontal",
    "IL_pyramidal": "prefrontal",
    "VTA_dopamine": "core",  # somatodendritic release is taken to follow that of the terminals
    "SN_dopamine": "DLS",
}
# Percepts, by the code that a cell's `tuned` holds.
PERCEPTS = (
    "nothing",
    "context_a",
    "context_b",
    "box",
    "cue",
    "food_cue",
    "reward",
    "stress",
    "press",
    "lever_active",
    "lever_inactive",
)
PERCEIVING = "stimulus_post = " + " + ".join(
    f"int(tuned_post == {code})*{percept}_pre" for code, percept in enumerate(PERCEPTS) if code
)
# A lesson reaches every medium spiny cell of the accumbens, in the DLS those that stand for the press shown.
LESSON = (
    "lesson_post = susceptibility_post*(int(action_post == 0)*lesson_pre + int(action_post == 1)*lesson_active_pre"
    " + int(action_post == 2)*lesson_inactive_pre)"
)
EQUATIONS = {
    "pyramidal": (cells.Pyramidal, cells.PYRAMIDAL),
    "cortical_interneuron": (cells.CorticalInterneuron, cells.INTERNEURON),
    "medium_spiny": (cells.MediumSpiny, cells.MEDIUM_SPINY),
    "fast_spiking": (cells.FastSpiking, cells.INTERNEURON),
    "relay": (relay.Relay, relay.RELAY + relay.NO_AUTORECEPTOR),
    "dopamine": (relay.DopamineCell, relay.RELAY + relay.AUTORECEPTOR),
}
OPEN = """
    silencing                    : 1            # from the session: whether inactivation is on
    agonist                      : 1 (constant) # 1 where a GABA agonist was infused
    blocked                      : 1 (constant) # 1 where spikes are blocked
    agonist_conductance          : siemens (shared, constant)
"""
SILENCING = """
    sodium_available = 1 - blocked*silencing
    g_gaba = g_gaba + agonist*silencing*agonist_conductance*(1 - exp(-1*ms/{gaba_decay}))
"""
# Medium spiny cells awake have no up and down states: unmodelled afferents fluctuate about one mean.
DRIVES = {
    "pyramidal": """
    kept = exp(-1*ms/drive_decay)
    mean_drive = awake_drive + stimulus*stimulated
    g_drive = clip(mean_drive + (g_drive - mean_drive)*kept + awake_deviation*sqrt(1 - kept**2)*randn(), 0*nS, 1000*nS)
""",
    "medium_spiny": """
    kept = exp(-1*ms/drive_decay)
    fluctuation = awake_deviation*sqrt(1 - kept**2)*randn()
    g_drive = clip(awake_drive + (g_drive - awake_drive)*kept + fluctuation, 0*nS, 1000*nS)
""",
    "relay": relay.DRIVE,
    "dopamine": relay.DRIVE,
}
AWAKE = """
    awake_drive                  : siemens (constant)
    awake_deviation              : siemens (constant)
"""
OWN = {
    "pyramidal": AWAKE
    + """
    stimulus                     : 1            # from the session: what the animal perceives
    tuned                        : 1 (constant) # which percept
    stimulated                   : siemens (constant)
""",
    "medium_spiny": AWAKE
    + """
    phi1                         : 1            # from dopamine's terminal field
    phi2                         : 1
    phi1_usual                   : 1            # their running means
    phi2_usual                   : 1
    lesson                       : 1            # from the session: how often what happens now happens
    afferents                    : 1 (constant) # plastic contacts of the cell
    susceptibility               : 1 (constant) # how fast its contacts learn, relative to the accumbens
    action                       : 1 (constant) # 1, 2: stands for a press of the active, the inactive lever
""",
}
TRANSMISSION = """
    g_ampa_post += ampa_quantum*ampa_surface*rho*released*transmitting
    g_nmda_post += ampa_quantum*nmda_ratio*released*transmitting
    releases_post += released/(afferents_post*release_window_post)
"""
INITIAL_LEVELS = (
    "extracellular.extrasynaptic",
    "extracellular.perisynaptic",
    "extracellular.mglur23_tone",
    "extracellular.mglur5_tone",
    "extracellular.release_rate",
    "session.in_blood",
    "session.in_brain",
    "session.previous",
)
# Arrays over cells that a run sets.
PER_CELL = {
    "pyramidal": ("awake_drive", "awake_deviation", "tuned", "stimulated"),
    "medium_spiny": (
        "awake_drive",
        "awake_deviation",
        "afferents",
        "susceptibility",
        "action",
        "is_d1",
        "camp",
        "depression_gate",
        "releases",
    ),
    "relay": ("tonic", "noise", "tuned", "stimulated"),
    "dopamine": ("tonic", "noise", "tuned", "stimulated"),
}
SILENCED = ("agonist", "blocked")
LEARNT = ("rho", "potentiation")


def _timed_inputs(layout: Layout) -> dict[str, TimedArray]:
    timed = {
        "stage": TimedArray(
            np.zeros((behaviour.EPOCHS, len(behaviour.STAGE))), dt=behaviour.EPOCH * second, name="stage"
        ),
        "biological_offset": TimedArray(np.zeros(CLOCK_BINS) * second, dt=CLOCK_BIN * second, name="biological_offset"),
        "biological_rate": TimedArray(np.ones(CLOCK_BINS), dt=CLOCK_BIN * second, name="biological_rate"),
        "exposures": TimedArray(np.zeros((EXPOSURE_BINS, len(CHANNELS))), dt=EXPOSURE_BIN * second, name="exposures"),
    }
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
    space = NeuronGroup(
        1,
        EXTRACELLULAR
        + declarations(homeostasis.Homeostasis, tone.Tone, release.Release)
        + "    gate_half : 1 (shared, constant)\n    gate_exponent : 1 (shared, constant)\n",
        method="euler",
        dt=SLOW_STEP,
        namespace=timed,
        name="extracellular",
        events={"refresh": "True"},
    )
    space.run_regularly(DRUGS_ON_BOARD, dt=50 * ms, when="start", name="drugs_on_board")
    space.run_regularly(tone.READ_OUT, dt=5 * ms, when="start", order=1, name="tone_read_out")
    session = NeuronGroup(
        1,
        behaviour.EQUATIONS
        + declarations(behaviour.Behaviour)
        + "    dmotor_0/dt = -motor_0/motor_window : Hz\n    dmotor_1/dt = -motor_1/motor_window : Hz\n"
        + "    absorption : Hz (shared, constant)\n    elimination : Hz (shared, constant)\n"
        + "    brain_level : mmolar (shared, constant)\n",
        method="exact",
        dt=behaviour.STEP * second,
        namespace=timed,
        name="session",
        events={"refresh": "True"},
    )
    session.run_regularly(behaviour.UPDATE, dt=behaviour.STEP * second, when="start", name="behaviour")
    field = NeuronGroup(
        2 * len(FIELDS),
        dopamine.FIELD + declarations(dopamine.Dopamine),
        method="euler",
        dt=SLOW_STEP,
        name="dopamine_level",
        events={"refresh": "True"},
    )
    circuit.groups.update(extracellular=space, session=session, dopamine_level=field)
    for kind in KINDS:
        circuit.groups[kind] = group = _cells(kind, layout.number(kind), timed)
        circuit.spikes[kind] = SpikeMonitor(group, name=f"{kind}_spikes")
        circuit.arrays |= {f"{kind}.{name}": layout.number(kind) for name in (*PER_CELL.get(kind, ()), *SILENCED)}
    return circuit


def _cells(kind: str, number: int, timed: dict[str, TimedArray]) -> NeuronGroup:
    parameters, equations = EQUATIONS[kind]
    declared = declarations(parameters, Receptors)
    for shared in ("phi1", "phi2"):  # in this circuit each cell feels the dopamine of its own field
        declared = declared.replace(f"    {shared} : 1 (shared, constant)\n", "")
    coarse = kind in ("relay", "dopamine")
    group = NeuronGroup(
        number,
        equations + declared + OPEN + OWN.get(kind, ""),
        method="euler",
        dt=STEP,
        name=kind,
        threshold=relay.THRESHOLD if coarse else cells.THRESHOLD,
        reset=relay.RESET if coarse else "v = reset; u += d",
        namespace=timed,
    )
    code = SILENCING.format(gaba_decay="inhibitory_decay" if coarse else "gaba_decay")
    group.run_regularly(code + DRIVES.get(kind, ""), dt=1 * ms, when="start", name=f"{kind}_drive")
    return group


def _contacts(circuit: Circuit, pathway: Pathway) -> Synapses:
    if pathway.plastic:
        synapses = Synapses(
            circuit.groups[pathway.source],
            circuit.groups[pathway.target],
            dopamine.VARIABLES
            + "    latency : second (constant)\n    ampa_surface : 1 (constant)\n    transmitting : 1 (constant)\n"
            + declarations(release.Release, dopamine.Learning, Quantum),
            on_pre=dopamine.ON_SPIKE + TRANSMISSION,
            on_post=dopamine.ON_POSTSYNAPTIC_SPIKE,
            dt=STEP,
            name=pathway.name,
        )
        synapses.run_regularly(dopamine.UPDATE, dt=20 * ms, when="end", name=f"{pathway.name}_learning")
        arrays: tuple[str, ...] = ("latency", "ampa_surface", "transmitting", *LEARNT)
    else:
        effects = ["g_ampa_post += excitation", "g_nmda_post += nmda_ratio*excitation", "g_gaba_post += inhibition"]
        synapses = Synapses(
            circuit.groups[pathway.source],
            circuit.groups[pathway.target],
            "latency : second (constant)\nexcitation : siemens (constant)\ninhibition : siemens (constant)\n"
            "nmda_ratio : 1 (shared, constant)",
            on_pre="\n".join(effects),
            dt=STEP,
            name=pathway.name,
        )
        arrays = ("latency", "excitation", "inhibition")
    first, chosen = f"first_{pathway.name}", f"targets_{pathway.name}"
    synapses.connect(
        j=f"int({chosen}(({first}(i*second) + n)*second)) "
        f"for n in range(int({first}((i + 1)*second) - {first}(i*second)))",
        namespace=circuit.timed,
    )
    circuit.arrays |= {f"{pathway.name}.{name}": len(pathway.targets) for name in arrays}
    if pathway.plastic:
        circuit.contacts |= {f"{pathway.name}.{name}": (pathway.name, name) for name in LEARNT}
    return synapses


def connect(circuit: Circuit, wiring: Wiring, scale: float) -> None:
    """Add the contacts, dopamine's paths, what the animal perceives and the decision stage's reading."""
    groups, places = circuit.groups, circuit.layout.ranges
    for pathway in circuit.layout.pathways.values():
        groups[pathway.name] = _contacts(circuit, pathway)
    session, space, field = groups["session"], groups["extracellular"], groups["dopamine_level"]

    def bath(source: NeuronGroup, target: str, name: str, code: str, condition: str | None = None) -> None:
        made = Synapses(source, groups[target], on_pre=code, on_event="refresh", dt=source.clock.dt, name=name)
        made.connect(condition=condition)
        groups[name] = made

    for kind in KINDS:
        code = ["silencing_post = silencing_pre"]
        if "tuned" in PER_CELL.get(kind, ()):
            code.append(PERCEIVING)
        if kind == "medium_spiny":
            code.append(LESSON)
        bath(session, kind, f"session_to_{kind}", "\n".join(code))
    bath(
        session,
        "dopamine_level",
        "uptake",
        "uptake_blocked_post = in_brain_pre/uptake_block_post\npace_post = pace_pre",
    )
    core = places["core_medium_spiny"]
    tones = "camp_post = camp_pre\ndepression_gate_post = depression_gate_pre"
    bath(space, "medium_spiny", "bath_of_core", tones, f"j < {core.first + core.number} and j >= {core.first}")

    def at(terminal: str, population: str, cell: str, level: str) -> str:
        """Condition that joins a field's level with the cells of a population, hemisphere by hemisphere."""
        place, index = places[population], FIELDS.index(terminal)
        middle, end = place.first + place.number // 2, place.first + place.number
        return (
            f"({cell} >= {place.first} and {cell} < {end} and "
            f"{level} == {index} + {len(FIELDS)}*int({cell} >= {middle}))"
        )

    felt = {
        "medium_spiny": (
            "\n".join(f"{name}_post = {name}_pre" for name in ("phi1", "phi2", "phi1_usual", "phi2_usual")),
            ("core", "shell", "DLS"),
        ),
        "pyramidal": ("nmda_available_post = 1 + cortical_gain_pre*phi1_pre", ("PL", "IL")),
        "dopamine": ("phi2_post = phi2_pre", ("VTA", "SN")),
    }
    for kind, (code_, nuclei) in felt.items():
        conditions = [at(FELT_IN[f"{nucleus}_{kind}"], f"{nucleus}_{kind}", "j", "i") for nucleus in nuclei]
        bath(field, kind, f"dopamine_to_{kind}", code_, " or ".join(conditions))
    half = places["VTA_dopamine"].number // 2
    made = Synapses(
        groups["dopamine"], field, on_pre=f"level_post += 1/({half}*resting_rate_post*uptake_time_post)", dt=STEP,
        name="dopamine_release",
    )  # fmt: skip
    reached = [at(terminal, RELEASED_BY[terminal], "i", "j") for terminal in FIELDS]
    made.connect(condition=" or ".join(reached))
    groups[made.name] = made
    thalamus = places["VL"]
    for lever in (0, 1):
        made = Synapses(
            groups["relay"], session, on_pre=f"motor_{lever}_post += 1/({thalamus.number // 2}*motor_window_post)",
            dt=STEP, name=f"motor_output_{lever}",
        )  # fmt: skip
        made.connect(condition=f"i >= {thalamus.first} and i < {thalamus.first + thalamus.number} and i % 2 == {lever}")
        groups[made.name] = made
    spill = Synapses(
        groups["medium_spiny"], space, "release_rate_post = releases_pre/N_incoming : Hz (summed)", dt=SLOW_STEP,
        name="spill",
    )  # fmt: skip
    spill.connect(condition=f"i >= {core.first} and i < {core.first + core.number}")
    groups["spill"] = spill


def initialise(circuit: Circuit) -> None:
    """Initial values that follow from the run's parameters; call after those are set."""
    groups = circuit.groups
    for kind in KINDS:
        group = groups[kind]
        names = group.variables
        group.v = "rest"
        group.sodium_available = 1
        if "nmda_available" in names:
            group.nmda_available = 1
        if "background" in names:
            group.background = "tonic"
        if "awake_drive" in names:
            group.g_drive = "awake_drive"
        if "phi2_rest" in names:
            group.phi2 = "phi2_rest"
    field = groups["dopamine_level"]
    field.level = 1
    field.phi1_usual = "phi1"
    field.phi2_usual = "phi2"
    for pathway in circuit.layout.pathways.values():
        synapses = groups[pathway.name]
        synapses.pre.delay = "latency"
        if pathway.plastic:
            synapses.docked = 1


def monitor(circuit: Circuit, wiring: Wiring, scale: float) -> None:
    """What a run records besides spikes: the session at the end of each epoch, dopamine, the core's slow states."""
    groups = circuit.groups
    circuit.states = {
        "session": StateMonitor(
            groups["session"],
            ["active", "inactive", "rewards", "in_brain", "intake"],
            record=[0],
            dt=behaviour.EPOCH * second,
            when="start",
            order=-1,
            name="session_trace",
        ),
        "dopamine": StateMonitor(
            groups["dopamine_level"], "level", record=True, dt=10 * ms, when="end", name="dopamine_trace"
        ),
        "slow": StateMonitor(
            groups["extracellular"],
            ["extrasynaptic", "perisynaptic", "mglur23_tone", "mglur5_tone", "camp", "depression_gate", "release_rate"],
            record=[0],
            dt=50 * ms,
            when="end",
            name="slow_trace",
        ),
        "motor": StateMonitor(
            groups["session"], ["motor_0", "motor_1"], record=[0], dt=10 * ms, when="end", name="motor_trace"
        ),
    }


def collect(circuit: Circuit) -> Network:
    """The network with all objects added."""
    circuit.network.add(*circuit.groups.values(), *circuit.spikes.values(), *circuit.states.values())
    return circuit.network
