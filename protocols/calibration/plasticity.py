"""Calibration, second half: plasticity, through an emulator of the network.

The free parameters are spread over their ranges by a Sobol sequence; the control and the cocaine animal of the main
experiment are simulated at every point, in both protocols, on a small circuit. A Gaussian process is fitted to each
response. Sets of parameters are then drawn from their ranges, a hundred thousand at a time, and weighed by how likely
the published rows are at the emulated responses (Kennedy & O'Hagan 2001, doi:10.1111/1467-9868.00294). No group other
than control and cocaine is simulated here, so that no prediction can be fitted by accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import logsumexp
from scipy.stats import norm, qmc

from protocols.calibration.emulator import Emulator, apart
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import parameter_settings, with_overrides
from protocols.studies.conditions import keep_only, values_at
from protocols.studies.conditions import shares as shares_of
from protocols.studies.points import simulate as simulate_study
from protocols.studies.points import study_of, table_of
from protocols.studies.study_file import Range
from results.statistics.summary import TIME_COURSE

SCALE = 0.25
POINTS = 80
DRAWS = 2**17
MEMBERS = 8
RISE = 1.92  # of the log-likelihood within which sets fit equally well
ROWS = ("P1a", "P2a", "P2b", "P3a", "P4")
CELLS = tuple((group, test) for group in ("control", "cocaine") for test in ("HFS", "LFS"))
MEASURES = ("fepsp", TIME_COURSE)
SPREADS = np.geomspace(6, 25, 15)  # standard deviation between animals, % of baseline: nobody has published it


FREE = {
    "release.half": Range(low=0.50, high=1.0, scale="log"),
    "release.potentiation_gain": Range(low=0.08, high=0.60, scale="log"),
    "plasticity.depression_rate": Range(low=0.08, high=1.0, scale="log"),
    "plasticity.depression_floor": Range(low=0.2, high=0.7),
    "plasticity.gate_half": Range(low=0.04, high=0.14, scale="log"),
    "tone.ags3_inhibition": Range(low=0.0, high=1.0),
}
"""The parameters that the rows of plasticity may move, by dotted path, and their ranges."""


def design(points: int) -> np.ndarray:
    """The Sobol points of a design as shares of the ranges, shape (points, parameters); a longer one goes on."""
    return shares_of("sobol", len(FREE), 1 << max(points - 1, 0).bit_length(), 20090201)[:points]


def named(shares: np.ndarray) -> dict[str, float]:
    """Shares of the ranges as values by dotted path."""
    return {path: float(value) for path, value in values_at(FREE, shares.tolist()).items()}


def simulate(fixed: dict[str, float], folder: Path, points: int = POINTS, jobs: int | None = None) -> np.ndarray:
    """Responses of the network at the points of the design, each a condition of a study with an animal of its own.

    Parameters
    ----------
    fixed : dict
        Values fitted before, by dotted path.
    folder : Path
        Runs go there; those that are there are not done again.
    points, jobs : int

    Returns
    -------
    ndarray, shape (points, cells, measures)
        In % of baseline, cells and measures as `CELLS` and `MEASURES`.
    """
    settings = [f"circuit.scale={SCALE}", "animals.per_group=1", "animals.variability=false"]
    content = with_overrides(load("moussawi2009"), [*settings, *parameter_settings(fixed)]).model_dump(
        mode="json", exclude_unset=True
    )
    keep_only(content, "group", tuple(dict.fromkeys(group for group, _ in CELLS)), "group")
    values = [
        {"animals.seed": place} | {f"parameters.{path}": value for path, value in named(row).items()}
        for place, row in enumerate(design(points), 1)
    ]
    study = study_of(experiment_from(content), values, "calibration")
    simulate_study(study, folder, jobs)
    table = table_of(folder)
    value = table.set_index(["group", "test", "measure", "point"])["value"].to_dict()
    return np.array(
        [[[value[g, t, m, point] for m in MEASURES] for g, t in CELLS] for point in range(points)], dtype=float
    )


def log_likelihood(mean: np.ndarray, deviation: np.ndarray, spread: float) -> np.ndarray:
    """How likely the fitted rows are, given the responses of a typical animal.

    Parameters
    ----------
    mean, deviation : ndarray, shape (n, cells, measures)
        Emulated responses, % of baseline, and how uncertain they are.
    spread : float
        Standard deviation between animals, % of baseline.

    Returns
    -------
    ndarray, shape (n,)

    Notes
    -----
    P1a and P3a: that a cohort of the paper's size (16 and 13 controls) finds LTP and LTD. P2a: no change within 10 %.
    P2b and P4: the published effect sizes, over the whole time course, within 40 %.
    """
    (window, course), (window_error, course_error) = np.moveaxis(mean, 2, 0), np.moveaxis(deviation, 2, 0)
    control_hfs, control_lfs, cocaine_hfs, cocaine_lfs = range(4)

    def found(change: np.ndarray, error: np.ndarray, animals: int) -> np.ndarray:
        standard = spread / np.sqrt(animals)
        return np.asarray(norm.logcdf((change - 1.96 * standard) / np.hypot(standard, error)))

    def met(value: np.ndarray, target: float, sigma: float, error: np.ndarray) -> np.ndarray:
        return np.asarray(norm.logpdf(value, target, np.hypot(sigma, error)))

    def effect(a: int, b: int, target: float) -> np.ndarray:
        error = np.hypot(course_error[:, a], course_error[:, b]) / spread
        return met((course[:, a] - course[:, b]) / spread, target, 0.4 * target / 1.96, error)

    likelihood: np.ndarray = (
        found(window[:, control_hfs] - 100, window_error[:, control_hfs], 16)
        + met(window[:, cocaine_hfs], 100.0, 10 / 1.96, window_error[:, cocaine_hfs])
        + effect(control_hfs, cocaine_hfs, 1.24)
        + found(100 - window[:, control_lfs], window_error[:, control_lfs], 13)
        + effect(cocaine_lfs, control_lfs, 1.7)
    )
    return likelihood


def at_each_spread(mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Log-likelihood at each of `SPREADS`, shape (n, spreads)."""
    return np.stack([log_likelihood(mean, deviation, spread) for spread in SPREADS], axis=1)


