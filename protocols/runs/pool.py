"""Runs spread over processes that stop cleanly: no file half written, no program left behind.

Processes started by other commands on the same folder take part: a run that one of them is at work on is left to it.
"""

from __future__ import annotations

import heapq
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

from protocols.runs.plan import Run
from protocols.runs.workers import KILLS, MEMORY, Done, Stopped, Work, share

AGAIN = 2.0  # s until a run is looked at again that another process is at work on, or whose program was killed
GRACE = 10  # s that a worker has to stop its program and clean up


class _Queue:
    """Runs that are left; one that is not to be done just now comes back later."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.ready = deque(runs)
        self.later: list[tuple[float, int, Run]] = []
        self.killed: Counter[Run] = Counter()

    def __bool__(self) -> bool:
        return bool(self.ready or self.later)

    def next(self) -> Run | None:
        """A run that may be done now."""
        while self.later and self.later[0][0] <= time.monotonic():
            self.ready.append(heapq.heappop(self.later)[2])
        return self.ready.popleft() if self.ready else None

    def wait(self) -> float | None:
        """Seconds until another may be; None where none will."""
        return max(0.0, self.later[0][0] - time.monotonic()) if self.later else None

    def ended(self, run: Run, done: Done | None) -> Iterator[Done]:
        """What became of a run, if that is its end; else it is put back."""
        wait = AGAIN
        if done is not None and done.killed:
            self.killed[run] += 1
            wait *= 2 ** (self.killed[run] - 1)  # what took the memory may be gone by then
            done = replace(done, failure=f"{done.failure}; {MEMORY}") if self.killed[run] >= KILLS else None
        if done is not None:
            yield done
        else:
            heapq.heappush(self.later, (time.monotonic() + wait, id(run), run))


def spread(work: Work, runs: Sequence[Run], jobs: int) -> Generator[Done, None, None]:
    """Do the runs and give each as it ends: in this process if `jobs` is 1, else in `jobs` worker processes.

    Raises
    ------
    InputError, results.store.files.Unwritable
        As `do` does; runs under way are stopped.
    """
    queue = _Queue(runs)
    if jobs == 1:
        while queue:
            if (run := queue.next()) is None:
                time.sleep(queue.wait() or 0.0)
            else:
                yield from queue.ended(run, share(work, run))
        return
    deaths = 0
    while queue and deaths < KILLS:
        for done in _in_processes(work, queue, jobs):
            if done is None:
                deaths += 1
            else:
                deaths = 0
                yield done
    for run in [*queue.ready, *(run for *_, run in queue.later)]:
        yield Done(run, 0.0, f"worker processes were killed time and again (out of memory?); {MEMORY}")


def _in_processes(work: Work, queue: _Queue, jobs: int) -> Generator[Done | None, None, None]:
    """Do what is queued; ends with None where a worker process was killed, since the others end with it."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (work,))
    running: dict[Future[Done | None], Run] = {}
    try:
        while queue or running:
            while run := queue.next():
                try:
                    with _launching():
                        running[pool.submit(_task, run)] = run
                except BrokenProcessPool:
                    queue.ready.append(run)
                    raise
            if not running:
                time.sleep(queue.wait() or 0.0)
                continue
            for future in wait(running, queue.wait(), FIRST_COMPLETED).done:
                yield from queue.ended(running[future], future.result())
                del running[future]
    except BrokenProcessPool:
        queue.ready.extend(running.values())
        running.clear()
        yield None
    finally:
        if running:
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


def _task(run: Run) -> Done | None:
    global _busy
    _busy = True
    try:
        return share(_work, run)
    except Stopped:  # by now the program it ran is dead and temporary files are gone
        os._exit(1)
    finally:
        _busy = False
