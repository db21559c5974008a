"""``corticostriatal compare``: the default and its rivals against one table; the engine answers at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from protocols.cli.main import app
from protocols.validation import rivals
from protocols.validation.validate import Validation
from synapses.hypotheses import hypotheses

pytestmark = pytest.mark.usefixtures("at_once")


def call(*arguments):
    return CliRunner().invoke(app, ["compare", *(str(argument) for argument in arguments)])


def test_rivals_stand_beside_the_default_and_what_is_there_is_not_done_again(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    arguments = ("tone", "--model", "tone=no_ags3,expression=postsynaptic", "--model", "pools=one", "--quick")
    arguments += ("--animals", 2, "--jobs", 1, "--out", "out", "--json", "compared.json")
    first = call(*arguments)
    assert first.exit_code == 0, first.output
    assert "QUICK" in first.stdout and "pools=one" in first.stdout
    written = json.loads(Path("compared.json").read_text())
    names = ["default", "tone=no_ags3,expression=postsynaptic", "pools=one"]
    assert [model["name"] for model in written["models"]] == names
    assert written["models"][2]["values"] == dict(hypotheses()["pools"]["one"].values)
    assert {row["id"] for row in written["rows"]} > {"G5b", "P8b"} and not {"P1a"} & {
        row["id"] for row in written["rows"]
    }
    assert all(list(row["answers"]) == names for row in written["rows"])
    folders = {"default", "tone-no_ags3-expression-postsynaptic", "pools-one"}
    assert {path.name for path in Path("out").iterdir()} >= {"default", "pools-one"}
    assert len(list(Path("out").iterdir())) == len(folders)
    log = (tmp_path / "log").read_text()
    assert call(*arguments).stdout == first.stdout
    assert (tmp_path / "log").read_text() == log and len(log.splitlines()) == 3 * 4


def test_markdown_can_be_pasted_into_a_page():
    text = call("tone", "--model", "pools=one", "--animals", 1, "--jobs", 1, "--format", "md").stdout
    assert "| model | use | right | inconclusive | wrong | loses | wins |" in text
    assert "| id | statement | use | published | unit | default | pools=one |" in text


def test_without_models_every_shipped_rival_is_held():
    assert {rivals.name_of(chosen) for chosen in rivals.every()} > {"tone=perisynaptic", "pools=one"}
    assert len(rivals.every()) == sum(len(forms) - 1 for forms in hypotheses().values())


def test_a_failed_run_gives_exit_code_1(monkeypatch):
    monkeypatch.setenv("FAKE_FAILS", "control 0")
    assert call("tone", "--model", "pools=one", "--animals", 1, "--jobs", 1).exit_code == 1


BAD = {
    "pools=won": "--model pools=won: pools: 'won' is not known; did you mean 'one'?",
    "pool=one": "pool: unknown key; did you mean 'pools'?",
    "one": "'one' is not PART=NAME",
    "pools=one,pools=three": "pools is chosen twice",
    "pools=one,tone=perisynaptic": "'perisynaptic' cannot stand with pools = 'one'",
}


@pytest.mark.parametrize("given", BAD)
def test_an_unknown_rival_is_refused_in_one_line_before_anything_runs(given, tmp_path):
    result = call("tone", "--model", given, "--out", "out")
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith("error: ") and BAD[given] in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["tonne"], "no experiment 'tonne'; did you mean 'tone'?"), (["tone", "--format", "csv"], "--format: 'csv'")],
)
def test_other_bad_input_is_refused_in_one_line(arguments, told):
    result = call(*arguments)
    assert result.exit_code == 2 and told in result.stderr and result.stderr.count("\n") == 1


def test_a_rival_loses_what_only_the_default_has_right_and_wins_what_only_it_has():
    def held(chosen, **statuses):
        rows = [{"id": id_, "status": status} for id_, status in statuses.items()]
        return rivals.Rival(chosen, Validation(rows, {}, (), (), ()))

    usual = held({}, A1="right", A2="right", A3="wrong", A4="inconclusive", A5="not_covered")
    other = held({"pools": "one"}, A1="right", A2="inconclusive", A3="right", A4="wrong", A5="not_covered")
    assert rivals.changes(other, usual) == {"loses": ["A2"], "wins": ["A3"]}


def test_verdicts_of_a_model_are_counted_by_use():
    def row(name, use, status, **more):
        return {"id": name, "use": use, "status": status, "by_construction": False, "same_as": None} | more

    rows = [
        row("A1", "calibration", "right"), row("A2", "prediction", "wrong"), row("A3", "informed", "right"),
        row("A4", "prediction", "right", by_construction=True), row("A5", "informed", "right", same_as="A3"),
        row("A6", "prediction", "not_covered"),
    ]  # fmt: skip
    counted = rivals.counts(rivals.Rival({}, Validation(rows, {}, (), (), ())))
    assert counted == {
        "calibration": {"right": 1, "wrong": 0, "inconclusive": 0},
        "informed": {"right": 1, "wrong": 0, "inconclusive": 0},
        "prediction": {"right": 0, "wrong": 1, "inconclusive": 0},
    }
