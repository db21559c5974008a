"""The cells of the awake circuit: those of `neurons` and `relay`, with what a session adds to them.

A session adds inactivation, what the animal perceives, dopamine, and how often what happens stands for.
"""

from __future__ import annotations

from circuit.cells import neurons, relay
from circuit.parts import STEP

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
EQUATIONS = {
    "pyramidal": (neurons.Pyramidal, neurons.PYRAMIDAL),
    "cortical_interneuron": (neurons.CorticalInterneuron, neurons.INTERNEURON),
    "medium_spiny": (neurons.MediumSpiny, neurons.MEDIUM_SPINY),
    "fast_spiking": (neurons.FastSpiking, neurons.INTERNEURON),
    "relay": (relay.Relay, relay.RELAY + relay.NOTHING_OWN),
    "dopamine": (relay.DopamineCell, relay.RELAY + relay.DOPAMINE_OWN),
}
PROJECTING = ("pyramidal", "medium_spiny", "relay", "dopamine")
"""Kinds of cells with axons that leave their nucleus."""
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
DRIVES["fast_spiking"] = DRIVES["medium_spiny"]
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
    potentiation_room            : 1            # for weights to rise, relative to a naive animal
    susceptibility               : 1 (constant) # how fast its contacts learn, relative to the accumbens
    action                       : 1 (constant) # 1, 2: stands for a press of the active, the inactive lever
""",
    "fast_spiking": AWAKE,
}
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
        "potentiation_room",
        "g_extrasynaptic",
        "releases",
    ),
    "fast_spiking": ("awake_drive", "awake_deviation"),
    "relay": ("tonic", "noise", "tuned", "stimulated"),
    "dopamine": ("tonic", "noise", "tuned", "stimulated"),
}


def per_cell(kind: str) -> tuple[str, ...]:
    """Arrays over the cells of a kind that a run sets."""
    axons = ("light_frequency", "light_phase") if kind in PROJECTING else ()
    return (*PER_CELL.get(kind, ()), "agonist", "blocked", *axons)
