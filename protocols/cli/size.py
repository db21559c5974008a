"""How large an experiment is and what it may cost, before it is run."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.cli.display import duration, terminal

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment


def cost_line(seconds: float, compiling: float, workers: int) -> str:
    """What runs cost, and what compiling circuits adds to it, in words."""
    text = f"about {duration(seconds + compiling)} of one core, {duration(seconds / workers + compiling)} on {workers}"
    return text + (f"; {duration(compiling)} of it to compile circuits, once" if compiling else "")


def size_of_batch(
    experiment: Experiment, only: Collection[tuple[str, str]] | None, out: Path | None, jobs: int | None
) -> dict[str, Any]:
    """Print which runs an experiment would take, how many are there already, and what the others may cost.

    Parameters
    ----------
    experiment : Experiment
    only : collection of (group, test), optional
        Those that are asked for; all when left out.
    out : Path, optional
    jobs : int, optional

    Returns
    -------
    dict
        ``experiment, folder, groups, tests, animals, runs, there, processor_seconds, compiling_seconds, workers,
        wall_seconds``; the costs are those of the runs that are left.
    """
    from circuit.engine.compilation import cores
    from protocols.runs.cost import compiling_seconds, processor_seconds
    from protocols.runs.plan import default_folder, plan
    from protocols.runs.run_folder import RunFolder
    from protocols.simulation.digest import experiment_hash

    folder = RunFolder(out or default_folder(experiment), experiment_hash(experiment))
    planned = [run for run in plan(experiment) if only is None or (run.identity.group, run.identity.test) in only]
    present = {file for file, _ in folder.present()}
    left = [run for run in planned if run.file not in present]
    tests = list(dict.fromkeys(run.identity.test for run in planned))
    groups = list(dict.fromkeys(run.identity.group for run in planned))
    workers = max(1, min(jobs or cores(), len(left)))
    seconds = processor_seconds(experiment) * len(left) / experiment.runs
    compiling = compiling_seconds(experiment) if left else 0.0
    console = terminal()
    console.print(
        f"{experiment.name}: {experiment.experiment.title}" if experiment.experiment.title else experiment.name
    )
    console.print(f"groups  {len(groups)}: {', '.join(groups)}", soft_wrap=True)
    console.print(f"tests   {len(tests)}: {', '.join(tests)}", soft_wrap=True)
    animals = f"{experiment.animals.per_group} animals a group, scale {experiment.circuit.scale:g}"
    console.print(f"runs    {len(planned)}, {animals}")
    console.print(f"there   {len(planned) - len(left)}")
    console.print(f"cost    {cost_line(seconds, compiling, workers)}")
    console.print(f"folder  {folder.path}", soft_wrap=True)
    return {
        "experiment": experiment.name,
        "folder": str(folder.path),
        "groups": groups,
        "tests": tests,
        "animals": experiment.animals.per_group,
        "runs": len(planned),
        "there": len(planned) - len(left),
        "processor_seconds": seconds,
        "compiling_seconds": compiling,
        "workers": workers,
        "wall_seconds": seconds / workers + compiling,
    }
