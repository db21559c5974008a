"""What each learning pathway carries: animals that learn without it beside the same animals with it.

The expectations in `pathways.toml` were written before the runs. The verdict comes from the interval of the ratio.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from results.statistics.agreement import expectation, ratio_of_means
from results.tables import Table, number, with_interval

if TYPE_CHECKING:
    import pandas as pd

BOUNDS = {"falls": (-np.inf, 1.0), "rises": (1.0, np.inf), "stays": (2 / 3, 3 / 2)}


@dataclass(frozen=True)
class Expectation:
    """One expectation, as `pathways.toml` explains it."""

    pathway: str
    test: str
    expected: Literal["falls", "rises", "stays"]
    because: str
    measure: str = "expected_presses"


@cache
def expectations() -> tuple[str, str, tuple[Expectation, ...]]:
    """The experiment, its intact group, and what is expected of the others."""
    document = tomllib.loads(resources.files("results.evidence").joinpath("pathways.toml").read_text(encoding="utf-8"))
    wanted = tuple(Expectation(**entry) for entry in document["expectation"])
    return document["experiment"], document["intact"], wanted


def judge(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Compare a table of results with the expectations.

    Parameters
    ----------
    table : DataFrame
        As `results.statistics.summary.frame` gives it; runs of other experiments are left out.

    Returns
    -------
    list of dict
        ``pathway, test, measure, expected, because, with_it, without_it, ratio, interval, n, status`` for every
        expectation whose groups are there; status ``right``, ``wrong`` or ``inconclusive``.
    """
    experiment, intact, wanted = expectations()
    table = table[table["experiment"] == experiment]
    rows = []
    for each in wanted:
        part = table[(table["test"] == each.test) & (table["measure"] == each.measure)]
        animals = part.pivot(index="animal", columns="group", values="value")
        without = f"without {each.pathway}"
        if not {intact, without} <= set(animals.columns):
            continue
        animals = animals[[without, intact]].dropna()
        if animals.empty:
            continue
        ratio, interval = ratio_of_means(animals[without], animals[intact])
        rows.append(
            {
                "pathway": each.pathway, "test": each.test, "measure": each.measure, "expected": each.expected,
                "because": each.because, "with_it": float(animals[intact].mean()),
                "without_it": float(animals[without].mean()), "ratio": ratio,
                "interval": None if interval is None else list(interval), "n": len(animals),
                "status": expectation(interval, BOUNDS[each.expected]),
            }
        )  # fmt: skip
    return rows


def pathways_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """The expectations with the model's answers."""

    return Table(
        ("without", "test", "measure", "expected", "with it", "without it", "ratio [95 %]", "n", "verdict"),
        tuple(
            (
                row["pathway"], row["test"], row["measure"], row["expected"], number(row["with_it"]),
                number(row["without_it"]), with_interval(row["ratio"], row["interval"]), str(row["n"]), row["status"],
            )
            for row in rows
        ),
    )  # fmt: skip
