"""Outcomes of a sensitivity analysis that are known in closed form: the resting state of a typical animal."""

from __future__ import annotations

import numpy as np
import pandas as pd

from circuit.parameters import ModelParameters
from protocols.analysis.sensitivity import Outcome, Question
from protocols.animals.rest import Rest, at_rest
from protocols.calibration.homeostasis import ROWS, Row
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment
from protocols.experiments.model import parameters
from protocols.studies.points import COLUMNS
from results.evidence import table as evidence
from results.recording import Measure
from synapses.regions import CORE

REST = {
    "extrasynaptic_glutamate": "uM", "perisynaptic_glutamate": "uM", "cleft_glutamate": "nM", "mglur23_tone": "1",
    "mglur5_tone": "1", "release_probability": "1", "glt1_uptake": "1", "xct": "1",
}  # fmt: skip
"""The measures of the closed form, with units: the first measures of a simulated test."""

FITTED = "tone"  # the experiment whose groups the rows of `protocols.calibration.homeostasis` are about


def closed_form(experiment: Experiment, asked: Question) -> tuple[pd.DataFrame, list[Outcome]]:
    """The closed-form rest state of a typical animal of each group at each point.

    Returns
    -------
    DataFrame
        Columns ``point, group, test, animal, measure, value, unit``.
    list of Outcome
        The rows of evidence that the calibration fits to this state, computed as there, where their groups are
        included.

    Raises
    ------
    InputError
        If the experiment has tests other than tone at rest, or values other than parameters of the model are varied.
    """
    other = [test.name for test in experiment.test if test.kind != "tone"]
    if other:
        raise InputError(f"--at-rest: test '{other[0]}' needs the network; choose tests of kind tone with --test")
    outside = [one.name for one in asked.moved if not one.parameter]
    if outside:
        raise InputError(f"--at-rest: '{outside[0]}' is no parameter of the model")
    shared = parameters(experiment)
    rows, answers = [], []
    for place, values in enumerate(asked.values()):
        own = shared.with_values({path.removeprefix("parameters."): value for path, value in values.items()})
        rests = _rests(experiment, own)
        rows += [(place, group, test, 0, *level) for group, test, *level in _levels(rests)]
        if experiment.name == FITTED:
            last = {group: rest for (group, test), rest in rests.items() if test == experiment.test[-1].name}
            answers.append([_answer(row, last, own) for row in ROWS])
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table, _fitted(answers, experiment.test[0].name)


def levels(experiment: Experiment, own: ModelParameters) -> list[tuple[str, str, str, float, str]]:
    """Levels at rest of an animal with its own parameters: ``group, test, measure, value, unit``."""
    return _levels(_rests(experiment, own))


def _rests(experiment: Experiment, own: ModelParameters) -> dict[tuple[str, str], Rest]:
    """The animal at rest in each group on the day of each test."""
    return {
        (group.name, test.name): at_rest(group, experiment.test_day(group, test), own)
        for test in experiment.test
        for group in experiment.group
    }


def _levels(rests: dict[tuple[str, str], Rest]) -> list[tuple[str, str, str, float, str]]:
    return [
        (group, test, measure, one.value, one.unit)
        for (group, test), rest in rests.items()
        for measure, one in measures_of(rest).items()
    ]


def measures_of(rest: Rest, site: str = CORE) -> dict[str, Measure]:
    """The measures of `REST` of an animal at rest."""
    steady, tissue = rest.at[site].steady, rest.state.at(site)
    found = (
        steady.extrasynaptic, steady.perisynaptic, steady.cleft * 1e3, steady.mglur23_tone,
        steady.mglur5_tone, steady.release_probability, tissue.glt1, tissue.xct,
    )  # fmt: skip
    return {name: Measure(value, unit) for (name, unit), value in zip(REST.items(), found, strict=True)}


def _answer(row: Row, rests: dict[str, Rest], own: ModelParameters) -> float:
    """The model's answer to a row of evidence; NaN where a group of it is left out."""
    try:
        return row.model(rests, own)
    except KeyError:
        return float("nan")


def _fitted(answers: list[list[float]], test: str) -> list[Outcome]:
    table = {row.id: row for row in evidence.load()}
    found = []
    for row, column in zip(ROWS, np.array(answers).T if answers else (), strict=bool(answers)):
        if np.isfinite(column).all():
            about = table[row.id]
            label, measure = " / ".join(about.groups), about.measure or ""
            values = column[:, None] * (100 if about.unit == "% of baseline" else 1)  # the calibration uses shares
            found.append(Outcome(label, test, measure, about.unit, about.groups, (row.id,), values))
    return found
