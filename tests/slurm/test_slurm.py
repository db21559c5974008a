"""Studies on a real Slurm: jobs that are killed, cancelled and asked for again; the engine answers at once."""

import os
import signal
import subprocess
import time

import pytest
from study_help import RUNS, called, command, contents, environment, small, wait_for

from protocols.studies import slurm
from protocols.studies.slurm_script import job_name
from protocols.studies.study_folder import StudyFolder

pytestmark = pytest.mark.usefixtures("on_cluster")


def jobs(folder):
    return slurm.queued(job_name("small", folder))


def test_a_study_runs_as_an_array_of_jobs_and_leaves_none(tmp_path):
    small(tmp_path)
    out = tmp_path / "out"
    done = called("sweep", tmp_path / "small.toml", "--out", out, "--engine", "slurm")
    assert done.returncode == 0, done.stderr
    assert "asked for 2 workers: job" in done.stderr
    assert len(contents(out)) == RUNS and StudyFolder(out).status().done == RUNS
    wait_for(lambda: jobs(out) == 0)
    assert not (out / "engine" / "tls.key").exists()
    assert oct((out / "engine").stat().st_mode)[-3:] == "700"


def test_cancelled_jobs_are_asked_for_again_and_a_killed_driver_is_followed_by_another(tmp_path, monkeypatch):
    small(tmp_path)
    out = tmp_path / "out"
    log = tmp_path / "log"
    words = command("sweep", tmp_path / "small.toml", "--out", out, "--engine", "slurm")
    with subprocess.Popen(
        words, env=environment(FAKE_SLOW="1.5", FAKE_LOG=str(log)), stderr=subprocess.PIPE, text=True,
        stdout=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        wait_for(lambda: len(contents(out)) >= 2, process)
        subprocess.run(["scancel", "--name", job_name("small", out)], check=True)
        before = len(contents(out))
        wait_for(lambda: len(contents(out)) >= before + 2, process)  # workers came again
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    before = contents(out)
    assert len(before) < RUNS
    time.sleep(1)
    done = called("resume", out, "--engine", "slurm", FAKE_LOG=str(log))
    assert done.returncode == 0, done.stderr
    assert len(contents(out)) == RUNS and before.items() <= contents(out).items()
    wait_for(lambda: jobs(out) == 0)


def test_what_slurm_refuses_is_one_line(tmp_path):
    small(tmp_path)
    out = tmp_path / "out"
    done = called("sweep", tmp_path / "small.toml", "--out", out, "--engine", "slurm", "--partition", "nowhere")
    assert done.returncode == 2
    assert "invalid partition specified: nowhere" in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr
    assert jobs(out) == 0


def test_jobs_that_die_before_a_worker_comes_up_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(slurm, "LOOK", 0.5)
    folder = StudyFolder.start(small(tmp_path), tmp_path / "out")
    settings = folder.study.file.slurm.model_copy(update={"setup": ("echo no such module >&2; exit 3",)})
    with (
        pytest.raises(slurm.ClusterError, match=r"before a worker comes up: no such module \(more in"),
        slurm.slurm(settings)(folder, RUNS, lambda _: None) as workers,
    ):
        for _ in range(1200):  # it is only this long where it hangs
            workers.wanted(RUNS)
            time.sleep(0.5)
    wait_for(lambda: jobs(tmp_path / "out") == 0)
