"""Runs spread over processes that stop cleanly: no file half written, no program left behind."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from protocols.errors import InputError
from protocols.plan import Run, document, model_digest

if TYPE_CHECKING:
    from protocols.experiment import Experiment

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(BaseException):
    """The user, or the system, asked the runs to stop."""


@dataclass(frozen=True)
class Work:
    """What all runs of a batch share.

    Attributes
    ----------
    experiment : Experiment
    digest : str
        `protocols.plan.experiment_hash` of it.
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
    """

    experiment: Experiment
    digest: str
    prepared: Any
    conduct: str
    folder: Path
    command: tuple[str, ...]
    origin: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = False


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
    """

    run: Run
    seconds: float
    failure: str | None = None
    killed: bool = False


def named(function: str) -> Callable[..., Any]:
    """The function that ``module:function`` names."""
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)


def do(work: Work, run: Run) -> Done:
    """Conduct one run and write its file.

    Raises
    ------
    InputError
        If the run shows that the experiment is not possible.
    results.files.Unwritable
        If nothing more can be written, here or to the folder for temporary files; no other run would fare better.
        Whatever else goes wrong is told in `Done.failure`.
    """
    from circuit.compiled import ProgramKilled
    from results import provenance, store
    from results.files import unwritable

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
        if full := unwritable(problem, getattr(problem, "filename", None) or work.folder / run.file):
            raise full from problem
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


def spread(work: Work, runs: Sequence[Run], jobs: int) -> Generator[Done, None, None]:
    """Do the runs and give each as it ends: in this process if `jobs` is 1, else in `jobs` worker processes.

    Raises
    ------
    InputError
        As `do` does; runs under way are stopped.
    """
    if jobs == 1:
        for run in runs:
            yield do(work, run)
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (work,))
    waiting: dict[Future[Done], Run] = {}
    try:
        with _launching():
            waiting = {pool.submit(_task, run): run for run in runs}
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                run = waiting.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    yield Done(run, 0.0, "a worker process was killed (out of memory?); the same command resumes")
    finally:
        if waiting:
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _launching() -> Iterator[None]:
    """While workers are started: they do not import the user's script, and ignore Ctrl-C, which is for their parent."""
    main, handler = sys.modules["__main__"], signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    sys.modules["__main__"] = ModuleType("__main__")
    if in_main_thread:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if in_main_thread:
            signal.signal(signal.SIGINT, handler)


_work: Work
_busy = False


def _begin(work: Work) -> None:
    """Make a process a worker: it stops when its parent says so or is gone, and not at the keyboard's word."""
    global _work
    _work = work
    named(work.conduct)  # now: importing Brian2 sets a signal handler, and ours is to be the last
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop_worker)
    threading.Thread(target=_stop_with_parent, daemon=True).start()


def _stop_worker(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if not _busy:
        os._exit(1)
    raise Stopped


def _stop_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _task(run: Run) -> Done:
    global _busy
    _busy = True
    try:
        return do(_work, run)
    except Stopped:  # by now the program it ran is dead and temporary files are gone
        os._exit(1)
    finally:
        _busy = False
