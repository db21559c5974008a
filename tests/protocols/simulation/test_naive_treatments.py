"""Treatments of glutamate in naive animals of a small circuit: no dose takes LTP, LTD or the EPSC away."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from circuit.engine import compiled
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.progress import progress
from results.statistics.summary import frame

pytestmark = [
    pytest.mark.slow,
    pytest.mark.compiled,
    pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler"),
]
CYSTINE = tuple(f"naive+cystine {level} uM" for level in ("0.1", "0.5", "2", "5", "20"))
AGONIST = tuple(f"naive+LY379268 {dose} mg/kg" for dose in ("0.1", "0.3", "1"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> pd.Series:
    """One typical animal a group, indexed by measure, test and group."""
    changed = ["circuit.scale=0.25", "animals.per_group=1", "animals.seed=11", "animals.variability=false"]
    only = [(group, "pairs") for group in ("naive", "naive+NAC", *CYSTINE, *AGONIST)]
    only += [(group, test) for group in ("naive", "naive+NAC", AGONIST[0]) for test in ("HFS", "LFS")]
    folder = tmp_path_factory.mktemp("naive_treatments")
    batch = run_batch(with_overrides(load("naive_treatments"), changed), progress(), folder, only=only)
    assert not batch.failures
    return frame(batch.recordings).set_index(["measure", "test", "group"])["value"].sort_index()


def test_nac_leaves_a_naive_animal_its_potentiation(measured):
    assert 103 < measured["fepsp", "HFS", "naive+NAC"] < 160


@pytest.mark.parametrize("treatment", ["NAC", AGONIST[0].removeprefix("naive+")])
def test_a_naive_animal_keeps_depression_when_its_release_is_restrained(measured, treatment):
    assert measured["contact_response", "LFS", f"naive+{treatment}"] < 95
    assert measured["fepsp", "LFS", f"naive+{treatment}"] < 97
    assert measured["contact_response", "LFS", "naive"] < 90


@pytest.mark.parametrize("treatments", [CYSTINE, AGONIST], ids=["cystine", "LY379268"])
def test_the_epsc_falls_with_the_dose_and_never_to_nothing(measured, treatments):
    currents = [measured["first_response", "pairs", group] for group in ("naive", *treatments)]
    assert all(more > 0.95 * less for more, less in pairwise(currents))
    assert currents[0] > 1.2 * currents[2]
    assert currents[-1] > 0.3 * currents[0]


def test_glutamate_at_the_highest_cystine_is_what_uptake_allows(measured):
    levels = [measured["extrasynaptic_glutamate", "pairs", group] for group in ("naive", *CYSTINE)]
    assert levels == sorted(levels) and levels[-1] < 60
