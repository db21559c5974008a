"""Calibration of behaviour: what animals press for, at which dose, how it is extinguished and comes back.

The free parameters are spread over their ranges by a Sobol sequence. At each point one animal takes cocaine, is
extinguished and tested, and one is yoked to saline; their presses are emulated. Draws from the ranges are weighed by
how likely the rows of evidence are at the emulated presses. No animal is treated, silenced or kept abstinent at
training's end, so that no prediction can be fitted by accident.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from scipy.stats import norm, qmc

from protocols.calibration.emulator import Emulator, chosen
from protocols.experiments.experiment import Experiment, experiment_from, load
from protocols.studies.conditions import shares as shares_of
from protocols.studies.conditions import values_at
from protocols.studies.points import simulate as simulate_study
from protocols.studies.points import study_of, table_of
from protocols.studies.study_file import Range

SCALE = 0.5
POINTS = 64
DRAWS = 2**16
MEMBERS = 8
CHANCE = 0.35  # of the logarithm of a session's presses, by which two animals of one kind differ (measured)
EXTINGUISHED = (0, 1, 3, 7, 10)
"""Sessions of extinction before each tested one."""

FREE = {
    "learning.potentiation_rate": Range(low=0.05, high=0.3, scale="log"),
    "learning.depression_rate": Range(low=0.04, high=0.25, scale="log"),
    "behaviour.vigour": Range(low=1.0, high=4.0, scale="log"),
    "behaviour.motor_half": Range(low=5.0, high=11.0, scale="log"),
    "behaviour.satiety": Range(low=2.0, high=9.0, scale="log"),
}
"""The parameters that the rows of behaviour may move, by dotted path, and their ranges."""

Answers = Mapping[str, np.ndarray]
"""Name of an answer -> the logarithm of presses and a half, or of a ratio of levers; shape (n,).

