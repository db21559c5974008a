"""A run repeated from its own file: identical, different with the reason, or refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from protocols.cli.main import app
from protocols.errors import InputError
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.progress import Lines
from protocols.runs.rerun import rerun
from results import store
from results.recording import Measure

FAKE = {"prepare": "fake_engine:prepare", "simulate": "fake_engine:simulate"}


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A run's file, alone in another folder than the one that it was written to."""
    monkeypatch.setenv("CORTICOSTRIATAL_PREPARE", FAKE["prepare"])
    monkeypatch.setenv("CORTICOSTRIATAL_CONDUCT", FAKE["simulate"])
    experiment = with_overrides(load("moussawi2009"), ["animals.per_group=1"])
    done = run_batch(experiment, Lines(), tmp_path / "done", 1, only=[("cocaine", "LFS")], **FAKE)
    assert not done.failures
    moved = tmp_path / "elsewhere" / "mine.h5"
    moved.parent.mkdir()
    shutil.move(tmp_path / "done" / "runs" / "cocaine_LFS_000.h5", moved)
    shutil.rmtree(tmp_path / "done")
    monkeypatch.chdir(tmp_path)
    return moved


def call(*arguments):
    return CliRunner().invoke(app, ["rerun", *map(str, arguments)])


def test_a_moved_file_is_enough_to_repeat_its_run(file, tmp_path):
    before = file.read_bytes()
    result = call(file, "--out", "again.h5", "--json", "found.json")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("identical: moussawi2009: cocaine, LFS, animal 0")
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["identical"] and found["differences"] == []
    assert store.content_hash("again.h5") == store.content_hash(file) == found["content_sha256"]["repeated"]
    assert file.read_bytes() == before


def test_a_result_that_differs_is_told_with_its_size_and_what_else_was_different(file):
    stored = store.read(file)
    fepsp = stored.measures["fepsp"]
    packages = dict(stored.provenance["packages"], numpy="1.0")
    store.write(
        replace(
            stored,
            measures={**stored.measures, "fepsp": Measure(fepsp.value + 2.5, fepsp.unit)},
            provenance={**stored.provenance, "packages": packages},
        ),
        file,
    )
    result = call(file, "--json", "found.json")
    assert result.exit_code == 1
    assert "measures/fepsp/value" in result.stdout and "packages.numpy" in result.stdout
    found = json.loads(Path("found.json").read_text())
    assert [d["dataset"] for d in found["differences"]] == ["measures/fepsp/value"]
    assert found["differences"][0]["largest"] == pytest.approx(2.5)
    assert [p["entry"] for p in found["provenance"]] == ["packages.numpy"]


def test_a_run_that_fails_when_repeated_is_told_in_one_line(file, monkeypatch):
    monkeypatch.setenv("FAKE_FAILS", "cocaine 0")
    result = call(file)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].endswith(
        "failed when it was repeated: ArithmeticError: the membrane exploded"
    )


def spoilt(file, **provenance):
    stored = store.read(file)
    kept = {key: value for key, value in {**stored.provenance, **provenance}.items() if value is not None}
    store.write(replace(stored, provenance=kept), file)
    return file


BAD = {
    "no recording": (lambda file: file.write_text("text"), "not a whole recording"),
    "a damaged file": (lambda file: file.write_bytes(file.read_bytes()[:-900]), "not a whole recording"),
    "no experiment": (lambda file: spoilt(file, experiment=None), "holds no experiment"),
    "an experiment of another version": (
        lambda file: spoilt(file, experiment=json.dumps({"experiment": {"name": "x"}, "grups": []})),
        "this version refuses the experiment in it: grups: unknown key; did you mean 'group'",
    ),
    "another experiment": (
        lambda file: spoilt(file, experiment=load("tone").model_dump_json()),
        "its experiment has no test 'LFS'; it has rest",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_run_of_ours_is_refused_in_one_line(file, case):
    spoil, told = BAD[case]
    spoil(file)
    result = call(file)
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert result.stderr.startswith("error: ") and told in result.stderr


def test_nothing_that_is_stored_is_replaced(file):
    for out in (file, file.parent):
        assert "is there already" in call(file, "--out", out).stderr
    assert "no folder that exists" in call(file, "--out", "nowhere").stderr


def test_a_file_cannot_name_code_to_run(file):
    spoilt(file, conduct="os:system")
    with pytest.raises(InputError, match="none of ours"):
        rerun(file, prepare=FAKE["prepare"])


def test_the_engine_that_ran_a_file_runs_it_again(file, monkeypatch):
    import fake_engine

    asked = []
    monkeypatch.setattr(fake_engine, "prepare", lambda experiment, say: asked.append(experiment.circuit.engine))
    rerun(file, **FAKE)
    rerun(spoilt(file, engine="runtime"), **FAKE)
    assert asked == ["compiled", "runtime"]


def test_an_animal_lives_its_life_again_unless_its_kept_state_is_asked_for(file, monkeypatch):
    import fake_engine

    from circuit.engine.compiled import cache_folder

    asked, here, real = [], cache_folder(), fake_engine.simulate

    def simulate(*arguments):
        asked.append(cache_folder())
        return real(*arguments)

    monkeypatch.setattr(fake_engine, "simulate", simulate)
    rerun(file, **FAKE)
    rerun(file, kept_life=True, **FAKE)
    assert asked[0] != here and not asked[0].exists()
    assert asked[1] == here == cache_folder()


@pytest.mark.slow
def test_a_simulated_run_without_a_compiler_repeats_to_the_last_bit(tmp_path):
    settings = ['circuit.engine="runtime"', "circuit.scale=0.02", "animals.per_group=1", "acceleration.maximum=1000"]
    experiment = with_overrides(load("tone"), [*settings, 'test.rest.duration="2 min"'])
    done = run_batch(experiment, Lines(), tmp_path, 1, only=[("cocaine+NAC", "rest")])
    assert not done.failures
    repeated = rerun(tmp_path / "runs" / "cocaine+NAC_rest_000.h5")
    assert repeated.identical and repeated.provenance == []
    assert repeated.repeated.provenance["engine"] == "runtime"
