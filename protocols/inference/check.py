"""Whether an inference can be trusted: data of simulated animals whose parameters are known.

Ranks of the true values in their posteriors are uniform, and intervals hold them as often as they say, if the
emulator, the spread between animals and the sampler are right (simulation-based calibration, Talts et al. 2018,
arXiv:1804.06788).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kstest

from protocols.analysis.ranges import Moved
from protocols.inference.posterior import SEED, Data, Fitted, weighed
from results.statistics.posterior import coverage, rank

LEVELS = (0.5, 0.9)


def truths(number: int, moved: Sequence[Moved]) -> np.ndarray:
    """Parameters drawn from the prior, each for itself.

    Returns
    -------
    ndarray, shape (number, parameters)
        Shares of the ranges. Values spread evenly over the ranges would make ranks even where data do not tell, and the
        check could not fail there.
    """
    return np.random.default_rng(SEED + 2).random((number, len(moved)))


@dataclass(frozen=True)
class Check:
    """Ranks of the true values, shape (data sets, parameters), and how many draws each posterior is worth."""

    moved: tuple[Moved, ...]
    ranks: np.ndarray
    worth: np.ndarray

    def document(self) -> dict[str, Any]:
        """Uniformity of the ranks (Kolmogorov-Smirnov), and coverage of intervals, for each parameter."""
        return {
            "data_sets": len(self.ranks),
            "least_draws": float(self.worth.min()),
            "parameters": [
                {
                    "parameter": one.name, "p": float(kstest(column, "uniform").pvalue),
                    "coverage": {str(level): coverage(column, level) for level in LEVELS}, "ranks": column.tolist(),
                }
                for one, column in zip(self.moved, self.ranks.T, strict=True)
            ],
        }  # fmt: skip


def check(table: pd.DataFrame, data: Mapping[str, Data], fitted: Fitted, true: np.ndarray) -> Check:
    """Infer the parameters of simulated animals.

    Parameters
    ----------
    table : DataFrame
        Animals simulated at `true`, as many in each group as the data have.
    data : mapping
        A laboratory's; values that it lacks are left out of the simulated ones as well.
    fitted : Fitted
    true : ndarray, shape (data sets, parameters)
    """
    ranks, worth = [], []
    for place, point in enumerate(true):
        found = weighed(as_measured(table[table["point"] == place], data), fitted)
        worth.append(found.effective)
        ranks.append([rank(found.shares[:, k], found.weight, share) for k, share in enumerate(point)])
    return Check(fitted.moved, np.array(ranks), np.array(worth))


def as_measured(table: pd.DataFrame, data: Mapping[str, Data]) -> dict[str, Data]:
    """Simulated animals of one data set in the form of a laboratory's: as many, without the values that it lacks."""
    by = table.set_index(["group", "test", "measure", "animal"])["value"].to_dict()
    found = {}
    for group, one in data.items():
        values = np.full(one.values.shape, np.nan)
        for animal, place in zip(*np.nonzero(np.isfinite(one.values)), strict=True):
            values[animal, place] = by[group, *one.columns[place], int(animal)]
        found[group] = Data(one.columns, one.units, values)
    return found
