"""What tests of studies share: a small study, the fake engine, and the command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from protocols.experiments.experiment import Experiment
from protocols.runs.batch import Batch, run_batch
from protocols.runs.progress import Lines
from protocols.runs.summary import summed_up
from protocols.studies.run import Study
from protocols.studies.sweep import Options
from results import store

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FAKE = Options(prepare="fake_engine:prepare", simulate="fake_engine:simulate")
STUDY = """
[study]
name = "small"
experiment = "moussawi2009"
groups = ["control", "cocaine"]
tests = ["HFS"]
retries = 1
[set]
"animals.per_group" = 3
[axes]
"parameters.release.maximum" = [0.55, 0.6, 0.65]
[slurm]
workers = 2
time = "5 min"
memory = "200M"
"""
RUNS = 18
HANGS = 600
"""Seconds after which something is taken to hang: no measure of speed, and never reached on a loaded machine."""


ENGINE = {"prepare": "fake_engine:prepare", "simulate": "fake_engine:simulate"}
"""Names of the engine that answers at once, as a batch takes them."""


def go(experiment: Experiment, out: Path, figures: bool = False, **options: Any) -> Batch:
    """A batch in this process, of the engine that answers at once, with its summary."""
    return summed_up(run_batch(experiment, Lines(), out, **{"jobs": 1, **ENGINE, **options}), figures)


def small(folder: Path, text: str = STUDY) -> Study:
    """The study, read from a file in `folder`."""
    file = folder / "small.toml"
    file.write_text(text, encoding="utf-8")
    return Study.load(file)


class Quiet:
    """Progress that is kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ended: list[tuple[str, str | None]] = []

    def say(self, line):
        self.lines.append(line)

    def begin(self, total, there):
        self.total, self.there = total, there

    def done(self, done):
        self.ended.append((done.run.key, done.failure))

    def end(self):
        pass


def environment(**more: str) -> dict[str, str]:
    """Of a process that runs the fake engine."""
    return dict(
        os.environ,
        PYTHONPATH=f"{ROOT}{os.pathsep}{HERE}",
        CORTICOSTRIATAL_PREPARE="fake_engine:prepare",
        CORTICOSTRIATAL_CONDUCT="fake_engine:simulate",
        **more,
    )


def command(*words: object) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "protocols.cli", *map(str, words)]


def called(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
    """The command line, run to its end."""
    return subprocess.run(command(*words), env=environment(**more), capture_output=True, text=True, timeout=HANGS)


def contents(folder: Path) -> dict[str, str]:
    """Hash of what each stored run holds outside of provenance; raises `StoreError` where one is not whole."""
    return {file.stem: store.content_hash(file) for file in sorted(folder.glob("runs/*/*.h5"))}


def wait_for(condition, process=None):
    """Until a condition holds, or fail once the process that is to see to it has ended. The limit only ends hangs."""
    end = time.monotonic() + HANGS
    while not condition():
        assert time.monotonic() < end, f"waited {HANGS} s for what did not come"
        ended = process is not None and process.poll() is not None
        assert not ended or condition(), f"the process ended with {process.returncode} before what it was to do"
        time.sleep(0.05)
