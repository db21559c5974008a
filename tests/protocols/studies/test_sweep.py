"""Studies on this machine: every run once, whatever is killed; the engine answers at once."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress

import h5py
import numpy as np
import pytest
from study_help import FAKE, HANGS, RUNS, STUDY, Quiet, called, command, contents, environment, small, wait_for

from protocols.cli.main import app
from protocols.cli.study_display import status_text
from protocols.errors import InputError
from protocols.runs import driver
from protocols.runs.pool import local as here
from protocols.simulation import digest
from protocols.studies import local_workers, study_plan, sweep
from protocols.studies.gather import gather
from protocols.studies.study_folder import StudyFolder
from results import store
from results.recording import Recording
from results.store import collected, study_index

INLINE = here(1)


@pytest.fixture
def log(tmp_path, monkeypatch):
    file = tmp_path / "log"
    file.touch()
    monkeypatch.setenv("FAKE_LOG", str(file))
    return lambda: file.read_text().splitlines()


@pytest.fixture
def go(tmp_path):
    def do(out="out", text=STUDY, mixed=False, options=FAKE, engine=INLINE):
        folder = StudyFolder.start(small(tmp_path, text), tmp_path / out, mixed)
        return folder, sweep.sweep(folder, engine, Quiet(), options)

    return do


def test_every_run_gets_its_file_and_none_is_done_again(go, log):
    folder, end = go()
    assert (end.planned, end.done, end.failed, end.missing, end.running) == (RUNS, RUNS, 0, 0, 0)
    assert len(contents(folder.path)) == len(log()) == RUNS
    assert all(file.parent.name == file.name[:2] for file in folder.path.glob("runs/*/*.h5"))
    go()
    assert len(log()) == RUNS
    _, end = go(text=STUDY.replace("0.65]", "0.65, 0.7]").replace("= 3", "= 4"))
    assert end.planned == end.done == 4 * 2 * 4 == len(log())


def test_a_run_s_provenance_tells_study_point_and_code(go):
    folder, _ = go()
    row = folder.rows()[-1]
    kept = store.read(folder.path / row.file).provenance
    assert kept["origin"]["point"] == row.point == 2 and kept["origin"]["code"] == digest.code_digest()
    assert json.loads(kept["experiment"])["parameters"]["release.maximum"] == 0.65


def test_a_failing_run_is_tried_as_often_as_said_then_reported_and_left_out(go, log, monkeypatch):
    monkeypatch.setenv("FAKE_FAILS", "cocaine 1")
    folder, end = go()
    assert (end.done, end.failed, end.missing) == (RUNS - 3, 3, 0)
    assert log().count("cocaine HFS 1") == 3 * 2
    assert {one["reason"] for one in end.reasons} == {"ArithmeticError: the membrane exploded"}
    assert end.reasons[0]["attempts"] == 2
    monkeypatch.delenv("FAKE_FAILS")
    assert go()[1].failed == 3
    folder, end = go(options=sweep.Options(True, FAKE.prepare, FAKE.simulate))
    assert end.done == RUNS and not list((folder.path / "failed").iterdir())


def test_a_run_whose_program_was_stopped_is_no_failure_and_is_done_again(go, log, tmp_path, monkeypatch):
    monkeypatch.setattr(driver, "RELIEF", 0.1)
    monkeypatch.setenv("FAKE_STOPPED", str(tmp_path / "stopped"))
    _, end = go()
    assert end.done == RUNS and end.failed == 0 and (tmp_path / "stopped").exists()
    assert len(log()) == RUNS + 1


def test_a_run_whose_program_is_killed_is_tried_again_up_to_a_limit_and_status_says_so(go, log, monkeypatch, capsys):
    monkeypatch.setattr(driver, "RELIEF", 0.001)
    monkeypatch.setenv("FAKE_KILLED", "cocaine 1")
    folder, end = go()
    assert (end.done, end.failed, end.missing) == (RUNS - 3, 3, 0)
    assert log().count("cocaine HFS 1") == 3 * driver.KILLS
    assert {(one["reason"], one["attempts"]) for one in end.reasons} == {
        ("the simulation program was killed (SIGKILL, as when memory runs out); fewer --jobs or more memory may help",
         driver.KILLS)
    }  # fmt: skip
    status_text(folder, end)
    assert (
        "failed, 3 x: the simulation program was killed (SIGKILL, as when memory runs out)" in capsys.readouterr().out
    )


def test_status_tells_of_runs_that_are_tried_again_after_their_program_was_killed(go, monkeypatch, capsys):
    monkeypatch.setenv("FAKE_KILLED", "cocaine 1")
    monkeypatch.setattr(StudyFolder, "give_up", lambda *_: None)  # as while it is not yet given up
    monkeypatch.setattr(driver, "RELIEF", 0.001)
    folder, end = go()
    assert (end.failed, end.missing, len(end.killed)) == (0, 3, 3)
    status_text(folder, end)
    assert "tried again, 3: the simulation program was killed (SIGKILL" in capsys.readouterr().out
    monkeypatch.undo()
    end = go()[1]
    assert end.done == RUNS and not end.killed and not list((folder.path / "failed").iterdir())


def test_other_settings_are_refused_and_named(go):
    go()
    other = STUDY.replace('"animals.per_group" = 3', '"animals.per_group" = 3\n"circuit.scale" = 0.5')
    with pytest.raises(InputError, match=r"other settings; circuit.scale differ; choose another --out, or --allow"):
        go(text=other)
    _, end = go(text=other, mixed=True)
    assert end.done == RUNS and end.other == RUNS


def test_other_code_is_refused_and_named(go, monkeypatch):
    folder, _ = go()
    now = digest.code()
    changed = {**now, "files": {**now["files"], "synapses/release.py": "0" * 12}}
    monkeypatch.setattr(study_plan, "code", lambda: changed)
    with pytest.raises(InputError, match=r"another version of the code; synapses/release.py \(.*, now 000000000000\)"):
        go()
    again = StudyFolder.start(folder.study, folder.path, mixed=True)
    assert again.manifest["earlier"] == [now]


def test_tables_of_several_versions_of_the_code_are_refused(go, tmp_path):
    folder, _ = go()
    row = folder.rows()[0]
    recording = store.read(folder.path / row.file)
    origin = recording.provenance["origin"] | {"code": "f" * 16}
    store.write(Recording(**{**vars(recording), "provenance": {"origin": origin}}), folder.path / row.file)
    with pytest.raises(InputError, match=rf"{RUNS - 1} of \w+, 1 of f+\); --allow-mixed"):
        gather(folder, tmp_path / "tables")
    assert not list((tmp_path / "tables").glob("*"))
    assert gather(folder, tmp_path / "tables", mixed=True).status.done == RUNS


def test_the_table_holds_what_the_runs_hold(go, tmp_path):
    xarray = pytest.importorskip("xarray")
    folder, _ = go()
    gathered = gather(folder, tmp_path / "tables")
    table = collected.read(tmp_path / "tables" / "table.h5")
    assert len(table) == RUNS and gathered.measures == ("fepsp", "extrasynaptic_glutamate")
    for line in table.to_dict("records"):
        recording = store.read(folder.path / "runs" / line["key"][:2] / f"{line['key']}.h5")
        assert recording.measures["fepsp"].value == line["fepsp"]
        assert (recording.identity.group, recording.identity.animal) == (line["group"], line["animal"])
        parameters = json.loads(recording.provenance["experiment"])["parameters"]
        assert parameters["release.maximum"] == line["release.maximum"]
    for engine in ("h5netcdf", "netcdf4"):
        with xarray.open_dataset(tmp_path / "tables" / "table.h5", engine=engine) as found:
            assert found.sizes["run"] == RUNS
            assert found["fepsp"].attrs["units"] == "% of baseline"
            assert found["group"].values.tolist() == table["group"].tolist()
            assert np.array_equal(found["fepsp"].values, table["fepsp"].to_numpy())
    netcdf, hdf = pytest.importorskip("netCDF4"), pytest.importorskip("h5netcdf")
    with (
        netcdf.Dataset(tmp_path / "tables" / "table.h5") as one,
        hdf.File(tmp_path / "tables" / "table.h5", "r") as two,
    ):
        assert one["group"][:].tolist() == table["group"].tolist()
        for name in ("fepsp", "release.maximum", "animal"):
            np.testing.assert_array_equal(np.asarray(one[name][:]), table[name])
            np.testing.assert_array_equal(np.asarray(two[name][:]), table[name])
            assert one[name].units == two[name].attrs["units"]
    order = list(dict.fromkeys(table["group"]))
    assert order == [name for name in ("control", "cocaine") if name in order]  # that of the experiment
    head, *lines = (tmp_path / "tables" / "table.csv").read_text().splitlines()
    assert "extrasynaptic_glutamate (uM)" in head and len(lines) == RUNS


def test_a_damaged_run_is_set_aside_and_done_again(go, tmp_path):
    folder, _ = go()
    file = folder.path / folder.rows()[0].file
    file.write_bytes(file.read_bytes()[:2000])
    assert gather(folder, tmp_path / "tables").status.missing == 1
    assert file.with_suffix(".damaged").is_file()
    assert go()[1].done == RUNS


def test_an_index_that_is_gone_or_broken_is_made_again(go):
    folder, _ = go()
    rows = folder.rows()
    index = folder.path / "index.sqlite"
    for damage in (b"", b"nonsense", index.read_bytes()[:5000]):
        index.write_bytes(damage)
        assert StudyFolder(folder.path).rows() == rows
        assert study_index.stamp(index) == folder.stamp
    index.unlink()
    assert StudyFolder(folder.path).status().done == RUNS


def test_what_fails_every_run_stops_the_study_and_is_no_fault_of_the_runs(go, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InputError, match=r"No space left.*0 of 18 runs are there, and corticostriatal resume"):
        go()
    folder = StudyFolder.open(tmp_path / "out")
    assert folder.status().failed == 0 and not list((folder.path / "claims").iterdir())
    monkeypatch.undo()


def test_a_disk_that_is_full_leaves_whole_files_only(tmp_path):
    """A real one; mounting it takes rights that not everybody has."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no rights to mount a small disk")
    try:
        folder = StudyFolder.start(small(tmp_path), disk / "out")
        with pytest.raises(InputError, match="No space left on device"):
            sweep.sweep(folder, INLINE, Quiet(), FAKE)
        stored = contents(folder.path)
        assert 0 < len(stored) < RUNS and folder.status().failed == 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_of_two_writers_of_one_run_the_first_counts(go, tmp_path):
    folder, _ = go()
    file = folder.path / folder.rows()[0].file
    before = file.read_bytes()
    store.write(Recording(store.read(folder.path / folder.rows()[1].file).identity), file, keep=True)
    assert file.read_bytes() == before and not list(file.parent.glob(".*"))


