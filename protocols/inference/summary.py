"""What a posterior says: rows for parameters and measures, and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from protocols.inference.posterior import Data, Fitted, Posterior, values_of
from results.statistics.posterior import told


def rows(fitted: Fitted, posterior: Posterior) -> list[dict[str, Any]]:
    """A row for each parameter: median, 90 % interval, its width beside the prior's, and whether the data tell."""
    values, found = values_of(fitted.moved, posterior.shares), []
    for place, one in enumerate(fitted.moved):
        width, word = told(posterior.shares[:, place])
        low, middle, high = np.quantile(values[one.name], [0.05, 0.5, 0.95]).tolist()
        others = np.corrcoef(posterior.shares.T).reshape(len(fitted.moved), -1)[place].copy()
        others[place] = 0.0
        nearest = int(np.argmax(np.abs(others)))
        found.append(
            {
                "parameter": one.name, "unit": one.unit, "median": middle, "interval": [low, high],
                "prior": [one.range.low, one.range.high], "scale": one.range.scale, "range": one.source,
                "width": width, "data": word,
                "tied_to": fitted.moved[nearest].name if abs(others[nearest]) > 0.7 else None,
                "correlation": float(others[nearest]) if abs(others[nearest]) > 0.7 else None,
            }
        )  # fmt: skip
    return found


def fits(data: Mapping[str, Data], foretold: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """A row for each group and measure: the data's mean beside the mean of as many foretold animals, and the share of
    these that lie as far out as the data."""
    found = []
    for group, one in data.items():
        for place, ((test, measure), unit) in enumerate(zip(one.columns, one.units, strict=True)):
            there = np.isfinite(one.values[:, place])
            own = float(one.values[there, place].mean())
            means = foretold[group][:, there, place].mean(axis=1)
            below = float((means < own).mean())
            low, middle, high = np.quantile(means, [0.025, 0.5, 0.975]).tolist()
            found.append(
                {
                    "group": group, "test": test, "measure": measure, "unit": unit, "n": int(there.sum()), "mean": own,
                    "foretold": middle, "foretold_interval": [low, high], "p": 2 * min(below, 1 - below),
                }
            )  # fmt: skip
    return found


def sentences(parameters: Sequence[Mapping[str, Any]], measures: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the data say, what they cannot tell, and what the model cannot reproduce."""
    said: list[str] = []
    pairs: set[frozenset[str]] = set()
    for row in parameters:
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        low, high = row["interval"]
        if row["data"] == "cannot tell":
            said.append(f"{row['parameter']}: the data cannot tell; what is left is as wide as what was assumed.")
        else:
            said.append(
                f"{row['parameter']}: {row['median']:.3g}{unit}, 90 % within {low:.3g} to {high:.3g}; the data "
                f"{row['data']} ({100 * row['width']:.0f} % of the prior's width)."
            )
        pair = frozenset((row["parameter"], row["tied_to"]))
        if row["tied_to"] and pair not in pairs:
            pairs.add(pair)
            said.append(
                f"{row['parameter']} and {row['tied_to']} are told together alone "
                f"(correlation {row['correlation']:.2f})."
            )
    said += [
        f"The model cannot reproduce {row['measure']} of {row['group']} in {row['test']} at any set of parameters "
        f"within the ranges (p = {row['p']:.2g})."
        for row in measures
        if row["p"] < 0.01
    ]
    return said
