"""Kinds of cells, and what either apparatus adds to them.

Every kind has one set of equations (`circuit.cells.neurons`, `circuit.cells.relay`). An electrode adds axons that it
recruits, up and down states, spontaneous releases and what a field picks up. The operant box adds inactivation, what
the animal perceives, dopamine, and how often what happens stands for. What an apparatus does not need is not there.
"""

from __future__ import annotations

from dataclasses import dataclass

from circuit.cells import neurons, relay
from circuit.parts import STEP, Apparatus
from synapses import endocannabinoid, release
from synapses.parameters import ParameterGroup


@dataclass(frozen=True)
class Kind:
    """One kind of cell.

    Attributes
    ----------
    parameters : type
        The group of its parameters.
    equations, threshold, reset : str
    """

    parameters: type[ParameterGroup]
    equations: str
    threshold: str = neurons.THRESHOLD
    reset: str = "v = reset; u += d"


CELLS = {
    "pyramidal": Kind(neurons.Pyramidal, neurons.PYRAMIDAL),
    "cortical_interneuron": Kind(neurons.CorticalInterneuron, neurons.INTERNEURON),
    "medium_spiny": Kind(neurons.MediumSpiny, neurons.MEDIUM_SPINY),
    "fast_spiking": Kind(neurons.FastSpiking, neurons.INTERNEURON),
    "relay": Kind(relay.Relay, relay.RELAY + relay.NOTHING_OWN, relay.THRESHOLD, relay.RESET),
    "dopamine": Kind(relay.DopamineCell, relay.RELAY + relay.DOPAMINE_OWN, relay.THRESHOLD, relay.RESET),
}
COARSE = ("relay", "dopamine")
PROJECTING = ("pyramidal", "medium_spiny", "relay", "dopamine")
"""Kinds of cells with axons that leave their nucleus."""

# ---- the background that both apparatuses know ----------------------------------------------------------------------

BACKGROUND = """
    background_drive             : siemens (constant)       # mean conductance of unmodelled afferents
    background_deviation         : siemens (constant)       # its fluctuation
"""
# Unmodelled afferents fluctuate as an Ornstein-Uhlenbeck process, advanced exactly from step to step.
FLUCTUATING = """
    kept = exp(-1*ms/drive_decay)
    mean_drive = background_drive{more}
    fluctuation = background_deviation*sqrt(1 - kept**2)*randn()
    g_drive = clip(mean_drive + (g_drive - mean_drive)*kept + fluctuation, 0*nS, 1000*nS)
"""

# ---- with an electrode ----------------------------------------------------------------------------------------------

RECRUITED = (
    release.AXON
    + """
    recruitment_rank             : 1 (constant) # 0 to 1: the stimulus that recruits the axon
"""
)
UP_AND_DOWN = """
    chance = rand()
    leaves = int(chance < 2*ms/up_duration)
    enters = int(chance < 2*ms*up_fraction/(clip(1 - up_fraction, 1e-9, 1)*up_duration))
    up = up*(1 - leaves) + (1 - up)*enters
    kept = exp(-2*ms/drive_decay)
    mean_drive = down_drive + up*(up_drive - down_drive)
    g_drive = clip(mean_drive + (g_drive - mean_drive)*kept + drive_deviation*sqrt(1 - kept**2)*randn(), 0*nS, 1000*nS)
    g_ampa = g_ampa + miniature_conductance*int(rand() < 2*ms*miniature_rate)
""" + endocannabinoid.UPDATE.format(step="2*ms")
RECORDED = (
    """
    I_field                      : amp          # what the field electrode picks up
    up                           : 1            # 1 in the up state
    miniature_rate               : Hz           # spontaneous releases, all contacts of the cell together
    miniature_conductance        : siemens (shared, constant)
"""
    + endocannabinoid.VARIABLES
)

# ---- in the operant box ---------------------------------------------------------------------------------------------