def test_two_sweeps_of_one_folder_do_not_run_at_once(go, tmp_path):
    folder, _ = go()
    with sweep.claims.take(folder.path / "claims" / "driver"), pytest.raises(InputError, match="another sweep is at"):
        go()


def test_two_worker_processes_give_what_one_gives(go, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    monkeypatch.setenv("CORTICOSTRIATAL_CONDUCT", FAKE.simulate)
    one, _ = go("one")
    table = small(tmp_path).run(tmp_path / "two", 2, prepare=FAKE.prepare, simulate=FAKE.simulate)
    assert contents(one.path) == contents(tmp_path / "two") and len(table) == RUNS
    assert sorted(set(table["release.maximum"])) == [0.55, 0.6, 0.65]


@pytest.mark.slow
def test_the_command_line_tells_size_progress_and_counts(tmp_path, capfd):
    def said(*words):
        with pytest.raises(SystemExit) as end:
            app([str(word) for word in words])
        return end.value.code, capfd.readouterr().out

    small(tmp_path)
    code, text = said("sweep", tmp_path / "small.toml", "--out", tmp_path / "out", "--dry-run", "--engine", "slurm",
                      "--json", tmp_path / "size.json")  # fmt: skip
    size = json.loads((tmp_path / "size.json").read_text())
    assert size["runs"] == RUNS and size["conditions"] == 6 and size["processor_seconds"] > 0
    assert code == 0 and "#SBATCH --array=0-1" in text and not (tmp_path / "out").exists()
    out = tmp_path / "out"
    failing = called("sweep", tmp_path / "small.toml", "--out", out, "--jobs", 2, FAKE_FAILS="control 2")
    assert failing.returncode == 1 and "ArithmeticError: the membrane exploded" in failing.stdout
    code, text = said("status", out, "--json", tmp_path / "status.json")
    status = json.loads((tmp_path / "status.json").read_text())
    counts = {name: status[name] for name in ("planned", "done", "running", "failed", "missing")}
    assert counts == {"planned": RUNS, "done": RUNS - 3, "running": 0, "failed": 3, "missing": 0}
    assert code == 0 and "3 x: ArithmeticError" in text
    code, text = said("collect", out, "--json", tmp_path / "collected.json")
    assert code == 1 and text.split() == [f"{out}/table.h5", f"{out}/table.csv"]  # runs are missing from it
    assert json.loads((tmp_path / "collected.json").read_text())["done"] == RUNS - 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sweep", "nac_dse"), "did you mean 'nac_dose'"),
        (("sweep", "nac_dose", "--engine", "slrum", "--dry-run"), "did you mean 'slurm'"),
        (("sweep", "nac_dose", "--engine", "slurm", "--memory", "2 GB", "--dry-run"), "--memory: '2 GB'"),
        (("sweep", "nac_dose", "--set", "circuit.scal=1", "--dry-run"), "did you mean 'scale'"),
        (("status", "nowhere"), "nowhere: is not there"),
        (("resume", "nowhere"), "nowhere: is not there"),
        (("collect", "nowhere"), "nowhere: is not there"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(tmp_path, monkeypatch, capfd, words, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        app(words)
    errors = capfd.readouterr().err
    assert end.value.code == 2 and told in errors and errors.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("blow", [signal.SIGTERM, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)])
def test_a_stopped_sweep_leaves_whole_files_and_goes_on(tmp_path, blow):
    small(tmp_path)
    out, waits = tmp_path / "out", tmp_path / "waits"
    waits.mkdir()
    with subprocess.Popen(
        command("sweep", tmp_path / "small.toml", "--out", out, "--jobs", 2),
        env=environment(FAKE_WAITS=str(waits)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        wait_for(lambda: len(contents(out)) >= 1 and len(list(waits.iterdir())) == 2, process)
        process.send_signal(blow)
        errors = process.communicate(timeout=HANGS)[1]
    if blow != signal.SIGKILL:
        assert process.returncode == 130
        assert "corticostriatal resume" in errors.splitlines()[-1]
    assert "Traceback" not in errors, errors
    before = contents(out)
    assert 1 <= len(before) < RUNS
    wait_for(lambda: StudyFolder(out).status().running == 0)
    log = tmp_path / "log"
    assert called("resume", out, "--jobs", 2, FAKE_LOG=str(log)).returncode == 0
    assert len(log.read_text().splitlines()) == RUNS - len(before)
    assert len(contents(out)) == RUNS


@pytest.mark.slow
def test_killed_workers_lose_nothing_and_repeat_no_finished_run(tmp_path, go):
    """Workers are killed outright at random moments; the driver goes on."""
    undisturbed, _ = go("undisturbed")
    out, places = tmp_path / "out", tmp_path / "places"
    places.mkdir()
    for number in range(3):
        (places / f"place-{number}").touch()
    rng = random.Random(1)
    with subprocess.Popen(
        command("sweep", tmp_path / "small.toml", "--out", out, "--jobs", 2),
        env=environment(FAKE_KILLED=str(places)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for _ in range(3):
            wait_for(lambda: list(places.glob("held-*")), process)
            held = next(places.glob("held-*"))
            time.sleep(rng.uniform(0, 0.3))
            os.kill(int(held.name.removeprefix("held-")), signal.SIGKILL)
            held.unlink()
        errors = process.communicate(timeout=HANGS)[1]
    assert process.returncode == 0, errors
    assert contents(out) == contents(undisturbed.path)
    # A worker killed while it writes a claim leaves a hidden file, which the folder clears when it is ten minutes old.
    assert not list((out / "claims").glob("[!.]*")) and not list(out.glob("runs/*/*.damaged"))


def test_workers_that_are_slow_to_come_back_are_not_forgotten(tmp_path, monkeypatch):
    """Dask gives a worker up that is away for a while; the study has to ask for it again."""
    monkeypatch.setitem(local_workers.SETTINGS, "distributed.deploy.lost-worker-timeout", "100ms")
    monkeypatch.setattr(local_workers, "LOOK", 0.5)
    folder = StudyFolder.start(small(tmp_path), tmp_path / "out")
    with local_workers.local(1)(folder, 1, lambda _: None) as workers:
        first = workers.client.submit(os.getpid, pure=False).result(timeout=HANGS)
        os.kill(first, signal.SIGKILL)
        again = workers.client.submit(os.getpid, pure=False)

        def came_back() -> bool:
            # Dask may give the nanny up after its new worker has done the task: then the task is done once more.
            workers.wanted(1)
            with suppress(TimeoutError):
                return again.result(timeout=0.5) != first
            return False

        wait_for(came_back)


def test_file_locks_of_hdf5_are_off():
    assert os.environ["HDF5_USE_FILE_LOCKING"] == "FALSE"
    assert h5py  # loaded after it was set
