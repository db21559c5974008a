"""An inference from end to end: the data, the simulated animals, the posterior, its check, and the files it leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from protocols.analysis.ranges import Moved
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment, experiment_from
from protocols.experiments.overrides import chosen
from protocols.inference.check import check, truths
from protocols.inference.points import simulated_at_rest, simulated_by_network, typical
from protocols.inference.posterior import (
    Data,
    Fitted,
    Posterior,
    data_of,
    design,
    fit,
    predictive,
    sample,
    values_at,
    values_of,
)
from protocols.inference.summary import fits, rows, sentences
from protocols.reporting.laboratory_data import named, read
from protocols.runs.lines import Lines, heartbeat
from protocols.studies.conditions import keep_only
from protocols.studies.study_folder import StudyFolder
from results import store
from results.recording import Recording
from results.store.files import replacing, write_json

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FEWEST = 16  # points, with fewer nothing is learnt from them


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes
    ----------
    moved : tuple of Moved
        Parameters and their priors.
    points, animals : int
        Points of the prior at which animals are simulated, and how many in each group.
    at_rest : bool
        In closed form, without the network.
    error : float
        Coefficient of variation of a measurement, besides the animals' own.
    check : int
        Data sets of known parameters from which the inference is checked; none by default.
    """

    moved: tuple[Moved, ...]
    points: int = 128
    animals: int = 4
    at_rest: bool = False
    error: float = 0.0
    check: int = 0


def question(
    moved: tuple[Moved, ...], points: int, animals: int, at_rest: bool, error: float, check: int
) -> Question:  # fmt: skip
    """Check a question; raises `InputError`."""
    if points < FEWEST:
        raise InputError(f"--points: {points} is too few; {FEWEST} at least")
    if animals < 2:
        raise InputError(f"--animals: {animals} is too few; how far animals differ takes 2 at least")
    if not 0 <= error <= 1:
        raise InputError(f"--error: {error:g} is no coefficient of variation; 0 to 1, such as 0.1 for 10 %")
    if 0 < check < 10:
        raise InputError(f"--check: {check} data sets say nothing; 10 at least, better 100")
    for one in moved:
        if not (isinstance(one.range.low, float) and isinstance(one.range.high, float)):
            raise InputError(f"--parameters {one.name}: a range with units; give plain numbers")
        if at_rest and not one.parameter:
            raise InputError(f"--at-rest: '{one.name}' is no parameter of the model")
    return Question(moved, points, animals, at_rest, error, check)


@dataclass(frozen=True)
class Inferred:
    """What was found: the document of ``--json``, sentences, and what the figure is drawn from."""

    folder: Path
    said: tuple[str, ...]
    document: dict[str, Any]
    data: dict[str, Data]
    fitted: Fitted
    posterior: Posterior
    foretold: dict[str, np.ndarray]
    unused: tuple[str, ...]

    def draw(self) -> Figure:
        """The figure: priors and posteriors, and what is foretold beside the data."""
        from results.figures.questions.posterior import posterior_figure

        values = values_of(self.fitted.moved, self.posterior.shares)
        measures = {
            (group, *column): (one.values[:, place], self.foretold[group][:, :, place], one.units[place])
            for group, one in self.data.items()
            for place, column in enumerate(one.columns)
        }
        return posterior_figure(self.document["parameters"], values, measures)


def experiment_for(
    name: str | Path | Experiment, file: Path, settings: Sequence[str] = (), seed: int | None = None
) -> Experiment:
    """The experiment with the groups and tests that the data name; raises `InputError`."""
    whole = chosen(name, settings, None, seed)
    groups, tests = named(file, [one.name for one in whole.group], [one.name for one in whole.test])
    if not groups:
        raise InputError(f"{file}: holds no measurement")
    content = whole.model_dump(mode="json", exclude_unset=True)
    keep_only(content, "group", groups, "group")
    keep_only(content, "test", tests, "test")
    content["animals"] = content.get("animals", {}) | {"variability": True}
    return experiment_from(content)


