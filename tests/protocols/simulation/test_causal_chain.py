"""Links of the causal chain cut, held or bypassed in typical animals of a small circuit: one sentence a statement.

Contacts stand for the field: the response that their weights give, in % of what it was, without a field's noise.
"""

from __future__ import annotations

import pandas as pd
import pytest

from circuit.engine import compiled
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.progress import progress
from results.evidence.causality import share
from results.statistics.summary import frame

pytestmark = [
    pytest.mark.slow,
    pytest.mark.compiled,
    pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler"),
]


@pytest.fixture(scope="module")
def responses(tmp_path_factory) -> pd.Series:
    """Response of all contacts, % of baseline, indexed by test, group and animal; short before and after induction."""
    short = [
        f"test.{test}.{key}"
        for test in ("HFS", "LFS")
        for key in ('baseline="1 min"', 'after="2 min"', 'window=["30 s", "2 min"]')
    ]
    changed = ["circuit.scale=0.25", "animals.per_group=1", "animals.seed=11", "animals.variability=false", *short]
    batch = run_batch(with_overrides(load("causality"), changed), progress(), tmp_path_factory.mktemp("causality"))
    assert not batch.failures
    table = frame(batch.recordings)
    table = table[table["measure"] == "contact_response"]
    return table.set_index(["test", "group", "animal"])["value"].sort_index()


def test_blocking_nmda_receptors_abolishes_potentiation_and_depression(responses):
    assert responses["HFS", "control"].mean() > 110 and responses["LFS", "control"].mean() < 90
    for test in ("HFS", "LFS"):
        assert responses[test, "control+AP5"].between(99, 101).all()


def test_holding_mglur5_tone_gives_depression_back(responses):
    recovered = share(*(responses["LFS", group] for group in ("cocaine", "control", "cocaine, mGluR5 tone held")))
    assert recovered[0] > 0.5


def test_holding_mglur23_tone_moves_the_tetanus_towards_control(responses):
    held = "cocaine, mGluR2/3 tone held"
    assert (responses["HFS", held] > responses["HFS", "cocaine"]).all()
    assert share(responses["HFS", "cocaine"], responses["HFS", "control"], responses["HFS", held])[0] > 0.3


def test_holding_mglur23_tone_alone_does_not_give_depression_back(responses):
    held = "cocaine, mGluR2/3 tone held"
    assert share(responses["LFS", "cocaine"], responses["LFS", "control"], responses["LFS", held])[0] < 0.3


@pytest.mark.parametrize("test", ["HFS", "LFS"])
def test_blocking_cystine_exchange_induces_what_cocaine_does(responses, test):
    induced = share(*(responses[test, group] for group in ("control", "cocaine", "control+(S)-4-CPG")))
    assert induced[0] > 0.5


@pytest.mark.parametrize("test", ["HFS", "LFS"])
@pytest.mark.parametrize(
    "without, given",
    [
        ("cocaine, no xCT", "cocaine+NAC, no xCT"),
        ("control, no mGluR2/3", "control+LY341495, no mGluR2/3"),
        ("control, no mGluR5", "control+MPEP, no mGluR5"),
    ],
)
def test_a_drug_without_its_target_does_nothing(responses, test, without, given):
    assert (responses[test, given] - responses[test, without]).abs().max() < 3


def test_with_cystine_exchange_nac_does_much(responses):
    recovered = share(*(responses["LFS", group] for group in ("cocaine", "control", "cocaine+NAC")))
    assert recovered[0] > 0.5
