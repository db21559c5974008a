"""What an experiment costs, roughly, before it is run."""

from __future__ import annotations

from circuit.apparatus.operant_box import EPOCH
from circuit.engine import compiled
from circuit.wiring.own import in_use
from circuit.wiring.plan import WHOLE, plan
from protocols.animals.sessions import LEARNING_EPOCHS
from protocols.assays.base import Assay
from protocols.experiments.experiment import Experiment

PER_NETWORK_SECOND = 0.08  # s of one core at scale 1, with an electrode: about 800 cells; measured
SESSIONS = 4.8  # how much more a network second of the whole circuit costs at the same scale; measured
PER_RUN = 0.5  # s of one core: setting up, reading, writing
CLOSED_FORM = 0.2  # the same, where the network is not run; measured
COMPILING = {"electrode": 15.0, "operant box": 25.0}  # s of one core for a circuit, by its apparatus; measured
PER_INTAKE = 0.02  # s of one core for the days' equations, per session or injection; measured


def processor_seconds(experiment: Experiment) -> float:
    """Time of one core that running the whole experiment takes, compiling left out; s, within a factor of two or so."""
    second = PER_NETWORK_SECOND * experiment.circuit.scale
    once = sum(_once(test, second, experiment) for test in experiment.test)
    session = PER_RUN + SESSIONS * second * EPOCH * LEARNING_EPOCHS
    training = _sessions(experiment) * session + _intakes(experiment) * PER_INTAKE
    return (once * len(experiment.group) + training) * experiment.animals.per_group


def compiling_seconds(experiment: Experiment) -> float:
    """Time of one core that compiling takes: circuits of the experiment that the cache does not hold; s."""
    circuit = experiment.circuit
    if circuit.engine == "runtime" or compiled.compiler() is None:
        return 0.0
    with in_use(circuit.digest):
        plans = {plan(name).name: plan(name) for test in experiment.test for name in test.circuits}
        missing = [one for name, one in plans.items() if not compiled.cached(name, circuit.scale, circuit.precision)]
    return sum(COMPILING[one.apparatus] for one in missing)


def _once(test: Assay, second: float, experiment: Experiment) -> float:
    """Time of one test of one animal, s, without the sessions before it."""
    if not test.runs_network:
        return CLOSED_FORM
    return PER_RUN + second * (SESSIONS if test.in_session else 1.0) * test.network_seconds(experiment.acceleration)


def _intakes(experiment: Experiment) -> int:
    """Sessions and injections that bring drug, in all histories."""
    phases = [phase for group in experiment.group for phase in group.history]
    injected = sum(phase.days * phase.per_day for phase in phases if phase.phase == "injections")
    return injected + sum(phase.days for phase in phases if phase.phase in ("self_administration", "conditioning"))


def _sessions(experiment: Experiment) -> int:
    """Sessions that one animal goes through in all its histories; what groups and tests share counts once."""
    lives = set()
    for test in experiment.test:
        if WHOLE in test.circuits:
            coming = [group.going_through(test.phases_before()) for group in experiment.group]
            lives |= {(group.unlearning, group.history) for group in coming}
            lives |= {((), twin.history) for group in coming for twin in group.exchange}
    histories = {(unlearning, life[: place + 1]) for unlearning, life in lives for place in range(len(life))}
    return sum(past[-1].days for _, past in histories if past[-1].phase not in ("abstinence", "injections"))
