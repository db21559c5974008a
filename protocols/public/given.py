"""What the functions of the public face share: how they take names, experiments and folders, and tell of failures."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment
    from protocols.runs.batch import Batch

Place = str | os.PathLike[str]
Settings = str | Iterable[str]


def plain(experiment: Place | Experiment) -> Any:
    """A name, or an experiment as processes that do runs know it."""
    from protocols.experiments.experiment import Experiment

    if isinstance(experiment, Experiment):
        return Experiment.model_construct(experiment.model_fields_set, **dict(experiment))
    return os.fspath(experiment)


def listed(names: Settings) -> list[str]:
    """Names; a single text is one name."""
    return [names] if isinstance(names, str) else list(names)


def path(place: Place | None) -> Path | None:
    """A folder or file, where one is given."""
    return None if place is None else Path(place)


def raise_failures(done: Batch) -> None:
    """Raise `RuntimeError` that names the first run that failed, if one did."""
    if done.failures:
        first = done.failures[0]
        others = f" (and {len(done.failures) - 1} more)" if len(done.failures) > 1 else ""
        raise RuntimeError(f"{first.run.label} failed: {first.failure}{others}")
