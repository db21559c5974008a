"""Several commands on one folder of an experiment, and commands that are killed: what counts is never mixed or lost."""

import json
import os
import shlex
import signal
import subprocess
from contextlib import suppress

import pytest
from study_help import ENGINE, command, environment, go, small, wait_for

from protocols.errors import InputError
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.experiments.template import TEMPLATE
from protocols.runs import batch, claims, driver, run_folder, workers
from protocols.runs.plan import plan
from protocols.runs.run_folder import RunFolder
from protocols.simulation.digest import experiment_hash
from results import store

BOUND = 300  # s: bounds a hang only
GOES_ON = "and the same command goes on"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(TEMPLATE.format(name="small"), encoding="utf-8")
    return path


@pytest.fixture
def experiment(file):
    return with_overrides(load(file), ["animals.per_group=2"])


def together(*commands, **more):
    """Exit codes and standard errors of commands that are started at once."""
    begun = [
        subprocess.Popen(words, env=environment(**more), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for words in commands
    ]
    errors = [process.communicate(timeout=BOUND)[1] for process in begun]
    assert not any("Traceback" in text for text in errors), errors
    return [process.returncode for process in begun], errors


def source(experiment, folder, before=None):
    """What a run needs, with the engine that answers at once."""
    work = workers.Work(experiment, folder.digest, None, ENGINE["simulate"], folder.path, ())
    return batch.OnlyCondition(folder, work, before or {})


def hashes(out):
    """The settings of each run that is there; raises where one is not whole."""
    return {path.name: store.read(path).provenance["experiment_hash"] for path in sorted(out.glob("runs/*.h5"))}


@pytest.mark.slow
def test_two_commands_with_the_same_settings_share_the_runs(file, tmp_path, log):
    out = tmp_path / "out"
    words = command("run", file, "--animals", 6, "--out", out, "--jobs", 1)
    codes, errors = together(words, words, FAKE_SLOW="0.3")
    assert codes == [0, 0], errors
    assert len(log()) == len(set(log())) == 12
    assert sum(text.count("by another process") for text in errors) > 0
    assert json.loads((out / "summary.json").read_text())["rows"][0]["n"] == 6


def test_of_two_commands_with_other_settings_one_is_refused(file, tmp_path):
    out = tmp_path / "out"
    words = [
        command("run", file, "--animals", 4, "--out", out, "--jobs", 1, "--json", tmp_path / f"{seed}", "--seed", seed)
        for seed in (1, 2)
    ]
    codes, errors = together(*words, FAKE_SLOW="0.2")
    assert sorted(codes) == [0, 2], errors
    refused = errors[codes.index(2)]
    assert refused.count("\n") == 1 and "holds runs of small with other settings; animals.seed differ" in refused
    assert len(set(hashes(out).values())) == 1 and len(hashes(out)) == 8
    seed = 1 + codes.index(0)
    assert json.loads((out / "summary.json").read_text())["seeds"]["animals"] == seed
    assert not (tmp_path / f"{3 - seed}").exists()


@pytest.mark.slow
def test_a_run_and_a_sweep_do_not_share_a_folder(file, tmp_path):
    (tmp_path / "study").mkdir()
    small(tmp_path / "study")
    out = tmp_path / "out"
    run = command("run", file, "--out", out, "--jobs", 1, "--animals", 2)
    sweep = command("sweep", tmp_path / "study" / "small.toml", "--out", out, "--jobs", 1)
    codes, errors = together(run, sweep, FAKE_SLOW="0.1")
    assert sorted(codes) == [0, 2], errors
    assert errors[codes.index(2)].count("\n") == 1 and str(out) in errors[codes.index(2)]
    assert bool(list(out.glob("runs/*.h5"))) != bool(list(out.glob("runs/*/*.h5")))
    assert (out / "study.json").exists() != (out / "experiment.json").exists()


@pytest.mark.slow
def test_a_killed_replacement_loses_nothing_and_mixes_nothing(file, experiment, tmp_path, log, monkeypatch):
    out, waits = tmp_path / "out", tmp_path / "waits"
    waits.mkdir()
    go(experiment, out, figures=True)
    old = hashes(out)
    other = command("run", file, "--animals", 2, "--out", out, "--jobs", 2, "--seed", 5, "--force")
    with subprocess.Popen(
        other, env=environment(FAKE_WAITS=str(waits)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        wait_for(lambda: len(list(waits.iterdir())) == 2 and len(hashes(out)) == 2)  # old files move before that
        process.kill()
        process.communicate(timeout=BOUND)
    new = experiment_hash(with_overrides(experiment, ["animals.seed=5"]))
    assert set(hashes(out).values()) == {new}
    assert not (out / "summary.json").exists() and not (out / "figure.png").exists()
    (aside,) = out.glob("replaced-*")
    assert hashes(aside) == old and (aside / "summary.json").exists() and (aside / "figure.png").exists()
    wait_for(lambda: not RunFolder(out, new)._at_work())
    with pytest.raises(InputError, match="other settings; animals"):
        go(experiment, out)
    before = len(log())
    go(with_overrides(experiment, ["animals.seed=5"]), out)
    assert len(log()) == before + 2 and not list(out.glob("replaced-*"))
    assert set(hashes(out).values()) == {new} and len(hashes(out)) == 4


def test_what_was_set_aside_comes_back_with_its_settings(experiment, tmp_path, monkeypatch, log):
    out = tmp_path / "out"
    go(experiment, out)
    monkeypatch.setenv("FAKE_FAILS", "cocaine 1")
    other = with_overrides(experiment, ["animals.seed=2"])
    assert len(go(other, out, force=True).failures) == 1  # so what it replaced stays aside
    monkeypatch.delenv("FAKE_FAILS")
    monkeypatch.setattr(workers, "do", lambda *_: pytest.fail("nothing is left to do"))
    assert len(go(experiment, out, force=True, only=()).recordings) == 4


@pytest.mark.parametrize("steps", range(9))
def test_setting_aside_may_be_cut_off_after_any_step(experiment, tmp_path, log, monkeypatch, steps):
    out = tmp_path / "out"
    go(experiment, out, figures=True)
    before, move, moved = hashes(out), os.replace, []

    class Cut(BaseException):
        pass

    def some(source, target):
        if len(moved) == steps:
            raise Cut
        move(source, target)
        moved.append(target)

    other = with_overrides(experiment, ["animals.seed=2"])
    monkeypatch.setattr(run_folder.os, "replace", some)
    with pytest.raises(Cut):
        go(other, out, force=True)
    monkeypatch.setattr(run_folder.os, "replace", move)
    with pytest.raises(InputError, match="--force"):
        go(with_overrides(experiment, ["animals.seed=3"]), out)
    if (out / "experiment.json").exists():  # the folder is still the old one's
        assert len(go(experiment, out).recordings) == 4 and len(log()) == 4
        assert hashes(out) == before
    else:
        assert len(go(other, out, force=True).recordings) == 4 and not list(out.glob("replaced-*"))


def test_doing_all_again_with_the_same_settings_replaces_file_by_file(experiment, tmp_path, monkeypatch, log):
    out = tmp_path / "out"
    go(experiment, out)
    before = {path: path.stat().st_ino for path in out.glob("runs/*.h5")}
    monkeypatch.setenv("FAKE_FAILS", "control 1")
    batch = go(experiment, out, force=True)
    assert len(log()) == 8 and len(batch.failures) == 1
    changed = {path.name for path, number in before.items() if path.stat().st_ino != number}
    assert changed == {"control_HFS_000.h5", "cocaine_HFS_000.h5", "cocaine_HFS_001.h5"}


def test_runs_that_somebody_is_at_work_on_are_not_replaced(experiment, tmp_path):
    out = tmp_path / "out"
    folder = RunFolder(out, experiment_hash(experiment))
    with folder.joined(experiment):
        for force, told in ((True, "is at work here with other settings"), (False, "other settings; animals.seed")):
            with pytest.raises(InputError, match=told):
                go(with_overrides(experiment, ["animals.seed=2"]), out, force=force)
    assert go(with_overrides(experiment, ["animals.seed=2"]), out).summary  # nothing was there to be lost


def test_a_worker_that_outlives_its_command_does_not_touch_what_came_after(experiment, tmp_path):
    out = tmp_path / "out"
    folder, other = RunFolder(out, experiment_hash(experiment)), with_overrides(experiment, ["animals.seed=2"])
    with folder.joined(experiment):
        pass
    go(other, out, force=True)
    (run, *_) = plan(experiment)
    with pytest.raises(InputError, match="was given to runs with other settings"):
        workers.share(source(experiment, folder), run)
    assert not list((out / "claims").iterdir())


def test_while_somebody_joins_in_no_run_is_begun(experiment, tmp_path):
    folder = RunFolder(tmp_path / "out", experiment_hash(experiment))
    (run, *_) = plan(experiment)
    with folder.joined(experiment):
        with claims.exclusive(folder.path / "claims" / "start"):
            assert folder.claim(run) is None
        with folder.claim(run) as claim:
            assert claim is not None and folder.claim(run) is None


def test_a_folder_of_an_earlier_version_has_no_mark_and_gets_one(experiment, tmp_path, log):
    out = tmp_path / "out"
    go(experiment, out)
    (out / "experiment.json").unlink()
    with pytest.raises(InputError, match="other settings; animals"):
        go(with_overrides(experiment, ["animals.seed=2"]), out)
    go(experiment, out)
    assert (out / "experiment.json").exists() and len(log()) == 4


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"experiment_hash": 5}', b"[" * 100_000, b"\xff"])
def test_a_damaged_mark_is_made_again_from_what_the_runs_say(experiment, tmp_path, content, log):
    out = tmp_path / "out"
    go(experiment, out)
    (out / "experiment.json").write_bytes(content)
    with pytest.raises(InputError, match="other settings; animals"):
        go(with_overrides(experiment, ["animals.seed=2"]), out)
    go(experiment, out)
    assert len(log()) == 4
    assert json.loads((out / "experiment.json").read_text())["experiment_hash"] == experiment_hash(experiment)


def test_another_version_of_the_code_is_refused_as_such(experiment, tmp_path, monkeypatch):
    out = tmp_path / "out"
    go(experiment, out)
    monkeypatch.setattr("protocols.simulation.digest.model_digest", lambda: "0" * 64)
    with pytest.raises(InputError, match=r"holds runs of small with another version of the code \(\w{8}, not \w{8}\)"):
        go(experiment, out)


def test_runs_with_other_settings_that_were_copied_in_are_refused_or_set_aside(experiment, tmp_path):
    out, other = tmp_path / "out", tmp_path / "other"
    go(experiment, out)
    go(with_overrides(experiment, ["animals.seed=2"]), other)
    os.replace(other / "runs" / "control_HFS_000.h5", out / "runs" / "control_HFS_009.h5")
    with pytest.raises(InputError, match="other settings; animals"):
        go(experiment, out)
    go(experiment, out, force=True)
    assert len(hashes(out)) == 4 and set(hashes(out).values()) == {experiment_hash(experiment)}


@pytest.mark.slow
def test_a_killed_worker_process_spoils_nothing(file, tmp_path, log):
    out = tmp_path / "out"
    words = command("run", file, "--animals", 4, "--out", out, "--jobs", 2)
    with subprocess.Popen(
        words, env=environment(FAKE_SLOW="0.4"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        killed = set()
        while len(killed) < 2:
            wait_for(lambda: claimants(out) - killed - {process.pid})
            victim = (claimants(out) - killed - {process.pid}).pop()
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            killed.add(victim)
        errors = process.communicate(timeout=BOUND)[1]
    assert process.returncode == 0, errors
    assert len(hashes(out)) == 8 and "failed" not in errors


def claimants(out):
    """Processes that hold the claim of a run."""
    found = set()
    for path in out.glob("claims/[0-9a-f]*"):
        try:
            found.add(json.loads(path.read_text())["pid"])
        except (OSError, ValueError):
            continue
    return found


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_program_that_is_killed_every_time_is_a_failure_that_names_memory(
    experiment, tmp_path, log, monkeypatch, jobs
):
    monkeypatch.setattr(driver, "RELIEF", 0.001)
    monkeypatch.setenv("FAKE_KILLED", "cocaine 1")
    batch = go(experiment, tmp_path / "out", jobs=jobs)
    assert [done.failure for done in batch.failures] == [
        "the simulation program was killed (SIGKILL, as when memory runs out); fewer --jobs or more memory may help"
    ]
    assert log().count("cocaine HFS 1") == driver.KILLS and len(batch.recordings) == 3


def test_where_the_disk_is_full_the_batch_stops_and_says_how_to_go_on(experiment, tmp_path, monkeypatch, log):
    monkeypatch.setattr(store, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InputError) as told:
        go(experiment, tmp_path / "out")
    assert str(told.value) == (
        f"{tmp_path}/out/runs/control_HFS_000.h5: No space left on device; free some space there, and the same command "
        f"goes on; 0 of 4 runs are in {tmp_path}/out"
    )
    assert len(log()) == 1 and not (tmp_path / "out").exists()


def test_a_folder_that_holds_nothing_yet_goes_with_claims_of_processes_that_are_dead(experiment, tmp_path):
    out = tmp_path / "out"
    folder = RunFolder(out, experiment_hash(experiment))
    with pytest.raises(InputError, match="not possible"), folder.joined(experiment):
        dead = {"where": claims._here()["where"], "pid": 2**22, "started": "1"}
        (out / "claims" / ("0" * 32)).write_text(json.dumps(dead))
        (out / "runs" / ".x.tmp").touch()
        raise InputError("not possible")
    assert not out.exists()


def test_a_run_another_process_has_done_meanwhile_is_taken_as_it_is(experiment, tmp_path, log):
    out = tmp_path / "out"
    go(experiment, out)
    folder = RunFolder(out, experiment_hash(experiment))
    run = plan(experiment)[0]
    assert workers.share(source(experiment, folder), run).elsewhere and len(log()) == 4
    again = workers.share(source(experiment, folder, folder.stamps()), run)
    assert not again.elsewhere and len(log()) == 5


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_limit_on_files_stops_the_command_in_one_line_whatever_process_meets_it(file, tmp_path, jobs):
    out = tmp_path / "out"
    words = " ".join(map(shlex.quote, command("run", file, "--animals", 2, "--out", out, "--jobs", jobs)))
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 10; exec {words}"], env=environment(), capture_output=True, text=True, timeout=BOUND
    )
    *_, last = done.stderr.splitlines()
    assert done.returncode == 2 and "Traceback" not in done.stderr and "failed:" not in done.stderr
    assert (
        last.startswith(f"error: {out}/runs/") and "(ulimit -f)" in last and last.endswith(f"0 of 4 runs are in {out}")
    )
    assert not out.exists(), list(out.rglob("*"))
