"""What does a run: it is conducted and its file put in place, in whatever process, and stops cleanly when told to."""

from __future__ import annotations

import importlib
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.errors import InputError
from protocols.runs.digest import model_digest
from protocols.runs.plan import Run, document
from protocols.runs.run_folder import RunFolder, Stamp, stamp

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

KILLS = 6  # how often a run's program may be killed
MEMORY = "fewer --jobs or more memory may help"


class Stopped(BaseException):
    """The user, or the system, asked the runs to stop."""


@dataclass(frozen=True)
class Work:
    """What all runs of a batch share.

    Attributes
    ----------
    experiment : Experiment
    digest : str
        `protocols.runs.digest.experiment_hash` of it.
    prepared : object
        What the preparation gave.
    conduct : str
        ``module:function`` that simulates one run.
    folder : Path
    command : tuple of str
        The command line, for the provenance.
    origin : dict
        Further entries of the provenance.
    keep : bool
        Whether a file that is there by the end of a run stays as it is.
    before : dict
        `protocols.runs.run_folder.RunFolder.stamps` as the batch began: a run whose file is another now was done
        meanwhile.
    """

    experiment: Experiment
    digest: str
    prepared: Any
    conduct: str
    folder: Path
    command: tuple[str, ...]
    origin: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = False
    before: Mapping[str, Stamp] = field(default_factory=dict)


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
        Whether another process is at work on it, or has done it.
    """

    run: Run
    seconds: float
    failure: str | None = None
    killed: bool = False
    elsewhere: bool = False


def named(function: str) -> Callable[..., Any]:
    """The function that ``module:function`` names."""
    module, _, name = function.partition(":")
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
        Whatever else goes wrong is told in `Done.failure`.
    """
    from circuit.engine.compiled import ProgramKilled
    from results import provenance, store
    from results.store.files import refuse_full

    begin = time.perf_counter()
    who = run.identity
    try:
        recording = named(work.conduct)(who, work.experiment, work.prepared)
        seconds = time.perf_counter() - begin
        own = dict(recording.provenance)
        history = provenance.collect(
            work.command,
            own.pop("parameters", {}),
            {"structure": who.structure_seed, "noise": who.noise_seed},
            seconds,
            own
            | {
                "experiment_hash": work.digest,
                "experiment": json.dumps(document(work.experiment)),
                "model_digest": model_digest(),
                "conduct": work.conduct,
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
        text = " ".join(str(problem).split()) or "no message"
        return Done(run, time.perf_counter() - begin, f"{type(problem).__name__}: {text}")
    return Done(run, seconds)


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


def share(work: Work, run: Run) -> Done | None:
    """Do one run unless another process does; None while it is at work on it. Raises as `do` does."""
    folder = RunFolder(work.folder, work.digest)
    with folder.claim(run) or nullcontext() as claim:
        if stamp(work.folder / run.file) != work.before.get(run.file):
            return Done(run, 0.0, elsewhere=True)
        return do(work, run) if claim is not None else None
