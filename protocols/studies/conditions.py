"""From a study's file to its conditions: the experiment they start from, and the values that each changes in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from protocols.errors import InputError, cut, dotted, nearest, refuse_unknown, shortened
from protocols.experiments.circuit import ENDING, HELD, with_own_circuit
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import changed, keys
from protocols.experiments.shipped import shipped
from protocols.quantities import quantity
from protocols.studies.study_file import Axis, Range, Sample, StudyFile

AMOUNTS = ("dose", "concentration", "perfusate")
LARGEST = 10_000_000  # conditions
PRESET = "circuit.preset"


def applied(base: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """An experiment's document with values changed by path; a treatment whose amount becomes 0 is left out.

    What is not changed is shared with `base`.

    Raises
    ------
    InputError
        In one line that names the path.
    """
    found = dict(base)
    for path, value in values.items():
        try:
            found = changed(found, keys(path), value)
        except InputError as problem:
            raise InputError(f"{cut(path)} = {shortened(value)}: {problem}") from None
    if isinstance(found.get("group"), list):
        found["group"] = [_without_nothing(group) for group in found["group"]]
    return found


def _without_nothing(group: Any) -> Any:
    """The group itself, or where an amount of its treatments is 0 a copy without them."""
    given = group.get("treatment") if isinstance(group, dict) else None
    if not isinstance(given, list) or not any(map(_nothing, given)):
        return group
    return {**group, "treatment": [treatment for treatment in given if not _nothing(treatment)]}


def own_circuits(points: Iterable[Mapping[str, Any]], folder: Path) -> dict[str, Any]:
    """The circuits of one's own that conditions name as files, read once: file -> the table ``circuit`` that it gives.

    Raises
    ------
    InputError
        In one line that names the file: if it cannot be read, or gives no circuit.
    """
    found: dict[str, Any] = {}
    for values in points:
        name = values.get(_preset_path(values))
        if isinstance(name, str) and name.endswith(ENDING) and name not in found:
            try:
                found[name] = with_own_circuit({"circuit": {"preset": name}}, folder)["circuit"]
            except InputError as problem:
                raise InputError(f"{PRESET} = {shortened(name)}: {problem}") from None
    return found


def in_own_circuit(
    base: Mapping[str, Any], values: Mapping[str, Any], circuits: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """An experiment's document in the circuit of one's own that a condition names, and the values that are left."""
    path = _preset_path(values)
    circuit = circuits.get(str(values.get(path)))
    if circuit is None:
        return base, values
    kept = {key: entry for key, entry in base.get("circuit", {}).items() if key != HELD}
    return {**base, "circuit": kept | circuit}, {key: value for key, value in values.items() if key != path}


def _preset_path(values: Mapping[str, Any]) -> str:
    """The path by which values name the circuit, however it is written."""
    return next((path for path in values if path.startswith(("c", "'", '"')) and dotted(keys(path)) == PRESET), PRESET)


def keep_only(document: dict[str, Any], part: str, wanted: Collection[str], where: str) -> None:
    """Leave only the groups, or tests, that are wanted in an experiment's document; all where none is named.

    Raises
    ------
    InputError
        For one that the experiment does not have; `where` says who asked for it.
    """
    for name in wanted:
        refuse_unknown(where, part, name, (entry["name"] for entry in document[part]))
    if wanted:
        document[part] = [entry for entry in document[part] if entry["name"] in wanted]


def base_document(file: StudyFile, folder: Path) -> dict[str, Any]:
    """The experiment's document with what ``[set]`` changes, only with the groups and tests that take part."""
    name = file.study.experiment
    named = name in shipped()
    if not named and not name.endswith(".toml"):
        near = nearest(name, shipped())
        raise InputError(f"study.experiment: no experiment '{cut(name)}'{near}; or give a FILE.toml")
    try:
        experiment = load(name if named else folder / name)
    except InputError as problem:
        raise InputError(f"study.experiment: {problem}") from None
    base = experiment.model_dump(mode="json", exclude_unset=True)
    try:
        base = dict(with_own_circuit(applied(base, file.set), folder))
    except InputError as problem:
        raise InputError(f"set: {problem}") from None
    keep_only(base, "group", file.study.groups, "study.groups")
    keep_only(base, "test", file.study.tests, "study.tests")
    try:
        return experiment_from(base).model_dump(mode="json", exclude_unset=True)
    except InputError as problem:
        raise InputError(f"set: {problem}" if file.set else str(problem)) from None


def points_of(file: StudyFile) -> Iterator[dict[str, Any]]:
    """The values by path of every condition: axes, points and samples multiplied; raises `InputError` for too many."""
    factors: list[list[dict[str, Any]]] = [
        [{path: value} for value in (axis.values() if isinstance(axis, Axis) else axis)]
        for path, axis in file.axes.items()
    ]
    factors += [list(file.point)] if file.point else []
    number = int(np.prod([len(factor) for factor in factors] + [sample.number for sample in file.sample], dtype=object))
    if number > LARGEST:
        raise InputError(f"the study has {number} points, more than {LARGEST}")
    factors += [_drawn(sample) for sample in file.sample]
    for parts in product(*factors):
        yield {path: value for part in parts for path, value in part.items()}


def shares(method: str, size: int, number: int, seed: int) -> np.ndarray:
    """Points spread over a box, as shares of its edges.

    Parameters
    ----------
    method : str
        ``"sobol"``, a scrambled Sobol sequence, or ``"latin_hypercube"``.
    size, number, seed : int
        Edges, points, and the seed of the scrambling.

    Returns
    -------
    ndarray, shape (number, size)
    """
    from scipy.stats import qmc

    spread = qmc.Sobol if method == "sobol" else qmc.LatinHypercube
    return np.asarray(spread(size, seed=seed).random(number))


def values_at(ranges: Mapping[str, Range], point: Sequence[float]) -> dict[str, Any]:
    """The values by path at one point of a box of ranges."""
    return {path: span.at(float(share)) for (path, span), share in zip(ranges.items(), point, strict=True)}


def _drawn(sample: Sample) -> list[dict[str, Any]]:
    points = shares(sample.method, len(sample.ranges), sample.number, sample.seed)
    return [values_at(sample.ranges, point) for point in points]


def _nothing(treatment: Any) -> bool:
    """Whether a treatment's amount is 0, with the unit that its kind asks for."""
    if not isinstance(treatment, dict):
        return False
    for kind in AMOUNTS:
        amount = treatment.get(kind)
        if isinstance(amount, str):
            try:
                found = quantity(amount, "dose" if kind == "dose" else "concentration")
            except InputError:
                continue  # the experiment refuses it, in its own words
            if found.si == 0:
                return True
    return False
