"""Glutamate release from prefrontal terminals: probability set by cAMP, depression by vesicle depletion.

A contact has one release site (Fuhrmann et al. 2002, doi:10.1152/jn.00258.2001: the stochastic form of Tsodyks and
Markram 1997, doi:10.1073/pnas.94.2.719). A docked vesicle is released with probability p at a spike and is replaced
after an exponential time. Because one vesicle nearly saturates the NMDA receptors opposite, a higher probability gives
more frequent releases and not larger ones.

p rises with presynaptic cAMP and saturates (`camp_occlusion`): mGluR2/3 tone restrains adenylyl cyclase, and a
long-lasting potentiation P, written by high-frequency trains, adds to it (`synapses.plasticity`). With weak tone cAMP
is already high, p is near its ceiling and P finds no room: occlusion, not a switch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from synapses.parameters import ParameterGroup, parameter


@dataclass(frozen=True)
class Release(ParameterGroup):
    """Parameters of release from prefrontal terminals."""

    group: ClassVar[str] = "release"

    maximum: float = parameter(0.50, "1", "p_max", 0.05, 1, "release probability at saturating cAMP")
    half: float = parameter(
        0.53, "1", "A_half", 0.05, 2, "cAMP drive at which p is half its maximum (fourth power: PKA binds four cAMP)"
    )
    potentiation_gain: float = parameter(0.5, "1", "kappa", 0, 3, "cAMP drive added by full presynaptic potentiation")
    recovery: float = parameter(
        200.0,
        "ms",
        "tau_rec",
        20,
        2000,
        "time to replace a released vesicle",
        "cortex 0.15-0.53 s: Tsodyks & Markram 1997 doi:10.1073/pnas.94.2.719",
    )
    spontaneous: float = parameter(
        0.1, "Hz", "m", 0, 10, "spontaneous release of one contact at p = 1 (2-3 miniature currents a second in a cell)"
    )


def release_probability(camp: Any, potentiation: Any, release: Release) -> Any:
    """Probability that a docked vesicle is released at a spike.

    Parameters
    ----------
    camp : float or ndarray
        Basal cAMP drive A (1: no restraint by mGluR2/3).
    potentiation : float or ndarray
        Presynaptic potentiation P, 0 to 1.
    release : Release

    Returns
    -------
    float or ndarray
        p, 0 to `release.maximum`.
    """
    drive = ((camp + release.potentiation_gain * potentiation) / release.half) ** 4
    return release.maximum * drive / (1 + drive)


# Evaluated once per spike and contact. A vesicle that is released draws there and then when the next is docked: the
# chance that fell below the probability is, in units of it, uniform again.
VARIABLES = """
    docked_at                    : second   # a vesicle is docked from then on
    released                     : 1        # 1 if the last spike released it
    potentiation                 : 1        # P, long-lasting presynaptic potentiation
"""

# Every spike of a cell reaches all terminals of its axon, so their residual calcium is the axon's.
AXON = """
    residual                     : 1        # residual calcium in the terminals, in spikes, as the last spike left it
    t_residual                   : second   # that spike
    residual_decay               : second (shared, constant)
"""
OF_THE_AXON = ("residual_decay",)
"""Parameters of the plasticity rule that the axon needs, and its contacts do not."""
ON_AXON_SPIKE = "residual = residual*exp(-(t - t_residual)/residual_decay) + 1; t_residual = t"

# In the extracellular space, which every cell reads: spontaneous releases of all contacts of one cell. They follow
# cAMP as evoked release does, and need no spikes.
MINIATURES = """
    presynaptic_drive = (camp/half)**4
    miniature_rate = contacts*spontaneous*maximum*presynaptic_drive/(1 + presynaptic_drive)
"""

# A pulse empties terminals, and minutes pass until the next: where time between pulses is passed over, terminals are
# put back to where they stood as the pulse's window opened, a state that spontaneous firing had brought about.
BETWEEN_PULSES_VARIABLES = """
    docked_in                    : second   # `docked_at`, from the time when the window opened
"""
ON_WINDOW_EDGE = """
    docked_in = docked_in + int(pulse_window(t) > 0)*(docked_at - t - docked_in)
    docked_at = t + docked_in
"""

RELEASE_WHERE = """
    drive = ((camp_post + potentiation_gain*potentiation)/half)**2
    probability = clip(maximum*drive*drive/(1 + drive*drive), 1e-9, 1)
    chance = rand()
    released = int(t >= docked_at and {where}chance < probability)
    waiting = -recovery*log(clip(chance/probability, 1e-12, 1))
    docked_at = docked_at + released*(t + waiting - docked_at)
"""
RELEASE = RELEASE_WHERE.format(where="")
