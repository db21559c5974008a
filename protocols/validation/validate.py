"""Every piece of evidence compared with the model: its experiments are run, and each gets a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocols.errors import InputError
from protocols.experiments.experiment import Experiment, load
from protocols.experiments.overrides import with_overrides
from protocols.experiments.shipped import shipped
from protocols.runs.batch import Batch, Progress, run_batch
from protocols.runs.summary import summed_up
from protocols.runs.workers import PREPARE, SIMULATE
from protocols.validation.own_evidence import all_evidence
from results.evidence import table as published
from results.evidence.comparison import compare

ANIMALS = 32
QUICK_ANIMALS = 6
QUICK_SCALE = 0.25


@dataclass(frozen=True)
class Validation:
    """Verdicts, and the runs behind them.

    Attributes
    ----------
    rows : list of dict
        As `results.evidence.comparison.compare` gives them, in the order of the evidence table.
    batches : dict
        The experiments that were run, by name.
    judged, inputs, uncovered : tuple of str
        Ids for which the model gives a number; those taken over as parameters; those that no shipped experiment covers.
    """

    rows: list[dict[str, Any]]
    batches: dict[str, Batch]
    judged: tuple[str, ...]
    inputs: tuple[str, ...]
    uncovered: tuple[str, ...]


@dataclass(frozen=True)
class Effort:
    """How much is simulated to compare a model with the evidence.

    Attributes
    ----------
    quick : bool
        `QUICK_ANIMALS` animals of a small circuit; a check that everything works, which decides little.
    animals : int, optional
        Animals in each group; `ANIMALS` when left out.
    seed, jobs : int, optional
        The number every other seed is derived from; processes.
    prepare, simulate : str
        As for `protocols.runs.batch.run_batch`.
    """

    quick: bool = False
    animals: int | None = None
    seed: int | None = None
    jobs: int | None = None
    prepare: str = PREPARE
    simulate: str = SIMULATE


def validate(
    ids: Sequence[str],
    progress: Progress,
    effort: Effort | None = None,
    out: Path | None = None,
    settings: Sequence[str] = (),
    evidence: Sequence[Path] = (),
) -> Validation:
    """Run what the chosen evidence needs, and judge it.

    Parameters
    ----------
    ids : sequence of str
        Evidence; ``P5`` takes all of its parts, none takes the whole table.
    progress : protocols.runs.batch.Progress
    effort : Effort, optional
    out : Path, optional
        Each experiment gets a folder below it.
    settings : sequence of str
        ``PATH=VALUE`` each, for all experiments: another model, such as ``model.pools=one``.
    evidence : sequence of Path
        Files of further findings, which are added to the published ones.

    Raises
    ------
    InputError
        For an unknown id, a file that is refused, and as `run_batch` does.
    """
    effort = effort or Effort()
    try:
        chosen = published.select(all_evidence(evidence), ids)
    except ValueError as problem:
        raise InputError(str(problem)) from None
    needed: dict[str, set[tuple[str, str]]] = {}
    for item in chosen:
        if item.experiment is not None and _is_there(item.experiment) and item.claim != "input":
            pairs = needed.setdefault(item.experiment, set())
            pairs |= set(item.runs)
    batches = {}
    for number, (name, pairs) in enumerate(needed.items(), start=1):
        experiment = _prepared_for(load(name), effort, settings)
        folder = out / experiment.name if out else None
        progress.say(f"experiment {number} of {len(needed)}: {experiment.name}")
        batch = run_batch(
            experiment, progress, folder, effort.jobs, only=pairs, prepare=effort.prepare, simulate=effort.simulate
        )
        batches[name] = summed_up(batch)
    try:
        rows = compare(chosen, {name: batch.summary for name, batch in batches.items()})
    except ValueError as problem:
        raise InputError(f"evidence: {problem}") from None
    inputs = tuple(row["id"] for row in rows if row["claim"] == "input")
    judged = tuple(row["id"] for row in rows if row["model"] is not None and row["id"] not in inputs)
    uncovered = tuple(item.id for item in chosen if item.claim != "input" and not _is_there(item.experiment))
    return Validation(rows, batches, judged, inputs, uncovered)


def _is_there(experiment: str | None) -> bool:
    """Whether an experiment is shipped, or a file that was found already."""
    return experiment in shipped() or (experiment is not None and experiment.endswith(".toml"))


def _prepared_for(experiment: Experiment, effort: Effort, given: Sequence[str]) -> Experiment:
    count = effort.animals or (QUICK_ANIMALS if effort.quick else ANIMALS)
    settings = [*given, f"animals.per_group={count}"]
    settings += [f"circuit.scale={QUICK_SCALE}"] if effort.quick else []
    settings += [] if effort.seed is None else [f"animals.seed={effort.seed}"]
    return with_overrides(experiment, settings)
