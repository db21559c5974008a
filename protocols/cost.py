"""What an experiment costs, roughly, before it is run."""

from __future__ import annotations

from protocols.assays import Plasticity, Tone
from protocols.experiment import Acceleration, Experiment

LONG_TRAIN = 5.0  # s, as in `protocols.timeline`, which this module leaves unimported to start fast
PER_NETWORK_SECOND = 0.24  # s of one core at scale 1, about 1,000 cells; measured
PER_RUN = 1.0  # s of one core: setting up, reading, writing


def network_seconds(test: Plasticity | Tone, acceleration: Acceleration) -> float:
    """Length of a test once its background is accelerated and its long trains are thinned, s; approximate."""
    if test.kind == "tone":
        return test.length / acceleration.maximum
    window = acceleration.window_before.si + acceleration.window_after.si
    pulses = int(test.baseline.si / test.pulse_every.si) + int(test.after.si / test.pulse_every.si)
    train = test.induction.train_length
    simulated = train
    if train > LONG_TRAIN and acceleration.maximum > 1:
        share = min(1.0, acceleration.uncompressed / test.induction.pulses)
        simulated = train * (share + (1 - share) / acceleration.pulse_group)
    events = pulses * window + test.induction.trains * (simulated + window)
    background = max(0.0, test.length - pulses * window - test.induction.trains * (train + window))
    interval = test.induction.interval.si if test.induction.interval else 0.0
    memory = acceleration.induction_memory.si
    gentle = (test.induction.trains - 1) * min(max(interval - train, 0.0), memory) + min(memory, test.after.si)
    gentle = min(gentle, background)
    slowly = min(acceleration.maximum, acceleration.after_induction)
    return events + gentle / slowly + (background - gentle) / acceleration.maximum


def processor_seconds(experiment: Experiment) -> float:
    """Time of one core that running the whole experiment takes, compiling left out; s, within a factor of two or so."""
    once = sum(
        PER_RUN + PER_NETWORK_SECOND * experiment.circuit.scale * network_seconds(test, experiment.acceleration)
        for test in experiment.test
    )
    return once * len(experiment.group) * experiment.animals.per_group
