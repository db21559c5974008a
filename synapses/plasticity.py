"""Calcium-threshold plasticity at two sites of expression, event-driven.

Calcium in the spine, c (in units of the depression threshold), decays exponentially between events and jumps when
glutamate-bound NMDA receptors are unblocked (Graupner & Brunel 2012, doi:10.1073/pnas.1109359109):

* a release, evaluated a delay D after the spike: by the fraction of channels that magnesium leaves free at the
  potential the cell then has, so a volley that depolarises the cell lets in more than a lone release;
* a postsynaptic spike: by the receptors of this synapse that still hold glutamate.

Both vanish when NMDA receptors are blocked. Above the depression threshold AMPA efficacy rho falls towards a floor (the
DOWN state of Graupner & Brunel), gated by mGluR5 tone and by what endocannabinoid the cell has gathered
(`synapses.endocannabinoid`); above the potentiation threshold a retrograde signal writes potentiation P, as far as the
terminal itself was driven at high frequency (residual calcium that stimulates adenylyl cyclase). Below both thresholds
nothing moves (the flat landscape of Higgins, Graupner & Brunel 2014, doi:10.1371/journal.pcbi.1003834). P is expressed
by release (`release.potentiation_gain`) or, in a rival hypothesis, by AMPA receptors (`plasticity.ampa_gain`).

Because c decays exponentially, the time spent above a threshold since the last event is known in closed form; slow
variables count it in biological time U (see `protocols.stimulation.timeline`), so acceleration is exact at every
border.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from synapses.parameters import ParameterGroup, parameter

GRAUPNER = "Graupner & Brunel 2012 doi:10.1073/pnas.1109359109"


@dataclass(frozen=True)
class Plasticity(ParameterGroup):
    """Parameters of the calcium rule and of its two sites of expression."""

    group: ClassVar[str] = "plasticity"

    calcium_decay: float = parameter(
        30.0, "ms", "tau_Ca", 5, 200, "decay of spine calcium", f"22.7 (cortex) and 48.8 ms (hippocampus): {GRAUPNER}"
    )
    calcium_delay: float = parameter(
        2.5,
        "ms",
        "D",
        0,
        30,
        "from the spike's arrival to the calcium it lets in: rise of the NMDA current",
        f"4.6 (cortex) and 18.8 ms (hippocampus) in {GRAUPNER}; shorter, so that a volley's own depolarisation counts",
    )
    release_calcium: float = parameter(
        6.5, "1", "C_pre", 0, 100, "calcium of one release with every NMDA channel free of magnesium"
    )
    spike_calcium: float = parameter(
        0.8,
        "1",
        "C_post",
        0,
        20,
        "calcium of a postsynaptic spike with every NMDA receptor of the synapse bound",
        f"starting point 1.24: {GRAUPNER}",
    )
    depression_threshold: float = parameter(1.0, "1", "theta_d", 0.1, 10, "calcium above which rho falls", GRAUPNER)
    potentiation_threshold: float = parameter(
        1.3, "1", "theta_p", 0.1, 10, "calcium above which P is written", GRAUPNER
    )
    depression_rate: float = parameter(
        0.25, "Hz", "gamma_d", 0, 20, "fall of rho above theta_d with the gate open and endocannabinoid gathered"
    )
    depression_floor: float = parameter(
        0.45, "1", "rho_min", 0, 1, "AMPA efficacy below which depression does not go: only some receptors are removed"
    )
    potentiation_rate: float = parameter(
        12.0, "Hz", "gamma_p", 0, 20, "rise of P above theta_p at full residual calcium"
    )
    residual_decay: float = parameter(
        200.0,
        "ms",
        "tau_res",
        20,
        2000,
        "decay of presynaptic residual calcium",
        "50-200 ms: Zucker & Regehr 2002 doi:10.1146/annurev.physiol.64.092501.114547",
    )
    residual_half: float = parameter(
        8.5, "1", "r_half", 0.5, 50, "residual calcium, in spikes, of half-maximal writing (fourth power: calmodulin)"
    )
    gate_half: float = parameter(0.095, "1", "g_half", 0.001, 1, "mGluR5 tone of the half-open depression gate")
    gate_exponent: float = parameter(6.0, "1", "n_gate", 1, 8, "steepness of the depression gate over mGluR5 tone")
    residual_share: float = parameter(
        1.0, "1", "f_res", 0, 1, "share of the writing of P that needs presynaptic residual calcium"
    )
    ampa_gain: float = parameter(0.0, "1", "lambda", 0, 5, "AMPA efficacy added by full potentiation, relative to rho")
    efficacy: float = parameter(1.0, "1", "rho_0", 0.05, 2, "AMPA efficacy of a contact before induction")


def time_above(calcium: Any, threshold: float, decay: float, elapsed: Any) -> Any:
    """Time that exponentially decaying calcium spends above a threshold.

    Parameters
    ----------
    calcium : float or ndarray
        Calcium just after the last event.
    threshold : float
        Threshold, same unit.
    decay : float
        Time constant.
    elapsed : float or ndarray
        Time since the last event, same unit as `decay`.

    Returns
    -------
    float or ndarray
        ``clip(decay*ln(calcium/threshold), 0, elapsed)``.
    """
    return np.clip(decay * np.log(np.maximum(calcium, 1e-9) / threshold), 0, elapsed)


def depression_gate(mglur5_tone: Any, plasticity: Plasticity) -> Any:
    """How far mGluR5 tone opens the gate on depression, 0 to 1."""
    tone = np.asarray(mglur5_tone, dtype=float) ** plasticity.gate_exponent
    return tone / (tone + plasticity.gate_half**plasticity.gate_exponent)


DEPRESSION_GATE = "mglur5_tone**gate_exponent/(mglur5_tone**gate_exponent + gate_half**gate_exponent)"
"""The same in the network, where `synapses.tone.READ_OUT` reads it."""


BY_ANY_RULE = ("ampa_gain",)
"""Parameters that a contact needs under any rule: by them its weights are expressed."""

# At a contact, besides what every contact has (`synapses.contact`).
VARIABLES = """
    calcium                      : 1        # c just after the last event, in depression thresholds
    t_calcium                    : second   # the last event
