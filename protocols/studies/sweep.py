"""The driver of a study: it hands runs to workers and sees to it that every run that can be done is done.

It holds no truth. Stopped or killed at any moment, it leaves whole files, and whoever comes next goes on from those.
"""

from __future__ import annotations

import heapq
import queue
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from protocols.errors import InputError
from protocols.runs import claims
from protocols.runs.batch import Interrupted
from protocols.runs.digest import code_digest
from protocols.runs.progress import heartbeat
from protocols.runs.workers import KILLS, MEMORY, Stopped, named, stoppable
from protocols.studies.planned_run import PlannedRun
from protocols.studies.study_folder import Status, StudyFolder
from protocols.studies.study_worker import State, Task, perform

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 3  # tasks handed out for each worker: enough that none waits, few enough that 100,000 runs need no memory
TOGETHER = 8  # runs of one animal's life in a task
AGAIN = 5.0  # s until a run that somebody else was at work on, or whose program was killed, is looked at again
LOST = 3  # how often a task may get lost with its workers' connections


class Progress(Protocol):
    """Where a sweep tells how far it is."""

    def say(self, line: str) -> None:
        """A line about what is going on."""

    def begin(self, total: int, there: int) -> None:
        """`total` runs are wanted, of which `there` are there."""

    def over(self, run: PlannedRun, failure: str) -> None:
        """A run came to its end, with a reason if it failed."""

    def end(self) -> None:
        """No more runs."""


class Workers(Protocol):
    """Where workers come from."""

    client: Client

    def wanted(self, runs: int) -> None:
        """Called now and then: so many runs are left to do."""

    def number(self) -> int:
        """Workers there may be at one time."""


Engine = Callable[[StudyFolder, int, Callable[[str], None]], AbstractContextManager[Workers]]
"""Of the folder, the number of runs left, and where to say what happens: workers, for a ``with`` block."""


@dataclass(frozen=True)
class Options:
    """How a study is driven.

    Attributes
    ----------
    retry : bool
        Whether runs that failed before are tried again.
    prepare, conduct : str
        ``module:function`` of the preparation and of one run.
    """

    retry: bool = False
    prepare: str = "protocols.simulation.conduct:prepare"
    conduct: str = "protocols.simulation.conduct:conduct"