def answer(
    experiment: Experiment, file: Path, asked: Question, folder: Path, lines: Lines, jobs: int | None = None,
    **engine: Any,
) -> Inferred:  # fmt: skip
    """Infer; what is simulated already in `folder` is not simulated again.

    Raises
    ------
    InputError
        For data that are refused, or a folder that holds another inference.
    RuntimeError
        If a run failed.
    """
    _same_question(folder, experiment, asked)
    found = read(file, typical(experiment)) if asked.at_rest else None  # what is refused is refused at once
    at = values_at(asked.moved, design(asked.points, asked.moved))

    def animals_at(points: Sequence[Mapping[str, Any]], number: int, part: str) -> pd.DataFrame:
        place = folder / part
        if asked.at_rest:
            return simulated_at_rest(experiment, points, number, place, lines)
        return simulated_by_network(experiment, points, number, place, jobs, **engine)

    table = animals_at(at, asked.animals, "points")
    if found is None:
        found = read(file, _first_runs(folder / "points"))
    data = data_of(found.recordings)
    with heartbeat(lines.say) as say:
        say("fitting what was simulated")
        fitted = fit(table, data, asked.moved)
        say("weighing draws from the prior by the data")
        posterior = sample(data, fitted, asked.error)
    foretold = predictive(data, fitted, posterior)
    parameters, measures = rows(fitted, posterior), fits(data, foretold)
    said = sentences(parameters, measures)
    document: dict[str, Any] = {
        "experiment": experiment.name, "data": str(file), "parameter_hash": experiment.parameter_hash,
        "points": asked.points, "animals": asked.animals, "closed_form": asked.at_rest, "error": asked.error,
        "rounds": posterior.rounds, "effective_draws": posterior.effective, "said": said, "parameters": parameters,
        "measures": measures,
        "emulator": [
            {"group": group, "test": test, "measure": measure, "error": float(error), "logarithmic": bool(log)}
            for group, one in fitted.populations.items()
            for (test, measure), error, log in zip(one.columns, one.emulator.error, one.logarithmic, strict=True)
        ],
    }  # fmt: skip
    if asked.check:
        true = truths(asked.check, asked.moved)
        number = max(len(one.values) for one in data.values())
        simulated = animals_at(values_at(asked.moved, true), number, "check")
        document["check"] = check(simulated, data, fitted, true).document()
    _write(folder, document, data, fitted, posterior, foretold)
    return Inferred(folder, tuple(said), document, data, fitted, posterior, foretold, found.unused)


def _same_question(folder: Path, experiment: Experiment, asked: Question) -> None:
    """Refuse a folder in which animals of another question were simulated; points may be added in closed form."""
    own = {
        "experiment": experiment.model_dump(mode="json", exclude_unset=True), "animals": asked.animals,
        "at_rest": asked.at_rest, "parameter_hash": experiment.parameter_hash,
        "parameters": [{"path": one.path, "range": one.range.model_dump(mode="json")} for one in asked.moved],
    }  # fmt: skip
    file = folder / "question.json"
    if file.is_file():
        if json.loads(file.read_text(encoding="utf-8")) != json.loads(json.dumps(own)):
            raise InputError(f"{folder}: holds animals of another question; name another folder with --out")
    else:
        write_json(file, own)


def _first_runs(folder: Path) -> list[Recording]:
    """The runs of the first point, which define names and units."""
    held = StudyFolder.open(folder)
    return [store.read(held.path / row.file) for row in held.rows() if row.point == 0]


def _write(
    folder: Path, document: Mapping[str, Any], data: Mapping[str, Data], fitted: Fitted, posterior: Posterior,
    foretold: Mapping[str, np.ndarray],
) -> None:  # fmt: skip
    """``infer.json``, and ``posterior.nc``: prior, posterior, what is foretold and the data, for ArviZ."""
    from arviz_base import from_dict

    def animals(values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {
            ", ".join((group, *column)).replace("/", "_"): values[group][..., place]
            for group, one in data.items()
            for place, column in enumerate(one.columns)
        }

    def draws(shares: np.ndarray) -> dict[str, np.ndarray]:
        return {name: one[None] for name, one in values_of(fitted.moved, shares).items()}

    observed = animals({group: one.values for group, one in data.items()})
    dims = {name: [f"animal of {name.split(', ')[0]}"] for name in observed}
    tree = from_dict(
        {
            "posterior": draws(posterior.shares), "prior": draws(fitted.shares),
            "posterior_predictive": {name: one[None] for name, one in animals(foretold).items()},
            "observed_data": observed,
        },
        dims=dims,
        attrs={"/": {key: document[key] for key in ("experiment", "data", "parameter_hash")}},
    )  # fmt: skip
    write_json(folder / "infer.json", dict(document))
    with replacing(folder / "posterior.nc") as temporary:
        tree.to_netcdf(temporary, engine="h5netcdf")
