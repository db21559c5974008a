"""Slow consequences of dopamine over days: receptors, tolerance, sensitization, and the set point of reward.

A drug blocks uptake or drives dopamine cells (`synapses.pharmacology`). Its effect at a moment is e = level - 1,
relative to a naive animal at rest. Four slow quantities follow from the time course of e.

* Availability of D2 receptors falls while dopamine is high and comes back over months (Nader et al. 2006,
  doi:10.1038/nn1737), that of D1 less.
* Tolerance T follows how much of the time dopamine is high: it reduces the dopamine that a dose or a natural reward
  evokes (Mateo et al. 2005, doi:10.1038/sj.npp.1300668; Koob & Le Moal 2001, doi:10.1016/S0893-133X(00)00195-0).
* Sensitization S grows with the rise of dopamine beyond tolerance: doses far apart build it up, a constant level
  does not (Post 1980, doi:10.1016/0024-3205(80)90276-8; Robinson & Berridge 1993, doi:10.1016/0165-0173(93)90013-P). It
  acts downstream of the receptors.
* The set point of reward follows the reward received, and in part the enduring trace (allostasis).

How far these act back on the awake network is `synapses.dopamine.Dopamine.acting_back`: receptors there are available
as days left them, a drug or a reward evokes less by tolerance, and satiety begins later by the set point. It is 0 by
default, since behaviour was calibrated without (docs/dopamine.md says what it moves).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from synapses.adaptation import AdaptedState
from synapses.parameters import ParameterGroup, parameter

NADER = "size and time: Nader et al. 2006 doi:10.1038/nn1737"


@dataclass(frozen=True)
class Reward(ParameterGroup):
    """Slow responses to dopamine, and the responses to a dose and to a natural reward."""

    group: ClassVar[str] = "reward"

    effect_half: float = parameter(
        1.5, "1", "e_half", 0.05, 50, "rise of dopamine that half saturates its slow effects"
    )
    d2_loss: float = parameter(0.2, "1", "d_D2", 0, 1, "largest loss of D2 availability", NADER)
    d2_rate: float = parameter(5.0, "1/d", "k_D2", 0, 100, "rate of loss while dopamine is high", NADER)
    d2_recovery: float = parameter(90.0, "d", "tau_D2", 1, 2000, "time to recover", NADER)
    d1_loss: float = parameter(0.1, "1", "d_D1", 0, 1, "largest loss of D1 availability")
    d1_rate: float = parameter(3.0, "1/d", "k_D1", 0, 100, "rate of loss while dopamine is high")
    d1_recovery: float = parameter(30.0, "d", "tau_D1", 1, 2000, "time to recover")
    tolerance_time: float = parameter(
        3.0, "d", "tau_T", 0.1, 100, "time over which the usual effect is known, and forgotten"
    )
    tolerance_gain: float = parameter(0.7, "1", "g_T", 0, 1, "share of evoked dopamine that full tolerance takes")
    sensitization_rate: float = parameter(1.0, "1/d", "k_S", 0, 50, "rise of S while dopamine exceeds the usual")
    sensitization_decay: float = parameter(
        180.0, "d", "tau_S", 1, 3000, "decay of S", "lasts months: Robinson & Berridge 1993; size assumed"
    )
    sensitization_gain: float = parameter(1.5, "1", "g_S", 0, 10, "rise of the behavioural response at full S")
    set_point_time: float = parameter(20.0, "d", "tau_P", 0.5, 500, "time over which the set point follows reward")
    set_point_share: float = parameter(
        0.1, "1", "w_P", 0, 5, "set point that the full trace holds up, in units of a naive animal's natural reward"
    )
    natural: float = parameter(
        1.0,
        "1",
        "e_food",
        0,
        10,
        "rise of dopamine by a natural reward in a naive animal",
        "100-200 % of basal (quoted)",
    )


def occupied(effect: float, reward: Reward) -> float:
    """How far a rise of dopamine engages its slow effects, 0 to 1."""
    return effect / (effect + reward.effect_half)


def evoked(effect: float, state: AdaptedState, reward: Reward) -> float:
    """Rise of dopamine in an animal, for a drug or reward that gives `effect` in a naive one."""
    return effect * (1 - reward.tolerance_gain * state.tolerance)


class ActingBack(NamedTuple):
    """Factors by which what days left behind acts on the awake network; 1 as in a naive animal."""

    d1: float
    """Availability of D1 receptors."""
    d2: float
    """Availability of D2 receptors."""
    evoked: float
    """Dopamine that a drug or a reward evokes, of which tolerance takes a share."""
    satiety: float
    """Dopamine that satiates: by the set point an animal takes more before it has enough (Koob & Le Moal 2001,
    doi:10.1016/S0893-133X(00)00195-0; the form is assumed)."""


def acting_back(state: AdaptedState, reward: Reward, share: float) -> ActingBack:
    """The factors, of which a share acts (`synapses.dopamine.Dopamine.acting_back`)."""
    full = (state.d1, state.d2, evoked(1.0, state, reward), 1 + max(state.set_point, 0.0))
    return ActingBack(*(1 + share * (factor - 1) for factor in full))


def felt(effect: float, state: AdaptedState, reward: Reward) -> float:
    """Reward of a drug or natural reward with this `effect` in a naive animal, less the set point.

    The evoked rise acts through the receptors and saturates. A natural reward gives 1 in a naive animal.
    """
    transduced = evoked(effect, state, reward) * (state.d1 + state.d2) / 2
    return transduced / (transduced + reward.effect_half) * (reward.natural + reward.effect_half) / reward.natural - (
        state.set_point
    )


def locomotion(effect: float, state: AdaptedState, reward: Reward) -> float:
    """Locomotor response to a drug with this `effect` in a naive animal, relative to the largest response."""
    return (
        occupied(evoked(effect, state, reward), reward)
        * state.d1
        * (1 + reward.sensitization_gain * state.sensitization)
    )


def slopes(state: AdaptedState, effect: float, p: Reward) -> dict[str, float]:
    """Slopes, 1/d, for the effect that the drug on board has in a naive animal."""
    had = occupied(evoked(effect, state, p), p)
    enjoyed = had * (p.natural + p.effect_half) / p.natural
    return {
        "d2": -p.d2_rate * had * (state.d2 - (1 - p.d2_loss)) + (1 - state.d2) / p.d2_recovery,
        "d1": -p.d1_rate * had * (state.d1 - (1 - p.d1_loss)) + (1 - state.d1) / p.d1_recovery,
        "tolerance": (had - state.tolerance) / p.tolerance_time,
        "sensitization": p.sensitization_rate * max(had - state.tolerance, 0.0) * (1 - state.sensitization)
        - state.sensitization / p.sensitization_decay,
        "set_point": (enjoyed + p.set_point_share * state.trace - state.set_point) / p.set_point_time,
    }
