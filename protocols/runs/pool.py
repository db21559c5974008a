"""Workers of this machine: this process, or processes that stop cleanly: no file half written, no program left."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from protocols.runs.driver import KILLS, MEMORY, Engine, Lost
from protocols.runs.folder import Folder
from protocols.runs.plan import Run
from protocols.runs.workers import Done, Source, Stopped, perform

GRACE = 10  # s that a worker has to stop its program and clean up
AHEAD = 2  # tasks handed out for each process: enough that none waits


def local(jobs: int) -> Engine:
    """The engine that uses this machine: `jobs` processes at most; with 1, only this one."""

    @contextmanager
    def engine(folder: Folder, runs: int, say: Callable[[str], None]) -> Iterator[Here | Processes]:
        number = min(jobs, runs)
        if number == 1:
            yield Here()
            return
        workers = Processes(folder, number)
        try:
            yield workers
        finally:
            workers.close()

    return engine


class Here:
    """This process, which does a task as soon as it is handed out."""

    def room(self) -> int:
        """How many tasks may be handed out at one time."""
        return 1

    def wanted(self, runs: int) -> None:
        """Called now and then: so many runs are left to do."""

    def submit(self, source: Source, runs: Sequence[Run]) -> Future[list[Done]]:
        """Do runs; a future that has ended."""
        future = Future[list[Done]]()
        try:
            future.set_result(perform(source, runs))
        except Exception as problem:
            future.set_exception(problem)
        return future

    def outcome(self, future: Future[list[Done]], runs: Sequence[Run]) -> Sequence[Done]:
        """What became of the runs; raises as `protocols.runs.workers.share` does."""
        return future.result()


class Processes:
    """A pool of processes; where one of them is killed, all are replaced, since Python ends the others with it.

    Which run it was at work on is seen from the claim that it left; the others come back without one.
    """

    def __init__(self, folder: Folder, jobs: int) -> None:
        self.folder, self.jobs = folder, jobs
        self.deaths = 0  # of processes at work on no run
        self.pool: ProcessPoolExecutor | None = None
        self.others = set(multiprocessing.active_children())
        self.out: dict[Future[list[Done]], tuple[ProcessPoolExecutor, Sequence[Run]]] = {}
        self.hit: set[str] = set()  # runs at work on which a process was just killed
        self.hits: Counter[str] = Counter()

    def room(self) -> int:
        """How many tasks may be handed out at one time."""
        return AHEAD * self.jobs

    def wanted(self, runs: int) -> None:
        """Called now and then: so many runs are left to do."""

    def submit(self, source: Source, runs: Sequence[Run]) -> Future[list[Done]]:
        """Have runs done by one of the processes."""
        while True:
            if self.pool is None:
                self.pool = ProcessPoolExecutor(self.jobs, multiprocessing.get_context("spawn"), _begin, (source,))
            try:
                with _launching():
                    future = self.pool.submit(_task, runs)
            except BrokenProcessPool:
                self._broken(self.pool)
                continue
            self.out[future] = self.pool, runs
            return future

    def outcome(self, future: Future[list[Done]], runs: Sequence[Run]) -> Sequence[Done]:
        """What became of the runs of a task.

        Raises
        ------
        Lost
            If a process was killed: for good where that happened time and again at work on this run, or at work on no
            run with none done in between.
        InputError, protocols.runs.workers.Unable
            As `protocols.runs.workers.share` does.
        """
        try:
            found = future.result()
        except BrokenProcessPool:
            self._broken(self.out[future][0])
            hit = {run.key for run in runs} & self.hit
            self.hit -= hit
            times = max((self.hits[key] for key in hit), default=self.deaths)
            reason = f"its worker process was killed time and again (out of memory?); {MEMORY}"
            raise Lost(reason, times, times >= KILLS and len(runs) == 1) from None
        finally:
            self.out.pop(future)
        self.deaths = 0
        return found

    def _broken(self, pool: ProcessPoolExecutor) -> None:
        """Find out, once for a pool, at work on what its processes were killed."""
        if pool is not self.pool:
            return
        self.pool = None
        pool.shutdown(wait=True, cancel_futures=True)  # the claims of those that were not killed go with them
        out = [run for other, runs in self.out.values() if other is pool for run in runs]
        hit = {run.key for run in out if self.folder.abandoned(run)}
        self.hit |= hit
        self.hits.update(hit)
        self.deaths += not hit

    def close(self) -> None:
        """End the processes, and the programs of runs that are under way."""
        if self.pool is None:
            return
        if self.out:
            for child in set(multiprocessing.active_children()) - self.others:
                child.terminate()
        self.pool.shutdown(wait=True, cancel_futures=True)


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


_source: Source
_busy = False


def _begin(source: Source) -> None:
    """Make a process a worker: it stops when its parent says so or is gone, and not at the keyboard's word."""
    global _source
    _source = source
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop_worker)
    threading.Thread(target=_stop_with_parent, daemon=True).start()


def _stop_worker(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if not _busy:
        os._exit(1)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(GRACE)  # an exception that comes out of the blue may be swallowed, and the parent waits for our end
    raise Stopped


def _stop_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _task(runs: Sequence[Run]) -> list[Done]:
    global _busy
    _busy = True
    try:
        return perform(_source, runs)
    except Stopped:  # by now the program it ran is dead and temporary files are gone
        os._exit(1)
    finally:
        _busy = False
