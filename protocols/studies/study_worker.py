"""What a worker of a study needs for its runs: the experiment of a run's condition, and its circuit.

Dask preloads this module.
"""

from __future__ import annotations

import functools
import signal
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from protocols.runs.folder import Stamp
from protocols.runs.plan import Run
from protocols.runs.workers import Unable, Work, named
from protocols.simulation.digest import code_digest, experiment_hash
from protocols.studies import study_plan
from protocols.studies.study import Study
from protocols.studies.study_folder import StudyFolder


@dataclass(frozen=True)
class Conditions:
    """What the runs of a study need, to be worked out by who does them.

    Attributes
    ----------
    path : str
        Folder of the study.
    stamp : str
        Hash of its plan.
    retries : int
        How often a run that failed is tried again.
    digest : str
        `protocols.simulation.digest.code_digest` of the driver.
    prepare, simulate : str
        ``module:function`` of the preparation and of one run.
    command : tuple of str
        The command line, for the provenance.
    compiled : bool
        Whether the driver's machine runs a compiled circuit: then all do, since results would differ.
    """

    path: str
    stamp: str
    retries: int
    digest: str
    prepare: str
    simulate: str
    command: tuple[str, ...]
    compiled: bool

    @property
    def folder(self) -> StudyFolder:
        """Where the runs lie."""
        return StudyFolder(Path(self.path))

    @property
    def before(self) -> Mapping[str, Stamp]:
        """Files that do not count as done: none."""
        return {}

    @property
    def alone(self) -> bool:
        """Whether there is one condition; where there are several, one that is refused leaves the others possible."""
        return False

    def work(self, run: Run) -> Work:
        """What a run needs.

        Raises
        ------
        protocols.runs.workers.Unable
            If this machine has another version of the code or no compiled circuit, or the folder another plan.
        """
        host = socket.gethostname()
        if code_digest() != self.digest:
            raise Unable(f"{host} has another version of the code or of its packages")
        shared = _shared(self, run.point)
        experiment = shared.experiment
        networks = experiment.circuit.engine == "compiled" and any(test.circuits for test in experiment.test)
        if self.compiled and networks and not getattr(shared.prepared, "builds", None):
            raise Unable(
                f"{host} has no compiler and finds no compiled circuit; set CORTICOSTRIATAL_PROCESSOR and a "
                "CORTICOSTRIATAL_CACHE that it sees"
            )
        origin = {"study": run.key, "point": run.point, "code": code_digest(), "host": host}
        return replace(shared, origin={"origin": origin}, keep=True)


def dask_setup(*_: Any) -> None:
    """Called by Dask before a worker begins: Ctrl-C is for the driver."""
    with suppress(ValueError):  # not in the main thread, where workers are threads
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def dask_teardown(*_: Any) -> None:
    """Called by Dask when a worker is closed: the program of a run under way is stopped with it."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.terminate()


_preparing = threading.Lock()


@functools.lru_cache(maxsize=64)
def _shared(conditions: Conditions, point: int) -> Work:
    """What runs of one condition share; the circuit as this machine has it: compiled before, or compiled now."""
    path = Path(conditions.path)
    experiment = _study(conditions.path, conditions.stamp).experiment(point)
    with _preparing:
        prepared = named(conditions.prepare)(experiment, lambda _: None)
    return Work(experiment, experiment_hash(experiment), prepared, conditions.simulate, path, conditions.command)


@functools.lru_cache(maxsize=4)
def _study(path: str, stamp: str) -> Study:
    study, found = study_plan.study(Path(path))
    if found != stamp:
        raise Unable(f"{path}: was given another plan meanwhile")
    return study
