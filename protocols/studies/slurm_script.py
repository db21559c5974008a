"""The batch script of workers on a cluster that Slurm manages: an array of jobs, each one worker."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from protocols.studies.local_workers import QUIET
from protocols.studies.study_file import Slurm

WARNING = 90  # s between SIGTERM and the end of the wall time
MARGIN = 120.0  # s before the end of the wall time in which a worker takes no new run


def job_name(study: str, folder: Path) -> str:
    """Name of the jobs of a study in a folder; by it they are counted and cancelled."""
    import hashlib

    return f"cs-{study[:40]}-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"


def script(slurm: Slurm, study: str, folder: Path, workers: int) -> str:
    """Text of the script.

    Parameters
    ----------
    slurm : Slurm
    study : str
        Name of the study.
    folder : Path
        Folder of the study, which the nodes see under the same name.
    workers : int
        Tasks of the array.
    """
    seconds = int(slurm.time.si)
    lifetime = max(seconds - MARGIN, seconds / 2)
    engine = folder.resolve() / "engine"
    hours, rest = divmod(seconds, 3600)
    asked = [
        f"--job-name={job_name(study, folder)}",
        f"--array=0-{workers - 1}",
        f"--time={hours:d}:{rest // 60:02d}:{rest % 60:02d}",
        f"--mem={slurm.memory}",
        "--ntasks=1",
        "--cpus-per-task=1",
        "--requeue",
        f"--signal=B:TERM@{min(WARNING, max(1, seconds // 4))}",
        "--open-mode=append",
        f"--output={engine}/log/%A_%a.txt",
        *([f"--partition={slurm.partition}"] if slurm.partition else []),
        *([f"--account={slurm.account}"] if slurm.account else []),
        *slurm.options,
    ]
    python = slurm.python or shlex.quote(sys.executable)
    there = shlex.quote(str(engine))
    importable = shlex.quote(str(Path(__file__).resolve().parents[2]))
    return "\n".join(
        [
            "#!/bin/bash",
            *(f"#SBATCH {option}" for option in asked),
            "# One worker: it asks the driver for runs and writes each to its own file. SIGTERM goes to it.",
            *slurm.setup,
            "export HDF5_USE_FILE_LOCKING=FALSE OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1",
            f"export PYTHONPATH={importable}${{PYTHONPATH:+:$PYTHONPATH}}",
            f"export {' '.join(f'{name}={value}' for name, value in _quiet())}",
            f"export TMPDIR={slurm.scratch}",
            f"exec {python} -m protocols.studies.cluster_worker --scheduler-file {there}/scheduler.json \\",
            f"    --tls-ca-file {there}/tls.pem --tls-cert {there}/tls.pem --tls-key {there}/tls.key \\",
            "    --nthreads 1 --memory-limit 0 --no-nanny --death-timeout 120 \\",
            f"    --lifetime {lifetime:.0f}s",
            "",
        ]
    )


def _quiet() -> Iterator[tuple[str, object]]:
    """What spares workers of this machine, as variables that Dask reads on another."""
    for name, value in QUIET.items():
        yield f"DASK_{name.upper().replace('.', '__').replace('-', '_')}", value
