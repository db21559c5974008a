"""Batches of runs: seeds, hashes, resuming, failures, being stopped or killed; the engine answers at once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from study_help import ENGINE, HANGS, go, wait_for

from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import with_overrides
from protocols.experiments.template import TEMPLATE
from protocols.runs import batch
from protocols.runs import plan as planning
from protocols.runs.batch import Interrupted, read_folder, run_batch
from protocols.runs.progress import Lines
from protocols.simulation.digest import experiment_hash
from results import store

ROOT = Path(__file__).parents[3]


@pytest.fixture
def experiment(tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(TEMPLATE.format(name="small"), encoding="utf-8")
    return with_overrides(load(file), ["animals.per_group=2"])


def test_every_animal_of_every_group_and_test_has_its_file():
    runs = planning.plan(load("moussawi2009"))
    assert len({run.file for run in runs}) == 80
    assert runs[0].file == "runs/control_HFS_000.h5"


def test_paired_animals_share_their_seeds_across_groups_and_their_structure_across_tests():
    runs = planning.plan(load("moussawi2009"))
    seeds = {(r.identity.group, r.identity.test, r.identity.animal): r.identity for r in runs}
    first, other = seeds["control", "HFS", 3], seeds["cocaine", "HFS", 3]
    assert (first.structure_seed, first.noise_seed) == (other.structure_seed, other.noise_seed)
    low = seeds["control", "LFS", 3]
    assert low.structure_seed == first.structure_seed and low.noise_seed != first.noise_seed
    assert len({r.identity.structure_seed for r in runs}) == 8
    assert len({r.identity.noise_seed for r in runs}) == 16
    assert all(0 <= seed < 2**31 for r in runs for seed in (r.identity.structure_seed, r.identity.noise_seed))


def test_independent_animals_share_no_seed():
    runs = planning.plan(with_overrides(load("moussawi2009"), ['animals.pairing="independent"']))
    assert len({r.identity.structure_seed for r in runs}) == 40
    assert len({r.identity.noise_seed for r in runs}) == 80


def test_the_hash_leaves_out_the_number_of_animals_and_nothing_else():
    base = load("tone")
    same = experiment_hash(with_overrides(base, ["animals.per_group=99"]))
    assert same == experiment_hash(base)
    for setting in ("animals.seed=2", "parameters.release.maximum=0.6", "circuit.scale=0.5", "experiment.name=other"):
        assert experiment_hash(with_overrides(base, [setting])) != same


def test_figures_are_drawn_on_request_and_follow_the_runs_from_then_on(experiment, tmp_path):
    out = tmp_path / "out"
    go(experiment, out, figures=True)
    assert {file.name for file in out.glob("figure*")} == {"figure.png", "figure.svg"}
    before = (out / "figure.svg").read_bytes()
    go(with_overrides(experiment, ["animals.per_group=3"]), out)
    assert (out / "figure.svg").read_bytes() != before


def test_a_batch_writes_runs_and_summary(experiment, tmp_path):
    batch = go(experiment, tmp_path / "out", jobs=2)
    assert not batch.failures and len(batch.recordings) == 4
    there = {path.name for path in (tmp_path / "out").iterdir()}
    assert there == {"experiment.json", "runs", "claims", "summary.json"}
    assert not list((tmp_path / "out" / "claims").iterdir())
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    row = next(r for r in summary["rows"] if (r["group"], r["measure"]) == ("cocaine", "fepsp"))
    assert row["n"] == 2
    provenance = store.read(tmp_path / "out/runs/cocaine_HFS_001.h5").provenance
    assert provenance["experiment_hash"] == experiment_hash(experiment)
    assert experiment_from(json.loads(provenance["experiment"])) == experiment
    assert set(provenance["seeds"]) == {"structure", "noise"}


def test_the_number_of_processes_changes_nothing(experiment, tmp_path):
    one, two = go(experiment, tmp_path / "one"), go(experiment, tmp_path / "two", jobs=2)
    assert one.summary["rows"] == two.summary["rows"]


def test_what_is_there_is_not_done_again(experiment, tmp_path, log):
    go(experiment, tmp_path / "out")
    assert len(log()) == 4
    again = go(with_overrides(experiment, ["animals.per_group=3"]), tmp_path / "out")
    assert log().count("control HFS 0") == 1 and len(log()) == 6
    assert len(again.recordings) == 6
    go(experiment, tmp_path / "out", force=True)
    assert len(log()) == 10


def test_a_damaged_file_is_done_again(experiment, tmp_path, log):
    go(experiment, tmp_path / "out")
    damaged = tmp_path / "out/runs/control_HFS_001.h5"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    assert len(go(experiment, tmp_path / "out").recordings) == 4
    assert log().count("control HFS 1") == 2 and len(log()) == 5


def test_only_what_is_asked_for_is_done(experiment, tmp_path, log):
    batch = go(experiment, tmp_path / "out", only={("cocaine", "HFS")})
    assert log() == ["cocaine HFS 0", "cocaine HFS 1"]
    assert {recording.identity.group for recording in batch.recordings} == {"cocaine"}


def test_a_folder_of_another_experiment_is_refused_unless_forced(experiment, tmp_path):
    go(experiment, tmp_path / "out")
    other = with_overrides(experiment, ["animals.seed=2", "animals.per_group=1"])
    with pytest.raises(InputError, match=r"runs of small with other settings; animals.seed differ.*--force"):
        go(other, tmp_path / "out")
    assert len(go(other, tmp_path / "out", force=True).recordings) == 2
    assert len(read_folder(tmp_path / "out")) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failing_run_is_named_and_the_others_go_on(experiment, tmp_path, monkeypatch, capfd, jobs):
    monkeypatch.setenv("FAKE_FAILS", "cocaine 1")
    batch = go(experiment, tmp_path / "out", jobs=jobs)
    assert [(done.run.label, done.failure) for done in batch.failures] == [
        ("cocaine, HFS, animal 1", "ArithmeticError: the membrane exploded")
    ]
    assert "failed: cocaine, HFS, animal 1: ArithmeticError: the membrane exploded" in capfd.readouterr().err
    assert len(batch.recordings) == 3


def test_a_refused_experiment_leaves_no_folder(experiment, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_REFUSES", "1")
    with pytest.raises(InputError):
        go(experiment, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_ctrl_c_in_this_process_tells_how_to_go_on(experiment, tmp_path, monkeypatch):
    class Impatient(Lines):
        def done(self, done):
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted, match=r"stopped; 1 of 4 runs are in .*the same command goes on"):
        run_batch(experiment, Impatient(), tmp_path / "out", jobs=1, **ENGINE)
    assert signal.getsignal(signal.SIGINT) is before


SLOW = [pytest.param(blow, marks=pytest.mark.slow) for blow in (signal.SIGINT, signal.SIGKILL)]


@pytest.mark.parametrize("blow", [signal.SIGTERM, *SLOW])
@pytest.mark.slow
def test_a_stopped_command_leaves_whole_files_and_nothing_running(tmp_path, blow):
    (tmp_path / "small.toml").write_text(TEMPLATE.format(name="small"), encoding="utf-8")
    waits, out, log = tmp_path / "waits", tmp_path / "out", tmp_path / "log"
    waits.mkdir()
    command = [
        sys.executable,
        "-m",
        "protocols.cli",
        "run",
        str(tmp_path / "small.toml"),
        "--animals",
        "2",
        "--jobs",
        "2",
        "--out",
        str(out),
    ]
    environment = dict(
        os.environ,
        PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'helpers'}",
        CORTICOSTRIATAL_PREPARE=ENGINE["prepare"],
        CORTICOSTRIATAL_CONDUCT=ENGINE["simulate"],
    )
    with subprocess.Popen(
        command,
        env=environment | {"FAKE_WAITS": str(waits)},
        stderr=subprocess.PIPE,
        text=True,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        # One run is done; the second animals of both groups keep the workers waiting.
        wait_for(lambda: len(list(out.glob("runs/*.h5"))) == 2 and len(list(waits.iterdir())) == 2, process)
        process.send_signal(blow)
        errors = process.communicate(timeout=HANGS)[1]
    wait_for(lambda: not list(waits.iterdir()))
    if blow != signal.SIGKILL:
        assert process.returncode == 130
        assert errors.splitlines()[-1].startswith("stopped; 2 of 4 runs are in")
    assert "Traceback" not in errors
    assert [store.read(file).identity.animal for file in sorted(out.glob("runs/*.h5"))] == [0, 0]
    assert not list(out.glob("runs/.*"))
    done = subprocess.run(
        command, env=environment | {"FAKE_LOG": str(log)}, capture_output=True, text=True, timeout=HANGS
    )
    assert done.returncode == 0, done.stderr
    assert sorted(log.read_text().splitlines()) == ["cocaine HFS 1", "control HFS 1"]


def test_a_worker_ends_when_told_to_even_if_the_word_is_swallowed():
    script = "import signal, time; from protocols.runs import pool; pool.GRACE = 1; pool._busy = True\n"
    script += "signal.signal(signal.SIGTERM, pool._stop_worker)\n"
    script += "while True:\n    try:\n        print('ready', flush=True); time.sleep(600)\n"
    script += "    except BaseException:\n        pass\n"
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        assert process.wait(timeout=300) == -signal.SIGALRM


def test_short_work_is_done_in_this_process_and_long_work_on_every_core(monkeypatch):
    monkeypatch.setattr(batch, "cores", lambda: 4)
    small, large = (with_overrides(load("tone"), [f"circuit.scale={scale}"]) for scale in (0.1, 20))
    assert [batch.worthwhile(small, runs) for runs in (1, 7)] == [1, 1]
    assert batch.worthwhile(large, 56) == 4
