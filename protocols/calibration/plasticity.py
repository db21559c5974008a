"""Calibration, second half: plasticity, through an emulator of the network.

The free parameters, how far animals differ among them, are spread over their ranges by a Sobol sequence. A few animals
that differ are simulated at every point, each as a control and after cocaine, in both protocols, on a small circuit. A
Gaussian process is fitted to each mean and to each standard deviation over animals. Groups are compared as the papers
compare them: the mean of animals that differ is not the response of a typical one, since responses saturate. Sets of
parameters are then drawn from their ranges, a hundred thousand at a time, and weighed by how likely the published rows
are at the emulated cohorts (Kennedy & O'Hagan 2001, doi:10.1111/1467-9868.00294). No group other than control and
cocaine is simulated here, so that no prediction can be fitted by accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, polygamma
from scipy.stats import norm, qmc

from protocols.calibration.emulator import Emulator, chosen
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import parameter_settings, with_overrides
from protocols.studies.conditions import keep_only, values_at
from protocols.studies.conditions import shares as shares_of
from protocols.studies.points import simulate as simulate_study
from protocols.studies.points import study_of, table_of
from protocols.studies.study_file import Range
from results.statistics.summary import TIME_COURSE

SCALE = 0.25
POINTS = 128
ANIMALS = 6  # at each point
DRAWS = 2**17
MEMBERS = 8
ROWS = ("P1a", "P2a", "P2b", "P3a", "P4")
CELLS = tuple((group, test) for group in ("control", "cocaine") for test in ("HFS", "LFS"))
MEASURES = ("fepsp", TIME_COURSE)

FREE = {
    "release.half": Range(low=0.50, high=1.0, scale="log"),
    "release.potentiation_gain": Range(low=0.08, high=0.60, scale="log"),
    "plasticity.depression_rate": Range(low=0.08, high=1.0, scale="log"),
    "plasticity.depression_floor": Range(low=0.2, high=0.7),
    "plasticity.gate_half": Range(low=0.04, high=0.14, scale="log"),
    "tone.ags3_inhibition": Range(low=0.0, high=1.0),
    "variability.scale": Range(low=0.5, high=2.0, scale="log"),
}
"""The parameters that the rows of plasticity may move, by dotted path, and their ranges."""


def design(points: int) -> np.ndarray:
    """The Sobol points of a design as shares of the ranges, shape (points, parameters); a longer one goes on."""
    return shares_of("sobol", len(FREE), 1 << max(points - 1, 0).bit_length(), 20090201)[:points]


def named(shares: np.ndarray) -> dict[str, float]:
    """Shares of the ranges as values by dotted path."""
    return {path: float(value) for path, value in values_at(FREE, shares.tolist()).items()}


def simulate(
    fixed: dict[str, float],
    folder: Path,
    shares: np.ndarray,
    animals: int = ANIMALS,
    jobs: int | None = None,
    first_seed: int = 1,
) -> np.ndarray:
    """Cohorts of the network at points of the ranges, with animals of its own at each.

    Parameters
    ----------
    fixed : dict
        Values fitted before, by dotted path.
    folder : Path
        Runs go there; those that are there are not done again.
    shares : ndarray, shape (points, parameters)
    animals : int
        At each point, in every group.
    jobs : int, optional
    first_seed : int
        Of the first point's animals; the next point has the next one.

    Returns
    -------
    ndarray, shape (points, cells, measures, 2)
        As `cohort` gives them, cells and measures as `CELLS` and `MEASURES`.
    """
    settings = [f"circuit.scale={SCALE}", f"animals.per_group={animals}", *parameter_settings(fixed)]
    content = with_overrides(load("moussawi2009"), settings).model_dump(mode="json", exclude_unset=True)
    keep_only(content, "group", tuple(dict.fromkeys(group for group, _ in CELLS)), "group")
    values = [
        {"animals.seed": seed} | {f"parameters.{path}": value for path, value in named(row).items()}
        for seed, row in enumerate(shares, first_seed)
    ]
    simulate_study(study_of(experiment_from(content), values, "calibration"), folder, jobs)
    value = dict(iter(table_of(folder).groupby(["group", "test", "measure", "point"])["value"]))
    points = range(len(shares))
    return np.array([[[cohort(value[g, t, m, point]) for m in MEASURES] for g, t in CELLS] for point in points])


def cohort(values: ArrayLike) -> tuple[float, float]:
    """Mean of a cohort, and the logarithm of the standard deviation between animals, without bias for normal values."""
    there = np.asarray(values, dtype=float)
    freedom = there.size - 1
    bias = (digamma(freedom / 2) - np.log(freedom / 2)) / 2
    return float(there.mean()), float(np.log(there.std(ddof=1)) - bias)


def errors(responses: np.ndarray, animals: int) -> np.ndarray:
    """Standard errors of what `cohort` gives, in the same shape, for normal values."""
    deviation = np.exp(responses[..., 1])
    of_logarithm = np.sqrt(polygamma(1, (animals - 1) / 2)) / 2
    return np.stack([deviation / np.sqrt(animals), np.full_like(deviation, of_logarithm)], axis=-1)


def log_likelihood(mean: np.ndarray, error: np.ndarray) -> np.ndarray:
    """How likely the fitted rows are, given cohorts of animals.

    Parameters
    ----------
    mean, error : ndarray, shape (n, cells, measures, 2)
        Cohorts as `cohort` gives them, and how uncertain each number is.

    Returns
    -------
    ndarray, shape (n,)

    Notes
    -----
    P1a and P3a: that a cohort of the paper's size (16 and 13 controls) finds LTP and LTD. P2a: no change within 10 %.
    P2b and P4: the published effect sizes, over the whole time course, within 40 %.
    """
    (window, course), (window_error, course_error) = np.moveaxis(mean, 2, 0), np.moveaxis(error, 2, 0)
    control_hfs, control_lfs, cocaine_hfs, cocaine_lfs = range(4)

    def found(cell: int, sign: int, animals: int) -> np.ndarray:
        standard = np.exp(window[:, cell, 1]) / np.sqrt(animals)
        change = sign * (window[:, cell, 0] - 100)
        return np.asarray(norm.logcdf((change - 1.96 * standard) / np.hypot(standard, window_error[:, cell, 0])))

    def met(value: np.ndarray, target: float, sigma: float, error: np.ndarray) -> np.ndarray:
        return np.asarray(norm.logpdf(value, target, np.hypot(sigma, error)))

    def effect(a: int, b: int, target: float) -> np.ndarray:
        variance = np.exp(2 * course[:, [a, b], 1])
        pooled = np.sqrt(variance.mean(axis=1))
        value = (course[:, a, 0] - course[:, b, 0]) / pooled
        # Each group counts by its share of the pooled variance.
        relative = np.hypot(*(variance * course_error[:, [a, b], 1] / variance.sum(axis=1, keepdims=True)).T)
        error = np.hypot(np.hypot(course_error[:, a, 0], course_error[:, b, 0]) / pooled, value * relative)
        return met(value, target, 0.4 * target / 1.96, error)

    likelihood: np.ndarray = (
        found(control_hfs, 1, 16)
        + met(window[:, cocaine_hfs, 0], 100.0, 10 / 1.96, window_error[:, cocaine_hfs, 0])
        + effect(control_hfs, cocaine_hfs, 1.24)
        + found(control_lfs, -1, 13)
        + effect(cocaine_lfs, control_lfs, 1.7)
    )
    return likelihood


@dataclass(frozen=True)
class Posterior:
    """The posterior of the free parameters, given the rows.

    Attributes
    ----------
    shares : ndarray, shape (n, parameters)
        Equally weighted draws, as shares of the ranges.
    best : ndarray, shape (parameters,)
        The set that is shipped.
    members : ndarray, shape (MEMBERS, parameters)
        Draws far apart that fit as well as it does, by the emulator; the network has to confirm them.
    """

    shares: np.ndarray
    best: np.ndarray
    members: np.ndarray

    def some(self, number: int) -> np.ndarray:
        """A few of the draws, each once, shape (number, parameters)."""
        different = np.unique(self.shares, axis=0)
        return np.random.default_rng(2).permutation(different)[:number]


def posterior(emulator: Emulator, draws: int = DRAWS, kept: int = 4000) -> Posterior:
    """Weigh draws from the ranges, keep them in proportion, and choose the shipped set and the ensemble."""
    shares = qmc.Sobol(len(FREE), seed=1).random(draws)
    each = log_likelihood(*emulator(shares))
    return Posterior(*chosen(shares, each, kept, MEMBERS))
