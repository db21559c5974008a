"""Gaussian processes of what an optimisation has seen, and the next point that promises most.

Each measured term of the objectives and constraints has a process of its own over the shares of the free values'
ranges. Terms about free values are known exactly. What a new point may improve is a mean over draws from the processes,
so the same rule serves a least value, a target, limits, and several objectives, which are joined by weights drawn anew
for each point.

References
----------
Jones DR, Schonlau M, Welch WJ (1998) J Global Optim 13:455, doi:10.1023/A:1008306431147 (one objective; recalled)
Knowles J (2006) IEEE Trans Evol Comput 10:50, doi:10.1109/TEVC.2005.851274 (several objectives; recalled)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from protocols.optimisation.problem import Problem

DRAWS = 128  # of each process, over which an improvement is averaged
CANDIDATES = 2048  # points of a Sobol sequence that are looked at, a power of two
NEAR = 256  # points looked at near the best ones, for each of `WIDTHS`
WIDTHS = (0.1, 0.03, 0.01)  # shares of the ranges
SUM = 0.05  # part of the sum of losses in what joins several objectives (augmented Tchebycheff norm)
LEAST_NOISE = 1e-8  # of the variance of a term: a closed form has none

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Surrogate:
    """What is known of each term over the free values.

    Attributes
    ----------
    problem : Problem
    shares : ndarray, shape (points, free values)
        Where the terms were seen.
    seen : ndarray, shape (points, terms)
    processes : tuple
        A fitted process for each measured term, None for the others.
    """

    problem: Problem
    shares: Array
    seen: Array
    processes: tuple[Any, ...]

    def __call__(self, shares: Array) -> tuple[Array, Array]:
        """Mean and standard deviation of each term, the noise of single points left out: each (n, terms)."""
        means, deviations = [], []
        for term, process in zip(self.problem.terms, self.processes, strict=True):
            if process is None:
                mean, deviation = self.problem.given_at(term, shares), np.zeros(len(shares))
            else:
                with catch_warnings():
                    simplefilter("ignore")  # a variance of -1e-17 is one of 0
                    mean, deviation = process.predict(shares, return_std=True)
            means.append(mean)
            deviations.append(deviation)
        return np.stack(means, axis=1), np.stack(deviations, axis=1)

    def losses(self, values: Array) -> Array:
        """Losses of the objectives; `values` and the result have their terms on the last axis."""
        terms = self.problem.file.objective
        return np.stack([term.loss(values[..., place]) for place, term in enumerate(terms)], axis=-1)

    def allowed(self, values: Array) -> NDArray[np.bool_]:
        """Whether every limit is kept; terms on the last axis of `values`."""
        found = np.ones(values.shape[:-1], bool)
        for place, term in enumerate(self.problem.file.constraint, len(self.problem.file.objective)):
            found &= np.asarray(term.excess(values[..., place])) <= 0
        return found

    def best(self) -> int:
        """Place of the seen point that is best by the processes' means, of those that keep the limits if one does."""
        means, _ = self(self.shares)
        loss = _joined(self.losses(means), self.losses(self.seen), _even(len(self.problem.file.objective)))
        return int(np.argmin(np.where(self.allowed(means), loss, loss + np.ptp(loss) + 1.0)))


def fitted(problem: Problem, shares: Array, seen: Array) -> Surrogate:
    """Processes of the terms seen at some points; `seen` has shape (points, terms)."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
    from threadpoolctl import threadpool_limits

    processes: list[Any] = []
    for place, term in enumerate(problem.terms):
        if term.values:
            processes.append(None)
            continue
        kernel = ConstantKernel(1.0, (1e-2, 1e3)) * Matern(
            np.full(shares.shape[1], 0.5), (0.03, 30), nu=2.5
        ) + WhiteKernel(1e-3, (LEAST_NOISE, 1.0))
        process = GaussianProcessRegressor(kernel, alpha=1e-9, normalize_y=True, random_state=1)
        with threadpool_limits(1), catch_warnings():  # small matrices; a length at its bound is a flat direction
            simplefilter("ignore")
            process.fit(shares, seen[:, place])
        process.kernel_ = process.kernel_.k1 + WhiteKernel(LEAST_NOISE)  # the mean's deviation, not that of one point
        processes.append(process)
    return Surrogate(problem, shares, seen, tuple(processes))


def proposal(surrogate: Surrogate, pending: Sequence[Array], rng: np.random.Generator) -> Array:
    """Shares of the point from which the largest improvement is expected.

    Parameters
    ----------
    surrogate : Surrogate
    pending : sequence
        Shares of points that are chosen and not yet seen; places next to them promise nothing more.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (free values,)
    """
    problem, size = surrogate.problem, surrogate.shares.shape[1]
    number = len(problem.file.objective)
    weights = _even(number) if number == 1 else rng.dirichlet(np.ones(number))
    means, _ = surrogate(surrogate.shares)
    known = surrogate.losses(means)
    loss = np.where(surrogate.allowed(means), _joined(known, known, weights), np.inf)
    order = np.argsort(loss)
    candidates = _candidates(surrogate.shares[order[:3]], size, rng)
    mean, deviation = surrogate(candidates)
    noise = rng.standard_normal((DRAWS, 1, mean.shape[1]))
    drawn = mean + noise * deviation
    joined = _joined(surrogate.losses(drawn), known, weights)
    least = float(loss[order[0]])
    allowed = surrogate.allowed(drawn)
    if np.isfinite(least):
        gain = np.where(allowed, np.maximum(least - joined, 0.0), 0.0).mean(axis=0)
    else:  # nothing seen keeps the limits: what may keep them comes first
        gain = allowed.mean(axis=0) + 1e-3 * deviation.sum(axis=1)
    if not gain.max() > 0:
        gain = deviation.sum(axis=1)
    for other in pending:  # what is under way nearby takes the news away
        gain = gain * (1 - np.exp(-0.5 * ((candidates - np.asarray(other)) ** 2).sum(axis=1) / 0.05**2))
    return np.asarray(candidates[int(np.argmax(gain))])


def front(losses: Array) -> NDArray[np.bool_]:
    """Which rows no other row beats: in no column worse and in one better."""
    no_better = (losses[:, None, :] >= losses[None, :, :]).all(axis=2)
    beaten = no_better & np.any(losses[:, None, :] > losses[None, :, :], axis=2)
    return np.asarray(~np.any(beaten, axis=1))


def _candidates(best: Array, size: int, rng: np.random.Generator) -> Array:
    from scipy.stats import qmc

    spread = qmc.Sobol(size, seed=rng).random(CANDIDATES)
    near = [np.clip(row + width * rng.standard_normal((NEAR, size)), 0.0, 1.0) for row in best for width in WIDTHS]
    return np.concatenate([spread, *near])


def _even(number: int) -> Array:
    return np.full(number, 1 / number)


def _joined(losses: Array, known: Array, weights: Array) -> Array:
    """Several losses as one, each in units of the range that is known of it."""
    if losses.shape[-1] == 1:
        return np.asarray(losses[..., 0])
    low = known.min(axis=0)
    scaled = weights * (losses - low) / np.maximum(known.max(axis=0) - low, 1e-12)
    return np.asarray(scaled.max(axis=-1) + SUM * scaled.sum(axis=-1))