"""

# Brings a contact from its last calcium event to now. U(t) = biological_offset(t) + biological_rate(t)*t. Residual
# calcium counts as its last spike left it: where calcium is high that was a few tens of milliseconds ago.
ADVANCE = """
    t_start = biological_offset(t_calcium) + biological_rate(t_calcium)*t_calcium
    elapsed = t - t_calcium
    level = log(clip(calcium, 1e-9, 1e9))
    t_d = t_calcium + clip(calcium_decay*(level - log(depression_threshold)), 0*second, elapsed)
    t_p = t_calcium + clip(calcium_decay*(level - log(potentiation_threshold)), 0*second, elapsed)
    depressing = biological_offset(t_d) + biological_rate(t_d)*t_d - t_start
    potentiating = biological_offset(t_p) + biological_rate(t_p)*t_p - t_start
    driven = (residual_pre/residual_half)**2
    driven = 1 - residual_share + residual_share*driven*driven/(1 + driven*driven)
    falls = exp(-depression_rate*depression_gate_post*cooperation_post*depressing)
    rho = depression_floor + (rho - depression_floor)*falls
    endocannabinoid_post += depressing/(afferents_post*endocannabinoid_decay_post)
    potentiation = 1 - (1 - potentiation)*exp(-potentiation_rate*driven*potentiating)
    calcium = calcium*exp(-elapsed/calcium_decay)
    bound = bound*exp(-elapsed/nmda_decay_post)
    t_calcium = t
"""

# Below both thresholds only calcium and bound receptors decay; the compiled engine then skips the rest of `ADVANCE`.
AT_REST = ("calcium <= depression_threshold", "calcium <= potentiation_threshold")
KEPT_AT_REST = ("rho", "potentiation", "endocannabinoid_post")

ON_RELEASE_CALCIUM = (
    ADVANCE
    + """
    calcium = calcium + release_calcium*released*nmda_available_post*unblocked_post
    bound = bound + released*(1 - bound)
"""
)

ON_POSTSYNAPTIC_SPIKE = (
    ADVANCE
    + """
    calcium = calcium + spike_calcium*bound*nmda_available_post
"""
)
