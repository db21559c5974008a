"""The model that an experiment asks for: its parameters, and which hypothesis stands for each mechanism."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import cast

from circuit.parameters import ModelParameters
from circuit.states import states
from protocols.errors import InputError, cut
from protocols.experiments.experiment import Experiment
from protocols.quantities import quantity
from synapses import hypotheses
from synapses.tone import Site


def parameters(experiment: Experiment) -> ModelParameters:
    """The parameters an experiment sets, before animals differ: its hypotheses, its state, then its own values.

    Raises
    ------
    InputError
        For an unknown parameter, a wrong unit or a value outside its range.
    """
    model = with_hypotheses(experiment.model.model_dump())
    model = model.with_values(states()[experiment.circuit.state].parameters)
    for path, given in experiment.parameters.items():
        try:
            record = model.record(path)
            value = given if isinstance(given, float) else _in_unit(given, record.unit)
            model = model.with_values({path: value})
        except (KeyError, ValueError) as problem:
            raise InputError(f"parameters.{cut(path)}: {str(problem.args[0]).removeprefix(f'{path}: ')}") from None
    return model


def with_hypotheses(chosen: Mapping[str, str]) -> ModelParameters:
    """The shipped parameters with the values of some hypotheses, by part; see `synapses.hypotheses`."""
    return _with_hypotheses(tuple(chosen.items()))


@lru_cache(maxsize=64)
def _with_hypotheses(chosen: tuple[tuple[str, str], ...]) -> ModelParameters:
    values = hypotheses.values(dict(chosen))
    model = ModelParameters.shipped()
    site = cast(Site, values.pop("tone.site", model.tone.site))
    model = model.with_values({path: float(value) for path, value in values.items()})
    return replace(model, tone=replace(model.tone, site=site))


def _in_unit(text: str, unit: str) -> float:
    if unit == "1":
        raise ValueError(f"'{text}' has a unit; the parameter is a pure number")
    try:
        return quantity(text).to(unit)
    except Exception as problem:
        raise ValueError(f"'{text}' is not in {unit}") from problem
