"""Gaussian processes in place of the network: responses at the points of a design, learnt and interpolated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

RISE = 1.92  # of the log-likelihood within which sets fit equally well


@dataclass(frozen=True)
class Emulator:
    """Gaussian processes, one a response, and their errors.

    Attributes
    ----------
    processes : list
    error : ndarray, in the shape of one response
        Root mean square error at left-out points.
    """

    processes: list[Any]
    error: np.ndarray

    def __call__(self, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of the responses at shares of the ranges, each (n, *shape of one response)."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):  # the matrices are small
            both = [process.predict(shares, return_std=True) for process in self.processes]
        shape = (len(shares), *self.error.shape)
        mean, deviation = (np.stack(part, axis=1).reshape(shape) for part in zip(*both, strict=True))
        return mean, deviation


def emulate(shares: np.ndarray, responses: np.ndarray) -> Emulator:
    """Fit the emulator, and test it by leaving out an eighth of the points at a time.

    Parameters
    ----------
    shares : ndarray, shape (points, parameters)
    responses : ndarray, shape (points, ...)
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel
    from sklearn.model_selection import cross_val_predict
    from threadpoolctl import threadpool_limits

    flat = responses.reshape(len(shares), -1)
    processes, errors = [], []
    with threadpool_limits(1), catch_warnings():  # the matrices are small; a length at its bound is a flat direction
        simplefilter("ignore", ConvergenceWarning)
        for column in flat.T:
            kernel = (
                ConstantKernel(1.0) * DotProduct(1.0)
                + ConstantKernel(1.0) * RBF(np.ones(shares.shape[1]), (0.2, 20))
                + WhiteKernel(0.1)
            )
            process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=1)
            left_out = cross_val_predict(process, shares, column, cv=8)
            errors.append(float(np.sqrt(np.mean((left_out - column) ** 2))))
            fitted = process.fit(shares, column)
            processes.append(_without_noise(fitted))
    return Emulator(processes, np.array(errors).reshape(responses.shape[1:]))


def _without_noise(process: Any) -> Any:
    """The same process, giving the deviation of the mean response and not that of one noisy run."""
    process.kernel_ = process.kernel_.k1 + type(process.kernel_.k2)(1e-10)
    return process


def likely(log_likelihood: np.ndarray, kept: int) -> np.ndarray:
    """Places of draws, taken again and again in proportion to how likely the rows are at them, shape (kept,)."""
    weight = np.exp(log_likelihood - log_likelihood.max())
    return np.random.default_rng(1).choice(len(weight), kept, p=weight / weight.sum())


def chosen(
    shares: np.ndarray, log_likelihood: np.ndarray, kept: int, members: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws in proportion to how likely the rows are at them, the set that is shipped, and sets that fit as well.

    Parameters
    ----------
    shares : ndarray, shape (n, parameters)
        Draws from the ranges, as shares of them.
    log_likelihood : ndarray, shape (n,)
    kept, members : int

    Returns
    -------
    sample : ndarray, shape (kept, parameters)
        Equally weighted.
    best : ndarray, shape (parameters,)
        Nearest to the middle of the sample, among the draws in it that fit as well as its best: whose log-likelihoods
        are within `RISE` of that.
    members : ndarray, shape (members, parameters)
        Draws of the sample that fit as well as `best`, each the farthest from those before.
    """
    row = likely(log_likelihood, kept)
    each, sample = log_likelihood[row], shares[row]
    fitting = np.flatnonzero(each >= each.max() - RISE)
    nearest = fitting[np.argmin(((sample[fitting] - sample.mean(axis=0)) ** 2).sum(axis=1))]
    good = np.unique(sample[each >= each[nearest] - RISE], axis=0)
    return sample, sample[nearest], apart(good, sample[nearest], members)


def apart(good: np.ndarray, first: np.ndarray, number: int) -> np.ndarray:
    """Sets that lie as far apart as some sets can.

    Parameters
    ----------
    good : ndarray, shape (n, parameters)
        Shares of the ranges to choose from.
    first : ndarray, shape (parameters,)
        The set from which they keep away first.
    number : int

    Returns
    -------
    ndarray, shape (number, parameters)
        Each the farthest from those before it.
    """
    members = [first]
    while len(members) < number + 1:
        distance = np.min([((good - member) ** 2).sum(axis=1) for member in members], axis=0)
        members.append(good[int(np.argmax(distance))])
    return np.array(members[1:])