Presses are those that the motor output calls for, free of the chance with which presses are drawn; in
self-administration, where a press brings drug and the drug lowers pressing, those that were made.
"""


class Row(Protocol):
    """A row of evidence that the answers make more or less likely."""

    @property
    def id(self) -> str:
        """As in the table of evidence."""

    def log_likelihood(self, mean: Answers, error: Answers) -> np.ndarray:
        """How likely it is, at emulated answers and their standard deviations; shape (n,)."""


@dataclass(frozen=True)
class Value:
    """A published number with its standard error."""

    id: str
    answer: str
    target: float
    sem: float

    def log_likelihood(self, mean: Answers, error: Answers) -> np.ndarray:
        """The number as a normal error of the logarithm."""
        spread = np.hypot(self.sem / self.target, error[self.answer])
        return np.asarray(norm.logpdf(mean[self.answer], np.log(self.target + 0.5), spread))


@dataclass(frozen=True)
class Above:
    """One session has more presses than another, in eight animals of ten at least."""

    id: str
    answer: str
    than: str | None

    def log_likelihood(self, mean: Answers, error: Answers) -> np.ndarray:
        """The chance that the difference is larger than what two animals differ by."""
        level = 0.0 if self.than is None else mean[self.than]
        doubt = 0.0 if self.than is None else error[self.than]
        spread = np.sqrt(error[self.answer] ** 2 + doubt**2 + CHANCE**2)
        return np.asarray(norm.logcdf((mean[self.answer] - level - CHANCE) / spread))


@dataclass(frozen=True)
class Share:
    """One session has over a share of the presses of another."""

    id: str
    answer: str
    than: str
    least: float

    def log_likelihood(self, mean: Answers, error: Answers) -> np.ndarray:
        """The chance that the ratio lies above the share, as far as the emulator knows it."""
        spread = np.hypot(error[self.answer], error[self.than])
        return np.asarray(norm.logcdf((mean[self.answer] - mean[self.than] - np.log(self.least)) / spread))


@dataclass(frozen=True)
class Alike:
    """One session has as many presses as another, within a share."""

    id: str
    answer: str
    than: str
    tolerance: float

    def log_likelihood(self, mean: Answers, error: Answers) -> np.ndarray:
        """The ratio as a normal error of the logarithm, its tolerance at 1.96."""
        spread = np.sqrt((np.log1p(self.tolerance) / 1.96) ** 2 + error[self.answer] ** 2 + error[self.than] ** 2)
        return np.asarray(norm.logpdf(mean[self.answer] - mean[self.than], 0.0, spread))


LAST = f"extinction {EXTINGUISHED[-1] + 1}"
ROWS: tuple[Row, ...] = (
    Value("B1a", "0.25 mg", 5.6, 0.7),
    Value("B1b", "0.5 mg", 3.3, 0.3),
    Value("B1c", "0.75 mg", 2.4, 0.3),
    Above("B2a", "extinction 1", LAST),
    Above("B2c", "extinction 2", LAST),
    Share("B2e", "extinction 8", "extinction 1", 0.2),
    Above("B3-cue", "cue", LAST),
    Above("B3-prime", "prime", LAST),
    Above("B3-stress", "stress", LAST),
    Above("B3-context", "context", LAST),
    Above("B4a", "levers", None),
    Alike("B5b", "yoked cue", "yoked extinction", 0.3),
    Above("B6", "recovered", "extinction 8"),
)
"""The fitted rows. B1d to B1f are the infusions of B1a to B1c again; B5a, B7 and B8 take other animals and are held
against the model, as all rows are, by `corticostriatal validate`."""


def experiments() -> dict[str, Experiment]:
    """The two experiments of a point, each with one group and one typical animal."""
    taken, sought = (load(name).model_dump(mode="json") for name in ("self_administration", "reinstatement"))
    sessions: dict[str, dict[str, Any]] = {test["name"]: test for test in sought["test"]}
    animals = {"per_group": 1, "variability": False}
    box = sessions["extinction"]["preceded_by"][0]

    def after(days: int, name: str, *more: dict[str, Any], **changed: Any) -> dict[str, Any]:
        past = [box | {"days": days}] if days else []
        return sessions["extinction"] | {"name": name, "preceded_by": [*past, *more]} | changed

    course = [after(days, f"extinction {days + 1}") for days in EXTINGUISHED]
    back = [after(EXTINGUISHED[-1], name, session=name) for name in ("cue", "prime", "stress", "context")]
    recovered = after(7, "recovered", {"phase": "abstinence", "days": 21})
    groups = {group["name"]: group for group in sought["group"]}
    cocaine = sought | {"group": [groups["cocaine"]], "test": [*taken["test"], *course, recovered, *back]}
    yoked_tests = [after(EXTINGUISHED[-1], "extinction"), after(EXTINGUISHED[-1], "cue", session="cue")]
    yoked = sought | {"group": [groups["yoked saline"]], "test": yoked_tests}
    return {
        name: experiment_from(
            content
            | {
                "experiment": {"name": f"behaviour-{name}"},
                "animals": content["animals"] | animals,
                "circuit": content["circuit"] | {"scale": SCALE},
            }
        )
        for name, content in (("cocaine", cocaine), ("yoked", yoked))
    }


def design(points: int) -> np.ndarray:
    """The Sobol points of a design as shares of the ranges, shape (points, parameters); a longer one goes on."""
    return shares_of("sobol", len(FREE), 1 << max(points - 1, 0).bit_length(), 20160907)[:points]


def named(shares: np.ndarray) -> dict[str, float]:
    """Shares of the ranges as values by dotted path."""
    return {path: float(value) for path, value in values_at(FREE, shares.tolist()).items()}


def simulate(folder: Path, shares: np.ndarray, jobs: int | None = None, seed: int = 0) -> dict[str, np.ndarray]:
    """Answers of the network at points of the ranges, an animal of its own at each.

    Parameters
    ----------
    folder : Path
        Runs go there; those that are there are not done again.
    shares : ndarray, shape (points, parameters)
    jobs, seed : int

    Returns
    -------
    dict
        As `Answers`.
    """
    found: dict[str, np.ndarray] = {}
    values = [
        {"animals.seed": seed + place} | {f"parameters.{path}": value for path, value in named(row).items()}
        for place, row in enumerate(shares, 1)
    ]
    for name, experiment in experiments().items():
        simulate_study(study_of(experiment, values, "calibration"), folder / name, jobs)
        table = table_of(folder / name).set_index(["test", "measure", "point"])["value"].to_dict()
        prefix = "" if name == "cocaine" else f"{name} "
        for test in experiment.test:
            dosed = getattr(test, "session", "") == "self_administration"
            measure = "presses_per_20_min" if dosed else "expected_presses"
            presses = np.array([table[test.name, measure, point] for point in range(len(values))])
            found[f"{prefix}{test.name}"] = np.log(presses + 0.5)
        if name == "cocaine":
            ratios = np.array([table["cue", "lever_ratio", point] for point in range(len(values))])
            found["levers"] = np.log(ratios)
    return found


def stacked(answers: Answers) -> np.ndarray:
    """Answers as the columns of a table, in the order of their names; shape (n, answers)."""
    return np.stack([answers[name] for name in sorted(answers)], axis=1)


def log_likelihood(mean: Answers, error: Answers) -> np.ndarray:
    """How likely all fitted rows are, shape (n,)."""
    total: np.ndarray = sum((row.log_likelihood(mean, error) for row in ROWS), start=np.zeros(1))
    return total


@dataclass(frozen=True)
class Fit:
    """What the rows say about the free parameters.

    Attributes
    ----------
    shares : ndarray, shape (n, parameters)
        Equally weighted draws, as shares of the ranges.
    best : ndarray, shape (parameters,)
        The set that is shipped.
    members : ndarray, shape (MEMBERS, parameters)
        Draws far apart that fit as well as it does, by the emulator.
    """

    shares: np.ndarray
    best: np.ndarray
    members: np.ndarray

    def ranges(self) -> dict[str, tuple[float, float]]:
        """The middle 90 % of the draws by dotted path."""
        low, high = (named(end) for end in np.quantile(self.shares, [0.05, 0.95], axis=0))
        return {path: (low[path], high[path]) for path in FREE}


def fit(emulator: Emulator, names: list[str], draws: int = DRAWS, kept: int = 4000) -> Fit:
    """Weigh draws from the ranges by the rows, and choose a set and an ensemble.

    Parameters
    ----------
    emulator : Emulator
        Of the answers in the order of `names`.
    names : list of str
    draws, kept : int
    """
    shares = qmc.Sobol(len(FREE), seed=1).random(draws)
    mean, error = (dict(zip(names, part.T, strict=True)) for part in emulator(shares))
    each = log_likelihood(mean, error)
    return Fit(*chosen(shares, each, kept, MEMBERS))
