"""The driver of an experiment or a study: it hands runs to workers and sees to it that each that can be done is done.

It decides nothing about results: a run is done when its file is there. Stopped or killed at any moment, it leaves whole
files, and whoever comes next goes on from those.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any, Protocol

from protocols.runs.folder import stamp
from protocols.runs.plan import Run
from protocols.runs.progress import Progress
from protocols.runs.workers import Done, Source, stoppable

KILLS = 6  # how often a run's program may be killed
MEMORY = "fewer --jobs or more memory may help"
AGAIN = 2.0  # s until a run is looked at again that another process is at work on
RELIEF = 5.0  # s until a run is tried again whose program was killed; twice as long after each further time


class Interrupted(Exception):
    """The runs were stopped; the message says how far they came and how to go on."""


class Lost(Exception):
    """Workers ended without an answer.

    Parameters
    ----------
    reason : str
        In one line.
    times : int
        How often they did.
    final : bool
        Whether their runs are given up; otherwise they are handed out again.
    """

    def __init__(self, reason: str, times: int, final: bool) -> None:
        super().__init__(reason)
        self.times, self.final = times, final


class Workers(Protocol):
    """Where runs are done."""

    def room(self) -> int:
        """How many tasks may be handed out at one time."""

    def wanted(self, runs: int) -> None:
        """Called now and then: so many runs are left to do."""

    def submit(self, source: Source, runs: Sequence[Run]) -> Any:
        """Have `protocols.runs.workers.perform` called; a future, of `concurrent.futures` or of Dask."""

    def outcome(self, future: Any, runs: Sequence[Run]) -> Sequence[Done]:
        """What became of a task whose future ended.

        Raises
        ------
        Lost
            If it ended without an answer.
        InputError, protocols.runs.workers.Unable
            As `protocols.runs.workers.share` does.
        """


Engine = Callable[[Any, int, Callable[[str], None]], AbstractContextManager[Workers]]
"""Of the folder, the number of runs left, and where to say what happens: workers, for a ``with`` block."""


@contextmanager
def under_way(progress: Progress) -> Iterator[None]:
    """Runs that a signal stops with `protocols.runs.workers.Stopped`, and whose progress ends with them."""
    try:
        with stoppable():
            yield
    finally:
        progress.end()


def drive(
    source: Source,
    tasks: Iterable[Sequence[Run]],
    left: int,
    engine: Engine,
    progress: Progress,
    ended: Callable[[Done], None] = lambda _: None,
) -> None:
    """Have runs done until each has come to its end.

    Parameters
    ----------
    source : protocols.runs.workers.Source
    tasks : iterable of sequence of Run
        Runs that are done one after the other by one worker.
    left : int
        Number of runs in all tasks.
    engine : callable
    progress : Progress
    ended : callable
        Told of each run that came to its end, before `progress` is.

    Raises
    ------
    InputError, protocols.runs.workers.Unable
        As `protocols.runs.workers.share` does; runs under way are stopped.
    """
    with engine(source.folder, left, progress.say) as workers:
        _Drive(source, workers, left, progress, ended).go(iter(tasks))


class _Drive:
    """Runs that are handed out, and those that come back to be looked at again."""

    def __init__(
        self, source: Source, workers: Workers, left: int, progress: Progress, ended: Callable[[Done], None]
    ) -> None:
        self.source, self.workers, self.left = source, workers, left
        self.progress, self.notify = progress, ended
        self.back: queue.SimpleQueue[tuple[Any, Sequence[Run]]] = queue.SimpleQueue()
        self.later: list[tuple[float, int, Run]] = []
        self.order = itertools.count()
        self.killed: Counter[str] = Counter()
        self.out = 0

    def go(self, tasks: Iterator[Sequence[Run]]) -> None:
        task = next(tasks, None)
        while True:
            while self.later and self.later[0][0] <= time.monotonic():
                self._submit([heapq.heappop(self.later)[2]])
            while task is not None and self.out < self.workers.room():
                self._submit(task)
                task = next(tasks, None)
            if task is None and not self.out and not self.later:
                return
            try:
                future, runs = self.back.get(timeout=self._patience())
            except queue.Empty:
                self.workers.wanted(self.left)
            else:
                self._take(future, runs)

    def _patience(self) -> float:
        """Seconds to wait for an answer."""
        until = self.later[0][0] - time.monotonic() if self.later else 1.0
        return min(1.0, max(0.0, until))

    def _submit(self, runs: Sequence[Run]) -> None:
        future = self.workers.submit(self.source, runs)
        self.out += 1
        future.add_done_callback(lambda ended: self.back.put((ended, runs)))

    def _take(self, future: Any, runs: Sequence[Run]) -> None:
        self.out -= 1
        try:
            found = self.workers.outcome(future, runs)
        except Lost as lost:
            for run in runs:
                self._lost(run, lost)
            return
        for done in found:
            self._ended(done)

    def _ended(self, done: Done) -> None:
        wait = AGAIN
        if done.killed:
            self.killed[done.run.key] += 1
            wait = RELIEF * 2 ** (self.killed[done.run.key] - 1)  # what took the memory may be gone by then
            done = self._killed(done, self.killed[done.run.key])
        if done.waiting:
            self._later(done.run, wait)
            return
        self.left -= 1
        self.notify(done)
        self.progress.done(done)

    def _killed(self, done: Done, times: int) -> Done:
        """What becomes of a run whose program was killed: it is tried again, up to a limit."""
        folder = self.source.folder
        if times < KILLS:
            folder.killed(done.run, done.failure or "", times)
            self.progress.say(f"{done.run.label}: {done.failure}; it is tried again ({times} of {KILLS})")
            return replace(done, waiting=True)
        failed = replace(done, failure=f"{done.failure}; {MEMORY}")
        folder.give_up(done.run, failed.failure or "", times)
        return failed

    def _lost(self, run: Run, lost: Lost) -> None:
        """What becomes of a run whose worker ended without an answer."""
        if stamp(self.source.folder.path / run.file) != self.source.before.get(run.file):
            self._ended(Done(run, 0.0, elsewhere=True))
        elif lost.final:
            self.source.folder.give_up(run, str(lost), lost.times)
            self._ended(Done(run, 0.0, str(lost)))
        else:
            self._later(run, 0.0)

    def _later(self, run: Run, wait: float) -> None:
        heapq.heappush(self.later, (time.monotonic() + wait, next(self.order), run))
