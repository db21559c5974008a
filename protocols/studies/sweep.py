"""A study driven: its circuits are compiled, and its runs are handed out until none is left that can be done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from protocols.errors import InputError
from protocols.runs import claims
from protocols.runs.driver import Engine, Interrupted, drive, under_way
from protocols.runs.folder import Status
from protocols.runs.plan import Run
from protocols.runs.progress import Progress, heartbeat
from protocols.runs.workers import PREPARE, SIMULATE, Stopped, Unable, named
from protocols.simulation.digest import code_digest
from protocols.studies.study_folder import StudyFolder
from protocols.studies.study_worker import Conditions

TOGETHER = 8  # runs of one animal's life in a task


@dataclass(frozen=True)
class Options:
    """How a study is driven.

    Attributes
    ----------
    retry : bool
        Whether runs that failed before are tried again.
    prepare, simulate : str
        ``module:function`` of the preparation and of one run.
    """

    retry: bool = False
    prepare: str = PREPARE
    simulate: str = SIMULATE


def sweep(folder: StudyFolder, engine: Engine, progress: Progress, options: Options = Options()) -> Status:
    """Do the runs of a study that are not there yet.

    Parameters
    ----------
    folder : StudyFolder
    engine : callable
        `protocols.studies.local_workers.local`, or `protocols.studies.slurm.slurm`, with its settings.
    progress : Progress
    options : Options

    Returns
    -------
    Status
        At the end; runs that failed as often as allowed are in it.

    Raises
    ------
    InputError
        If another sweep is at work on the folder, or nothing more can be written.
    Interrupted
        After Ctrl-C or SIGTERM; every finished run is in the folder.
    circuit.engine.compiled.EngineError
        If a circuit cannot be compiled.
    """
    folder.make()
    with _driver(folder):
        # Whoever came before may have put more into the plan since this folder was opened; from here on nobody can.
        folder = StudyFolder(folder.path)
        planned = folder.planned()
        folder.sweep_up()
        there, given_up = folder.done() & planned.keys(), folder.failed() & planned.keys()
        for key in given_up if options.retry else given_up & there:  # a second worker had better luck
            folder.forgive(key)
        left_out = set() if options.retry else given_up - there
        if left_out:
            progress.say(f"{len(left_out)} runs failed before and are left out; --retry does them again")
        todo = [run for key, run in planned.items() if key not in there and key not in left_out]
        if todo:
            _do(folder, todo, len(planned), len(there), engine, progress, options)
        return folder.status(planned)


def _driver(folder: StudyFolder) -> claims.Claim:
    """The claim of the only one who drives; raises `InputError` if another does."""
    while (driver := claims.take(folder.path / "claims" / "driver")) is None:
        folder.refuse_driver()
    return driver


def _do(
    folder: StudyFolder,
    todo: Sequence[Run],
    planned: int,
    there: int,
    engine: Engine,
    progress: Progress,
    options: Options,
) -> None:
    """Compile what is to be compiled, and do what is left."""

    def finished() -> str:
        return f"{len(folder.done() & folder.planned().keys())} of {planned} runs are"

    goes_on = f"corticostriatal resume {folder.path} goes on from there"
    try:
        with under_way(progress):
            conditions = Conditions(
                str(folder.path.resolve()), folder.stamp, folder.study.file.study.retries, code_digest(),
                options.prepare, options.simulate, tuple(sys.argv), _compiled(folder, todo, options, progress),
            )  # fmt: skip
            progress.begin(planned, there)
            drive(conditions, _tasks(todo), len(todo), engine, progress)
    except Stopped:
        raise Interrupted(f"stopped; {finished()} in {folder.path}; {goes_on}") from None
    except Unable as problem:
        raise InputError(f"{problem}; {finished()} there, and {goes_on}") from None


def _compiled(folder: StudyFolder, todo: Sequence[Run], options: Options, progress: Progress) -> bool:
    """Compile each circuit once, before anything runs; whether any of them is compiled here."""
    circuits: dict[str, int] = {}
    study, compiled = folder.study, False
    for point in dict.fromkeys(run.point for run in todo):
        circuits.setdefault(_circuit(study.base, study.points[point]), point)
    with heartbeat(progress.say) as say:
        for point in circuits.values():
            prepared = named(options.prepare)(study.experiment(point), say)
            compiled |= bool(getattr(prepared, "builds", None))
    return compiled


def _tasks(todo: Sequence[Run]) -> Iterator[Sequence[Run]]:
    """Tasks in an order in which one animal's runs follow each other, on one worker."""
    lives: dict[str, list[Run]] = {}
    for run in todo:
        lives.setdefault(run.life, []).append(run)
    for life in lives.values():
        for first in range(0, len(life), TOGETHER):
            yield life[first : first + TOGETHER]


def _circuit(base: dict[str, Any], values: dict[str, Any]) -> str:
    """What compiling a condition's circuit depends on, in so far as the study varies it."""
    varied = {path: value for path, value in values.items() if path.startswith("circuit")}
    return repr((base.get("circuit"), varied))
