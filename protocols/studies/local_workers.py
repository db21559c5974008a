"""Workers of a study that Dask gives, and those of this machine, one process a core."""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from circuit.engine.compilation import cores
from circuit.engine.scratch import scratch, sweep_up, temporary_files_in
from protocols.errors import InputError
from protocols.runs.driver import Engine, Lost
from protocols.runs.plan import Run
from protocols.runs.workers import Done, Source, Unable, perform, reason_of

if TYPE_CHECKING:
    from distributed import Client, Future, SpecCluster

AHEAD = 3  # tasks handed out for each worker: enough that none waits, few enough that 100,000 runs need no memory
LOST = 3  # how often a task may get lost with its workers' connections
LOOK = 10.0  # s between looks at whether all workers are there

QUIET = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.gil.enabled": False,
}
"""Dask looks at itself a hundred times a second, which takes 5 % of a worker's core from the run; so it takes 0.4 %."""

SETTINGS = QUIET | {
    "distributed.scheduler.allowed-failures": 20,  # of workers while they have a task; then the task is given up
    "distributed.scheduler.worker-saturation": 2.0,  # one task ahead, so that a worker never waits for the next
    "distributed.scheduler.work-stealing": False,
    "distributed.deploy.lost-worker-timeout": "600 s",  # on a busy machine a worker may take long to come back
    "distributed.comm.timeouts.connect": "60s",
    "distributed.comm.timeouts.tcp": "120s",
    "distributed.worker.daemon": True,
    "distributed.admin.tick.limit": "60s",
}


class DaskWorkers:
    """Workers that a scheduler of Dask in this process knows, so many at one time."""

    def __init__(self, client: Client, number: int) -> None:
        self.client, self.number = client, number
        self.lost: Counter[str] = Counter()

    def room(self) -> int:
        """How many tasks may be handed out at one time."""
        return AHEAD * max(1, self.number)

    def submit(self, source: Source, runs: Sequence[Run]) -> Future[Any]:
        """Have runs done by one of the workers."""
        return self.client.submit(perform, source, runs, pure=False)

    def outcome(self, future: Future[Any], runs: Sequence[Run]) -> Sequence[Done]:
        """What became of the runs of a task.

        Raises
        ------
        protocols.runs.driver.Lost
            If its workers died, again and again, or the connection broke.
        InputError, protocols.runs.workers.Unable
            As `protocols.runs.workers.share` does.
        """
        try:
            if future.status == "finished":
                found: Sequence[Done] = future.result()
                return found
            error = future.exception() if future.status == "error" else None
        finally:
            future.release()
        if isinstance(error, Unable | InputError):
            raise error
        killer = type(error).__name__ == "KilledWorker"
        self.lost.update(run.key for run in runs)
        times = max(self.lost[run.key] for run in runs)
        why = reason_of(error) if error else "the connection to its worker broke"
        if killer:
            why = "its workers were killed time and again (out of memory?)"
        raise Lost(why, times, (killer and len(runs) == 1) or times > LOST)


class LocalWorkers(DaskWorkers):
    """As many processes as asked for."""

    def __init__(self, cluster: SpecCluster, client: Client, number: int) -> None:
        super().__init__(client, number)
        self.cluster = cluster
        self._looked = time.monotonic()

    def wanted(self, runs: int) -> None:
        """A worker that dies is replaced by its nanny; a nanny that Dask gave up is replaced here."""
        if time.monotonic() - self._looked > LOOK:
            self._looked = time.monotonic()
            self.cluster.scale(self.number)


def local(jobs: int | None = None) -> Engine:
    """The engine that uses this machine: `jobs` workers, one per core when left out."""

    @contextmanager
    def engine(folder: Any, runs: int, say: Callable[[str], None]) -> Iterator[LocalWorkers]:
        from distributed import Client
        from distributed.security import Security

        from protocols.studies.dask_nodes import cluster

        workers = max(1, min(jobs or cores(), runs))
        sweep_up()
        with (
            scratch() as place,
            temporary_files_in(place),
            configured({"temporary-directory": str(place)}),
            without_main(),
            cluster(
                Security.temporary(),
                {"host": "127.0.0.1"},
                workers,
                nthreads=1,
                memory_limit=0,
                preload=["protocols.studies.study_worker"],
                silence_logs=logging.CRITICAL,
            ) as nodes,
            Client(nodes, set_as_default=False) as client,
        ):
            yield LocalWorkers(nodes, client, workers)

    return engine


@contextmanager
def kept_open(jobs: int | None, folder: Path, runs: int, say: Callable[[str], None]) -> Iterator[Engine]:
    """An engine whose workers stay from one sweep to the next; they are started with the first."""
    with ExitStack() as stack:
        workers: list[Any] = []

        def engine(_: Any, __: int, ___: Callable[[str], None]) -> Any:
            if not workers:
                workers.append(stack.enter_context(local(jobs)(folder, runs, say)))
            return nullcontext(workers[0])

        yield engine


@contextmanager
def configured(extra: Mapping[str, Any]) -> Iterator[None]:
    """Within, Dask is set as studies need it, and does not report lost connections.

    Dask imports from its temporary directory, too: `extra` has to name a private one.
    """
    import dask

    names = ("distributed", "distributed.worker", "distributed.nanny", "distributed.scheduler", "distributed.core",
             "distributed.comm", "tornado.application", "asyncio", "bokeh")  # fmt: skip
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with dask.config.set({**SETTINGS, **extra}):
            yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def without_main() -> Iterator[None]:
    """Within, processes that are started do not import the user's script, which would start the study once more."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
