"""The shipped experiments run as far as the evidence needs them, and the model held against the papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from protocols import batch
from protocols.errors import InputError
from protocols.experiment import Experiment, load, shipped
from protocols.overrides import with_overrides

if TYPE_CHECKING:
    from results.evidence import Evidence
    from results.tables import Table

ANIMALS = 32
QUICK_ANIMALS, QUICK_SCALE = 6, 0.25


@dataclass(frozen=True)
class Validation:
    """Verdicts, as ``validate --json`` gives them, and the runs that failed."""

    rows: list[dict[str, Any]]
    failures: dict[str, str]


def experiments(evidence: Sequence[Evidence]) -> list[Experiment]:
    """The shipped experiments that the evidence is read from, without the groups and tests it does not need."""
    needed = []
    for name in shipped():
        rows = [row for row in evidence if row.experiment == name and row.claim != "input"]
        if not rows:
            continue
        experiment = load(name)
        groups, tests = {group for row in rows for group in row.groups}, {row.test for row in rows}
        needed.append(experiment.model_copy(update={
            "group": tuple(group for group in experiment.group if group.name in groups),
            "test": tuple(test for test in experiment.test if test.name in tests),
        }))
    return needed


def validate(
    ids: Iterable[str] = (),
    quick: bool = False,
    animals: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    force: bool = False,
    reporting: Callable[[str], AbstractContextManager[batch.Progress]] = lambda _: nullcontext(_silent),
    say: Callable[[str], None] = lambda line: None,
    engine: str = batch.ENGINE,
) -> Validation:
    """Hold the model against the evidence.

    Parameters
    ----------
    ids : iterable of str
        Rows of the evidence table; all of them when empty.
    quick : bool
        Few animals in a small circuit: shows that everything runs, decides little.
    animals, seed : int, optional
        Animals in each group (32, or 6 when quick) and the seed all others come from.
    jobs, force, say, engine
        As for `protocols.batch.run`.
    reporting : callable
        Gives, for an experiment's name, a context with a function told of progress.

    Raises
    ------
    InputError
        For an unknown id, or settings an experiment refuses.
    """
    from results import comparison
    from results import evidence as table

    try:
        evidence = table.select(table.load(), ids)
    except ValueError as problem:
        raise InputError(str(problem)) from None
    settings = [f"animals.per_group={animals if animals is not None else QUICK_ANIMALS if quick else ANIMALS}"]
    settings += [f"circuit.scale={QUICK_SCALE}"] if quick else []
    settings += [f"animals.seed={seed}"] if seed is not None else []
    wanted = [with_overrides(experiment, settings) for experiment in experiments(evidence)]
    summaries, failures = {}, {}
    for experiment in wanted:
        with reporting(experiment.name) as progress:
            done = batch.run(experiment, None, jobs, force, progress, say, engine)
        summaries[experiment.name] = done.summary
        failures |= {f"{experiment.name}, {name}": reason for name, reason in done.failures.items()}
    return Validation(comparison.compare(evidence, summaries), failures)


def verdicts(rows: Sequence[dict[str, Any]]) -> Table:
    """Verdicts as a table for a terminal."""
    from results.tables import Table, number

    def published(row: dict[str, Any]) -> str:
        return row["published"] if isinstance(row["published"], str) else number(row["published"])

    return Table(
        ("id", "use", "statement", "model", "published", "unit", "status"),
        tuple(
            (row["id"], row["use"], row["statement"], number(row["model"]), published(row), row["unit"],
             row["status"].replace("_", " "))
            for row in rows
        ),
    )


def _silent(done: int, total: int, left: float | None) -> None:
    """No progress shown."""
