"""A challenge: the dopamine response of an animal, in its present slow state, to a dose of a drug or a natural reward.

The rise of dopamine in a naive animal follows from the drug's level in the brain (`synapses.pharmacology`). Tolerance
reduces it, receptors and the set point determine the reward, and sensitization acts on locomotion (`synapses.reward`).
This module has no parameters of its own and integrates nothing, since dopamine follows its uptake within a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used

from synapses.adaptation import AdaptedState
from synapses.pharmacology import Dosing, dopamine_effect, exposure
from synapses.reward import Reward, evoked

STEP = 10.0  # s between samples of dopamine; they miss at most 1e-4 of a peak between two of them
LARGEST = 1000.0  # times the reference dose, beyond which no dose is sought


@dataclass(frozen=True)
class Course:
    """Dopamine after a challenge.

    Attributes
    ----------
    time : ndarray, shape (n,)
        s from the challenge.
    effect : ndarray, shape (n,)
        Rise, relative to rest, that it would have in a naive animal, with all other drugs on board.
    percent : ndarray, shape (n,)
        % of the level just before the challenge in the same animal.
    """

    time: np.ndarray
    effect: np.ndarray
    percent: np.ndarray

    @property
    def peak(self) -> float:
        """Highest level, % above basal."""
        return float(self.percent.max()) - 100

    @property
    def peak_effect(self) -> float:
        """Largest of `effect`."""
        return float(self.effect.max())

    @property
    def time_to_peak(self) -> float:
        """s."""
        return float(self.time[self.percent.argmax()])


def drug(
    given: Dosing, others: Sequence[Dosing], length: float, state: AdaptedState, reward: Reward, cystine: float
) -> Course:
    """Dopamine after a dose.

    Parameters
    ----------
    given : Dosing
        The challenge; `start` is 0.
    others : sequence of Dosing
        Other drugs on board, on the same clock.
    length : float
        Duration of the course, s.
    state : AdaptedState
    reward : Reward
    cystine : float
        As for `synapses.pharmacology.exposure`, uM.
    """
    time = STEP * np.arange(int(length / STEP) + 1)
    return _course(
        time,
        dopamine_effect(exposure([*others, given], time, cystine)),
        dopamine_effect(exposure(others, 0.0, cystine)),
        state,
        reward,
    )


def natural(others: Sequence[Dosing], state: AdaptedState, reward: Reward, cystine: float) -> Course:
    """Dopamine at a natural reward, which has no kinetics here: the moment before it and its peak."""
    before = dopamine_effect(exposure(others, 0.0, cystine))
    return _course(np.zeros(2), np.array([before, before + reward.natural]), before, state, reward)


def _course(time: np.ndarray, effect: np.ndarray, before: float, state: AdaptedState, reward: Reward) -> Course:
    basal = 1 + evoked(before, state, reward)
    return Course(time, effect, 100 * (1 + evoked(1.0, state, reward) * effect) / basal)


def equivalent_dose(
    given: Dosing, others: Sequence[Dosing], length: float, state: AdaptedState, reward: Reward, cystine: float
) -> float | None:
    """Dose, mg/kg, that raises an animal's dopamine as far above basal as `given` does in a naive one.

    Parameters
    ----------
    given, others, length, state, reward, cystine
        As for `drug`; the naive animal has none of the others on board.

    Returns
    -------
    float or None
        None if no dose reaches it, as where a drug's effect saturates.
    """
    target = drug(given, (), length, AdaptedState(), reward, cystine).peak

    def beyond(dose: float) -> float:
        return drug(replace(given, dose=dose), others, length, state, reward, cystine).peak - target

    high = given.dose
    while beyond(high) < 0:
        high *= 2
        if high > LARGEST * given.dose:
            return None
    return float(scipy.optimize.brentq(beyond, 0.0, high, xtol=1e-9 * given.dose, rtol=1e-9))
