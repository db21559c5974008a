"""Dopamine: its level in each terminal field, D1 and D2 activation, and the three-factor rule at striatal contacts.

Dopamine cells add to the level of their field at each spike; uptake takes it away, and cocaine slows uptake. Levels
are relative to a drug-naive animal at rest (1). D1 receptors have a low affinity and answer to bursts, D2 receptors a
high one and answer to pauses as well (Dreyer et al. 2010, doi:10.1523/JNEUROSCI.1894-10.2010).

A contact remembers for about a second that it was active while its cell fired (eligibility; Yagishita et al. 2014,
doi:10.1126/science.1255514). Dopamine that comes meanwhile turns eligibility into a change, with opposite signs in D1
and D2 cells (Shen et al. 2008, doi:10.1126/science.1160575). The change is one of AMPA efficacy, as spines swell
(Yagishita et al. 2014), so that mGluR2/3 tone still restrains release at contacts that have learnt. mGluR5 tone gates
depression, as in `synapses.plasticity`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from synapses.parameters import ParameterGroup, parameter
from synapses.release import RELEASE, RELEASE_WHERE, Release, probability_text, release_probability

SHEN = "Shen et al. 2008 doi:10.1126/science.1160575"


@dataclass(frozen=True)
class Dopamine(ParameterGroup):
    """Dopamine in its terminal fields, and its receptors."""

    group: ClassVar[str] = "dopamine"

    resting_rate: float = parameter(4.0, "Hz", "r_DA", 0.5, 20, "rate of dopamine cells at which the level is 1")
    uptake_time: float = parameter(200.0, "ms", "tau_DA", 20, 2000, "time to clear dopamine without cocaine")
    d1_half: float = parameter(2.0, "1", "K_D1", 0.2, 50, "level of half-maximal D1 activation (second power)")
    d2_half: float = parameter(1.0, "1", "K_D2", 0.05, 20, "level of half-maximal D2 activation")
    autoreceptor_half: float = parameter(
        0.125, "1", "K_auto", 0.01, 20, "level of half-maximal activation of the autoreceptors of dopamine cells",
        "nigral dopamine cells are 6-10 times as sensitive as caudate cells: Skirboll et al. 1979 "
        "doi:10.1126/science.482929 (recalled), so an eighth of the level of D2 receptors",
    )  # fmt: skip
    adaptation_time: float = parameter(
        5.0, "min", "tau_usual", 0.1, 600, "over which dopamine becomes what a burst or a pause is compared with"
    )
    cortical_block: float = parameter(
        0.7, "1", "f_PFC", 0, 1, "how much of prefrontal clearance cocaine reaches, relative to that in the striatum",
        "few dopamine transporters there: Sesack et al. 1998 doi:10.1523/JNEUROSCI.18-07-02697.1998, but those of "
        "noradrenaline take dopamine up and bind cocaine as well: Moron et al. 2002 (recalled); size assumed",
    )  # fmt: skip
    cortical_gain: float = parameter(
        1.5, "1", "beta_PFC", 0, 10, "rise of prefrontal NMDA currents at full D1 activation",
        "1 on the current itself, as in slices (Flores-Hernandez et al. 2002, recalled), the rest for what D1 adds to "
        "excitability (Yang & Seamans 1996 doi:10.1523/JNEUROSCI.16-05-01922.1996, recalled); size assumed",
    )  # fmt: skip
    acting_back: float = parameter(
        1.0, "1", "f_back", 0, 1, "how far receptors, tolerance and the set point of days act on the awake network"
    )


@dataclass(frozen=True)
class Learning(ParameterGroup):
    """The three-factor rule."""

    group: ClassVar[str] = "learning"

    eligibility_time: float = parameter(
        500.0, "ms", "tau_e", 50, 5000, "how long a contact remembers a coincidence",
        "0.3-2 s: Yagishita et al. 2014 doi:10.1126/science.1255514",
    )  # fmt: skip
    potentiation_rate: float = parameter(0.2, "Hz", "eta_LTP", 0, 100, "rise of efficacy per eligibility and signal")
    depression_rate: float = parameter(0.1, "Hz", "eta_LTD", 0, 100, "fall of efficacy, gate open")
    efficacy_maximum: float = parameter(3.0, "1", "rho_max", 1, 10, "largest AMPA efficacy")
    efficacy_minimum: float = parameter(0.3, "1", "rho_min,DA", 0, 1, "smallest AMPA efficacy")
    habit_rate: float = parameter(
        0.6, "1", "f_DLS", 0, 10, "learning in the dorsolateral striatum relative to that in the accumbens",
        "later and slower: Yin et al. 2009 doi:10.1038/nn.2261; size assumed",
    )  # fmt: skip
    fading_time: float = parameter(
        30.0, "d", "tau_fade", 0.1, 10000, "over which depression of contacts of D1 cells fades between days",
        "fitted to spontaneous recovery of vehicle animals (three weeks: Di Ciano & Everitt 2002, abstract)",
    )  # fmt: skip
    occlusion: float = parameter(
        1.0, "1", "f_occ", 0, 1,
        "how far learning is short of room where full potentiation would add less to release than in a naive animal",
        "LTP has none after cocaine: Moussawi et al. 2009 doi:10.1038/nn.2250; that learning follows it is assumed",
    )  # fmt: skip


def d1_activation(level: Any, dopamine: Dopamine) -> Any:
    """Activation of D1 receptors, 0 to 1, at a dopamine level relative to rest."""
    return level**2 / (level**2 + dopamine.d1_half**2)


def d2_activation(level: Any, dopamine: Dopamine) -> Any:
    """Activation of D2 receptors, 0 to 1, at a dopamine level relative to rest."""
    return level / (level + dopamine.d2_half)


def autoreceptor_activation(level: Any, dopamine: Dopamine) -> Any:
    """Activation of autoreceptors of dopamine cells, 0 to 1, at a dopamine level relative to rest."""
    return level / (level + dopamine.autoreceptor_half)


# One element per terminal field and hemisphere.
FIELD = """
    dlevel/dt = -level/(uptake_time*(1 + uptake_blocked))                                    : 1
    phi1 = d1_available*level**2/(level**2 + d1_half**2)                                     : 1
    phi2 = d2_available*level/(level + d2_half)                                              : 1
    phi_auto = level/(level + autoreceptor_half)                                             : 1
    dphi1_usual/dt = pace*(phi1 - phi1_usual)/adaptation_time                                : 1
    dphi2_usual/dt = pace*(phi2 - phi2_usual)/adaptation_time                                : 1
    settled                      : 1            # the level before the last press
    pace                         : 1            # biological over network time, while nothing is brought
    uptake_blocked               : 1            # drug in brain over what halves clearance
