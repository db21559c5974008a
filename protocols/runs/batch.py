"""All runs of an experiment: those whose files are there are taken as they are, the others are done."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from circuit.engine.compilation import cores
from circuit.engine.scratch import sweep_up
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment
from protocols.runs.cost import processor_seconds
from protocols.runs.driver import Interrupted, drive, under_way
from protocols.runs.folder import Stamp
from protocols.runs.plan import Run, default_folder, plan
from protocols.runs.pool import local
from protocols.runs.progress import Progress, heartbeat
from protocols.runs.run_folder import RunFolder
from protocols.runs.workers import PREPARE, SIMULATE, Done, Stopped, Unable, Work, light, named
from protocols.simulation.digest import experiment_hash
from protocols.stimulation import convergence
from results import store
from results.recording import Recording

__all__ = ["Batch", "Interrupted", "Progress", "read_folder", "run_batch"]

LEAST_WORK = 5.0  # s of work for a process: it takes about two to start


@dataclass(frozen=True)
class Batch:
    """What a batch leaves behind.

    Attributes
    ----------
    experiment : Experiment
    folder : Path
    recordings : tuple of Recording
        Measures, time courses and curves of every run that is there; traces, spikes and synapses stay in the files.
    failures : tuple of Done
    seconds : float
        Wall time, s.
    summary : dict
        Contents of ``summary.json``, once `protocols.runs.summary.summed_up` wrote it.
    """

    experiment: Experiment
    folder: Path
    recordings: tuple[Recording, ...]
    failures: tuple[Done, ...]
    seconds: float
    summary: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OnlyCondition:
    """What the runs of an experiment need: the same for all. `protocols.runs.workers.Source` says what the rest is."""

    folder: RunFolder
    shared: Work
    before: Mapping[str, Stamp]
    retries: int = 0
    alone: bool = True

    def work(self, run: Run) -> Work:
        """What a run needs."""
        return self.shared


def run_batch(
    experiment: Experiment,
    progress: Progress,
    out: Path | None = None,
    jobs: int | None = None,
    force: bool = False,
    only: Collection[tuple[str, str]] | None = None,
    prepare: str = PREPARE,
    simulate: str = SIMULATE,
    command: Iterable[str] | None = None,
) -> Batch:
    """Do the runs of an experiment that are not there yet.

    Parameters
    ----------
    experiment : Experiment
    progress : Progress
    out : Path, optional
        Folder of results; `protocols.runs.plan.default_folder` when left out.
    jobs : int, optional
        Processes; when left out as many as are `worthwhile`. 1 runs in this process.
    force : bool
        Do every run again. Runs of other settings are set aside, and removed when the new ones are there.
    only : collection of (group, test), optional
        Do these only; others are taken where they are there.
    prepare, simulate : str
        ``module:function`` of the preparation and of one run.
    command : iterable of str, optional
        The command line for the provenance, ``sys.argv`` when left out.

    Raises
    ------
    InputError
        If the folder holds runs of other settings or a study, the experiment cannot be run, or the disk is full.
    OSError
        If the folder cannot be written to; before anything runs.
    Interrupted
        After Ctrl-C or SIGTERM; every finished run is in the folder.
    circuit.engine.compiled.EngineError
        If the circuit cannot be compiled.
    """
    folder = RunFolder(out or default_folder(experiment), experiment_hash(experiment))
    planned = plan(experiment)
    wanted = [run for run in planned if only is None or (run.identity.group, run.identity.test) in only]
    begin = time.perf_counter()
    with folder.joined(experiment, force, only) as beside:
        folder.sweep_up()
        sweep_up()
        before = folder.stamps()
        again = {run.file for run in wanted} if force else set()
        there = {file: light(recording) for file, recording in folder.present() if file not in again}
        todo = [run for run in wanted if run.file not in there]
        if beside and todo:
            progress.say(f"{folder.path}: {beside[0]} is at work on these runs too; they are shared")
        work = Work(experiment, folder.digest, None, simulate, folder.path, tuple(command or sys.argv), handed=True)
        outcomes = (
            _done(OnlyCondition(folder, work, before), todo, jobs, progress, prepare, len(wanted)) if todo else []
        )
        there |= {
            done.run.file: done.recording or light(store.read(folder.path / done.run.file))
            for done in outcomes
            if done.failure is None
        }
        folder.refuse_lost()
        if all(run.file in there for run in planned):
            folder.complete()
    return Batch(
        experiment,
        folder.path,
        tuple(there[run.file] for run in planned if run.file in there),
        tuple(done for done in outcomes if done.failure),
        time.perf_counter() - begin,
    )


def _done(
    source: OnlyCondition, todo: list[Run], jobs: int | None, progress: Progress, prepare: str, wanted: int
) -> list[Done]:
    """Prepare, and do what is left of the runs that are wanted."""
    experiment, folder = source.shared.experiment, source.folder
    if (tolerance := experiment.acceleration.tolerance) is not None:
        progress.say(convergence.described(experiment.acceleration.maximum, tolerance))
    for key in {run.key for run in todo} & folder.given_up():  # of another command, before
        folder.forgive(key)
    outcomes: list[Done] = []

    def how_far() -> str:
        finished = wanted - len(todo) + sum(done.failure is None for done in outcomes)
        return f"{finished} of {wanted} runs are in {folder.path}"

    try:
        with under_way(progress):
            with heartbeat(progress.say) as say:
                shared = replace(source.shared, prepared=named(prepare)(experiment, say))
            progress.begin(wanted, wanted - len(todo))
            tasks, source = ([run] for run in todo), replace(source, shared=shared)
            engine = local(jobs or worthwhile(experiment, len(todo)))
            drive(source, tasks, len(todo), engine, progress, outcomes.append)
    except Stopped:
        raise Interrupted(f"stopped; {how_far()}, and the same command goes on from there") from None
    except Unable as problem:
        raise InputError(f"{problem}; {how_far()}") from None
    return outcomes


def worthwhile(experiment: Experiment, runs: int) -> int:
    """Processes for so many runs: one per core, and fewer where starting them takes longer than the runs."""
    seconds = processor_seconds(experiment) * runs / experiment.runs
    return max(1, min(cores(), int(seconds / LEAST_WORK)))


def read_folder(folder: Path) -> list[Recording]:
    """Every recording of a folder of results, without traces, spikes and synapses.

    Raises
    ------
    InputError
        If it holds none.
    results.store.StoreError
        If one cannot be read.
    """
    files = sorted(folder.glob("runs/*.h5"))
    if not files:
        raise InputError(f"{folder}: holds no runs/*.h5")
    return [light(store.read(file)) for file in files]
