"""How likely a laboratory's animals are under a model of them, and what is left of a prior.

Animals of one group differ by a multivariate normal distribution (on logarithmic axes where the caller says so), whose
mean and spread depend on the parameters. The mean is known up to an error that all animals of the group share, that of
an emulator. Draws from the prior are weighed by this likelihood (importance sampling); it is the synthetic likelihood
of Wood 2010 (doi:10.1038/nature09319) with an emulator in place of repeated simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from statsmodels.genmod import families
from statsmodels.genmod.families import links
from statsmodels.genmod.generalized_linear_model import GLM

CHUNK = 2**22  # numbers held at a time
RIDGE = 1e-9  # of the variance, so that columns that copy each other can be inverted
FLAT = 0.8  # of the prior's 90 % interval, from which on the data do not tell
SHARP = 0.5  # below it the data tell


@dataclass(frozen=True)
class Spread:
    """How animals of one group differ: standard deviations whose logarithms are linear in the parameters.

    Attributes
    ----------
    constant, slope : ndarray, shape (columns,), (parameters, columns)
        Logarithm of the standard deviation at shares of 0, and what each parameter adds.
    correlation : ndarray, shape (columns, columns)
        Between what is measured in one animal.
    """

    constant: np.ndarray
    slope: np.ndarray
    correlation: np.ndarray

    def at(self, shares: np.ndarray) -> np.ndarray:
        """Standard deviations, shape (n, columns), at shares of the ranges, shape (n, parameters)."""
        return np.asarray(np.exp(self.constant + shares @ self.slope))


def spread_of(shares: np.ndarray, values: np.ndarray) -> Spread:
    """The spread between animals at the points of a design.

    Parameters
    ----------
    shares : ndarray, shape (points, parameters)
    values : ndarray, shape (points, animals, columns)

    Raises
    ------
    ValueError
        If a column has no spread at some point, or there are fewer than two animals.

    Notes
    -----
    Variances of a few normal animals are gamma distributed, and fitted so with a logarithmic link. A slope b with the
    standard error e is shrunk by 1 - (2 e/b)^2, to 0 where it is below 2 e: a slope that is there by chance would let a
    parameter be told by the spread that it does not change.
    """
    points, animals, columns = values.shape
    if animals < 2:
        raise ValueError("fewer than two animals at a point")
    apart = values - values.mean(axis=1, keepdims=True)
    variance = (apart**2).sum(axis=1) / (animals - 1)
    if not (variance > 0).all():
        raise ValueError("animals do not differ")
    centred = np.column_stack([np.ones(points), shares - 0.5])
    dispersion = 2 / (animals - 1)  # of a variance of so many normal animals
    error = np.sqrt(np.diag(np.linalg.inv(centred.T @ centred)) * dispersion)[1:]
    found = []
    for column in variance.T:
        gamma = GLM(column, centred, family=families.Gamma(links.Log()))
        found.append(np.asarray(gamma.fit(scale=dispersion).params))
    middle, slope = np.array(found)[:, 0] / 2, np.array(found)[:, 1:].T / 2
    sure = np.maximum(0.0, 1 - (2 * error[:, None] / 2 / np.where(slope == 0, np.inf, slope)) ** 2)
    slope = slope * np.where(slope == 0, 0.0, sure)
    constant = middle - 0.5 * slope.sum(axis=0)
    standard = (apart / np.exp(constant + shares @ slope)[:, None]).reshape(-1, columns)
    return Spread(constant, slope, np.corrcoef(standard.T).reshape(columns, columns))


def log_likelihood(
    data: np.ndarray, mean: np.ndarray, error: np.ndarray, deviation: np.ndarray, correlation: np.ndarray,
    measured: float = 0.0,
) -> np.ndarray:  # fmt: skip
    """Log-likelihood of one group's animals at each of n draws.

    Parameters
    ----------
    data : ndarray, shape (animals, columns)
        NaN where an animal has no value.
    mean, error, deviation : ndarray, shape (n, columns)
        Mean of the group, the error of that mean, and the standard deviation between animals.
    correlation : ndarray, shape (columns, columns)
    measured : float
        Standard deviation of a measurement, in the unit of the columns.

    Returns
    -------
    ndarray, shape (n,)
    """
    animal, column = np.nonzero(np.isfinite(data))
    values = data[animal, column]
    within = (animal[:, None] == animal) * correlation[np.ix_(column, column)]
    shared = (column[:, None] == column).astype(float)
    size = len(values)
    found = []
    step = max(1, CHUNK // max(size * size, 1))
    for start in range(0, len(mean), step):
        part = slice(start, start + step)
        sd, err = deviation[part][:, column], error[part][:, column]
        cov = sd[:, :, None] * within * sd[:, None, :] + err[:, :, None] * shared * err[:, None, :]
        cov[:, range(size), range(size)] += measured**2 + RIDGE * sd**2
        lower = np.linalg.cholesky(cov)
        standard = np.linalg.solve(lower, (values - mean[part][:, column])[:, :, None])[:, :, 0]
        half_log = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        found.append(-0.5 * (standard**2).sum(axis=1) - half_log - 0.5 * size * np.log(2 * np.pi))
    return np.concatenate(found)


def weights(log_likelihoods: np.ndarray) -> np.ndarray:
    """Weights of draws from the prior, with the sum 1."""
    found = np.exp(log_likelihoods - log_likelihoods.max())
    return np.asarray(found / found.sum())


def effective(weight: np.ndarray) -> float:
    """How many draws of equal weight a weighed sample is worth (Kish)."""
    return float(1 / (weight**2).sum())


def rank(values: np.ndarray, weight: np.ndarray, true: float) -> float:
    """Share of a posterior that lies below the true value; over data sets it is uniform if the posterior is right.

    References
    ----------
    Talts S, Betancourt M, Simpson D, Vehtari A, Gelman A (2018) arXiv:1804.06788
    """
    return float(weight[values < true].sum())


def coverage(ranks: Sequence[float] | np.ndarray, level: float) -> float:
    """Share of data sets whose central interval of a posterior, of this level, holds the true value."""
    each = np.asarray(ranks)
    return float(((each >= (1 - level) / 2) & (each <= (1 + level) / 2)).mean())


def told(shares: np.ndarray) -> tuple[float, str]:
    """How wide a posterior is beside its prior, by their 90 % intervals, and what that says in a word.

    Parameters
    ----------
    shares : ndarray, shape (n,)
        Draws from the posterior of one parameter as shares of its range, over which the prior is even.
    """
    low, high = np.quantile(shares, [0.05, 0.95])
    width = float((high - low) / 0.9)
    return width, "cannot tell" if width >= FLAT else "tell a little" if width >= SHARP else "tell"
