"""What a worker of a study does: claim a run, conduct it, put its file in place; Dask preloads this module.

A task tells only what became of its runs. Results are files, and a run whose file is there is not done again.
"""

from __future__ import annotations

import functools
import signal
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from protocols.runs import claims
from protocols.runs.digest import code_digest, experiment_hash
from protocols.runs.workers import Done, Work, do, named
from protocols.studies import study_plan
from protocols.studies.planned_run import PlannedRun
from protocols.studies.study import Study
from protocols.studies.study_folder import StudyFolder

State = Literal["done", "failed", "killed", "elsewhere", "impossible"]


@dataclass(frozen=True)
class Task:
    """Runs that one worker does one after the other.

    Attributes
    ----------
    folder : str
        The study's.
    stamp : str
        Hash of its plan.
    runs : tuple of PlannedRun
    retries : int
        How often a run that failed is tried again.
    digest : str
        `protocols.runs.digest.code_digest` of the driver.
    prepare, conduct : str
        ``module:function`` of the preparation and of one run.
    command : tuple of str
        The command line, for the provenance.
    compiled : bool
        Whether the driver's machine runs a compiled circuit: then all do, since results would differ.
    """

    folder: str
    stamp: str
    runs: tuple[PlannedRun, ...]
    retries: int
    digest: str
    prepare: str
    conduct: str
    command: tuple[str, ...]
    compiled: bool


def dask_setup(*_: Any) -> None:
    """Called by Dask before a worker begins: Ctrl-C is for the driver."""
    with suppress(ValueError):  # not in the main thread, where workers are threads
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def dask_teardown(*_: Any) -> None:
    """Called by Dask when a worker is closed: the program of a run under way is stopped with it."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.terminate()


def perform(task: Task) -> list[tuple[str, State, str]]:
    """Do the runs of a task.

    Returns
    -------
    list of (key, state, reason)
        State is ``done``; ``failed``, and then the folder holds the reason; ``killed``, where its program was ended
        from outside, with the reason; ``elsewhere``, where somebody else is at work on it; or ``impossible``, with
        the reason, where no other run would fare better.
    """
    found: list[tuple[str, State, str]] = []
    for run in task.runs:
        state, reason = _perform(task, run)
        found.append((run.key, state, reason))
        if state == "impossible":
            break
    return found


def _perform(task: Task, run: PlannedRun) -> tuple[State, str]:
    folder = StudyFolder(Path(task.folder))
    file = folder.path / run.file
    if file.exists():
        return "done", ""
    if code_digest() != task.digest:
        return "impossible", f"{socket.gethostname()} has another version of the code or of its packages"
    try:
        claim = claims.take(folder.path / "claims" / run.key)
        if claim is None:
            return "elsewhere", ""
        with claim:
            if file.exists():  # done between our look and our claim
                return "done", ""
            if task.compiled and getattr(_work(task, run).prepared, "build", None) is None:
                return "impossible", (
                    f"{socket.gethostname()} has no compiler and finds no compiled circuit; set "
                    "CORTICOSTRIATAL_PROCESSOR and a CORTICOSTRIATAL_CACHE that it sees"
                )
            return _tried(task, run, folder)
    except OtherPlan:
        return "elsewhere", ""
    except OSError as problem:
        return "impossible", f"{problem.filename or folder.path}: {problem.strerror or problem}"


def _tried(task: Task, run: PlannedRun, folder: StudyFolder) -> tuple[State, str]:
    failure = ""
    for _ in range(task.retries + 1):
        try:
            outcome = do(_work(task, run), run)
        except (OtherPlan, OSError):
            raise
        except Exception as problem:  # also what shows that the condition is not possible
            outcome = Done(run, 0.0, f"{type(problem).__name__}: {' '.join(str(problem).split())}")
        failure = outcome.failure or ""
        if outcome.killed:
            return "killed", failure
        if not failure:
            folder.forgive(run.key)
            return "done", ""
    folder.give_up(run, failure, task.retries + 1)
    return "failed", failure


def _work(task: Task, run: PlannedRun) -> Work:
    shared = _shared(task.folder, task.stamp, run.point, task.prepare, task.conduct, task.command)
    origin = {"study": run.key, "point": run.point, "code": code_digest(), "host": socket.gethostname()}
    return replace(shared, origin={"origin": origin}, keep=True)


@functools.lru_cache(maxsize=64)
def _shared(folder: str, stamp: str, point: int, prepare: str, conduct: str, command: tuple[str, ...]) -> Work:
    """What runs of one condition share."""
    experiment = _study(folder, stamp).experiment(point)
    prepared = _prepared(prepare, experiment.circuit.model_dump_json(), folder, stamp, point)
    return Work(experiment, experiment_hash(experiment), prepared, conduct, Path(folder), command)


class OtherPlan(Exception):
    """The folder's plan is another than the driver's, which is gone."""


@functools.lru_cache(maxsize=4)
def _study(folder: str, stamp: str) -> Study:
    study, found = study_plan.study(Path(folder))
    if found != stamp:
        raise OtherPlan
    return study


_preparing = threading.Lock()


@functools.lru_cache(maxsize=32)
def _prepared(prepare: str, circuit: str, folder: str, stamp: str, point: int) -> Any:
    """The circuit as this machine has it: compiled before, or compiled now where its processor is another."""
    with _preparing:
        return named(prepare)(_study(folder, stamp).experiment(point), lambda _: None)
