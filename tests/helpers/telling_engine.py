"""An engine in which a field rises by 20 under one rival alone where uptake is blocked; for tests of designs."""

from __future__ import annotations

import numpy as np

from results.recording import Measure, Recording


def prepare(experiment, say):
    pass


def simulate(identity, experiment, prepared):
    group = experiment.group_named(identity.group)
    blocked = any(one.drug == "TBOA" for one in group.treatment)
    field = 100 + np.random.default_rng(identity.noise_seed).normal(0, 3)
    field += 20 * (blocked and experiment.model.tone == "perisynaptic")
    return Recording(
        identity, measures={"fepsp": Measure(float(field), "% of baseline")}, provenance={"parameters": {}}
    )
