"""Schedules of sessions: what happens epoch by epoch, as the table that the circuit reads.

The compiled box counts lessons in presses (`circuit.apparatus.operant_box`), so that a session in which nothing can be
pressed teaches nothing. In place conditioning there are no levers, and yet the animal learns where it is while it feels
the drug. What the box draws there are moments in place of presses: `teaching_by_moments` gives the animal a constant
rate of them, that of pressing at the strongest motor output (assumed), and takes everything of a lever away: its sight,
the press itself, its outcome, what the drug on board does to pressing, and learning in the dorsolateral striatum, whose
cells stand for presses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from circuit.apparatus.operant_box import EPOCHS, STAGE
from circuit.parameters import ModelParameters
from protocols.animals.history import (
    Conditioning,
    DrugTaking,
    Extinction,
    FoodTraining,
    Phase,
    YokedSaline,
    in_the_paired_box,
)

LEARNING_EPOCHS = 20  # of a session of training, and more where an epoch would stand for over 10 min
HOME_EPOCHS = 4  # before a test, in the home cage
NOT_SATIATED = 1000.0  # a rise of dopamine that no drug gives


@dataclass(frozen=True)
class Session:
    """One session.

    Attributes
    ----------
    schedule : ndarray, shape (epochs, len(STAGE))
        Rows are epochs, columns the entries of `circuit.apparatus.operant_box.STAGE`.
    home : int
        First epochs of it, in the home cage: what is sampled there is the basal level.
    drug : str
        What a press or an injection brings, if it brings a drug.
    moments : bool
        Whether there are no levers, and moments in the box teach as presses do elsewhere.
    """

    schedule: np.ndarray
    home: int = 0
    drug: str = "cocaine"
    moments: bool = False

    @property
    def lead(self) -> float:
        """Biological time in the home cage before the session, s."""
        return float(self.schedule[: self.home, STAGE.index("minutes")].sum() * 60)


def in_the_box(hours: float, epochs: int, **entries: float) -> np.ndarray:
    """A schedule with levers, the same in every epoch; `entries` by the names of `STAGE`."""
    schedule = np.zeros((epochs, len(STAGE)))
    schedule[:, STAGE.index("minutes")] = 60 * hours / epochs
    schedule[:, STAGE.index("lever")] = 1
    schedule[:, STAGE.index("silencing")] = 1
    for name, value in entries.items():
        schedule[:, STAGE.index(name)] = value
    return schedule


def _epochs(hours: float) -> int:
    """Epochs of a session of training."""
    return max(LEARNING_EPOCHS, min(math.ceil(hours * 6), EPOCHS))


def boxes(hours: float, paired: np.ndarray) -> np.ndarray:
    """A schedule without levers, in one or the other box of place conditioning.

    Parameters
    ----------
    hours : float
    paired : ndarray of bool, shape (epochs,)
        Whether the animal is in the box of the drug, epoch by epoch.
    """
    schedule = in_the_box(hours, len(paired), lever=0)
    schedule[:, STAGE.index("context_a")] = paired
    schedule[:, STAGE.index("context_b")] = ~paired
    return schedule


def teaching_by_moments(own: ModelParameters) -> ModelParameters:
    """The parameters of an animal that learns in a box without levers, moment by moment, as the module's head says."""
    return own.with_values(
        {
            "behaviour.exploration": own.behaviour.vigour / 2,  # the box draws two kinds of press
            "behaviour.vigour": 0.0,
            "behaviour.satiety": NOT_SATIATED,
            "perception.lever": 0.0,
            "perception.press": 0.0,
            "learning.habit_rate": 0.0,
        }
    )


def session_of_phase(phase: Phase, day: int = 0, injected_share: float = 1.0) -> Session | None:
    """A day's session of a phase of the history; None where the animal stays in its home cage.

    Parameters
    ----------
    phase : Phase
    day : int
        Of the phase, counted from 0.
    injected_share : float
        Share of an injected dose that acts as an infused one would.
    """
    if isinstance(phase, DrugTaking):
        schedule = in_the_box(
            phase.hours, _epochs(phase.hours), context_a=1, contingent_cue=1, unit_dose=phase.per_press
        )
        return Session(schedule, drug=phase.drug)
    if isinstance(phase, YokedSaline):
        return Session(in_the_box(phase.hours, _epochs(phase.hours), context_a=1, contingent_cue=1))
    if isinstance(phase, FoodTraining):
        return Session(in_the_box(phase.hours, _epochs(phase.hours), context_a=1, food=1))
    if isinstance(phase, Extinction):
        box = "context_a" if phase.context == "training" else "context_b"
        return Session(in_the_box(phase.hours, _epochs(phase.hours), **{box: 1}))
    if isinstance(phase, Conditioning):
        schedule = boxes(phase.hours, np.full(_epochs(phase.hours), in_the_paired_box(day)))
        schedule[:, STAGE.index("lever")] = 1  # what lets the box draw; no cell sees a lever
        schedule[0, STAGE.index("injected")] = injected_share * phase.injected(day)
        return Session(schedule, drug=phase.drug or "cocaine", moments=True)
    return None
