"""What the verbs of studies print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protocols.batch import cores
from protocols.display import _console, _duration
from protocols.errors import InputError, nearest
from protocols.slurm_script import script
from protocols.study import Study

ENGINES = ("local", "slurm")


def known_engine(engine: str) -> str:
    """The engine, if there is such a one; raises `InputError`."""
    if engine not in ENGINES:
        raise InputError(f"--engine: '{engine}' is not known{nearest(engine, ENGINES)}")
    return engine


def size_of(study: Study, folder: Path, engine: str, jobs: int | None) -> dict[str, Any]:
    """Print how large a study is and what it may cost; on a cluster, the batch script too.

    Returns
    -------
    dict
        ``study, points, conditions, runs, processor_seconds, workers, wall_seconds``.
    """
    known_engine(engine)
    workers = jobs or (cores() if engine == "local" else study.file.slurm.workers)
    workers = max(1, min(workers, study.size))
    seconds = study.processor_seconds()
    size = {
        "study": study.name,
        "points": len(study.points),
        "conditions": study.conditions,
        "runs": study.size,
        "processor_seconds": seconds,
        "workers": workers,
        "wall_seconds": seconds / workers,
    }
    shared = len(study.rows) - study.size
    console = _console()
    console.print(f"{study.name}: {study.file.study.title}" if study.file.study.title else study.name)
    console.print(f"points      {len(study.points)} of {', '.join(study.varied) or 'nothing varied'}")
    console.print(f"conditions  {study.conditions} (points x groups x tests)")
    console.print(f"runs        {study.size}" + (f"; {shared} more are the same runs again" if shared else ""))
    console.print(f"cost        about {_duration(seconds)} of one core, {_duration(seconds / workers)} on {workers}")
    console.print(f"folder      {folder}", soft_wrap=True)
    if engine == "slurm":
        console.print("", script(study.file.slurm, study.name, folder, workers), sep="\n", soft_wrap=True)
    return size
