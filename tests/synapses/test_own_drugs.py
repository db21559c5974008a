"""Drugs of one's own: read from a file, refused in one line, and part of an experiment's hash."""

import pytest

from protocols import digest
from protocols.experiment import load
from synapses import pharmacology

DRUG = """
[blocker-X]
description = "invented"
half_life = 14400.0
absorption = 900.0
level = 0.3
source = "invented"
actions = [ {target = "mGluR2/3", action = "antagonist", potency = 0.05, source = "invented"} ]
"""


@pytest.fixture
def own(monkeypatch, tmp_path):
    """Write a file of drugs that the model then reads."""

    def write(text):
        file = tmp_path / "mine.toml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv(pharmacology.DRUG_FILES, str(file))
        forget()
        return file

    def forget():
        for cached in (pharmacology.drugs, digest.sources, digest.code, digest.code_digest, digest.model_digest):
            cached.cache_clear()

    yield write
    monkeypatch.undo()
    forget()


def test_a_drug_of_a_file_stands_beside_the_shipped_ones(own):
    own(DRUG)
    found = pharmacology.drugs()["blocker-X"]
    assert found.half_life == 14400.0 and found.actions[0].target == "mGluR2/3"
    assert "NAC" in pharmacology.drug_names()


def test_other_kinetics_make_other_runs(own):
    experiment = load("moussawi2009")
    hashes = {digest.experiment_hash(experiment)}
    for text in (DRUG, DRUG.replace("14400.0", "7200.0")):
        own(text)
        hashes.add(digest.experiment_hash(experiment))
    assert len(hashes) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("blocker-X", "NAC", "NAC: there is a drug of that name already"),
        ("half_life", "half_live", "blocker-X: got an unexpected key 'half_live'"),
        ("half_life = 14400.0\n", "", "blocker-X: missing 1 key: 'half_life'"),
        ("14400.0", "-1.0", "half_life: -1.0 is not allowed"),
        ("14400.0", '"4 h"', "half_life: '4 h' is not allowed"),
        ("mGluR2/3", "mGluR7", "no target 'mGluR7' with action 'antagonist'; allowed: cystine donor"),
        ("actions = [", "action = [", "a drug is a table with actions"),
        ("[blocker-X]", "[blocker-X", "is not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(own, old, new, said):
    file = own(DRUG.replace(old, new, 1))
    with pytest.raises(ValueError) as refused:
        pharmacology.drugs()
    assert said in str(refused.value) and str(file) in str(refused.value) and "\n" not in str(refused.value)
