"""The verb `power`: pools that are simulated or read, the paper's own statistic, the ensemble, bad input."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from protocols.cli.main import app
from synapses.calibrated import calibrated

ASKED = ("--group", "control", "--group", "cocaine", "--test", "HFS")


pytestmark = pytest.mark.usefixtures("at_once")


def call(*arguments):
    return CliRunner().invoke(app, ["power", *map(str, arguments)])


def test_a_pool_is_simulated_and_a_folder_of_it_gives_the_same_answer():
    result = call("moussawi2009", *ASKED, "--animals", 9, "--jobs", 1, "--out", "pool", "--json", "a.json")
    assert result.exit_code == 0, result.output
    found = json.loads(Path("a.json").read_text())
    assert (found["measure"], found["statistic"]) == ("fepsp_time_course", "student")  # P2b, as the paper has it
    (row,) = found["sets"]
    assert row["pool"] == [9, 9] and len(list(Path("pool/runs").iterdir())) == 18
    assert len(row["n"]) == len(row["power"]) == len(row["pool_interval"]) == len(row["sampling_interval"])
    # paired animals have the same seeds, and the engine that answers at once makes nothing of their history
    assert row["effect_size"] == 0 and "does not show a difference" in row["remark"]
    assert "does not show a difference" in result.stdout
    assert Path("pool/power_control_cocaine_HFS.png").exists()
    assert call("pool", *ASKED, "--json", "b.json").exit_code == 0
    assert json.loads(Path("b.json").read_text()) == found


def test_every_set_of_the_ensemble_gets_a_line_and_all_of_them_one(monkeypatch):
    members = calibrated().ensemble[:2]
    monkeypatch.setattr("protocols.analysis.power.calibrated", lambda: replace(calibrated(), ensemble=members))
    shared = ("--animals", 4, "--jobs", 1, "--largest", 6, "--out", "pool", "--json", "a.json")
    tone = ("--group", "control", "--group", "cocaine", "--test", "rest", "--ensemble")
    result = call("tone", *tone, "--set", 'animals.pairing="independent"', *shared)
    assert result.exit_code == 0, result.output
    found = json.loads(Path("a.json").read_text())
    names = [row["set"] for row in found["sets"]]
    assert names == ["shipped", *(f"set {k}" for k in range(1, len(members) + 1)), "over all sets"]
    assert [row["parameters"] for row in found["sets"]] == [{}, *members, None]
    mean = sum(row["power"][-1] for row in found["sets"][:-1]) / (len(names) - 1)
    assert found["sets"][-1]["power"][-1] == pytest.approx(mean)
    assert call("pool", *tone, "--largest", 6).exit_code == 0


def test_where_the_paper_measured_the_same_animals_twice_the_test_is_paired(tmp_path):
    from protocols.analysis.power import Question, _statistic
    from results.evidence.table import load
    from results.recording import Identity, Recording

    row = next(row for row in load() if row.within and row.experiment and len(set(row.groups)) == 2)
    recordings = [Recording(Identity(row.experiment, group, row.test, 0, 1, 2)) for group in row.groups]
    statistic, reason = _statistic(recordings, Question(row.groups, row.test), row.measure)
    assert statistic == "paired" and "the same animals twice" in reason
    assert _statistic(recordings, Question(row.groups, row.test), "another")[0] == "welch"


def test_a_failed_run_leaves_the_others_and_exit_code_1(monkeypatch):
    monkeypatch.setenv("FAKE_FAILS", "control 0")
    result = call("tone", "--group", "control", "--group", "cocaine", "--test", "rest", "--animals", 4, "--jobs", 1)
    assert result.exit_code == 1 and "3 + 4" in result.stdout and "too small a pool to tell" in result.stdout


BAD = {
    "unknown group": (
        ["tone", "--group", "control", "--group", "cocain", "--test", "rest"],
        "no group 'cocain'; did you mean",
    ),
    "one group twice": (
        ["tone", "--group", "control", "--group", "control", "--test", "rest"],
        "cannot be compared with itself",
    ),
    "unknown test": (
        ["moussawi2009", "--group", "control", "--group", "cocaine", "--test", "HSF"],
        "no test 'HSF'; did you mean",
    ),
    "unknown statistic": (
        ["moussawi2009", *ASKED, "--statistic", "welsh"],
        "'welsh' is not known; did you mean 'welch'",
    ),
    "two animals": (["moussawi2009", *ASKED, "--animals", "2"], "--animals: 2 is not allowed"),
    "tiny cohorts": (["moussawi2009", *ASKED, "--largest", "2"], "--largest: 2 is not allowed"),
    "an empty folder": ([".", *ASKED], "holds no runs"),
    "a folder with settings": ([".", *ASKED, "--seed", "3"], "is a folder of results"),
    "unknown measure": (
        ["tone", "--group", "control", "--group", "cocaine", "--test", "rest", "--animals", "3", "--measure", "feps"],
        "no measure 'feps'; did you mean 'fepsp'",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_exit_code_2(case):
    arguments, told = BAD[case]
    result = call(*arguments, "--jobs", 1)
    assert result.exit_code == 2, result.output
    assert told in result.stderr.splitlines()[-1] and result.stderr.splitlines()[-1].startswith("error: ")