def sweep(folder: StudyFolder, engine: Engine, progress: Progress, options: Options = Options()) -> Status:
    """Do the runs of a study that are not there yet.

    Parameters
    ----------
    folder : StudyFolder
    engine : callable
        `protocols.studies.local_workers.local` or `protocols.studies.slurm.slurm`, with its settings.
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
        return _Drive(StudyFolder(folder.path), engine, progress, options).go()


def _driver(folder: StudyFolder) -> claims.Claim:
    """The claim of the only one who drives; raises `InputError` if another does."""
    while (driver := claims.take(folder.path / "claims" / "driver")) is None:
        folder.refuse_driver()
    return driver


class _Drive:
    """One sweep under way."""

    def __init__(self, folder: StudyFolder, engine: Engine, progress: Progress, options: Options) -> None:
        self.folder, self.engine, self.progress, self.options = folder, engine, progress, options
        self.planned = folder.planned()
        self.ended: queue.SimpleQueue[tuple[Future[Any], Task]] = queue.SimpleQueue()
        self.later: list[tuple[float, int, Task]] = []
        self.lost: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()
        self.out = 0
        self.compiled = False
        self.left = 0

    def go(self) -> Status:
        self.folder.sweep_up()
        there = self.folder.done() & self.planned.keys()
        given_up = self.folder.failed() & self.planned.keys()
        for key in there & given_up:  # a second worker had better luck
            self.folder.forgive(key)
        given_up -= there
        if self.options.retry:
            for key in given_up:
                self.folder.forgive(key)
            given_up = set()
        todo = [run for key, run in self.planned.items() if key not in there and key not in given_up]
        self.left = len(todo)
        if given_up:
            self.progress.say(f"{len(given_up)} runs failed before and are left out; --retry does them again")
        if todo:
            try:
                with stoppable():
                    self._prepare(todo)
                    self.progress.begin(len(self.planned), len(there))
                    with self.engine(self.folder, len(todo), self.progress.say) as workers:
                        self._spread(workers, todo)
            except Stopped:
                finished = len(self.folder.done() & self.planned.keys())
                raise Interrupted(
                    f"stopped; {finished} of {len(self.planned)} runs are in {self.folder.path}; "
                    f"corticostriatal resume {self.folder.path} goes on from there"
                ) from None
            finally:
                self.progress.end()
        return self.folder.status(self.planned)

    def _prepare(self, todo: Sequence[PlannedRun]) -> None:
        """Compile each circuit once, before anything runs."""
        circuits: dict[str, int] = {}
        study = self.folder.study
        for point in dict.fromkeys(run.point for run in todo):
            circuits.setdefault(_circuit(study.base, study.points[point]), point)
        with heartbeat(self.progress.say) as say:
            for point in circuits.values():
                prepared = named(self.options.prepare)(study.experiment(point), say)
                self.compiled |= getattr(prepared, "build", None) is not None

    def _spread(self, workers: Workers, todo: Sequence[PlannedRun]) -> None:
        tasks = _tasks(self.folder, todo, self.options, self.compiled)
        nothing_more = False
        while True:
            while not nothing_more and self.out < AHEAD * max(1, workers.number()):
                task = next(tasks, None)
                nothing_more = task is None
                if task is not None:
                    self._submit(workers, task)
            while self.later and self.later[0][0] <= time.monotonic():
                self._submit(workers, heapq.heappop(self.later)[2])
            if nothing_more and not self.out and not self.later:
                return
            try:
                future, task = self.ended.get(timeout=1.0)
            except queue.Empty:
                workers.wanted(self.left)
                continue
            self._take(workers, future, task)

    def _submit(self, workers: Workers, task: Task) -> None:
        future = workers.client.submit(perform, task, pure=False)
        self.out += 1
        future.add_done_callback(lambda ended: self.ended.put((ended, task)))

    def _take(self, workers: Workers, future: Future[Any], task: Task) -> None:
        self.out -= 1
        if future.status == "finished":
            found: Sequence[tuple[str, State, str]] = future.result()
        else:
            found = self._gone(future, task)
        future.release()
        for key, state, reason in found:
            run = self.planned[key]
            if state == "impossible":
                raise InputError(f"{reason}; {self._where_we_are()}")
            if state == "killed":
                state = self._killed(run, reason)
            if state in ("elsewhere", "killed"):
                wait = AGAIN * 2 ** max(0, self.killed[key] - 1)  # what took the memory may be gone by then
                heapq.heappush(self.later, (time.monotonic() + wait, id(run), _only(task, run)))
            else:
                self.left -= 1
                self.progress.over(run, reason if state == "failed" else "")

    def _killed(self, run: PlannedRun, reason: str) -> State:
        """What becomes of a run whose program was killed: it is tried again, up to a limit."""
        self.killed[run.key] += 1
        times = self.killed[run.key]
        if times < KILLS:
            self.folder.killed(run, reason, times)
            self.progress.say(f"{run.label}: {reason}; it is tried again ({times} of {KILLS})")
            return "killed"
        self.folder.give_up(run, f"{reason}; {MEMORY}", times)
        return "failed"

    def _gone(self, future: Future[Any], task: Task) -> Sequence[tuple[str, State, str]]:
        """A task that came back without an answer: its workers died, again and again, or the connection broke."""
        error = future.exception() if future.status == "error" else None
        killer = type(error).__name__ == "KilledWorker"
        found: list[tuple[str, State, str]] = []
        for run in task.runs:
            self.lost[run.key] += 1
            if (self.folder.path / run.file).exists():
                found.append((run.key, "done", ""))
            elif (killer and len(task.runs) == 1) or self.lost[run.key] > LOST:
                why = "its workers were killed time and again (out of memory?)" if killer else _told(error)
                self.folder.give_up(run, why, self.lost[run.key])
                found.append((run.key, "failed", why))
            else:
                found.append((run.key, "elsewhere", ""))
        return found

    def _where_we_are(self) -> str:
        return (
            f"{len(self.folder.done() & self.planned.keys())} of {len(self.planned)} runs are there, and "
            f"corticostriatal resume {self.folder.path} goes on from there"
        )


def _tasks(folder: StudyFolder, todo: Sequence[PlannedRun], options: Options, compiled: bool) -> Iterator[Task]:
    """Tasks in an order in which one animal's runs follow each other, on one worker."""
    stamp, retries = folder.stamp, folder.study.file.study.retries
    lives: dict[str, list[PlannedRun]] = {}
    for run in todo:
        lives.setdefault(run.life, []).append(run)
    for life in lives.values():
        for first in range(0, len(life), TOGETHER):
            yield Task(
                str(folder.path.resolve()), stamp, tuple(life[first : first + TOGETHER]), retries, code_digest(),
                options.prepare, options.conduct, tuple(sys.argv), compiled,
            )  # fmt: skip


def _only(task: Task, run: PlannedRun) -> Task:
    return replace(task, runs=(run,))


def _circuit(base: dict[str, Any], values: dict[str, Any]) -> str:
    """What compiling a condition's circuit depends on, in so far as the study varies it."""
    varied = {path: value for path, value in values.items() if path.startswith("circuit")}
    return repr((base.get("circuit"), varied))


def _told(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}" if error else "the connection to its worker broke"
