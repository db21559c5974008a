"""Ask and tell by Optuna: the points told so far, and the next ones.

The study of Optuna is made anew from the told points each time, and its sampler is seeded by the number of points. So
what comes next hangs on the points and their outcomes alone. A search that was killed goes on as if it had not been.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from protocols.errors import InputError
from protocols.optimisation.problem import Problem
from protocols.optimisation.surrogate import Array, fitted, proposal

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

NEEDED = {"optuna": "Optuna", "sklearn": "scikit-learn"}
EXCESS = "excess"  # the attribute of a trial that holds by how much it passes each limit


def refuse_missing() -> None:
    """Raise `InputError` where the extra `optimise` is not installed."""
    missing = [name for module, name in NEEDED.items() if find_spec(module) is None]
    if missing:
        raise InputError(f"optimise needs {' and '.join(missing)}: pip install 'corticostriatal[optimise]'")


def first(problem: Problem) -> list[dict[str, Any]]:
    """Points spread over the ranges, before anything is known (Sobol)."""
    from scipy.stats import qmc

    number = problem.start
    exponent = max(0, int(np.ceil(np.log2(number))))
    spread = qmc.Sobol(len(problem.paths), seed=problem.file.optimise.seed).random_base2(exponent)[:number]
    return distinct(problem, [], [list(row) for row in spread])


def following(problem: Problem, points: Sequence[dict[str, Any]], seen: Array, number: int) -> list[dict[str, Any]]:
    """The next points.

    Parameters
    ----------
    problem : Problem
    points : sequence of dict
        Those told, values by path.
    seen : ndarray, shape (points, terms)
        What each term was; NaN where every run of a point failed.
    number : int
        How many are asked for at once.
    """
    import optuna
    from optuna.distributions import BaseDistribution, FloatDistribution

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    shares = np.array([problem.shares(point) for point in points])
    whole = np.isfinite(seen).all(axis=1)
    distributions: dict[str, BaseDistribution] = {path: FloatDistribution(0.0, 1.0) for path in problem.paths}
    seed = [problem.file.optimise.seed, len(points)]
    if not whole.any():
        rows = np.random.default_rng(seed).random((number, len(problem.paths)))
        return distinct(problem, points, [list(row) for row in rows])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Optuna about features that it calls experimental
        study = optuna.create_study(
            directions=["minimize"] * len(problem.file.objective),
            sampler=_sampler(problem, shares[whole], seen[whole], seed),
        )
        for row, values in zip(shares[whole], seen[whole], strict=True):
            study.add_trial(
                optuna.trial.create_trial(
                    params=dict(zip(problem.paths, map(float, row), strict=True)),
                    distributions=distributions,
                    values=_losses(problem, values),
                    user_attrs={EXCESS: _excesses(problem, values)},
                )
            )
        asked = [study.ask(distributions) for _ in range(number)]
    return distinct(problem, points, [[trial.params[path] for path in problem.paths] for trial in asked])


def distinct(
    problem: Problem, before: Sequence[dict[str, Any]], rows: Sequence[Sequence[float]]
) -> list[dict[str, Any]]:
    """The points at some shares; one that was there before is moved until it is new, where there is room."""
    known, found = [tuple(point.values()) for point in before], []
    rng = np.random.default_rng([problem.file.optimise.seed, len(known), 1])
    for row in rows:
        point, width = problem.point(row), 0.005
        while tuple(point.values()) in known and width < 1:
            width *= 1.5
            point = problem.point(np.clip(np.asarray(row) + width * rng.standard_normal(len(row)), 0, 1).tolist())
        known.append(tuple(point.values()))
        found.append(point)
    return found


def _losses(problem: Problem, values: Array) -> list[float]:
    return [float(term.loss(value)) for term, value in zip(problem.file.objective, values, strict=False)]


def _excesses(problem: Problem, values: Array) -> list[float]:
    own = values[len(problem.file.objective) :]
    return [float(term.excess(value)) for term, value in zip(problem.file.constraint, own, strict=True)]


def _sampler(problem: Problem, shares: Array, seen: Array, seed: list[int]) -> BaseSampler:
    if problem.file.optimise.sampler == "tpe":
        from optuna.samplers import TPESampler

        limits = (lambda trial: trial.user_attrs[EXCESS]) if problem.file.constraint else None
        number = int(np.random.default_rng(seed).integers(2**31))
        return TPESampler(
            n_startup_trials=0, multivariate=True, constant_liar=True, seed=number, constraints_func=limits
        )
    return _gaussian_process_sampler(problem, shares, seen, seed)


def _gaussian_process_sampler(problem: Problem, shares: Array, seen: Array, seed: list[int]) -> BaseSampler:
    """Optuna's own sampler of this kind needs PyTorch, and knows neither targets nor terms that are known exactly."""
    from optuna.samplers import BaseSampler

    class GaussianProcesses(BaseSampler):  # type: ignore[misc,unused-ignore]  # where Optuna is not installed
        def __init__(self) -> None:
            self.surrogate = fitted(problem, shares, seen)
            self.rng = np.random.default_rng(seed)
            self.asked: list[Array] = []

        def infer_relative_search_space(self, study: Any, trial: Any) -> dict[str, Any]:
            from optuna.distributions import FloatDistribution

            return {path: FloatDistribution(0.0, 1.0) for path in problem.paths}

        def sample_relative(self, study: Any, trial: Any, search_space: Any) -> dict[str, Any]:
            self.asked.append(proposal(self.surrogate, self.asked, self.rng))
            return dict(zip(problem.paths, map(float, self.asked[-1]), strict=True))

        def sample_independent(self, study: Any, trial: Any, param_name: str, param_distribution: Any) -> Any:
            raise NotImplementedError(f"{param_name} is one of the free values")

    return GaussianProcesses()
