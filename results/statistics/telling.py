"""How well the outcome of one experiment tells rival hypotheses apart.

The outcome is one figure, such as the difference of two groups' means. Under each hypothesis it is distributed as a
mixture of normal distributions, one for each set of parameters that fits as well, whose standard deviation is the
sampling error of the figure with the animals at hand. Hypotheses have equal chances beforehand.

References
----------
Lindley DV (1956) Ann Math Stat 27:986, doi:10.1214/aoms/1177728069 (expected information of an experiment)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import trapezoid
from scipy.optimize import brentq
from scipy.stats import norm

Array = NDArray[np.float64]

GRID = 8001  # values of the figure over which densities are integrated
BEYOND = 8.0  # standard deviations beyond the outermost means
LEAST_ERROR = 1e-9  # of the range of the means: a figure without error


@dataclass(frozen=True)
class Expected:
    """What one hypothesis expects of the figure.

    Attributes
    ----------
    means : tuple of float
        Of each set of parameters.
    error : float
        Standard error of the figure in one experiment, in its unit.
    """

    means: tuple[float, ...]
    error: float

    @property
    def mean(self) -> float:
        """Over the sets of parameters."""
        return float(np.mean(self.means))

    def density(self, figure: ArrayLike) -> Array:
        """Probability density of a figure, in its shape."""
        z = (np.asarray(figure, float)[..., None] - np.array(self.means)) / self.error
        return np.asarray(norm.pdf(z).mean(axis=-1) / self.error)

    def below(self, figure: float) -> float:
        """Probability of a smaller figure."""
        return float(norm.cdf((figure - np.array(self.means)) / self.error).mean())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Central interval of the figure in one experiment."""
        low, high = min(self.means) - BEYOND * self.error, max(self.means) + BEYOND * self.error
        tail = (1 - level) / 2
        ends = [float(brentq(lambda x, q=q: self.below(x) - q, low, high)) for q in (tail, 1 - tail)]
        return ends[0], ends[1]


@dataclass(frozen=True)
class Telling:
    """What an experiment is worth.

    Attributes
    ----------
    bits : float
        Expected information about which hypothesis is true (mutual information), 0 to log2 of their number.
    named : float
        Chance that the hypothesis which is likelier by the figure is the true one; 1 over their number is a guess.
    """

    bits: float
    named: float


def telling(hypotheses: Sequence[Expected]) -> Telling:
    """The worth of an experiment, of two hypotheses or more.

    Raises
    ------
    ValueError
        If there are fewer than two.
    """
    if len(hypotheses) < 2:
        raise ValueError(f"{len(hypotheses)} hypothesis cannot be told from another")
    grid = _grid(hypotheses)
    densities = np.array([one.density(grid) for one in hypotheses])
    densities /= trapezoid(densities, grid, axis=1)[:, None]
    marginal = densities.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(densities > 0, densities * np.log2(densities / marginal), 0.0)
    bits = float(trapezoid(terms, grid, axis=1).mean())
    named = float(trapezoid(densities.max(axis=0), grid) / len(hypotheses))
    return Telling(min(max(bits, 0.0), float(np.log2(len(hypotheses)))), min(named, 1.0))


def power(refuted: Expected, true: Expected, level: float = 0.95) -> float:
    """Chance that the figure falls outside of what one hypothesis expects, `level` of the time, if another is true."""
    low, high = refuted.interval(level)
    return true.below(low) + 1 - true.below(high)


def expected(means: Sequence[float], error: float, scale: float) -> Expected:
    """What a hypothesis expects; an error of 0 becomes a small part of `scale`, the range of figures at hand."""
    return Expected(tuple(means), max(error, LEAST_ERROR * max(abs(scale), 1e-12)))


def _grid(hypotheses: Sequence[Expected]) -> Array:
    """Figures that all hypotheses can bring, densest where one of them is narrow."""
    parts = [
        mean + one.error * np.linspace(-BEYOND, BEYOND, max(101, GRID // (len(hypotheses) * len(one.means))))
        for one in hypotheses
        for mean in one.means
    ]
    return np.unique(np.concatenate(parts))
