"""All runs of an experiment: those whose files are there are taken as they are, the others are done, then summed up."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from protocols import convergence
from protocols.digest import experiment_hash
from protocols.errors import InputError
from protocols.experiment import Experiment
from protocols.plan import Run, default_folder, plan
from protocols.progress import heartbeat
from protocols.workers import Done, Stopped, Work, named, spread, stoppable
from results import store
from results.provenance import package_version
from results.recording import Recording

# The series that figures and the summary need.
DRAWN = ("fepsp", "dialysate_percent", "dopamine", "release", "spine_head", "surface_ampa")
LEFTOVER_AGE = 60.0  # s: writing a file takes less than one


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
        Contents of ``summary.json`` (see `results.summary.summarise`).
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
    prepare: str = "protocols.conduct:prepare",
    conduct: str = "protocols.conduct:conduct",
    command: Iterable[str] | None = None,
) -> Batch:
    """Do the runs of an experiment that are not there yet, and write the summary and the figure.

    Parameters
    ----------
    experiment : Experiment
    progress : Progress
    out : Path, optional
        Folder of results; `protocols.plan.default_folder` when left out.
    jobs : int, optional
        Processes; one per core when left out. 1 runs in this process.
    force : bool
        Do every run again, and remove runs of another experiment from the folder.
    only : collection of (group, test), optional
        Do these only; others are summed up where they are there.
    prepare, conduct : str
        ``module:function`` of the preparation and of one run.
    command : iterable of str, optional
        The command line for the provenance, ``sys.argv`` when left out.

    Raises
    ------
    InputError
        If the folder holds runs of another experiment, or the experiment cannot be run.
    OSError
        If the folder cannot be written to; before anything runs.
    Interrupted
        After Ctrl-C or SIGTERM; every finished run is in the folder.
    circuit.compiled.EngineError
        If the circuit cannot be compiled.
    """
    folder = out or default_folder(experiment)
    digest = experiment_hash(experiment)
    _writable(folder)
    there = _present(folder, digest, force)
    planned = plan(experiment)
    wanted = [run for run in planned if only is None or (run.identity.group, run.identity.test) in only]
    todo = [run for run in wanted if run.file not in there]
    begin = time.perf_counter()
    outcomes: list[Done] = []
    if todo:
        if (tolerance := experiment.acceleration.tolerance) is not None:
            progress.say(convergence.told(experiment.acceleration.maximum, tolerance))
        preparing = named(prepare)  # now: importing Brian2 sets a signal handler, and ours is to be the last
        try:
            with stoppable():
                with heartbeat(progress.say) as say:
                    prepared = preparing(experiment, say)
                work = Work(experiment, digest, prepared, conduct, folder, tuple(command or sys.argv))
                progress.begin(len(wanted), len(wanted) - len(todo))
                with closing(spread(work, todo, min(jobs or cores(), len(todo)))) as running:
                    for done in running:
                        outcomes.append(done)
                        progress.done(done)
        except Stopped:
            finished = len(wanted) - len(todo) + sum(done.failure is None for done in outcomes)
            raise Interrupted(
                f"stopped; {finished} of {len(wanted)} runs are in {folder}, and the same command goes on from there"
            ) from None
        except InputError:
            with suppress(OSError):  # a folder that nothing was put into
                (folder / "runs").rmdir()
                folder.rmdir()
            raise
        finally:
            progress.end()
        there |= {d.run.file: _light(store.read(folder / d.run.file)) for d in outcomes if d.failure is None}
    recordings = tuple(there[run.file] for run in planned if run.file in there)
    summary = _write_summary(experiment, folder, planned, recordings, time.perf_counter() - begin) if recordings else {}
    return Batch(folder, summary, recordings, tuple(done for done in outcomes if done.failure))


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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


def _writable(folder: Path) -> None:
    """Find out now, and not after the first run, whether files can be written to ``folder/runs``."""
    target = folder / "runs"
    target.mkdir(parents=True, exist_ok=True)
    probe = target / f".{os.getpid()}.tmp"
    try:
        probe.touch()
    finally:
        probe.unlink(missing_ok=True)


def _present(folder: Path, digest: str, force: bool) -> dict[str, Recording]:
    """The folder's whole recordings of this experiment by file; what a killed run left behind is removed."""
    present = {}
    for leftover in folder.glob("runs/.*.h5.*.tmp"):
        if time.time() - leftover.stat().st_mtime > LEFTOVER_AGE:
            leftover.unlink(missing_ok=True)
    for path in sorted(folder.glob("runs/*.h5")):
        try:
            recording = store.read(path)
        except store.StoreError:
            continue
        other = recording.provenance.get("experiment_hash")
        if other == digest and not force:
            present[f"runs/{path.name}"] = _light(recording)
        elif other != digest and force:
            path.unlink()
        elif other != digest:
            raise InputError(
                f"{folder}: holds runs of {recording.identity.experiment} with other settings or another version of "
                f"the code ({str(other)[:8]}, not {digest[:8]}); choose another --out, or --force to replace them"
            )
    return present


def _light(recording: Recording) -> Recording:
    kept = {name: series for name, series in recording.series.items() if name in DRAWN}
    return replace(recording, traces={}, series=kept, spikes={}, synapses={}, provenance={})


def _write_summary(
    experiment: Experiment, folder: Path, planned: list[Run], recordings: tuple[Recording, ...], seconds: float
) -> dict[str, Any]:
    from results.summary import summarise, write_json

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
        window = {"test_window": tuple(edge.si for edge in first.window)} if first.kind == "plasticity" else {}
        with suppress(figures.NothingToDraw):
            figures.save(figures.FIGURES[kind](part, **window), folder, stem if stem == "figure" else f"figure_{kind}")
            stem = ""
