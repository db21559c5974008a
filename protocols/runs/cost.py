"""What an experiment costs, roughly, before it is run."""

from __future__ import annotations

from circuit.apparatus.operant_box import EPOCH
from circuit.clock import CLOCK_BIN
from protocols.animals.sessions import HOME_EPOCHS, LEARNING_EPOCHS
from protocols.assays.evoked_assays import Plasticity
from protocols.assays.kinds import Test
from protocols.experiments.experiment import Experiment
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.inductions import Trains

LONG_TRAIN = 5.0  # s, as in `protocols.stimulation.timeline`, which this module leaves unimported to start fast
PER_NETWORK_SECOND = 0.15  # s of one core at scale 1, about 1,000 cells; measured
WHOLE = 4.5  # how much more a network second of the whole circuit costs at the same scale; measured
PER_RUN = 0.5  # s of one core: setting up, reading, writing
TOLD = 0.2  # the same, where the network is not run; measured
PER_INTAKE = 0.02  # s of one core for the days' equations, per session or injection; measured


def network_seconds(test: Test, acceleration: Acceleration) -> float:
    """Length of a test once its background is accelerated and its long trains are thinned, s; approximate."""
    if test.kind == "reward":
        return 0.0
    if test.kind == "seeking":
        return EPOCH * (test.epochs + HOME_EPOCHS)
    if test.kind == "spines":
        return EPOCH * (test.epochs + test.home)
    if test.kind == "miniature" or acceleration.maximum == 1:
        return test.length
    window = acceleration.window_before.si + acceleration.window_after.si
    if test.kind == "plasticity":
        pulses = int(test.baseline.si / test.pulse_every.si) + int(test.after.si / test.pulse_every.si)
        trains = [_train(induction, acceleration) for induction in test.inductions for _ in range(induction.trains)]
        groups = pulses + len(trains)
        full = groups * window + sum(length for length, _ in trains)
        events = groups * window + sum(simulated for _, simulated in trains)
    elif test.kind in ("input_output", "paired_pulse", "ampa_nmda"):
        groups = int(test.length / test.pulse_every.si)
        if test.kind == "paired_pulse":
            window += sum(interval.si for interval in test.intervals) / len(test.intervals)
        full = events = window * groups
    else:
        groups, full, events = 0, 0.0, 0.0
    background = max(0.0, test.length - full)
    gentle = min(_gentle(test, acceleration) if test.kind == "plasticity" else 0.0, background)
    slowly = min(acceleration.maximum, acceleration.after_induction)
    quick = (background - gentle) / acceleration.maximum
    once = events + gentle / slowly + max(quick, groups * CLOCK_BIN)
    return 2 * once if test.kind == "ampa_nmda" else once


def _gentle(test: Plasticity, acceleration: Acceleration) -> float:
    """Background that runs slower because an induction is not long ago, s."""
    memory, total = acceleration.induction_memory.si, 0.0
    for place, induction in enumerate(test.inductions):
        between = max((induction.interval.si if induction.interval else 0.0) - induction.train_length, 0.0)
        following = test.inductions[place + 1 :]
        rest = test.further[place].pause.si if following else test.after.si
        total += (induction.trains - 1) * min(between, memory) + min(rest, memory)
    return total


def _train(induction: Trains, acceleration: Acceleration) -> tuple[float, float]:
    """Length of one train in biological and in network time, s."""
    length = induction.train_length
    if length <= LONG_TRAIN:
        return length, length
    share = min(1.0, acceleration.uncompressed / induction.pulses)
    return length, length * (share + (1 - share) / acceleration.pulse_group)


def processor_seconds(experiment: Experiment) -> float:
    """Time of one core that running the whole experiment takes, compiling left out; s, within a factor of two or so."""
    factor = WHOLE if experiment.circuit.preset == "corticostriatal" else 1.0
    second = PER_NETWORK_SECOND * experiment.circuit.scale * factor
    once = sum(
        TOLD if test.kind == "reward" else PER_RUN + second * network_seconds(test, experiment.acceleration)
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
    """Sessions that one animal lives through in all its histories; what groups and tests share counts once."""
    if experiment.circuit.preset != "corticostriatal":
        return 0
    lives = {
        (group.unlearning, (*group.history, *test.preceded_by)[: place + 1])
        for group in experiment.group
        for test in experiment.test
        if test.kind == "seeking"
        for place in range(len(group.history) + len(test.preceded_by))
    }
    return sum(life[-1].days for _, life in lives if life[-1].phase not in ("abstinence", "injections"))
