"""Calibration, first half: resting glutamate, in closed form, fitted to the rows G1-G9 that may be fitted.

Each row gives one residual, (model - target)/sigma, with the target in the middle of what the evidence table allows and
sigma such that its borders lie at 1.96; each free parameter has a weak log-normal prior round its assumed value. The
least-squares solution is the most probable set. The profile of each parameter gives its interval: the others are fitted
again while it is moved, until the sum of squares has risen by 3.84 (95 %).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, least_squares

from circuit.parameters import ModelParameters
from protocols.animals.rest import Rest, at_rest
from protocols.experiments.experiment import load
from synapses.regions import CORE

PRIOR = 0.7  # standard deviation of the logarithm of every free parameter: a factor of two
RISE = 3.84  # of the sum of squares at the border of a 95 % profile interval

FREE = (
    "homeostasis.xc_maximum",
    "homeostasis.other_afferents",
    "homeostasis.donor_gain",
    "homeostasis.cleft_uptake",
    "adaptation.xct_change",
    "adaptation.glt1_change",
)
"""Parameters that the rows of resting glutamate may move."""


@dataclass(frozen=True)
class Row:
    """One row of evidence as a residual.

    Attributes
    ----------
    id : str
        As in the evidence table.
    target, sigma : float
        Middle of what the row allows, and its half-width over 1.96.
    model : callable
        The model's answer, from the animals at rest by group.
    """

    id: str
    target: float
    sigma: float
    model: Callable[[Mapping[str, Rest], ModelParameters], float]


def _glutamate(rest: Rest) -> float:
    return rest.at[CORE].steady.extrasynaptic


def _glt1(rest: Rest) -> float:
    return rest.state.at(CORE).glt1


def _ratio(a: str, b: str) -> Callable[[Mapping[str, Rest], ModelParameters], float]:
    return lambda rest, _: _glutamate(rest[a]) / _glutamate(rest[b])


ROWS = (
    Row("G1", 3.0, 1.02, lambda rest, _: _glutamate(rest["control"])),
    Row("G2", 0.40, 0.041, _ratio("control+(S)-4-CPG", "control")),
    Row("G3", 0.85, 0.077, _ratio("control+TTX", "control")),
    Row("G4a", 0.50, 0.051, _ratio("cocaine", "control")),
    Row("G5b", 0.60, 0.061, lambda rest, _: _glt1(rest["cocaine"]) / _glt1(rest["control"])),
    Row("G6a", 10.0, 5.1, lambda rest, _: rest["control"].at[CORE].steady.cleft * 1e3),
    Row("G9b", 1.00, 0.102, _ratio("cocaine+NAC", "control")),
)
"""The fitted rows. G6b (over 1 mM at a release) and G7 (cystine and its Km) follow from parameters that are inputs."""


@dataclass(frozen=True)
class HomeostasisFit:
    """The fitted values, their rows and their intervals.

    Attributes
    ----------
    values : dict
        Dotted path -> value.
    rows : list of (id, model, target, residual)
    intervals : dict
        Dotted path -> 95 % profile interval.
    """

    values: dict[str, float]
    rows: list[tuple[str, float, float, float]]
    intervals: dict[str, tuple[float, float]]


def answers(own: ModelParameters) -> list[float]:
    """The model's answer to each of `ROWS`."""
    experiment = load("tone")
    rest = {group.name: at_rest(group, float(group.days), own) for group in experiment.group}
    return [row.model(rest, own) for row in ROWS]


def fit_homeostasis(model: ModelParameters | None = None, profile: bool = True) -> HomeostasisFit:
    """Fit `FREE` to `ROWS`.

    Parameters
    ----------
    model : ModelParameters, optional
        Where the priors are centred; the assumed values when left out.
    profile : bool
        Whether to profile each parameter, which takes most of the time.

    Returns
    -------
    HomeostasisFit
    """
    start = model or ModelParameters()
    centre = np.array([start.record(path).value for path in FREE])

    def named(x: np.ndarray) -> dict[str, float]:
        values = {}
        for path, scale, deviation in zip(FREE, centre, x, strict=True):
            record = start.record(path)
            values[path] = float(np.clip(scale * np.exp(PRIOR * deviation), record.low, record.high))
        return values

    def residuals(x: np.ndarray) -> np.ndarray:
        found = answers(start.with_values(named(x)))
        rows = [(answer - row.target) / row.sigma for row, answer in zip(ROWS, found, strict=True)]
        return np.array([*rows, *x])

    best = least_squares(residuals, np.zeros(len(FREE)), x_scale=1.0, diff_step=1e-4)
    intervals = {}
    if profile:
        for position, path in enumerate(FREE):
            ends = [_border(residuals, best.x, 2 * best.cost, position, side) for side in (-1, 1)]
            borders = [named(np.where(np.arange(len(FREE)) == position, end, best.x))[path] for end in ends]
            intervals[path] = (min(borders), max(borders))
    values = named(best.x)
    found = answers(start.with_values(values))
    rows = [(r.id, a, r.target, (a - r.target) / r.sigma) for r, a in zip(ROWS, found, strict=True)]
    return HomeostasisFit(values, rows, intervals)


def _border(
    residuals: Callable[[np.ndarray], np.ndarray], best: np.ndarray, least: float, position: int, side: int
) -> float:
    """Where the profile of one parameter, the others refitted, has risen by `RISE`; the prior bounds it at 2."""
    others = np.delete(np.arange(len(best)), position)
    warm = best[others]

    def rise(value: float) -> float:
        nonlocal warm

        def free(x: np.ndarray) -> np.ndarray:
            return residuals(np.insert(x, position, value))

        solution = least_squares(free, warm, diff_step=1e-4, xtol=1e-4, ftol=1e-4)
        warm = solution.x
        return float(2 * solution.cost - least - RISE)

    return float(brentq(rise, best[position], best[position] + 2.2 * side, xtol=0.02))
