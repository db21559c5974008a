"""Settings of an experiment that differ from the defaults, or from the shipped experiment, for the report."""

from __future__ import annotations

from typing import Any

from circuit.parameters import ModelParameters
from protocols.errors import dotted, entry_name
from protocols.experiments.circuit import Circuit
from protocols.experiments.experiment import Animals, Experiment, Model, load
from protocols.experiments.model import parameters
from protocols.experiments.shipped import shipped
from protocols.runs.plan import document
from protocols.stimulation.acceleration import Acceleration
from results.tables import Table


def away_from_default(experiment: Experiment) -> Table:
    """Parameters of the model that the experiment or its hypotheses set, beside their defaults."""
    usual = {f"{record.group}.{record.name}": record for record in ModelParameters.shipped().records()}
    rows = []
    for record in parameters(experiment).records():
        path = f"{record.group}.{record.name}"
        if record.value != usual[path].value:
            unit = "" if record.unit == "1" else record.unit
            bounds = f"{record.low:g} to {record.high:g}"
            rows.append((path, f"{record.value:g}", f"{usual[path].value:g}", unit, bounds, record.description))
    return Table(("parameter", "here", "default", "unit", "range", "what it is"), tuple(rows))


def settings_away_from_default(experiment: Experiment) -> list[tuple[str, Any, Any]]:
    """Settings of circuit, model, acceleration and animals that differ from the defaults."""
    usual = {"circuit": Circuit(), "model": Model(), "acceleration": Acceleration(), "animals": Animals()}
    found = []
    for part, default in usual.items():
        own, other = _flat(getattr(experiment, part).model_dump(mode="json")), _flat(default.model_dump(mode="json"))
        found += [(f"{part}.{key}", own[key], other.get(key)) for key in own if own[key] != other.get(key)]
    return found


def away_from_shipped(experiment: Experiment) -> list[tuple[str, Any, Any]] | None:
    """Differences from the shipped experiment of the same name; None where there is none."""
    if experiment.name not in shipped():
        return None
    shipped_one = load(experiment.name)
    own, other = _flat(document(experiment)), _flat(document(shipped_one))
    found: list[tuple[str, Any, Any]] = []
    for part in ("group", "test"):
        here, there = ({one.name for one in getattr(of, part)} for of in (experiment, shipped_one))
        for name in sorted(here ^ there):  # a whole group or test is one line
            path = dotted((part, name))
            found.append((path, "added", None) if name in here else (path, "left out", "there"))
    whole = tuple(f"{path}." for path, _, _ in found)
    paths = [path for path in dict.fromkeys([*own, *other]) if not path.startswith(whole)]
    return [(path, own.get(path), other.get(path)) for path in paths if own.get(path) != other.get(path)] + found


def _flat(node: Any, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Single values by dotted path, entries of lists by their names."""
    if isinstance(node, dict):
        found: dict[str, Any] = {}
        for key, value in node.items():
            found |= _flat(value, (*path, key))
        return found
    if isinstance(node, list) and any(isinstance(one, dict) for one in node):
        found = {}
        for place, entry in enumerate(node):
            found |= _flat(entry, (*path, entry_name(entry, place)))
        return found
    return {dotted(path): node}
