"""Workers of a study on a cluster that Slurm manages: an array of jobs, asked for again while runs are left."""

from __future__ import annotations

import getpass
import math
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuit.engine.scratch import scratch, sweep_up, temporary_files_in
from protocols.errors import InputError
from protocols.runs.driver import Engine
from protocols.studies.local_workers import DaskWorkers, configured
from protocols.studies.slurm_script import job_name, script
from protocols.studies.study_file import Slurm
from protocols.studies.study_folder import StudyFolder

if TYPE_CHECKING:
    from distributed import Client

LOOK = 10.0  # s between looks at the queue
BARREN = 3  # arrays of which no worker ever came


class ClusterError(InputError):
    """Slurm refused, or its workers do not come; one line."""


class SlurmWorkers(DaskWorkers):
    """Jobs of one study, by their name."""

    def __init__(
        self, client: Client, slurm: Slurm, folder: StudyFolder, workers: int, say: Callable[[str], None]
    ) -> None:
        super().__init__(client, workers)
        self.slurm, self.folder, self.say = slurm, folder, say
        self.name = job_name(folder.study.name, folder.path)
        self.looked = -math.inf
        self.barren = 0
        self.silent = False

    def wanted(self, runs: int) -> None:
        """Ask for as many jobs as are missing, at most one a run."""
        if time.monotonic() - self.looked < LOOK:
            return
        self.looked = time.monotonic()
        try:
            jobs = queued(self.name)
        except ClusterError as problem:  # its controller may be away for a moment
            if not self.silent:
                self.say(f"{problem}; trying on")
            self.silent = True
            return
        self.silent = False
        if self.client.scheduler_info().get("workers"):
            self.barren = 0
        missing = min(self.number, runs) - jobs
        if missing > 0:
            if self.barren >= BARREN:
                raise ClusterError(f"jobs end before a worker comes up: {self._last_words()}")
            self.barren += 1
            self.ask(missing)

    def ask(self, number: int) -> None:
        """Put an array of jobs into the queue; several, where the cluster allows only short ones."""
        longest = longest_array()
        while number > 0:
            part = min(number, longest)
            file = self.folder.path / "engine" / "worker.sh"
            file.write_text(script(self.slurm, self.folder.study.name, self.folder.path, part), encoding="utf-8")
            job = _slurm("sbatch", "--parsable", str(file)).strip()
            self.say(f"asked for {part} workers: job {job}, {self.name}")
            number -= part

    def cancel(self) -> None:
        """Take all jobs of the study out of the queue, those of a driver that was killed included."""
        _slurm("scancel", "--name", self.name, "--user", getpass.getuser())

    def _last_words(self) -> str:
        logs = sorted((self.folder.path / "engine" / "log").glob("*.txt"), key=lambda file: file.stat().st_mtime)
        for log in reversed(logs):
            lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
            if lines:
                return f"{lines[-1][:300]} (more in {log})"
        return f"nothing in {self.folder.path / 'engine' / 'log'}"


def slurm(settings: Slurm, jobs: int | None = None) -> Engine:
    """The engine that uses a cluster: `jobs` workers, those of `settings` when left out.

    Raises
    ------
    ClusterError
        If there is no Slurm here.
    """
    for program in ("sbatch", "squeue", "scancel"):
        if shutil.which(program) is None:
            raise ClusterError(f"--engine slurm: there is no {program} here; use it on a machine that submits to Slurm")

    @contextmanager
    def engine(folder: StudyFolder, runs: int, say: Callable[[str], None]) -> Iterator[SlurmWorkers]:
        from distributed import Client
        from distributed.security import Security

        from protocols.studies.dask_nodes import cluster

        place = folder.path / "engine"
        (place / "log").mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)  # who has the key can run programs as the user
        security = Security.temporary()
        _write_keys(place, security)
        where = {"interface": settings.interface} if settings.interface else {"host": _address()}
        sweep_up()
        with (
            scratch() as private,
            temporary_files_in(private, programs=False),  # a job's are on its own machine
            configured({"temporary-directory": str(private)}),
            cluster(security, where) as nodes,
            Client(nodes, set_as_default=False) as client,
        ):
            workers = SlurmWorkers(client, settings, folder, max(1, min(jobs or settings.workers, runs)), say)
            workers.cancel()
            (place / "scheduler.json").unlink(missing_ok=True)
            client.write_scheduler_file(str(place / "scheduler.json"))
            try:
                workers.wanted(runs)
                yield workers
            finally:
                with suppress(ClusterError):
                    workers.cancel()
                for name in ("scheduler.json", "tls.key", "tls.pem"):
                    (place / name).unlink(missing_ok=True)

    return engine


def queued(name: str) -> int:
    """Number of jobs of that name of ours that wait or run, each task of an array counted."""
    listed = _slurm("squeue", "--noheader", "--array", "--user", getpass.getuser(), "--name", name, "--format", "%t")
    return sum(state in ("PD", "R", "CF", "RQ", "RS", "S", "ST") for state in listed.split())


def longest_array() -> int:
    """How many tasks an array may have on this cluster."""
    try:
        lines = _slurm("scontrol", "show", "config").splitlines()
        found = next(line.partition("=")[2] for line in lines if line.startswith("MaxArraySize"))
        return max(1, int(found) - 1)
    except (ClusterError, StopIteration, ValueError):
        return 1000


def _slurm(*command: str) -> str:
    """What a command of Slurm prints."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise ClusterError(f"{command[0]}: {problem}") from None
    if done.returncode != 0:
        said = " ".join((done.stderr or done.stdout).split())
        raise ClusterError(f"{command[0]}: {said or f'left with {done.returncode}'}")
    return done.stdout


def _address() -> str:
    """The address by which other machines reach this one."""
    from distributed.utils import get_ip

    return str(get_ip())


def _write_keys(place: Path, security: Any) -> None:
    """What workers need to be let in, readable by the user only; new with every sweep."""
    for name, text in (
        ("tls.key", security.tls_worker_key),
        ("tls.pem", security.tls_worker_cert),
    ):
        file = place / name
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as target:
            target.write(text)
