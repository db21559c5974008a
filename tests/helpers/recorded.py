"""Recordings of every shape that an experiment leaves, small, with the clocks that its protocol gives them."""

import json

import numpy as np

from protocols.experiments.experiment import load
from protocols.runs.plan import document
from protocols.stimulation.limits import SETTLING
from protocols.stimulation.pulses import pause
from protocols.stimulation.timeline import compile_timeline
from results.recording import Curve, Identity, Measure, Recording, Series, Spikes, SynapseSample, Trace

RNG = np.random.default_rng(5)
STEP = 0.05


def recorded(experiment, group, test, network_seconds, **parts):
    origin = {
        "version": "0.1.0",
        "network_seconds": network_seconds,
        "parameters": {"release.maximum": 0.5, "release.half": 0.45},
        "experiment": json.dumps(document(load(experiment)), default=str),
        "command": ["corticostriatal", "run", "/home/somebody/secret"],
    }
    who = Identity(experiment, group, test, 3, 11, 12)
    return Recording(who, measures={"level": Measure(1.25, "uM")}, provenance=origin, **parts)


def slow(time, unit="uM"):
    return Series(time, RNG.lognormal(size=len(time)), unit, "glutamate")


def compiled(experiment, test):
    """The time line of a test, and its own clock at network times."""
    content = load(experiment)
    test = content.test_named(test)
    (work,) = test.passes(None)
    plan = compile_timeline(pause(work.lead) + work.stimulus, content.acceleration, min(work.lead, SETTLING))
    return plan, lambda times: test.clock(plan.to_biological(times) - work.lead)


def plasticity():
    """Test pulses before and after an induction that takes no time on the test's clock."""
    plan, clock = compiled("moussawi2009", "HFS")
    network = STEP * np.arange(round(plan.timeline.duration / STEP))
    time, pulses = clock(network), plan.timeline.pulses
    sweep_time = clock(pulses[plan.test])
    cells = np.arange(0, 12, 4)
    fired = {  # 4 is silent
        0: np.concatenate([pulses[plan.test] + 0.012, pulses[~plan.test] + 0.003]),
        8: 0.07 + np.arange(0.0, plan.timeline.duration - 0.1, 0.21),
    }
    return recorded(
        "moussawi2009", "cocaine+NAC", "HFS", STEP * len(network),
        traces={
            "field": Trace(RNG.normal(size=(len(sweep_time), 120)), -0.01, 5e-4, "pA", sweep_time, "mean current"),
            "potential_before": Trace(RNG.normal(-80, 5, (4, 300)), -0.05, 5e-4, "mV", np.full(4, -15.0), "cells"),
            "potential_induction": Trace(RNG.normal(-80, 5, (4, 300)), -0.05, 5e-4, "mV", np.zeros(4), "cells"),
        },
        series={
            "extrasynaptic_glutamate": slow(time),
            "camp": slow(time, "1"),
            "fepsp": Series(sweep_time, RNG.normal(100, 5, len(sweep_time)), "% of baseline", "field amplitude"),
        },
        spikes={
            "core_medium_spiny": Spikes(
                np.concatenate(list(fired.values())),
                np.concatenate([np.full(len(times), cell) for cell, times in fired.items()]),
                int(cells[-1]) + 1,
                "network time; every 4. cell",
            ),
            "electrode": Spikes(pulses, np.zeros(len(pulses), int), 1, "network time; every 1. cell"),
        },
        synapses={"rho": SynapseSample(RNG.uniform(size=20), "1", "AMPA efficacy")},
    )  # fmt: skip


def microdialysis():
    time = np.linspace(-3600, 9000, 250)
    return recorded(
        "basal_glutamate", "cocaine", "no net flux", STEP * len(time),
        series={"extrasynaptic_glutamate": slow(time), "dialysate": slow(np.arange(-3000.0, 9001, 1200))},
        curves={"no_net_flux": Curve(np.arange(4.0), RNG.normal(size=4), "uM", "uM", "perfused", "gained")},
    )  # fmt: skip


def seeking():
    clock = np.arange(-1800.0, 7201, 600)
    counts = {
        name: Series(clock, RNG.integers(0, 9, len(clock)), "1", name)
        for name in ("active_presses", "inactive_presses")
    }
    days = 86400.0 * np.arange(10)
    return recorded(
        "reinstatement", "cocaine", "cue", 0.6 * len(clock) + 0.001,
        series=counts | {
            "cocaine": slow(clock), "core_glutamate": slow(clock), "core_dopamine": slow(clock, "%"),
            "training_active": Series(days, np.arange(10.0), "1", "active of each session"),
            "training_rewards": Series(days, np.arange(10.0) / 2, "1", "rewards of each session"),
        },
        spikes={"VTA_dopamine": Spikes(np.array([0.2, 0.9]), np.array([1, 1]), 2, "network time; every 1. cell")},
    )  # fmt: skip


def currents():
    time = np.array([5.0, 15.0, 25.0])
    sweeps = {
        name: Trace(RNG.normal(size=(3, 220)), -0.01, 5e-4, "pA", time, "mean current of clamped cells")
        for name in ("at_rest", "depolarised")
    }
    return recorded(
        "release_and_ratio", "cocaine", "ratio", 2 * STEP * 40, traces=sweeps,
        series={"camp": slow(np.linspace(-1, 30, 40), "1")},
        spikes={"PL_pyramidal": Spikes(np.array([0.2, 0.9]), np.array([1, 1]), 2, "network time; every 1. cell")},
    )  # fmt: skip


def miniature():
    example = Curve(np.arange(400) * 5e-4, RNG.normal(size=400), "s", "pA", "time", "current of one cell")
    series = {"camp": slow(STEP * np.arange(1220) - 1, "1")}
    return recorded(
        "release_and_ratio", "cocaine", "miniature", STEP * 1220, series=series, curves={"example": example},
        spikes={"PL_pyramidal": Spikes(np.array([0.2, 30.0]), np.array([1, 1]), 2, "network time; every 1. cell")},
    )  # fmt: skip


MADE = {one.__name__: one for one in (plasticity, microdialysis, seeking, currents, miniature)}
