"""The causal chain: groups in which one link was cut, clamped or bypassed, compared with other groups.

A link carries an effect when cutting it induces the difference between two groups, or when restoring it removes that
difference. A drug that has lost its target should have no effect; equivalence shows this. `causality.toml` names the
groups and what is expected of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used
from numpy.typing import ArrayLike

from results.statistics.agreement import expectation, paired_difference
from results.statistics.inference import Interval
from results.tables import Table, with_interval

if TYPE_CHECKING:
    import pandas as pd

MARGINS = {"fepsp": 10.0, "contact_response": 3.0}
"""The measures that are judged, and the largest difference at which two groups count as equal, % of baseline."""
RESAMPLES = 5000


@dataclass(frozen=True)
class Contrast:
    """One expectation, as `causality.toml` explains it."""

    name: str
    test: str
    expectation: Literal["share", "nothing", "none"]
    changed: str
    start: str | None = None
    goal: str | None = None
    bound: float = 0.0

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that it compares: start, goal and changed, where it names them."""
        return tuple(group for group in (self.start, self.goal, self.changed) if group is not None)


def share(start: ArrayLike, goal: ArrayLike, changed: ArrayLike, level: float = 0.95) -> tuple[float, Interval | None]:
    """How much of the difference from `start` to `goal` the group `changed` shows, animals paired.

    Parameters
    ----------
    start, goal, changed : array, shape (n,)
        One value per animal, the same animals in all three. With cocaine as start and control as goal it is the share
        recovered; with control as start and cocaine as goal, the share induced.
    level : float

    Returns
    -------
    (float, (float, float) or None)
        ``mean(changed - start) / mean(goal - start)``: 0 as in `start`, 1 as in `goal`; and its bootstrap interval
        (percentiles, animals drawn together), None under two animals.

    Raises
    ------
    ValueError
        If the samples differ in size, or start and goal have one mean.

    Notes
    -----
    The interval is wide where start and goal hardly differ. With few animals it is too narrow.
    """
    samples = [np.asarray(values, dtype=float) for values in (start, goal, changed)]
    if len({sample.shape for sample in samples}) != 1 or samples[0].ndim != 1 or not samples[0].size:
        raise ValueError("paired samples must be lists of one size")

    def of(a: np.ndarray, b: np.ndarray, c: np.ndarray, axis: int = -1) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((c - a).mean(axis=axis) / (b - a).mean(axis=axis))

    value = float(of(samples[0], samples[1], samples[2]))
    if not np.isfinite(value):
        raise ValueError("there is no difference between start and goal to have a share of")
    if samples[0].size < 2:
        return value, None
    if all(np.ptp(sample) == 0 for sample in samples):
        return value, (value, value)
    found = scipy.stats.bootstrap(
        samples, of, paired=True, vectorized=True, n_resamples=RESAMPLES, confidence_level=level, method="percentile",
        random_state=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    return value, (float(found.low), float(found.high))


@cache
def contrasts() -> tuple[str, tuple[Contrast, ...]]:
    """The experiment that the expectations are about, and the expectations."""
    document = tomllib.loads(resources.files("results.evidence").joinpath("causality.toml").read_text(encoding="utf-8"))
    return document["experiment"], tuple(Contrast(**entry) for entry in document["contrast"])


def judge(table: pd.DataFrame, wanted: Sequence[Contrast] | None = None) -> list[dict[str, Any]]:
    """Compare a table of results with the expectations.

    Parameters
    ----------
    table : DataFrame
        As `results.statistics.summary.frame` gives it.
    wanted : sequence of Contrast, optional
        When left out, those of the data file, about runs of its experiment only.

    Returns
    -------
    list of dict
        ``name, test, measure, expectation, changed, start, goal, value, interval, bound, n, status`` for every
        expectation and measure whose groups are there; status ``right``, ``wrong`` or ``inconclusive``. `value` is a
        share, a paired difference in % of baseline, or a level in % of baseline.
    """
    if wanted is None:
        name, wanted = contrasts()
        table = table[table["experiment"] == name]
    rows = []
    for contrast in wanted:
        for measure, margin in MARGINS.items():
            part = table[(table["test"] == contrast.test) & (table["measure"] == measure)]
            animals = part.pivot(index="animal", columns="group", values="value")
            if not set(contrast.groups) <= set(animals.columns):
                continue
            animals = animals[list(contrast.groups)].dropna()
            if len(animals):
                rows.append(_judged(contrast, measure, margin, animals))
    return rows


def _judged(contrast: Contrast, measure: str, margin: float, animals: pd.DataFrame) -> dict[str, Any]:
    changed = animals[contrast.changed].to_numpy()
    if contrast.expectation == "share":
        bound = (contrast.bound, np.inf)
        value, interval = share(animals[contrast.start], animals[contrast.goal], changed)
    elif contrast.expectation == "nothing":
        bound = (-margin, margin)
        value, interval = paired_difference(changed, animals[contrast.start])
    else:
        bound = (100 - margin, 100 + margin)
        rise, about = paired_difference(changed, np.full(len(changed), 100.0))
        value, interval = 100 + rise, None if about is None else (100 + about[0], 100 + about[1])
    return {
        "name": contrast.name, "test": contrast.test, "measure": measure, "expectation": contrast.expectation,
        "changed": contrast.changed, "start": contrast.start, "goal": contrast.goal, "value": value,
        "interval": None if interval is None else list(interval),
        "bound": [bound[0], None if np.isinf(bound[1]) else bound[1]],
        "n": len(animals), "status": expectation(interval, bound),
    }  # fmt: skip


def causality_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """The expectations with the model's answers."""
    words = {"share": "share", "nothing": "difference, %", "none": "level, %"}

    def expected(row: Mapping[str, Any]) -> str:
        low, high = row["bound"]
        return f"over {low:g}" if high is None else f"{low:g} to {high:g}"

    return Table(
        ("expectation", "measure", "as", "model [95 %]", "expected", "verdict"),
        tuple(
            (
                row["name"],
                row["measure"],
                words[row["expectation"]],
                with_interval(row["value"], row["interval"]),
                expected(row),
                row["status"],
            )
            for row in rows
        ),
    )
