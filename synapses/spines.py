"""Spines of medium spiny cells: the actin in them over days, and their heads over the minutes and hours after a prime.

Over days the trace of drug intake raises the activity of ARP2/3, which assembles actin, more than that of cofilin,
which severs it and is no longer restrained by LIMK. So there is more filamentous actin, and it cycles faster; PSD95 and
spine density rise and AMPA receptors without GluA2 come to the surface in withdrawal (Toda et al. 2006,
doi:10.1523/JNEUROSCI.4132-05.2006; Robinson & Kolb 2004, doi:10.1016/j.neuropharm.2004.06.025; Conrad et al. 2008,
doi:10.1038/nature06995).

Within hours glutamate released above rest swells the head and brings AMPA receptors to the surface; swelling drives its
own reversal, and a slower loss of receptors follows (Kalivas 2009, doi:10.1038/nrn2515). Heads change at the rate at
which actin cycles, and not at all where cycling is blocked. Release at rest changes nothing, so an animal in which a
prime releases no glutamate shows no change. Release below rest shrinks heads by the same rule (assumed).

`swing` integrates this for a known course of release. `EQUATIONS` do so while the network runs; there the receptors at
the surface may act on the cells (`spines.acting`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used

from synapses.adaptation import AdaptedState
from synapses.parameters import ParameterGroup, parameter

TODA = "sign: Toda et al. 2006 doi:10.1523/JNEUROSCI.4132-05.2006; size assumed"
LATE = "by hand to R3d, R3e: still down at 24 h, cycling as in withdrawal; size assumed"
KALIVAS = "time course: Kalivas 2009 doi:10.1038/nrn2515; size assumed"


@dataclass(frozen=True)
class Spines(ParameterGroup):
    """Actin, spine heads and the receptors they hold."""

    group: ClassVar[str] = "spines"

    arp23_change: float = parameter(0.9, "1", "d_ARP", -0.9, 5, "ARP2/3, which assembles actin, per trace", TODA)
    cofilin_change: float = parameter(0.4, "1", "d_cof", -0.9, 5, "active cofilin, which severs actin, per trace", TODA)
    actin_time: float = parameter(7.0, "d", "tau_actin", 0.1, 100, "time constant of both")
    psd95_change: float = parameter(
        0.25, "1", "d_PSD", -0.9, 5, "PSD95 per trace", "sign: Kalivas 2009 doi:10.1038/nrn2515; size assumed"
    )
    psd95_time: float = parameter(7.0, "d", "tau_PSD", 0.1, 100, "time constant")
    density_change: float = parameter(
        0.25, "1", "d_spine", -0.9, 5, "spine density per trace",
        "sign: Robinson & Kolb 2004 doi:10.1016/j.neuropharm.2004.06.025; size assumed",
    )  # fmt: skip
    density_time: float = parameter(10.0, "d", "tau_spine", 0.1, 200, "time constant")
    permeable_change: float = parameter(
        0.25, "1", "d_CP", 0, 1, "share of surface AMPA receptors without GluA2 that long withdrawal brings",
        "sign: Conrad et al. 2008 doi:10.1038/nature06995; size assumed",
    )  # fmt: skip
    permeable_time: float = parameter(
        25.0, "d", "tau_CP", 1, 300, "time over which they come", "absent at a day, there at 45: Conrad et al. 2008"
    )
    head_exponent: float = parameter(
        0.5, "1", "n_head", 0, 2, "power by which head diameter follows filamentous actin at rest"
    )
    half_rise: float = parameter(
        0.3, "1", "r_half", 0.01, 10, "rise of release above rest, relative to it, that swells heads by half their most"
    )
    swelling: float = parameter(0.6, "1", "A_head", 0, 5, "largest swelling of a head, relative to its rest", KALIVAS)
    swelling_time: float = parameter(
        20.0, "min", "tau_up", 1, 500, "time over which heads swell, cycling as naive", KALIVAS
    )
    reversal: float = parameter(1.5, "1", "B_head", 0, 10, "reversal that a swelling recruits, relative to it", KALIVAS)
    reversal_time: float = parameter(120.0, "min", "tau_down", 5, 2000, "time over which it comes and goes", KALIVAS)
    loss: float = parameter(3.0, "1", "B_AMPA", 0, 10, "loss of surface AMPA that a swelling recruits", LATE)
    loss_time: float = parameter(1500.0, "min", "tau_loss", 30, 10000, "time over which that comes and goes", LATE)
    acting: float = parameter(
        0.0,
        "1",
        "f_act",
        0,
        1,
        "share of the swing of surface AMPA that acts on the cells of a session; 0: it is only reported",
    )


# In the extracellular space of the awake circuit, in biological time. Release at rest is the mean over a stretch of the
# run in the home cage; heads and receptors move after it.
EQUATIONS = """
    dresting_release/dt = at_rest*(release_rate - resting_release)/since                      : Hz
    dswollen/dt = moving*(drive - swollen)/swelling_time                                       : 1
    dreceding/dt = moving*(swollen - receding)/reversal_time                                   : 1
    dlost/dt = moving*(swollen - lost)/loss_time                                               : 1
    since = clip(t - rest_begins, 0*second, 1e9*second) + 1*ms                                 : second
    at_rest = int(t >= rest_begins)*int(t < rest_ends)                                         : 1
    moving = int(t >= rest_ends)*biological_rate(t)*actin_cycling*actin_available              : 1
    drive = risen/(abs(risen) + half_rise)                                                     : 1
    risen = release_rate/clip(resting_release, 0.001*Hz, 1000*Hz) - 1                          : 1
    ampa_swing = 1 + acting*swelling*(swollen - loss*lost - reversal*receding/3)               : 1
    rest_begins                  : second (shared, constant)
    rest_ends                    : second (shared, constant)
    actin_cycling                : 1 (constant)
