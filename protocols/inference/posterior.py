"""What a laboratory's own data say about parameters: a posterior, and whether the data can tell at all.

Animals are simulated at points spread over the prior. Gaussian processes learn the mean of what each group shows, and
its spread between animals is fitted beside it. Draws from the prior are weighed by how likely the data are; where few
of them count, further ones are taken from where these lie. The prior is even over each parameter's range, on the
range's scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import multivariate_t

from protocols.analysis.ranges import Moved
from protocols.calibration.emulator import Emulator, emulate
from protocols.errors import InputError
from protocols.studies.conditions import shares as shares_of
from results.recording import Recording
from results.statistics.posterior import Spread, effective, log_likelihood, spread_of, weights

DRAWS = 2**13
KEPT = 4000
ENOUGH = 400  # draws of equal weight from which on weighing is enough
ROUNDS = 6
SEED = 20261130
Column = tuple[str, str]
"""A test and a measure of it."""
Seen = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Mean, its error and the standard deviation between animals at each draw, shape (draws, columns)."""


@dataclass(frozen=True)
class Data:
    """What animals of one group show.

    Attributes
    ----------
    columns : tuple of (test, measure)
    units : tuple of str
    values : ndarray, shape (animals, columns)
        NaN where an animal has no value.
    """

    columns: tuple[Column, ...]
    units: tuple[str, ...]
    values: np.ndarray


def data_of(recordings: Sequence[Recording]) -> dict[str, Data]:
    """A laboratory's recordings by group; raises `InputError` if they hold no measure."""
    found: dict[str, dict[Column, dict[int, float]]] = {}
    units: dict[Column, str] = {}
    for one in recordings:
        who = one.identity
        for name, measure in one.measures.items():
            found.setdefault(who.group, {}).setdefault((who.test, name), {})[who.animal] = measure.value
            units[who.test, name] = measure.unit
    if not found:
        raise InputError("the data hold time courses alone; what is inferred from are measures, such as fepsp")
    held = {}
    for group, columns in found.items():
        animals = sorted({animal for each in columns.values() for animal in each})
        table = [[each.get(animal, np.nan) for each in columns.values()] for animal in animals]
        held[group] = Data(tuple(columns), tuple(units[column] for column in columns), np.array(table, dtype=float))
    return held


@dataclass(frozen=True)
class Population:
    """What the animals of one group show, as a function of the parameters, on the axes on which it is fitted."""

    columns: tuple[Column, ...]
    logarithmic: np.ndarray
    emulator: Emulator
    spread: Spread

    def on_axes(self, values: np.ndarray) -> np.ndarray:
        """Values, with columns last, on the axes of the fit."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.logarithmic, np.log(values), values)

    def of_axes(self, values: np.ndarray) -> np.ndarray:
        """The inverse of `on_axes`."""
        with np.errstate(over="ignore"):
            return np.where(self.logarithmic, np.exp(np.where(self.logarithmic, values, 0.0)), values)

    def animals(self, shares: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
        """Animals at each draw, shape (n, number, columns)."""
        mean, error = self.emulator(shares)
        lower = np.linalg.cholesky(self.spread.correlation + 1e-9 * np.eye(len(self.columns)))
        own = rng.standard_normal((len(shares), number, len(self.columns))) @ lower.T
        shift = error * rng.standard_normal(mean.shape)
        return self.of_axes((mean + shift)[:, None] + self.spread.at(shares)[:, None] * own)


@dataclass(frozen=True)
class Fitted:
    """The model as the inference knows it: populations by group, and at draws from the prior their mean and spread.

    Attributes
    ----------
    populations : dict
    moved : tuple of Moved
    shares : ndarray, shape (draws, parameters)
    seen : dict
        Group -> mean, error and standard deviation at every draw.
    """

    populations: dict[str, Population]
    moved: tuple[Moved, ...]
    shares: np.ndarray
    seen: dict[str, Seen]


@dataclass(frozen=True)
class Posterior:
    """Draws from the posterior as shares of the ranges, shape (draws, parameters); what they are worth; rounds."""

    shares: np.ndarray
    effective: float
    rounds: int


def design(number: int, moved: Sequence[Moved], seed: int = SEED) -> np.ndarray:
    """Points spread over the prior, as shares of the ranges; a longer design begins as a shorter one."""
    return shares_of("sobol", len(moved), 1 << max(number - 1, 0).bit_length(), seed)[:number]


def values_at(moved: Sequence[Moved], shares: np.ndarray) -> list[dict[str, Any]]:
    """Points as values by path of the experiment's file."""
    return [
        {one.path: one.range.at(float(share)) for one, share in zip(moved, row, strict=True)} for row in shares
    ]  # fmt: skip


