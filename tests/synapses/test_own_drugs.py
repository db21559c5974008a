"""Drugs of one's own: read from a file, refused in one line, and part of an experiment's hash."""

import pytest

from protocols.experiments.experiment import load
from protocols.simulation import digest
from synapses import drug_files
from synapses.drug_files import DrugFileError

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
        monkeypatch.setenv(drug_files.DRUG_FILES, str(file))
        forget()
        return file

    def forget():
        for cached in (drug_files.drugs, digest.sources, digest.code, digest.code_digest, digest.model_digest):
            cached.cache_clear()

    yield write
    monkeypatch.undo()
    forget()


def test_a_drug_of_a_file_stands_beside_the_shipped_ones(own):
    own(DRUG)
    found = drug_files.drugs()["blocker-X"]
    assert found.half_life == 14400.0 and found.actions[0].target == "mGluR2/3"
    assert "NAC" in drug_files.drug_names()


def test_other_kinetics_make_other_runs(own):
    experiment = load("moussawi2009")
    hashes = {digest.experiment_hash(experiment)}
    for text in (DRUG, DRUG.replace("14400.0", "7200.0")):
        own(text)
        hashes.add(digest.experiment_hash(experiment))
    assert len(hashes) == 3


BAD = [
    ("blocker-X", "NAC", "NAC: there is a drug of that name already"),
    ("half_life", "half_live", "blocker-X.half_live: unknown key; did you mean 'half_life'?"),
    ("half_life = 14400.0\n", "", "blocker-X.half_life: is required and missing"),
    ("14400.0", "-1.0", "blocker-X.half_life: -1.0 is not allowed"),
    ("14400.0", "inf", "blocker-X.half_life: inf is not allowed"),
    ("14400.0", "1e-320", "blocker-X.half_life: 1e-320 is not allowed: it should be greater than or equal to 1"),
    ("14400.0", "true", "blocker-X.half_life: True is not allowed"),
    ("14400.0", '"4 h"', "blocker-X.half_life: '4 h' is not allowed"),
    ("900.0", "0", "blocker-X.absorption: 0 is not allowed"),
    ("0.3", "nan", "blocker-X.level: nan is not allowed"),
    ("0.3", "0.3\nprime = [1]", "blocker-X.prime: [1] is not allowed"),
    ("0.3", '0.3\nintake = "x"', "blocker-X.intake: 'x' is not allowed"),
    ("0.3", "0.3\nintake_dose = 0", "blocker-X.intake_dose: 0 is not allowed"),
    ("0.3", "0.3\nintake_exponent = 400", "blocker-X.intake_exponent: 400 is not allowed"),
    ("0.3", "0.3\nadaptation = -1", "blocker-X.adaptation: -1 is not allowed"),
    ("0.3", '0.3\nname = "other"', "blocker-X.name: unknown key; the head of the table"),
    ("0.05", "0.0", "potency: 0.0 is not allowed"),
    ("0.05", "0.05, maximum = -5", "maximum: -5 is not allowed"),
    ('"mGluR2/3"', '["mGluR2/3"]', "target: ['mGluR2/3'] is not allowed"),
    ('description = "invented"', "description = 5", "blocker-X.description: 5 is not allowed"),
    ("mGluR2/3", "mGluR7", "nothing in the model has this target and action; did you mean 'mGluR5 antagonist'?"),
    ('"mGluR2/3", action = "antagonist"', '"dopamine cell", action = "drive"', "dopamine cell drive needs a maximum"),
    (
        '"mGluR2/3", action = "antagonist"',
        '"AMPA receptor", action = "antagonist", maximum = 1.0',
        "AMPA receptor antagonist has no maximum",
    ),
    ("actions = [", "action = [", "blocker-X.action: unknown key; did you mean 'actions'?"),
    ("actions = [", "actions = 5 #", "blocker-X.actions: 5 is not allowed"),
    ("[blocker-X]", "[blocker-X", "is not TOML"),
    ("[blocker-X]", "blocker-X = 5\n[other]", "blocker-X: is no table"),
    ("[blocker-X]", '[" "]', "is not a name"),
    ("14400.0", "9" * 5000, "is not TOML"),
    ("14400.0", "0x" + "f" * 400, "a number beyond 64 bits"),
    ("14400.0", "[" * 3000, "nested deeper"),
]


@pytest.mark.parametrize(("old", "new", "said"), BAD, ids=[f"{said[:50]} {new[:12]}" for _, new, said in BAD])
def test_a_file_that_cannot_be_used_is_refused_in_one_line(own, old, new, said):
    assert old in DRUG
    file = own(DRUG.replace(old, new, 1))
    with pytest.raises(DrugFileError) as refused:
        drug_files.drugs()
    line = str(refused.value)
    assert line.startswith(f"{file}: ") and said in line and "\n" not in line and len(line) < 1600


def test_all_that_is_wrong_with_a_drug_is_told_at_once(own):
    own(DRUG.replace("14400.0", "inf").replace("900.0", "-1").replace("0.05", "nan"))
    with pytest.raises(DrugFileError, match=r"half_life: inf .*; also absorption: -1 .*; also actions\.0.potency: nan"):
        drug_files.drugs()


def test_a_file_that_is_not_there_is_named(own, monkeypatch, tmp_path):
    own(DRUG)
    monkeypatch.setenv(drug_files.DRUG_FILES, str(tmp_path / "gone.toml"))
    with pytest.raises(DrugFileError, match=r"gone\.toml: No such file"):
        drug_files.drugs()


def test_the_fault_of_a_drug_file_is_not_told_as_one_of_the_experiment(own):
    file = own(DRUG.replace("14400.0", "inf"))
    with pytest.raises(DrugFileError) as refused:
        load("moussawi2009")
    assert str(refused.value).startswith(f"{file}: blocker-X.half_life: ")
