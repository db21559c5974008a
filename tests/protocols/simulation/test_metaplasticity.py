"""The main experiment on a few animals of a small circuit: each claim of the paper is one sentence, in its measure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from circuit.engine import compiled
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.progress import progress
from results.statistics.summary import frame
from results.store import content_hash

pytestmark = [
    pytest.mark.slow,
    pytest.mark.compiled,
    pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler"),
]


@pytest.fixture(scope="module")
def small_experiment():
    """Typical animals: without differences between them two are enough."""
    changed = ["circuit.scale=0.25", "animals.per_group=2", "animals.seed=11", "animals.variability=false"]
    return with_overrides(load("moussawi2009"), changed)


@pytest.fixture(scope="module")
def table(small_experiment, tmp_path_factory) -> pd.DataFrame:
    batch = run_batch(small_experiment, progress(), tmp_path_factory.mktemp("moussawi2009"))
    assert not batch.failures
    return frame(batch.recordings)


def measured(table: pd.DataFrame, measure: str) -> pd.Series:
    """A measure, % of baseline, indexed by test, group and animal."""
    return table[table["measure"] == measure].set_index(["test", "group", "animal"])["value"].sort_index()


@pytest.fixture(scope="module")
def responses(table) -> pd.Series:
    """Field response."""
    return measured(table, "fepsp")


@pytest.fixture(scope="module")
def contacts(table) -> pd.Series:
    """Response that the weights of all contacts give: no noise of a field that few pulses measure."""
    return measured(table, "contact_response")


def test_tetanus_potentiates_control_core(responses):
    assert responses["HFS", "control"].mean() > 108


def test_low_frequency_stimulation_depresses_control_core(responses):
    assert responses["LFS", "control"].max() < 95


def test_cocaine_takes_potentiation_away(responses):
    assert responses["HFS", "cocaine"].mean() < responses["HFS", "control"].mean() - 5
    assert 90 < responses["HFS", "cocaine"].mean() < 110


def test_cocaine_impairs_depression(responses):
    assert responses["LFS", "cocaine"].mean() > responses["LFS", "control"].mean() + 10


def test_nac_gives_potentiation_back(contacts):
    assert contacts["HFS", "cocaine+NAC"].min() > contacts["HFS", "cocaine"].max()


def test_nac_gives_depression_back(responses):
    assert responses["LFS", "cocaine+NAC"].max() < responses["LFS", "cocaine"].min()


def test_mglur23_block_takes_potentiation_and_spares_depression(responses):
    blocked = "cocaine+NAC+LY341495"
    assert responses["HFS", blocked].mean() < responses["HFS", "cocaine+NAC"].mean() - 5
    assert 90 < responses["HFS", blocked].mean() < 110
    assert responses["LFS", blocked].max() < 95


def test_mglur5_block_takes_depression_and_spares_potentiation(responses):
    blocked = "cocaine+NAC+MPEP"
    assert responses["LFS", blocked].min() > 95
    assert responses["HFS", blocked].mean() > 102


def test_equal_seeds_give_equal_contents_and_another_noise_seed_does_not(small_experiment):
    from protocols.runs.plan import plan
    from protocols.simulation.simulate import prepare, simulate

    prepared = prepare(small_experiment)
    identity = plan(small_experiment)[0].identity
    other = replace(identity, noise_seed=identity.noise_seed + 1)
    first, again, noise = (simulate(who, small_experiment, prepared) for who in (identity, identity, other))
    assert content_hash(first) == content_hash(again)
    assert not np.array_equal(first.traces["field"].data, noise.traces["field"].data)
