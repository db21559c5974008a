"""What happens in a session, epoch by epoch: from the words of an experiment file to the table the circuit reads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from circuit.apparatus.operant_box import EPOCHS, STAGE, Behaviour
from protocols.animals.history import DrugTaking, Extinction, FoodTraining, Injections, Phase, YokedSaline
from protocols.assays.session_assays import Seeking
from synapses.drug_files import drugs

LEARNING_EPOCHS = 20  # of a session of training, and more where an epoch would stand for over 10 min
HOME_EPOCHS = 4  # before a test, in the home cage


@dataclass(frozen=True)
class Session:
    """One session.

    Attributes
    ----------
    stage : ndarray, shape (epochs, len(STAGE))
    home : int
        First epochs of it, in the home cage: what is sampled there is the basal level.
    drug : str
        What a press or an injection brings, if it brings a drug.
    """

    stage: np.ndarray
    home: int = 0
    drug: str = "cocaine"

    @property
    def lead(self) -> float:
        """Biological time in the home cage before the session, s."""
        return float(self.stage[: self.home, STAGE.index("minutes")].sum() * 60)


def _stage(hours: float, epochs: int, **entries: float) -> np.ndarray:
    stage = np.zeros((epochs, len(STAGE)))
    stage[:, STAGE.index("minutes")] = 60 * hours / epochs
    stage[:, STAGE.index("lever")] = 1
    stage[:, STAGE.index("silencing")] = 1
    for name, value in entries.items():
        stage[:, STAGE.index(name)] = value
    return stage


def _epochs(hours: float) -> int:
    """Epochs of a session of training."""
    return max(LEARNING_EPOCHS, min(math.ceil(hours * 6), EPOCHS))


def of_phase(phase: Phase) -> Session | None:
    """A day's session of a phase of the history; None where the animal stays in its home cage."""
    if isinstance(phase, DrugTaking):
        stage = _stage(phase.hours, _epochs(phase.hours), context_a=1, contingent_cue=1, unit_dose=phase.per_press)
        return Session(stage, drug=phase.drug)
    if isinstance(phase, YokedSaline):
        return Session(_stage(phase.hours, _epochs(phase.hours), context_a=1, contingent_cue=1))
    if isinstance(phase, FoodTraining):
        return Session(_stage(phase.hours, _epochs(phase.hours), context_a=1, food=1))
    if isinstance(phase, Extinction):
        box = "context_a" if phase.context == "training" else "context_b"
        return Session(_stage(phase.hours, _epochs(phase.hours), **{box: 1}))
    return None


def of_test(test: Seeking, phases: tuple[Phase, ...], own: Behaviour) -> Session:
    """The session of a test, after the phases of the animal's life.

    Extinction, cue, prime and stress are tested in the box of the last extinction, the others in that of training.
    """
    taken = [phase.drug for phase in phases if isinstance(phase, DrugTaking | Injections)]
    boxes = [phase.context for phase in phases if isinstance(phase, Extinction)]
    in_training = test.session in ("context", "abstinence", "second_order", "food_cue", "self_administration")
    box = "context_a" if in_training or not boxes or boxes[-1] == "training" else "context_b"
    entries: dict[str, float] = {box: 1.0}
    if test.session in ("cue", "second_order"):
        entries["contingent_cue"] = 1.0
    if test.session == "stress":
        entries["stress"] = 1.0
    if test.session == "food_cue":
        entries["food_cue"] = 1.0
    own_drug = drugs()[taken[-1] if taken else "cocaine"]
    if test.session == "self_administration":
        trained = [phase.dose for phase in phases if isinstance(phase, DrugTaking)]
        dose = test.dose or (trained[-1] if trained else None)
        entries |= {"contingent_cue": 1.0, "unit_dose": dose.to("mg/kg") if dose else own_drug.intake_dose}
    stage = np.vstack([np.zeros((HOME_EPOCHS, len(STAGE))), _stage(test.hours, test.epochs, **entries)])
    for name in ("minutes", "silencing"):
        stage[:HOME_EPOCHS, STAGE.index(name)] = stage[-1, STAGE.index(name)]
    if test.session == "prime":
        given = test.dose.to("mg/kg") if test.dose else own_drug.prime
        stage[HOME_EPOCHS, STAGE.index("injected")] = own.injected_share * given
    return Session(stage, HOME_EPOCHS, own_drug.name)