"""


def filamentous_actin(state: AdaptedState) -> float:
    """Share of actin in filaments relative to a naive animal: assembly over assembly and severing."""
    return 2 * state.arp23 / (state.arp23 + state.cofilin)


def cycling(state: AdaptedState, available: float = 1.0) -> float:
    """Rate at which actin cycles relative to a naive animal, times the share that blockers leave."""
    return available * (state.arp23 + state.cofilin) / 2


def head_diameter(state: AdaptedState, spines: Spines) -> float:
    """Spine head diameter at rest relative to a naive animal."""
    diameter: float = filamentous_actin(state) ** spines.head_exponent
    return diameter


def slopes(state: AdaptedState, recent: float, p: Spines) -> dict[str, float]:
    """Slopes, 1/d; `recent`, 0 to 1, is how far the drug still acts, which holds receptors without GluA2 back."""
    x = state.trace
    return {
        "arp23": (1 + p.arp23_change * x - state.arp23) / p.actin_time,
        "cofilin": (1 + p.cofilin_change * x - state.cofilin) / p.actin_time,
        "psd95": (1 + p.psd95_change * x - state.psd95) / p.psd95_time,
        "spine_density": (1 + p.density_change * x - state.spine_density) / p.density_time,
        "calcium_permeable": (p.permeable_change * x * (1 - recent) - state.calcium_permeable) / p.permeable_time,
    }


@dataclass(frozen=True)
class Swing:
    """Spine heads and surface AMPA after a prime, relative to the same animal before it.

    Attributes
    ----------
    time : ndarray, shape (n,)
        s.
    head, ampa : ndarray, shape (n,)
    """

    time: np.ndarray
    head: np.ndarray
    ampa: np.ndarray


def swing(
    time: np.ndarray,
    release: np.ndarray,
    rest: float,
    moved: float | Callable[[float], float],
    spines: Spines,
    until: float,
) -> Swing:
    """Spine heads and surface AMPA over a course of release.

    Parameters
    ----------
    time : ndarray, shape (n,)
        s, rising; release is at rest before the first and after the last.
    release : ndarray, shape (n,)
        Releases per contact, Hz.
    rest : float
        The same at rest, Hz.
    moved : float or callable
        Rate of `cycling`, or a function of time, s, that returns it, since blockers act for a while.
    spines : Spines
    until : float
        End, s.

    Raises
    ------
    RuntimeError
        If the solver fails.
    """
    p = spines

    def slope(t: float, y: np.ndarray) -> np.ndarray:
        risen = float(np.interp(t, time, release, left=rest, right=rest)) / rest - 1
        drive = risen / (abs(risen) + p.half_rise)  # odd, so that fluctuations about rest average out
        swollen, reversed_, lost = y
        rate = moved(t) if callable(moved) else moved
        return np.array(
            [
                rate * (drive - swollen) / (60 * p.swelling_time),
                rate * (swollen - reversed_) / (60 * p.reversal_time),
                rate * (swollen - lost) / (60 * p.loss_time),
            ]
        )

    at = np.unique(np.concatenate([np.asarray(time, float), np.arange(0.0, until + 1, 300.0)]))
    at = at[at <= until]
    solution = scipy.integrate.solve_ivp(
        slope, (0.0, until), np.zeros(3), "LSODA", at, rtol=1e-7, atol=1e-9, max_step=300.0
    )
    if not solution.success:
        raise RuntimeError(f"spine heads: {solution.message}")
    swollen, reversed_, lost = solution.y
    head = 1 + p.swelling * (swollen - p.reversal * reversed_)
    return Swing(solution.t, head, 1 + p.swelling * (swollen - p.loss * lost - p.reversal * reversed_ / 3))