"""

# In a region's extracellular space: what full potentiation would still add to release, relative to a naive animal
# (`synapses.release`). A slice's LTP is this; learning is taken to be short of it by `Learning.occlusion`, in
# each region by its own tone.
ROOM = f"""
    unraised = {probability_text("camp", "0")} : 1
    raised = {probability_text("camp", "1")} : 1
    potentiation_room = 1 - occlusion + occlusion*clip((raised - unraised)/naive_room, 0, 1) : 1
    occlusion                    : 1 (shared, constant)
    naive_room                   : 1 (shared, constant)
"""


def room(camp: Any, release: Release) -> Any:
    """What full potentiation would add to the probability of release at a basal cAMP drive."""
    return release_probability(camp, 1.0, release) - release_probability(camp, 0.0, release)


# At a contact of a medium spiny cell, besides what every contact has (`synapses.contact`).
VARIABLES = """
    t_spike                      : second   # last spike at this contact
    eligibility                  : 1        # share of what coincidences of the last second can mark, 0 to 1
"""

BINDING_WHERE = """
    elapsed = {where}(t - t_spike)
    bound = bound*exp(-elapsed/nmda_decay_post)
    bound = bound + released*(1 - bound)
"""
ON_SPIKE = RELEASE + BINDING_WHERE.format(where="") + "    t_spike = t\n"
# The same at a spike that was evoked in the axon and reaches only the contacts that are lit.
ON_EVOKED_SPIKE = (
    RELEASE_WHERE.format(where="lit > 0 and ")
    + BINDING_WHERE.format(where="lit*")
    + "    t_spike = t_spike + lit*(t - t_spike)\n"
)

ON_POSTSYNAPTIC_SPIKE = """
    elapsed = t - t_spike
    eligibility = eligibility + (1 - eligibility)*bound*exp(-elapsed/nmda_decay_post)
"""

# Every `LEARNING_STEP`, in a medium spiny cell: by how much dopamine now raises and lowers the weights of contacts that
# are fully eligible, per unit of what is left. `lesson` is how often what happens now happens in biological time; see
# `circuit.apparatus.operant_box`.
LEARNING_STEP = 20  # ms
TAUGHT = f"""
    surprise = is_d1*(phi1 - phi1_usual) - (1 - is_d1)*(phi2 - phi2_usual)
    raising = potentiation_rate*potentiation_room*clip(lesson*surprise, 0, 1000)*{LEARNING_STEP}*ms
    lowering = depression_rate*depression_gate*clip(-lesson*surprise, 0, 1000)*{LEARNING_STEP}*ms
"""
OF_THE_CELL = ("potentiation_rate", "depression_rate", "habit_rate", "fading_time", "occlusion")
"""Parameters of the three-factor rule that contacts do not need."""
# At a contact, thereafter.
UPDATE = f"""
    rho = rho + (efficacy_maximum - rho)*(1 - exp(-eligibility*raising_post))
    rho = rho - (rho - efficacy_minimum)*(1 - exp(-eligibility*lowering_post))
    eligibility = eligibility*exp(-{LEARNING_STEP}*ms/eligibility_time)
"""
UNTAUGHT = ("raising_post == 0", "lowering_post == 0")
"""Without a lesson eligibility decays, and weights stay."""
