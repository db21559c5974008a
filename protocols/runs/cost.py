"""What an experiment costs, roughly, before it is run."""

from __future__ import annotations

from circuit.apparatus.operant_box import EPOCH
from protocols.animals.sessions import LEARNING_EPOCHS
from protocols.assays.in_session import SessionAssay
from protocols.experiments.experiment import Experiment

PER_NETWORK_SECOND = 0.15  # s of one core at scale 1, about 1,000 cells; measured
WHOLE = 4.5  # how much more a network second of the whole circuit costs at the same scale; measured
PER_RUN = 0.5  # s of one core: setting up, reading, writing
CLOSED_FORM = 0.2  # the same, where the network is not run; measured
PER_INTAKE = 0.02  # s of one core for the days' equations, per session or injection; measured


def processor_seconds(experiment: Experiment) -> float:
    """Time of one core that running the whole experiment takes, compiling left out; s, within a factor of two or so."""
    second = PER_NETWORK_SECOND * experiment.circuit.scale * (WHOLE if experiment.whole else 1.0)
    once = sum(
        PER_RUN + second * test.network_seconds(experiment.acceleration) if test.runs_network else CLOSED_FORM
        for test in experiment.test
    )
    training = _sessions(experiment) * (PER_RUN + second * EPOCH * LEARNING_EPOCHS) + _intakes(experiment) * PER_INTAKE
    return (once * len(experiment.group) + training) * experiment.animals.per_group


def _intakes(experiment: Experiment) -> int:
    """Sessions and injections that bring drug, in all histories."""
    phases = [phase for group in experiment.group for phase in group.history]
    injected = sum(phase.days * phase.per_day for phase in phases if phase.phase == "injections")
    return injected + sum(phase.days for phase in phases if phase.phase == "self_administration")


def _sessions(experiment: Experiment) -> int:
    """Sessions that one animal goes through in all its histories; what groups and tests share counts once."""
    histories = {
        (group.unlearning, (*group.history, *test.phases_before())[: place + 1])
        for group in experiment.group
        for test in experiment.test
        if isinstance(test, SessionAssay)
        for place in range(len(group.history) + len(test.phases_before()))
    }
    return sum(past[-1].days for _, past in histories if past[-1].phase not in ("abstinence", "injections"))
