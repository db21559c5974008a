"""How far the runs of an experiment are, by the same verb as of a study."""

import json

import pytest
from called import call, refused
from study_help import go

from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import read_folder
from protocols.runs.plan import plan
from protocols.runs.run_folder import RunFolder
from protocols.simulation.digest import experiment_hash
from protocols.studies.study_folder import opened
from results.store import content_hash


@pytest.fixture
def experiment():
    settings = ["animals.per_group=2"]
    return with_overrides(load("tone"), settings)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_status_tells_what_is_done_what_failed_and_why(experiment, out, tmp_path, monkeypatch):
    runs = len(plan(experiment))
    monkeypatch.setenv("FAKE_FAILS", "cocaine 1")
    assert len(go(experiment, out).failures) == 1
    result = call("status", out, "--json", tmp_path / "status.json")
    assert result.exit_code == 0
    assert "failed, 1 x: ArithmeticError: the membrane exploded (e.g. cocaine, rest, animal 1" in result.stdout
    assert result.stdout.splitlines()[-1] == "runs that failed are done again by: the same command"
    found = json.loads((tmp_path / "status.json").read_text())
    assert (found["planned"], found["done"], found["failed"], found["missing"]) == (runs, runs - 1, 1, 0)
    assert found["reasons"][0]["attempts"] == 1
    monkeypatch.delenv("FAKE_FAILS")
    assert not go(experiment, out).failures
    end = opened(out).status()
    assert (end.done, end.failed) == (runs, 0) and not (out / "failed").exists()


def test_status_tells_who_is_at_work_and_what_is_missing(experiment, out):
    folder = RunFolder(out, experiment_hash(experiment))
    first, *others = plan(experiment)
    with folder.joined(experiment), folder.claim(first):
        now = opened(out).status()
        assert (now.running, now.missing, now.done) == (1, len(others), 0)
        (who,) = now.workers
        assert f"running  1 ({who})" in call("status", out).stdout and who.startswith("process ")
    assert opened(out).status().missing == len(others) + 1


def test_more_animals_count_and_fewer_leave_the_plan_as_it_was(experiment, out):
    go(experiment, out)
    go(with_overrides(experiment, ["animals.per_group=3"]), out)
    go(with_overrides(experiment, ["animals.per_group=1"]), out)
    end = opened(out).status()
    assert end.planned == end.done == len(plan(experiment)) * 3 // 2 and end.other == 0


def test_a_damaged_run_is_not_done(experiment, out):
    go(experiment, out)
    next(iter((out / "runs").glob("*.h5"))).write_bytes(b"broken")
    end = opened(out).status()
    assert (end.done, end.missing) == (end.planned - 1, 1)


def test_groups_and_tests_that_nobody_asked_for_are_not_missing(experiment, out):
    first, second, *_ = ((group.name, test.name) for group in experiment.group for test in experiment.test)
    go(experiment, out, only={first})
    found = opened(out).status()
    assert found.planned == found.done == 2
    go(experiment, out, only={second})
    assert opened(out).status().planned == 4
    go(experiment, out)
    go(experiment, out, only={first})
    assert opened(out).status().planned == len(plan(experiment))


def test_a_folder_without_its_mark_is_told_from_its_runs(experiment, out):
    go(experiment, out)
    (out / "experiment.json").unlink()
    assert opened(out).status().done == len(plan(experiment))
    (out / "experiment.json").write_text('{"experiment_hash": "x", "experiment": [[]]}')
    assert opened(out).status().done == len(plan(experiment))


@pytest.mark.parametrize("content", ['{"experiment_hash": "x"}', '{"experiment_hash": "x", "experiment": {"a": 1}}'])
def test_a_mark_that_says_no_experiment_is_told_in_one_line(out, content):
    out.mkdir()
    (out / "experiment.json").write_text(content)
    assert str(out) in refused("status", out)


def test_a_folder_of_neither_is_told(tmp_path):
    assert "holds neither a study nor the runs" in refused("status", tmp_path)


def test_settings_that_replace_others_leave_no_failure_of_theirs(experiment, out, monkeypatch):
    monkeypatch.setenv("FAKE_FAILS", "cocaine 1")
    go(experiment, out)
    monkeypatch.delenv("FAKE_FAILS")
    go(with_overrides(experiment, ["animals.seed=2"]), out, force=True, only=())
    assert not (out / "failed").exists()


def test_what_a_run_hands_over_is_what_its_file_holds(experiment, out):
    made = go(experiment, out).recordings
    assert len(made) == len(plan(experiment))
    assert {content_hash(one) for one in made} == {content_hash(one) for one in read_folder(out)}
