"""Glutamate release from prefrontal terminals: probability set by cAMP, depression by vesicle depletion.

A contact has one release site (Fuhrmann et al. 2002, doi:10.1152/jn.00258.2001: the stochastic form of Tsodyks and
Markram 1997, doi:10.1073/pnas.94.2.719). A docked vesicle is released with probability p at a spike and is replaced
after an exponential time. Because one vesicle nearly saturates the NMDA receptors opposite, a higher probability gives
more frequent releases and not larger ones.

p rises with presynaptic cAMP and saturates: mGluR2/3 tone restrains adenylyl cyclase, and a long-lasting potentiation
P, written by high-frequency trains, multiplies what is left of its drive (`synapses.plasticity`). With weak tone cAMP
is already high, p is near its ceiling and P finds no room: occlusion, not a switch. A share of release needs no cAMP,
and no tone takes it away. With strong tone P multiplies little, so that the potential gains of P are bounded on both
sides: at most (1 + kappa)^4, and nothing at either end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from synapses.parameters import ParameterGroup, parameter


@dataclass(frozen=True)
class Release(ParameterGroup):
    """Parameters of release from prefrontal terminals."""

    group: ClassVar[str] = "release"

    maximum: float = parameter(0.65, "1", "p_max", 0.05, 1, "release probability at saturating cAMP")
    half: float = parameter(
        0.66, "1", "A_half", 0.05, 2, "cAMP drive at which p is half its maximum (fourth power: PKA binds four cAMP)"
    )
    floor_share: float = parameter(
        0.3, "1", "f_0", 0, 1, "share of the largest probability that needs no cAMP: no mGluR2/3 tone removes it",
        "group II agonists depress accumbens EPSPs in slices in part: Manzoni et al. 1997 "
        "doi:10.1111/j.1460-9568.1997.tb01506.x, Robbe et al. 2002 doi:10.1523/JNEUROSCI.22-11-04346.2002 (abstracts "
        "read); that 35 to 50 % are left is recalled",
    )  # fmt: skip
    potentiation_gain: float = parameter(
        0.19, "1", "kappa", 0, 3, "by how much full presynaptic potentiation raises the cAMP drive, relative to it"
    )
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


def probability_text(camp: str, potentiation: str) -> str:
    """The probability of release as an expression over the names of `Release`, for Python and for Brian2 alike.

    Parameters
    ----------
    camp, potentiation : str
        Expressions for the cAMP drive A and the potentiation P.
    """
    drive = f"({camp}*(1 + potentiation_gain*{potentiation})/half)**4"
    return f"maximum*(floor_share + (1 - floor_share)*(1 - 1/(1 + {drive})))"


_PROBABILITY = compile(probability_text("camp", "potentiation"), "release probability", "eval")


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
        p, from `release.floor_share` of `release.maximum` to all of it.
    """
    return eval(_PROBABILITY, {}, {**vars(release), "camp": camp, "potentiation": potentiation})


# At a contact, evaluated once per spike. A vesicle that is released draws there and then when the next is docked: the
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
MINIATURES = f"""
    miniature_rate = contacts*spontaneous*{probability_text("camp", "0")}
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

RELEASE_WHERE = f"""
    probability = clip({probability_text("camp_post", "potentiation")}, 1e-9, 1)
    chance = rand()
    released = int(t >= docked_at and {{where}}chance < probability)
    waiting = -recovery*log(clip(chance/probability, 1e-12, 1))
    docked_at = docked_at + released*(t + waiting - docked_at)
"""
RELEASE = RELEASE_WHERE.format(where="")
