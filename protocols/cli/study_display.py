"""What the verbs of studies print."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.cli.display import terminal
from protocols.errors import InputError, nearest
from protocols.runs.mark import listed

if TYPE_CHECKING:
    from protocols.runs.folder import Folder, Status
    from protocols.studies.study import Study
    from protocols.studies.study_file import Slurm

LOOK = 2.0  # s between two looks at a folder that is watched
REASONS_SHOWN = 10
ENGINES = ("local", "slurm")


def known_engine(engine: str) -> str:
    """The engine, if there is such a one; raises `InputError`."""
    if engine not in ENGINES:
        raise InputError(f"--engine: '{engine}' is not known{nearest(engine, ENGINES)}")
    return engine


def size_of(study: Study, slurm: Slurm, folder: Path, engine: str, jobs: int | None) -> dict[str, Any]:
    """Print how large a study is and what it may cost; on a cluster, the batch script too.

    Returns
    -------
    dict
        ``study, points, conditions, runs, processor_seconds, compiling_seconds, workers, wall_seconds``.
    """
    from circuit.engine.compilation import cores
    from protocols.cli.size import cost_line
    from protocols.studies.slurm_script import script

    workers = jobs or (cores() if engine == "local" else slurm.workers)
    workers = max(1, min(workers, study.size))
    seconds, compiling = study.processor_seconds(), study.compiling_seconds()
    size = {
        "study": study.name,
        "points": len(study.points),
        "conditions": study.conditions,
        "runs": study.size,
        "processor_seconds": seconds,
        "compiling_seconds": compiling,
        "workers": workers,
        "wall_seconds": seconds / workers + compiling,
    }
    shared = len(study.rows) - study.size
    console = terminal()
    console.print(f"{study.name}: {study.file.study.title}" if study.file.study.title else study.name)
    console.print(f"points      {len(study.points)} of {', '.join(study.varied) or 'nothing varied'}")
    console.print(f"conditions  {study.conditions} (points x groups x tests)")
    console.print(f"runs        {study.size}" + (f"; {shared} more are the same runs again" if shared else ""))
    console.print(f"cost        {cost_line(seconds, compiling, workers)}")
    console.print(f"folder      {folder}", soft_wrap=True)
    if engine == "slurm":
        console.print("", script(slurm, study.name, folder, workers), sep="\n", soft_wrap=True)
    return size


def status_text(folder: Folder, status: Status) -> None:
    """Print how far a folder is, and why runs failed: each reason once, with its number and an example."""
    console = terminal()
    share = status.done / status.planned if status.planned else 1.0
    filled = int(40 * share)
    console.print(f"{folder.path}  [{'#' * filled}{'.' * (40 - filled)}] {100 * share:.1f} %", soft_wrap=True)
    for name in ("planned", "done", "running", "failed", "missing"):
        who = f" ({listed(status.workers)})" if name == "running" and status.workers else ""
        console.print(f"{name:8} {getattr(status, name)}{who}", soft_wrap=True)
    if status.other:
        console.print(f"{status.other} more runs are here that are no part of what is planned now")
    if status.killed:
        one = status.killed[0]
        console.print(f"tried again, {len(status.killed)}: {one['reason']} (e.g. {one['run']})")
    reasons = Counter(str(one["reason"]) for one in status.reasons)
    for reason, number in reasons.most_common(REASONS_SHOWN):
        example = next(one for one in status.reasons if one["reason"] == reason)
        console.print(f"failed, {number} x: {reason} (e.g. {example['run']}; {example['attempts']} attempts)")
    if len(reasons) > REASONS_SHOWN:
        console.print(f"and {len(reasons) - REASONS_SHOWN} other reasons; --json has them all")
    if status.failed:
        console.print(f"runs that failed are done again by: {folder.again}", soft_wrap=True)


def watched(folder: Folder) -> Status:
    """Follow a folder on standard error until nothing runs and nothing is missing, or until Ctrl-C."""
    from protocols.runs.progress import watching

    planned = folder.planned()
    bar = watching(len(planned))
    try:
        while True:
            now = folder.status(planned)
            bar.show(now.done, f"{now.running} running, {now.failed} failed, {now.missing} missing")
            if not now.running and not now.missing:
                return now
            time.sleep(LOOK)
    except KeyboardInterrupt:
        return folder.status(planned)
    finally:
        bar.end()
