"""The model that an experiment asks for: its parameters, and which hypothesis stands for each mechanism."""

from __future__ import annotations

from dataclasses import replace

from circuit.parameters import ModelParameters
from protocols.errors import InputError
from protocols.experiment import Experiment
from protocols.quantities import quantity


def parameters(experiment: Experiment) -> ModelParameters:
    """The parameters an experiment sets, before animals differ.

    Raises
    ------
    InputError
        For an unknown parameter, a wrong unit or a value outside its range.
    """
    model = ModelParameters.shipped()
    values = {}
    for path, given in experiment.parameters.items():
        try:
            record = model.record(path)
            values[path] = given if isinstance(given, float) else _in_unit(given, record.unit)
            model = model.with_values(values)
        except (KeyError, ValueError) as problem:
            raise InputError(f"parameters.{path}: {problem.args[0]}") from None
    return replace(model, tone=replace(model.tone, site=experiment.model.tone_site))


def _in_unit(text: str, unit: str) -> float:
    if unit == "1":
        raise ValueError(f"'{text}' has a unit; the parameter is a pure number")
    try:
        return quantity(text).to(unit)
    except Exception as problem:
        raise ValueError(f"'{text}' is not in {unit}") from problem
