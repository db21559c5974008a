"""Workers of a study on this machine, one process a core."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from circuit.engine.compilation import cores
from circuit.engine.scratch import scratch, sweep_up
from protocols.studies.study_folder import StudyFolder

if TYPE_CHECKING:
    from distributed import Client, SpecCluster

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


class LocalWorkers:
    """As many processes as asked for."""

    def __init__(self, cluster: SpecCluster, client: Client, workers: int) -> None:
        self.cluster, self.client, self._workers = cluster, client, workers
        self._looked = time.monotonic()

    def wanted(self, runs: int) -> None:
        """A worker that dies is replaced by its nanny; a nanny that Dask gave up is replaced here."""
        if time.monotonic() - self._looked > LOOK:
            self._looked = time.monotonic()
            self.cluster.scale(self._workers)

    def number(self) -> int:
        """Workers there may be at one time."""
        return self._workers


def local(jobs: int | None = None) -> Callable[..., Any]:
    """The engine that uses this machine: `jobs` workers, one per core when left out."""

    @contextmanager
    def engine(folder: StudyFolder, runs: int, say: Callable[[str], None]) -> Iterator[LocalWorkers]:
        from distributed import Client
        from distributed.security import Security

        from protocols.studies.dask_nodes import cluster

        workers = max(1, min(jobs or cores(), runs))
        sweep_up()
        with (
            scratch() as place,
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
def configured(extra: Mapping[str, Any]) -> Iterator[None]:
    """Within, Dask is set as studies need it, and keeps its own tales of lost connections to itself.

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