def marginal(mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Log-likelihood summed over the spread between animals, which is not published, shape (n,)."""
    return np.asarray(logsumexp(at_each_spread(mean, deviation), axis=1))


@dataclass(frozen=True)
class Posterior:
    """The posterior of the free parameters, given the rows.

    Attributes
    ----------
    shares : ndarray, shape (n, parameters)
        Equally weighted draws, as shares of the ranges.
    spread : ndarray, shape (n,)
        Standard deviation between animals that goes with each, % of baseline.
    best : ndarray, shape (parameters,)
        The draw nearest to the middle of all: the set that is shipped.
    members : ndarray, shape (MEMBERS, parameters)
        Draws far apart that fit as well as it does, by the emulator; the network has to confirm them.
    """

    shares: np.ndarray
    spread: np.ndarray
    best: np.ndarray
    members: np.ndarray


def posterior(emulator: Emulator, draws: int = DRAWS, kept: int = 4000) -> Posterior:
    """Weigh draws from the ranges, keep them in proportion, and choose the shipped set and the ensemble.

    Notes
    -----
    The spread between animals is not published; it is summed over, evenly on a logarithmic scale. A member of the
    ensemble has a log-likelihood within 1.92 of the shipped set's or above it; members are taken one after the other,
    each the farthest from those before.
    """
    shares = qmc.Sobol(len(FREE), seed=1).random(draws)
    each = at_each_spread(*emulator(shares))
    rng = np.random.default_rng(1)
    weight = np.exp(each - each.max())
    chosen = rng.choice(weight.size, kept, p=(weight / weight.sum()).ravel())
    row, column = np.unravel_index(chosen, weight.shape)
    total = np.asarray(logsumexp(each, axis=1))
    sample = shares[row]
    middle = sample.mean(axis=0)
    nearest = int(np.argmin(((sample - middle) ** 2).sum(axis=1)))
    best = sample[nearest]
    level = total[row[nearest]]
    good = np.unique(row[total[row] >= level - RISE])
    members = apart(shares[good], best, MEMBERS)
    return Posterior(sample, SPREADS[column], best, members)
