"""What does a run: it is claimed and conducted and its file put in place, in whatever process, and stops cleanly."""

from __future__ import annotations

import importlib
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from protocols.assays.kinds import DRAWN
from protocols.errors import InputError
from protocols.runs.folder import Folder, Stamp, stamp
from protocols.runs.plan import Run, document
from protocols.simulation.digest import model_digest

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment
    from results.recording import Recording

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

PREPARE = "protocols.simulation.simulate:prepare"
"""``module:function`` that prepares what the runs of an experiment share."""
SIMULATE = "protocols.simulation.simulate:simulate"
"""``module:function`` that simulates one run."""
MOVED = {"protocols.conduct:prepare": PREPARE, "protocols.conduct:conduct": SIMULATE}
"""What stored files call functions that have moved since."""


class Stopped(BaseException):
    """The user, or the system, asked the runs to stop."""


class Unable(Exception):
    """No other run would fare better; one line."""


@dataclass(frozen=True)
class Work:
    """What all runs of one condition share.

    Attributes
    ----------
    experiment : Experiment
    digest : str
        `protocols.simulation.digest.experiment_hash` of it.
    prepared : object
        What the preparation gave.
    simulate : str
        ``module:function`` that simulates one run.
    folder : Path
    command : tuple of str
        The command line, for the provenance.
    origin : dict
        Further entries of the provenance.
    keep : bool
        Whether a file that is there by the end of a run stays as it is.
    handed : bool
        Whether what figures and the summary need of the recording is in `Done`.
    """

    experiment: Experiment
    digest: str
    prepared: Any
    simulate: str
    folder: Path
    command: tuple[str, ...]
    origin: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = False
    handed: bool = False


@dataclass(frozen=True)
class Done:
    """A run that came to its end.

    Attributes
    ----------
    run : Run
    seconds : float
        Wall time, s.
    failure : str, optional
        In one line why it failed, if it did.
    killed : bool
        Whether its program was killed, which is no fault of the run.
    elsewhere : bool
        Whether another process has done it.
    waiting : bool
        Whether another process is at work on it: then this is not its end, and it is to be looked at again.
    recording : Recording, optional
        What `light` leaves of its recording, where `Work.handed` asks for it.
    """

    run: Run
    seconds: float
    failure: str | None = None
    killed: bool = False
    elsewhere: bool = False
    waiting: bool = False
    recording: Recording | None = field(default=None, repr=False)


class Source(Protocol):
    """What workers ask for what a run needs; it goes to other processes as a whole."""

    @property
    def folder(self) -> Folder:
        """Where the runs lie."""

    @property
    def before(self) -> Mapping[str, Stamp]:
        """Files that do not count as done, by name: they stood there before, and their runs are to be done again."""

    @property
    def retries(self) -> int:
        """How often a run that failed is tried again."""

    @property
    def alone(self) -> bool:
        """Whether there is one condition: where that is refused, no run is possible."""

    def work(self, run: Run) -> Work:
        """What a run needs.

        Raises
        ------
        Unable
            If it cannot be had here, for this run and all others.
        """


def current_name(function: str) -> str:
    """The name that a function has now."""
    return MOVED.get(function, function)


def named(function: str) -> Callable[..., Any]:
    """The function that ``module:function`` names, today or in a stored file."""
    module, _, name = current_name(function).partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def do(work: Work, run: Run) -> Done:
    """Conduct one run and write its file.

    Raises
    ------
    InputError
        If the run shows that the experiment is not possible.
    results.store.files.Unwritable
        If nothing more can be written, here or to the folder for temporary files; no other run would fare better.
        Whatever else goes wrong is given in `Done.failure`.
    """
    from circuit.engine.compiled import ProgramKilled
    from results import provenance, store
    from results.store.files import refuse_full

    begin = time.perf_counter()
    who = run.identity
    try:
        recording = named(work.simulate)(who, work.experiment, work.prepared)
        seconds = time.perf_counter() - begin
        found = dict(recording.provenance)
        history = provenance.collect(
            work.command,
            found.pop("parameters", {}),
            {"structure": who.structure_seed, "noise": who.noise_seed},
            seconds,
            found
            | {
                "experiment_hash": work.digest,
                "experiment": json.dumps(document(work.experiment)),
                "model_digest": model_digest(),
                "conduct": current_name(work.simulate),
            }
            | dict(work.origin),
        )
        store.write(replace(recording, provenance=history), work.folder / run.file, work.keep)
    except InputError:
        raise
    except ProgramKilled as problem:
        return Done(run, time.perf_counter() - begin, str(problem), killed=True)
    except Exception as problem:
        refuse_full(problem, getattr(problem, "filename", None) or work.folder / run.file)
        return Done(run, time.perf_counter() - begin, reason_of(problem))
    return Done(run, seconds, recording=light(recording) if work.handed else None)


def light(recording: Recording) -> Recording:
    """Measures, curves and the series that figures need; traces, spikes and synapses stay in the file."""

    kept = {name: series for name, series in recording.series.items() if name in DRAWN}
    return replace(recording, traces={}, series=kept, spikes={}, synapses={}, provenance={})


def reason_of(problem: BaseException) -> str:
    """What went wrong, in one line."""
    return f"{type(problem).__name__}: {' '.join(str(problem).split()) or 'no message'}"


@contextmanager
def stoppable() -> Iterator[None]:
    """Within, a signal that asks to stop raises `Stopped`, once; only the main thread can arrange that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in STOPPING}

    def stop(*_: Any) -> None:
        for number in before:  # cleaning up is not to be interrupted
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # nohup, or a shell that runs us in the background
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def perform(source: Source, runs: Sequence[Run]) -> list[Done]:
    """Do runs one after the other. Raises as `share` does."""
    return [share(source, run) for run in runs]


def share(source: Source, run: Run) -> Done:
    """Do one run unless another process does or has done it; the folder keeps the reason if it fails.

    Raises
    ------
    InputError
        If the run shows that the experiment is not possible, and there is no other; or as claiming it does.
    Unable
        If no other run would fare better.
    """
    folder = source.folder
    try:
        with folder.claim(run) or nullcontext() as claim:
            if stamp(folder.path / run.file) != source.before.get(run.file):
                return Done(run, 0.0, elsewhere=True)
            return _tried(source, run) if claim is not None else Done(run, 0.0, waiting=True)
    except OSError as problem:
        raise Unable(f"{problem.filename or folder.path}: {problem.strerror or problem}") from None


def _tried(source: Source, run: Run) -> Done:
    """Do a claimed run, again if it fails; one whose program was killed is for others to try again."""
    attempts = source.retries + 1
    for _ in range(attempts):
        try:
            done = do(source.work(run), run)
        except (Unable, OSError):
            raise
        except Exception as problem:  # what shows that the condition is not possible, and what preparing it gives
            if source.alone:
                raise
            done = Done(run, 0.0, reason_of(problem))
        if done.killed:
            return done
        if done.failure is None:
            source.folder.forgive(run.key)
            return done
    source.folder.give_up(run, done.failure or "", attempts)
    return done
