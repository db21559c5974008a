"""All runs of an experiment: those whose files are there are taken as they are, the others are done, then summed up."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from circuit.engine.compilation import cores
from circuit.engine.scratch import sweep_up
from protocols.assays.kinds import DRAWN
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment
from protocols.runs.cost import processor_seconds
from protocols.runs.digest import experiment_hash
from protocols.runs.plan import Run, default_folder, plan
from protocols.runs.pool import spread
from protocols.runs.progress import heartbeat
from protocols.runs.run_folder import RunFolder
from protocols.runs.workers import Done, Stopped, Work, named, stoppable
from protocols.stimulation import convergence
from results import store
from results.provenance import package_version
from results.recording import Recording
from results.store.files import Unwritable

LEAST_WORK = 5.0  # s of work for a process: it takes about two to start


class Progress(Protocol):
    """Where a batch tells how far it is."""

    def say(self, line: str) -> None:
        """A line about what is going on."""

    def begin(self, total: int, there: int) -> None:
        """`total` runs are wanted, of which `there` are there."""

    def done(self, done: Done) -> None:
        """A run came to its end."""

    def end(self) -> None:
        """No more runs."""


class Interrupted(Exception):
    """The batch was stopped; the message tells how far it came and how to go on."""


@dataclass(frozen=True)
class Batch:
    """What a batch leaves behind.

    Attributes
    ----------
    folder : Path
    summary : dict
        Contents of ``summary.json`` (see `results.statistics.summary.summarise`).
    recordings : tuple of Recording
        Measures, time courses and curves of every run that is there; traces, spikes and synapses stay in the files.
    failures : tuple of Done
    """

    folder: Path
    summary: dict[str, Any]
    recordings: tuple[Recording, ...]
    failures: tuple[Done, ...]


def run_batch(
    experiment: Experiment,
    progress: Progress,
    out: Path | None = None,
    jobs: int | None = None,
    force: bool = False,
    only: Collection[tuple[str, str]] | None = None,
    prepare: str = "protocols.simulation.conduct:prepare",
    conduct: str = "protocols.simulation.conduct:conduct",
    command: Iterable[str] | None = None,
) -> Batch:
    """Do the runs of an experiment that are not there yet, and write the summary and the figure.

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
        Do these only; others are summed up where they are there.
    prepare, conduct : str
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
    with folder.joined(experiment, force) as beside:
        folder.sweep_up()
        sweep_up()
        before = folder.stamps()
        again = {run.file for run in wanted} if force else set()
        there = {file: _light(recording) for file, recording in folder.present() if file not in again}
        todo = [run for run in wanted if run.file not in there]
        if beside and todo:
            progress.say(f"{folder.path}: {beside[0]} is at work on these runs too; they are shared")
        work = Work(experiment, folder.digest, None, conduct, folder.path, tuple(command or sys.argv), before=before)
        outcomes = _done(work, todo, jobs, progress, named(prepare), len(wanted)) if todo else []
        there |= {d.run.file: _light(store.read(folder.path / d.run.file)) for d in outcomes if d.failure is None}
        recordings = tuple(there[run.file] for run in planned if run.file in there)
        summary: dict[str, Any] = {}
        if recordings:
            folder.refuse_lost()
            summary = _write_summary(experiment, folder.path, planned, recordings, time.perf_counter() - begin)
        if all(run.file in there for run in planned):
            folder.complete()
    return Batch(folder.path, summary, recordings, tuple(done for done in outcomes if done.failure))


def _done(
    work: Work, todo: list[Run], jobs: int | None, progress: Progress, prepare: Callable[..., Any], wanted: int
) -> list[Done]:
    """Prepare, and do what is left of the runs that are wanted."""
    experiment = work.experiment
    if (tolerance := experiment.acceleration.tolerance) is not None:
        progress.say(convergence.described(experiment.acceleration.maximum, tolerance))
    outcomes: list[Done] = []

    def how_far() -> str:
        finished = wanted - len(todo) + sum(done.failure is None for done in outcomes)
        return f"{finished} of {wanted} runs are in {work.folder}"

    try:
        with stoppable():
            with heartbeat(progress.say) as say:
                work = replace(work, prepared=prepare(experiment, say))
            progress.begin(wanted, wanted - len(todo))
            with closing(spread(work, todo, min(jobs or worthwhile(experiment, len(todo)), len(todo)))) as running:
                for done in running:
                    outcomes.append(done)
                    progress.done(done)
    except Stopped:
        raise Interrupted(f"stopped; {how_far()}, and the same command goes on from there") from None
    except Unwritable as problem:
        raise InputError(f"{problem.filename}: {problem.strerror}; {how_far()}") from None
    finally:
        progress.end()
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
    return [_light(store.read(file)) for file in files]


def _light(recording: Recording) -> Recording:
    kept = {name: series for name, series in recording.series.items() if name in DRAWN}
    return replace(recording, traces={}, series=kept, spikes={}, synapses={}, provenance={})


def _write_summary(
    experiment: Experiment, folder: Path, planned: list[Run], recordings: tuple[Recording, ...], seconds: float
) -> dict[str, Any]:
    from results.statistics.summary import summarise, write_json

    runs = {run.file: {"structure": run.identity.structure_seed, "noise": run.identity.noise_seed} for run in planned}
    summary = summarise(
        experiment.name, package_version(), {"animals": experiment.animals.seed, "runs": runs}, seconds, recordings
    )
    write_json(folder / "summary.json", summary)
    _write_figures(experiment, folder, recordings)
    return summary


def _write_figures(experiment: Experiment, folder: Path, recordings: tuple[Recording, ...]) -> None:
    """A figure for each kind of test: ``figure`` for the first one drawn, ``figure_<kind>`` for the others."""
    from results import figures

    stem = "figure"
    for kind in dict.fromkeys(test.kind for test in experiment.test):
        tests = {test.name: test for test in experiment.test if test.kind == kind}
        part = [recording for recording in recordings if recording.identity.test in tests]
        first = next(iter(tests.values()))
        with suppress(figures.NothingToDraw):
            figures.save(
                figures.FIGURES[kind](part, **first.figure_options()),
                folder,
                stem if stem == "figure" else f"figure_{kind}",
            )
            stem = ""