# Percepts, by the code that a cell's `tuned` holds.
PERCEPTS = (
    "nothing",
    "context_a",
    "context_b",
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
AXONS = """
    stimulating                  : 1            # from the session: whether stimulation is on
    light_frequency              : Hz (constant)    # of spikes evoked in the axon; 0 for none
    light_phase                  : 1 (constant)     # 0 to 1: when in a cycle
"""
EVOKED = (
    f"stimulating > 0.5 and floor((t + {1e3 * STEP:g}*ms)*light_frequency + light_phase)"
    " > floor(t*light_frequency + light_phase)"
)
"""A spike evoked in the axon, which leaves the cell body alone."""
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
TUNED = """
    stimulus                     : 1            # from the session: what the animal perceives
    tuned                        : 1 (constant) # which percept
    stimulated                   : siemens (constant)
"""
LEARNING = """
    phi1                         : 1            # from dopamine's terminal field
    phi2                         : 1
    phi1_usual                   : 1            # their running means
    phi2_usual                   : 1
    lesson                       : 1            # from the session: how often what happens now happens
    potentiation_room            : 1            # for weights to rise, relative to a naive animal
    raising                      : 1            # of weights, by dopamine now
    lowering                     : 1
    potentiation_rate            : Hz (shared, constant)
    depression_rate              : Hz (shared, constant)
    susceptibility               : 1 (constant) # how fast its contacts learn, relative to the accumbens
    action                       : 1 (constant) # 1, 2: stands for a press of the active, the inactive lever
"""

# ---- what each kind has with each apparatus -------------------------------------------------------------------------

OWN: dict[Apparatus, dict[str, str]] = {
    "electrode": {"pyramidal": BACKGROUND, "medium_spiny": RECORDED, "fast_spiking": BACKGROUND},
    "operant box": {
        "pyramidal": BACKGROUND + TUNED,
        "medium_spiny": BACKGROUND + LEARNING,
        "fast_spiking": BACKGROUND,
    },
}
DRIVES: dict[Apparatus, dict[str, tuple[str, int]]] = {
    "electrode": {
        "pyramidal": (FLUCTUATING.format(more=""), 1),
        "medium_spiny": (UP_AND_DOWN, 2),
        "fast_spiking": (FLUCTUATING.format(more=""), 1),
        "relay": (relay.DRIVE, 1),
    },
    "operant box": {
        "pyramidal": (FLUCTUATING.format(more=" + stimulus*stimulated"), 1),
        "medium_spiny": (FLUCTUATING.format(more=""), 1),
        "fast_spiking": (FLUCTUATING.format(more=""), 1),
        "relay": (relay.DRIVE, 1),
        "dopamine": (relay.DRIVE, 1),
    },
}
"""Code that advances the background, and how often it does, ms. Medium spiny cells awake have no up and down states."""
_DRIVEN = ("background_drive", "background_deviation")
_COARSE = ("tonic", "noise", "tuned", "stimulated")
_SPINY = ("afferents", "ampa_surface", "is_d1", "camp", "depression_gate", "g_extrasynaptic", "releases")
PER_CELL: dict[Apparatus, dict[str, tuple[str, ...]]] = {
    "electrode": {
        "pyramidal": _DRIVEN,
        "medium_spiny": _SPINY,
        "fast_spiking": _DRIVEN,
        "relay": ("tonic", "noise"),
    },
    "operant box": {
        "pyramidal": (*_DRIVEN, "tuned", "stimulated"),
        "medium_spiny": (*_DRIVEN, *_SPINY, "susceptibility", "action", "potentiation_room"),
        "fast_spiking": _DRIVEN,
        "relay": _COARSE,
        "dopamine": _COARSE,
    },
}


def per_cell(kind: str, apparatus: Apparatus, recruited: bool = False) -> tuple[str, ...]:
    """Arrays over the cells of a kind that a run sets; `recruited` where the electrode reaches its axons."""
    own = PER_CELL[apparatus].get(kind, ())
    if apparatus == "electrode":
        return (*own, "recruitment_rank") if recruited else own
    axons = ("light_frequency", "light_phase") if kind in PROJECTING else ()
    return (*own, "agonist", "blocked", *axons)
