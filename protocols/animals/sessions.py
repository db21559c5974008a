"""Schedules of sessions: what happens epoch by epoch, as the table that the circuit reads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from circuit.apparatus.operant_box import EPOCHS, STAGE
from protocols.animals.history import DrugTaking, Extinction, FoodTraining, Phase, YokedSaline

LEARNING_EPOCHS = 20  # of a session of training, and more where an epoch would stand for over 10 min
HOME_EPOCHS = 4  # before a test, in the home cage


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
    """

    schedule: np.ndarray
    home: int = 0
    drug: str = "cocaine"

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


def session_of_phase(phase: Phase) -> Session | None:
    """A day's session of a phase of the history; None where the animal stays in its home cage."""
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
    return None
