"""The shipped experiments as a list shows them, read in milliseconds.

Heads come from the experiments' files. The number of runs and their cost need a checked experiment, which takes a
second to read; they are kept in ``catalogue.toml``. ``python -m protocols.runs.catalogue`` writes it again after a
change of an experiment or of `protocols.runs.cost`; a test says when that is due.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

TABLE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True)
class Listed:
    """A shipped experiment.

    Attributes
    ----------
    name, title, reference : str
    groups, tests, runs : int
    processor_seconds : float
        Estimated time of one core, s (`protocols.runs.cost.processor_seconds`).
    """

    name: str
    title: str
    reference: str
    groups: int
    tests: int
    runs: int
    processor_seconds: float


def catalogue() -> list[Listed]:
    """Every shipped experiment, in the order of names."""
    folder = resources.files("protocols.experiments")
    found = []
    for name, size in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        document = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        head = document["experiment"]
        sizes = len(document["group"]), len(document["test"]), size["runs"], size["processor_seconds"]
        found.append(Listed(head["name"], head.get("title", ""), head.get("reference", ""), *sizes))
    return found


def _written() -> str:
    """The table, worked out anew."""
    from protocols.experiments.experiment import load
    from protocols.experiments.shipped import shipped
    from protocols.runs.cost import processor_seconds

    lines = ["# Written by `python -m protocols.runs.catalogue`."]
    for experiment in map(load, shipped()):
        seconds = f"{processor_seconds(experiment):.3g}"
        lines.append(f'"{experiment.name}" = {{runs = {experiment.runs}, processor_seconds = {seconds}}}')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(_written(), encoding="utf-8")
