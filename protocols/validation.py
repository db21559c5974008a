"""Every piece of evidence held against the model: the experiments it needs are run, and a verdict is given on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocols.batch import Batch, Progress, run_batch
from protocols.errors import InputError
from protocols.experiment import Experiment, load, shipped
from protocols.overrides import with_overrides
from results import evidence as published
from results.comparison import compare

ANIMALS = 32
QUICK_ANIMALS = 6
QUICK_SCALE = 0.25


@dataclass(frozen=True)
class Validation:
    """Verdicts and where they come from.

    Attributes
    ----------
    rows : list of dict
        As `results.comparison.compare` gives them, in the order of the evidence table.
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


def validate(
    ids: Sequence[str],
    progress: Progress,
    quick: bool = False,
    animals: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Path | None = None,
    settings: Sequence[str] = (),
    prepare: str = "protocols.conduct:prepare",
    conduct: str = "protocols.conduct:conduct",
) -> Validation:
    """Run what the chosen evidence needs, and judge it.

    Parameters
    ----------
    ids : sequence of str
        Evidence; ``P5`` takes all of its parts, none takes the whole table.
    progress : protocols.batch.Progress
    quick : bool
        `QUICK_ANIMALS` animals of a small circuit; shows that things work, and decides little.
    animals : int, optional
        Animals in each group; `ANIMALS` when left out.
    seed, jobs : int, optional
    out : Path, optional
        Each experiment gets a folder below it.
    settings : sequence of str
        ``PATH=VALUE`` each, for all experiments: another model, such as ``model.pools=one``.
    prepare, conduct : str
        As for `protocols.batch.run_batch`.

    Raises
    ------
    InputError
        For an unknown id, and as `run_batch` does.
    """
    try:
        chosen = published.select(published.load(), ids)
    except ValueError as problem:
        raise InputError(str(problem)) from None
    needed: dict[str, set[tuple[str, str]]] = {}
    for item in chosen:
        if item.experiment in shipped() and item.claim != "input":
            pairs = needed.setdefault(item.experiment, set())
            pairs |= set(item.runs)
    batches = {}
    for name, pairs in needed.items():
        experiment = _prepared_for(load(name), quick, animals, seed, settings)
        folder = out / name if out else None
        batches[name] = run_batch(experiment, progress, folder, jobs, only=pairs, prepare=prepare, conduct=conduct)
    rows = compare(chosen, {name: batch.summary for name, batch in batches.items()})
    inputs = tuple(row["id"] for row in rows if row["claim"] == "input")
    judged = tuple(row["id"] for row in rows if row["model"] is not None and row["id"] not in inputs)
    uncovered = tuple(item.id for item in chosen if item.claim != "input" and item.experiment not in shipped())
    return Validation(rows, batches, judged, inputs, uncovered)


def _prepared_for(
    experiment: Experiment, quick: bool, animals: int | None, seed: int | None, given: Sequence[str]
) -> Experiment:
    count = animals or (QUICK_ANIMALS if quick else ANIMALS)
    settings = [*given, f"animals.per_group={count}"]
    settings += [f"circuit.scale={QUICK_SCALE}"] if quick else []
    settings += [] if seed is None else [f"animals.seed={seed}"]
    return with_overrides(experiment, settings)
