"""Dask's scheduler and worker without their HTTP servers, and the cluster of them on this machine.

Each opens one, for a dashboard or without, in every release from 2024.8 on and whatever its configuration says. It asks
for no key, so that everybody on the machine could read it; studies need none.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from distributed import Nanny, Scheduler, SpecCluster, Worker


class ClosedScheduler(Scheduler):
    """A scheduler that listens to those who have its key, and to nobody else."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Open none."""


class ClosedWorker(Worker):
    """A worker that listens to those who have the key, and to nobody else."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Open none."""


CLOSING = 60.0
"""Seconds that a cluster may take to close; only one that hangs takes as long."""


class Nodes(SpecCluster):
    """A cluster whose end can neither fail nor hang.

    In releases before 2026.8 closing waits for ever for a process that died while it started, and gives up with an
    error where a busy machine takes long to end one. By then every run is stored; what is left ends with this process.
    """

    def close(self, timeout: float | None = None) -> Any:
        """Close, or leave it at that after a while."""
        with suppress(TimeoutError):
            return super().close(timeout or CLOSING)


def cluster(security: Any, where: Mapping[str, Any], workers: int = 0, **worker: Any) -> SpecCluster:
    """A scheduler in this process, and processes of this machine that work for it.

    Parameters
    ----------
    security : distributed.Security
    where : mapping
        ``host`` or ``interface`` at which it listens.
    workers : int
    **worker
        Of each, as `distributed.Nanny` takes it.
    """
    shared = {**where, "protocol": "tls://", "security": security}
    one = {"cls": Nanny, "options": {**worker, **shared, "worker_class": ClosedWorker}}
    return Nodes(  # type: ignore[no-untyped-call]
        scheduler={"cls": ClosedScheduler, "options": {**shared, "port": 0, "dashboard": False}},
        workers=dict.fromkeys(range(workers), one),
        worker=one,
        security=security,
        silence_logs=50,
    )