def fit(table: pd.DataFrame, data: Mapping[str, Data], moved: tuple[Moved, ...], draws: int = DRAWS) -> Fitted:
    """Learn the model from simulated animals.

    Parameters
    ----------
    table : DataFrame
        ``point, group, test, animal, measure, value, unit`` at the points of `design`.
    data : mapping
        By group; which columns are needed.
    moved : tuple of Moved
    draws : int
        From the prior.

    Raises
    ------
    InputError
        For a measure that the simulated animals lack, or in which they do not differ.
    """
    points = int(table["point"].max()) + 1
    at = design(points, moved)
    populations = {}
    for group, one in data.items():
        values = np.stack([_column(table, group, column) for column in one.columns], axis=-1)
        positive = (values > 0).all(axis=(0, 1)) & ((one.values > 0) | np.isnan(one.values)).all(axis=0)
        still = np.ptp(values, axis=1).min(axis=0) <= 0
        if still.any():
            test, measure = one.columns[int(np.argmax(still))]
            raise InputError(
                f"{measure} of {group} in {test} is the same in every simulated animal, so that no data can be weighed "
                "by it; leave it out of the data"
            )
        with np.errstate(invalid="ignore", divide="ignore"):
            on_axes = np.where(positive, np.log(values), values)
        emulator = emulate(at, on_axes.mean(axis=1))
        populations[group] = Population(one.columns, positive, emulator, spread_of(at, on_axes))
    shares = shares_of("sobol", len(moved), draws, SEED + 1)
    seen = {group: (*one.emulator(shares), one.spread.at(shares)) for group, one in populations.items()}
    return Fitted(populations, moved, shares, seen)


def _column(table: pd.DataFrame, group: str, column: Column) -> np.ndarray:
    """One measure of the simulated animals, shape (points, animals)."""
    test, measure = column
    part = table[(table["group"] == group) & (table["test"] == test) & (table["measure"] == measure)]
    found = part.pivot(index="point", columns="animal", values="value").to_numpy(float)
    if not found.size or not np.isfinite(found).all():
        raise InputError(f"{measure} of {group} in {test}: not every simulated animal has it")
    return found


def _likelihood(data: Mapping[str, Data], fitted: Fitted, seen: Mapping[str, Seen], measured: float) -> np.ndarray:
    total = np.zeros(len(next(iter(seen.values()))[0]))
    for group, one in data.items():
        population, (mean, error, deviation) = fitted.populations[group], seen[group]
        values, correlation = population.on_axes(one.values), population.spread.correlation
        total = total + log_likelihood(values, mean, error, deviation, correlation, measured)
    return total


@dataclass(frozen=True)
class Weighed:
    """Draws from a proposal as shares of the ranges, shape (n, parameters), and their weights, with the sum 1."""

    shares: np.ndarray
    weight: np.ndarray
    rounds: int

    @property
    def effective(self) -> float:
        """How many draws of equal weight they are worth."""
        return effective(self.weight)


def weighed(data: Mapping[str, Data], fitted: Fitted, measured: float = 0.0, enough: float = ENOUGH) -> Weighed:
    """The posterior as weighed draws: from the prior, and where few of them count, from where these lie.

    Parameters
    ----------
    data : mapping
    fitted : Fitted
    measured : float
        Coefficient of variation of a measurement, besides the animals' own.
    enough : float
        Effective draws from which on there is no further round.

    Notes
    -----
    A further round draws from a multivariate t distribution with the mean and one and a half times the covariance of
    the round before, and a tenth from the prior, so that no weight is without bound (population Monte Carlo: Cappe et
    al. 2004, doi:10.1198/106186004X12803).
    """
    found = Weighed(fitted.shares, weights(_likelihood(data, fitted, fitted.seen, measured)), 1)
    while found.effective < enough and found.rounds < ROUNDS:
        shares, density = _proposed(found, len(fitted.shares) // 2, found.rounds)
        seen = {group: (*one.emulator(shares), one.spread.at(shares)) for group, one in fitted.populations.items()}
        found = Weighed(shares, weights(_likelihood(data, fitted, seen, measured) - np.log(density)), found.rounds + 1)
    return found


def _proposed(before: Weighed, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draws within the ranges, and their density but for a factor."""
    rng = np.random.default_rng(SEED + seed)
    middle = before.weight @ before.shares
    apart = before.shares - middle
    shape = 1.5 * (before.weight[:, None] * apart).T @ apart + 1e-6 * np.eye(len(middle))
    proposal = multivariate_t(middle, shape, df=5, seed=rng)
    drawn = np.vstack([proposal.rvs(number).reshape(number, -1), rng.random((number // 9, len(middle)))])
    inside = drawn[((drawn > 0) & (drawn < 1)).all(axis=1)]
    return inside, 0.9 * proposal.pdf(inside) + 0.1


def sample(data: Mapping[str, Data], fitted: Fitted, measured: float = 0.0, seed: int = SEED) -> Posterior:
    """Draws of equal weight from the posterior of the parameters; arguments as for `weighed`."""
    found = weighed(data, fitted, measured)
    chosen = np.random.default_rng(seed).choice(len(found.weight), KEPT, p=found.weight)
    return Posterior(found.shares[chosen], found.effective, found.rounds)


def values_of(moved: Sequence[Moved], shares: np.ndarray) -> dict[str, np.ndarray]:
    """Draws in the parameters' own units, by name."""
    found = {}
    for place, one in enumerate(moved):
        low, high = float(one.range.low), float(one.range.high)
        share = shares[:, place]
        found[one.name] = low * (high / low) ** share if one.range.scale == "log" else low + share * (high - low)
    return found


def predictive(
    data: Mapping[str, Data], fitted: Fitted, posterior: Posterior, seed: int = SEED
) -> dict[str, np.ndarray]:
    """Animals of each group as the posterior foretells them, as many as the data have: (draws, animals, columns)."""
    rng = np.random.default_rng(seed)
    return {
        group: fitted.populations[group].animals(posterior.shares, len(one.values), rng) for group, one in data.items()
    }  # fmt: skip
