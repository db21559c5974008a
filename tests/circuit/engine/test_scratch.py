"""Private folders of runs, and programs that are ended from outside."""

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from circuit.engine.compiled import Build, EngineError, ProgramKilled
from circuit.engine.scratch import MAKING, scratch, sweep_up, temporary_files_in

ROOT = Path(__file__).parents[3]
HOLD = "import sys, time; from circuit.engine.scratch import scratch; from pathlib import Path\n"
HOLD += "with scratch(Path(sys.argv[1])) as mine: print(mine, flush=True); time.sleep(600)"


@pytest.fixture
def program(tmp_path):
    """A build whose program does what a line of shell says."""

    def build(line):
        folder = tmp_path / "build"
        folder.mkdir()
        (folder / "main").write_text(f"#!/bin/sh\n{line}\n")
        (folder / "main").chmod(0o755)
        (folder / "manifest.json").write_text(json.dumps({"inputs": {}}))
        return Build(folder)

    return build


@pytest.mark.parametrize(
    ("name", "told"),
    [("KILL", r"was killed \(SIGKILL, as when memory runs out\)"), ("TERM", r"was killed \(SIGTERM\)")],
)
def test_a_program_that_is_ended_from_outside_is_no_failure_of_the_run(program, name, told):
    with pytest.raises(ProgramKilled, match=told):
        program(f"kill -{name} $$").run({}, 1.0, 2)


@pytest.mark.parametrize("line", ["kill -SEGV $$", "kill -ABRT $$", "exit 3", "echo the membrane exploded"])
def test_a_program_that_breaks_down_is_a_failure(program, line):
    with pytest.raises(EngineError) as told:
        program(line).run({}, 1.0, 2)
    assert not isinstance(told.value, ProgramKilled)


def test_a_private_folder_is_the_user_s_alone_and_goes_with_its_end(tmp_path):
    with scratch(tmp_path) as one, scratch(tmp_path) as other:
        assert one != other and one.stat().st_mode & 0o777 == 0o700
        (one / "deep").mkdir()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("variable", [None, "/elsewhere"])
@pytest.mark.parametrize("programs", [True, False])
def test_temporary_files_are_made_in_a_folder_within_and_where_they_were_after(
    tmp_path, monkeypatch, variable, programs
):
    monkeypatch.setattr(tempfile, "tempdir", "/before")
    monkeypatch.delenv("TMPDIR", raising=False)
    if variable:
        monkeypatch.setenv("TMPDIR", variable)
    with pytest.raises(KeyError), temporary_files_in(tmp_path, programs):
        assert tempfile.gettempdir() == str(tmp_path)
        assert os.environ.get("TMPDIR") == (str(tmp_path) if programs else variable)
        raise KeyError
    assert tempfile.gettempdir() == "/before" and os.environ.get("TMPDIR") == variable


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_uses_is_not(tmp_path):
    held = [
        subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        folders = [Path(process.stdout.readline().strip()) for process in held]
        held[0].kill()
        held[0].wait()
        sweep_up(tmp_path)  # not yet: it might have been made this moment, before its owner locked it
        assert folders[0].exists() and folders[1].exists()
        long_ago = time.time() - MAKING - 1
        for folder in folders:
            os.utime(folder / "owner", (long_ago, long_ago))
        sweep_up(tmp_path)
        assert not folders[0].exists() and folders[1].exists()
    finally:
        for process in held:
            process.kill()
            process.communicate()


def test_what_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "corticostriatal-file").write_text("x")
    (tmp_path / "corticostriatal-other").mkdir()
    (tmp_path / "corticostriatal-other" / "work").write_text("x")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "owner").touch()
    (tmp_path / "corticostriatal-link").symlink_to(elsewhere)
    for path in (tmp_path / "corticostriatal-other", elsewhere / "owner"):
        os.utime(path, (1.0, 1.0))
    before = sorted(tmp_path.rglob("*"))
    sweep_up(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_disk_for_temporary_files_that_is_full_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 4096))
    with pytest.raises(OSError, match="No space left") as told, scratch(tmp_path):
        raise ValueError("cannot reshape array of size 3")
    assert told.value.errno == errno.ENOSPC and str(tmp_path) in told.value.filename
