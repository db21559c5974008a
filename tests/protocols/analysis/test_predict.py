"""`predict` answers in a sentence, with an interval at any number of animals, and says where it leaves the evidence."""

import json
from pathlib import Path

import numpy as np
import pytest
from called import call, refused

from protocols.analysis import covered
from protocols.analysis import predict as asking
from protocols.analysis.predict import Question
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import Batch
from results.recording import Identity, Measure, Recording
from results.statistics.agreement import ratio_of_counts

CUE = Question("cue", "NAc core")


def rows_of(presses, asked=CUE):
    """Rows for given presses of each group, animal by animal."""
    experiment = asking.experiment_for(asked, len(next(iter(presses.values()))), 1, 0.5)
    recordings = tuple(
        Recording(
            Identity(experiment.name, group.name, "cue", n, n, n), measures={"active_presses": Measure(value, "1")}
        )
        for group in experiment.group
        for n, value in enumerate(presses.get(group.name, presses["vehicle"]))
    )
    return asking.compared(experiment, Batch(experiment, Path("out"), recordings, (), 0.0))


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_there_is_an_interval_at_any_number_of_animals(n):
    rows = rows_of(
        {"vehicle": [60.0, 50.0, 70.0, 64.0, 48.0, 66.0][:n], "NAc core": [6.0, 4.0, 9.0, 5.0, 2.0, 8.0][:n]}
    )
    low, high = rows[1]["ratio_interval"]
    assert 0 <= low < rows[1]["ratio"] < high
    assert f"[{100 * low:.0f}, {100 * high:.0f}]" in asking.sentence(CUE, rows)


def test_a_quick_prediction_has_few_animals_in_a_small_circuit():
    asked = Question("context", "NAc shell")
    quick, usual = (asking.experiment_for(asked, 6, 1, 0.5, (), each) for each in (True, False))
    assert (quick.animals.per_group, quick.circuit.scale) == (2, 0.25)
    assert (usual.animals.per_group, usual.circuit.scale) == (6, 0.5)


def test_an_interval_of_counting_alone_says_so():
    said = asking.sentence(CUE, rows_of({"vehicle": [60.0], "NAc core": [6.0]}))
    assert said.startswith("NAc core silenced by muscimol: 6.0 presses in the session cue, vehicle 60.0: 10 % [4, 23]")
    assert said.endswith("lower (95 % interval of counting presses alone; 1 animal is too few).")


def test_the_interval_of_counts_holds_the_true_ratio_as_often_as_it_says():
    rng, inside = np.random.default_rng(1), 0
    for _ in range(400):
        low, high = ratio_of_counts([rng.poisson(12)], [rng.poisson(40)])[1]
        inside += low <= 0.3 <= high
    assert inside / 400 >= 0.95 - 0.02  # exact limits hold it at least so often


def test_a_vehicle_that_does_not_press_has_no_ratio():
    said = asking.sentence(CUE, rows := rows_of({"vehicle": [0.0, 0.0], "NAc core": [1.0, 0.0]}))
    assert "there is no ratio" in said and rows[1]["ratio_interval"] is None
    json.dumps(rows, allow_nan=False)


def test_groups_stand_in_the_order_of_the_question():
    rows = rows_of({"vehicle": [3.0, 4.0]})
    assert [row["group"] for row in rows] == [group.name for group in asking.experiment_for(CUE, 2, 1, 0.5).group]


def test_equal_rows_are_explained():
    only = Question("cue", "NAc shell")
    names = [group.name for group in asking.experiment_for(only, 2, 1, 0.5).group]
    rows = rows_of({"vehicle": [30.0, 40.0]} | {name: [3.0, 4.0] for name in names[1:]}, only)
    remarks = asking.remarks(only, rows)
    assert len(remarks) == len(names) - 2 and all("the same in every animal" in line for line in remarks)


def test_a_drug_is_asked_about_like_a_site():
    asked = Question("cue", drug="NAC", dose="100 mg/kg", before="2.5 h")
    experiment = asking.experiment_for(asked, 2, 1, 0.5)
    assert [group.name for group in experiment.group] == ["vehicle", "NAC 100 mg/kg"]
    (given,) = experiment.group[1].treatment
    assert (given.drug, given.dose.to("mg/kg"), given.at.si) == ("NAC", 100, -9000)


def test_what_evidence_covers_is_not_warned_of():
    assert covered.outside(load("seeking_pharmacology"), covered.by_evidence()) == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (['group.*.history.self_administration.dose="30 mg/kg"'], "cocaine taken at 30 mg/kg: findings compared"),
        (["test.cue.preceded_by.extinction.days=2000"], "2000 days after the last drug: findings compared"),
        (['group.NAC.treatment.NAC.dose="1000 mg/kg"'], "NAC given at 1000 mg/kg: findings compared"),
        (['group.MPEP.treatment.MPEP.drug="latrunculin A"'], "latrunculin A"),
    ],
)
def test_what_lies_outside_of_evidence_is_named(settings, told):
    (line,) = covered.outside(with_overrides(load("seeking_pharmacology"), settings), covered.by_evidence())
    assert told in line


BAD = {
    "neither site nor drug": (["--session", "cue"], "give either --site"),
    "both": (["--session", "cue", "--site", "PL", "--drug", "NAC", "--dose", "1 mg/kg"], "give either --site"),
    "no dose": (["--session", "cue", "--drug", "NAC"], "--dose: say how much NAC"),
    "unknown site": (["--session", "cue", "--site", "NAc coer"], "did you mean 'NAc core'?"),
    "unknown session": (["--session", "cues", "--site", "PL"], "did you mean 'cue'?"),
    "a dose beside a site": (["--session", "cue", "--site", "PL", "--dose", "1 mg/kg"], "--dose: says nothing beside"),
    "an agent beside a drug": (
        ["--session", "cue", "--drug", "NAC", "--dose", "1 mg/kg", "--agent", "TTX"],
        "--agent: says nothing beside --drug",
    ),
    "unknown agent": (["--session", "cue", "--site", "PL", "--agent", "TTY"], "--agent: 'TTY' is not known; did you"),
    "no share": (["--session", "cue", "--site", "PL", "--fraction", 0], "--fraction: 0.0 is not allowed"),
    "a moment after": (
        ["--session", "cue", "--drug", "NAC", "--dose", "1 mg/kg", "--before", "-2 h"],
        "--before: '-2 h' must be not negative",
    ),
    "no unit": (["--session", "cue", "--drug", "NAC", "--dose", "100"], "--dose: '100' has no unit"),
    "unknown drug": (["--session", "cue", "--drug", "NAK", "--dose", "1 mg/kg"], "did you mean 'NAC'?"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_question_that_makes_no_sense_is_refused(case):
    arguments, told = BAD[case]
    assert told in refused("predict", *arguments)


def test_the_answer_names_its_folder(at_once, monkeypatch):
    monkeypatch.setattr(asking, "MEASURE", "fepsp")  # what the engine that answers at once gives
    arguments = (
        "--site",
        "NAc core",
        "--session",
        "cue",
        "--animals",
        2,
        "--jobs",
        1,
        "--out",
        "out",
        "--json",
        "a.json",
    )
    result = call("predict", *arguments, "--set", 'group.*.history.self_administration.dose="30 mg/kg"')
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("NAc core silenced by muscimol: ") and lines[-1] == "runs and summary: out"
    assert "outside what was calibrated: cocaine taken at 30 mg/kg" in result.stderr
    written = json.loads(Path("a.json").read_text())
    assert written["answer"] == lines[0] and written["folder"] == "out" and written["outside"]
