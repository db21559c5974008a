"""``--set PATH=VALUE``: change one value of an experiment by its dotted path, entries of lists called by their names.

``test.HFS.induction.frequency="30 Hz"``, ``group."cocaine+NAC".treatment.NAC.dose="30 mg/kg"``, ``animals.seed=7``.
A shell takes quotes away; so what is no TOML is read as text, and a path that is no TOML key is split at its dots.
``*`` stands for every entry of a list that has what the path goes on to name: ``group.*.treatment.NAC.dose``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from protocols.errors import InputError, cut, dotted, entry_name, named, nearest
from protocols.experiments.circuit import HELD, with_own_circuit
from protocols.experiments.experiment import Experiment, experiment_from, flat, load
from protocols.experiments.model import parameters
from synapses.documents import DEEPEST, NotToml, Unreadable, toml

BARE = re.compile(r"[-+]?(\d+\.|\.\d+)([eE][-+]?\d+)?")
"""Numbers without a digit before or behind the point, which TOML does not have and everybody writes."""
QUICK_ANIMALS, QUICK_SCALE = 2, 0.25
"""Animals in each group, and the factor on cell numbers, of a run that is to be quick; fewer and smaller ones stay."""


def chosen(
    name: str | Path | Experiment,
    settings: Iterable[str] = (),
    animals: int | None = None,
    seed: int | None = None,
    quick: bool = False,
) -> Experiment:
    """An experiment, or a shipped one or a file, with what the command line changes: number of animals and seed last.

    Where it is to be `quick`, it has `QUICK_ANIMALS` at `QUICK_SCALE` unless something else is asked for.

    Raises
    ------
    InputError
        As `protocols.experiments.experiment.load`, `with_overrides` and `protocols.experiments.model.parameters` do.
    """
    cohort = [] if animals is None else [f"animals.per_group={animals}"]
    cohort += [] if seed is None else [f"animals.seed={seed}"]
    if isinstance(name, Experiment):
        experiment = name
    else:
        experiment = load(name)
        with named(Path(name)):
            parameters(experiment)  # refuses what the model has not
    if quick:
        few = min(QUICK_ANIMALS, experiment.animals.per_group), min(QUICK_SCALE, experiment.circuit.scale)
        settings = [f"animals.per_group={few[0]}", f"circuit.scale={few[1]}", *settings]
    every = [*settings, *cohort]
    experiment = with_overrides(experiment, every)
    try:
        parameters(experiment)
    except InputError as problem:
        raise _of_settings(every, problem) from None
    return experiment


def parameter_settings(values: Mapping[str, float]) -> list[str]:
    """Parameters by dotted path as ``PATH=VALUE`` settings."""
    return [f"parameters.{path}={value!r}" for path, value in values.items()]


def with_overrides(experiment: Experiment | dict[str, Any], settings: Iterable[str]) -> Experiment:
    """A copy of an experiment with some values changed.

    Parameters
    ----------
    experiment : Experiment or dict
        A checked experiment, or the document of one.
    settings : iterable of str
        ``PATH=VALUE`` each, the value written as in TOML. All are applied before the experiment is checked.

    Raises
    ------
    InputError
        In one line that names the setting: no such key or entry, or refused by the experiment.
    """
    settings = list(settings)
    if isinstance(experiment, Experiment):
        if not settings:
            return experiment
        experiment = experiment.model_dump(mode="json", exclude_unset=True)
    document: Mapping[str, Any] = experiment
    for setting in settings:
        path, value = parsed(setting)
        try:
            document = changed(document, path, value)
        except InputError as problem:
            raise InputError(f"--set {cut(setting)}: {problem}") from None
    document = with_own_circuit(document, Path())
    try:
        return experiment_from(document)
    except InputError as problem:
        raise _of_settings(settings, problem) from None


def _of_settings(settings: Sequence[str], problem: InputError) -> InputError:
    """A fault of an experiment with the settings before it that set what it names, or all where none does."""
    place = str(problem).partition(": ")[0].replace('"', "")
    paths = {setting: dotted(parsed(setting)[0]).replace('"', "") for setting in settings}
    blamed = [s for s, path in paths.items() if place.startswith(path) or path.startswith(place)] or settings
    return InputError(f"--set {', '.join(map(cut, blamed))}: {problem}" if blamed else str(problem))


def parsed(setting: str) -> tuple[list[str], Any]:
    """Path and value of ``PATH=VALUE``."""
    match = re.fullmatch(r"""((?:"[^"]*"|'[^']*'|[^="'])+)=(.*)""", setting, re.DOTALL)
    if match is None or not match[1].strip():
        raise InputError(f"--set {cut(setting)}: is not PATH=VALUE; write e.g. --set animals.seed=7")
    path = keys(match[1].strip())
    if "" in path:
        raise InputError(f"--set {cut(setting)}: a part of its path is empty; write e.g. --set animals.seed=7")
    text = match[2].strip()
    try:
        table = toml(f"value = {text}")
    except NotToml:
        table = {"value": float(text)} if BARE.fullmatch(text) else {}
    except Unreadable as problem:
        raise InputError(f"--set {cut(setting)}: its value {problem}") from None
    return path, table["value"] if list(table) == ["value"] else text


def keys(path: str) -> list[str]:
    """The keys of a dotted path, read as TOML; where that fails, split at the dots outside of quotes."""
    return list(_keys(path))


def last_keys(path: str) -> str:
    """The last two keys of a path, by which answers and axes call it."""
    return ".".join(keys(path)[-2:])


@lru_cache(maxsize=4096)
def _keys(path: str) -> tuple[str, ...]:
    starred = re.sub(r"(^|\.)\*(?=\.|$)", r'\1"*"', path)
    try:
        node: Any = toml(f"{starred} = 0")
    except NotToml:
        node = 0
    except Unreadable:
        raise InputError(f"{cut(path)}: has more parts than {DEEPEST}") from None
    found = []
    while isinstance(node, dict) and len(node) == 1:
        ((key, node),) = node.items()
        found.append(key)
    parts = found or [part.strip(" \"'") for part in re.findall(r"""(?:^|\.)((?:"[^"]*"|'[^']*'|[^.])*)""", path)]
    if len(parts) > DEEPEST:
        raise InputError(f"{cut(path)}: has more parts than {DEEPEST}")
    return tuple(parts)


def changed(document: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """A document with the value that a path names; in every entry that has it where the path holds ``*``.

    Tables and lists that the path does not touch are those of the document itself: nothing that is shared may be
    written to.

    Raises
    ------
    InputError
        If there is no such entry, or the path goes on below a single value.
    """
    found = dict(document)
    if path[0] == "parameters" and len(path) > 1:
        own = found.get("parameters", {})
        if not isinstance(own, dict):
            raise InputError(f"parameters is a single value, it holds no '{cut(path[1])}'")
        return found | {"parameters": flat(own) | {".".join(path[1:]): value}}
    for concrete in places(document, path):
        found = _with(found, concrete, value)
    if list(path) == ["circuit", "preset"]:  # another circuit: the rows of the one before go
        found["circuit"] = {key: entry for key, entry in found["circuit"].items() if key != HELD}
    return found


def _with(node: Any, path: Sequence[str | int], value: Any) -> Any:
    """A table or list with the value at a path in which ``*`` and names of entries are resolved."""
    key, below = path[0], path[1:]
    if isinstance(node, list):
        place = int(key)
        return [*node[:place], _with(node[place], below, value) if below else value, *node[place + 1 :]]
    return {**node, key: _with(node.get(key, {}), below, value) if below else value}


def places(document: Mapping[str, Any], path: Sequence[str]) -> list[tuple[str | int, ...]]:
    """The paths that a path stands for, with the places of entries for their names and for ``*``.

    Raises
    ------
    InputError
        If there is no such entry, the path goes on below a single value, or ``*`` stands where there is no list.
    """
    return [concrete for concrete, _ in _reached(document, tuple(path), ())]


def _reached(node: Any, path: tuple[str, ...], above: tuple[str, ...]) -> list[tuple[tuple[str | int, ...], bool]]:
    """Concrete paths below a node, each with whether the document says all but its last key."""
    if not path:
        return [((), True)]
    key, below = path[0], path[1:]
    if isinstance(node, list):
        if key == "*":
            return _starred(node, below, above)
        place = _entry(node, key, above)
        return [((place, *rest), held) for rest, held in _reached(node[place], below, (*above, key))]
    if key == "*":
        raise InputError(f"{dotted(above)} is no list, so * stands for nothing in it")
    if not isinstance(node, dict):
        raise InputError(f"{dotted(above)} is a single value, it holds no '{cut(key)}'")
    if not below:
        return [((key,), True)]
    if key in node:
        return [((key, *rest), held) for rest, held in _reached(node[key], below, (*above, key))]
    if "*" in below:
        raise InputError(f"{dotted((*above, key))} is no list, so * stands for nothing in it")
    return [((key, *below), False)]


def _starred(
    entries: list[Any], below: tuple[str, ...], above: tuple[str, ...]
) -> list[tuple[tuple[str | int, ...], bool]]:
    """Those of a list that have what follows; all that might have it where none has."""
    found: list[tuple[tuple[str | int, ...], bool]] = []
    problems: list[InputError] = [] if entries else [InputError(f"{dotted(above)} is empty")]
    for place, entry in enumerate(entries):
        try:
            inside = _reached(entry, below, (*above, entry_name(entry, place)))
        except InputError as refused:
            problems.append(refused)
        else:
            found += [((place, *rest), held) for rest, held in inside]
    held = [one for one in found if one[1]]
    if problems and not held:
        raise problems[0]
    return held or found


def _entry(entries: list[Any], key: str, above: Sequence[str]) -> int:
    """Place of the entry of a list that is called `key`."""
    names = [entry_name(entry, index) for index, entry in enumerate(entries)]
    found = [index for index, name in enumerate(names) if name == key]
    if not found and re.fullmatch(r"[0-9]{1,9}", key) and int(key) < len(entries):
        found = [int(key)]
    if not found:
        there = nearest(key, names) if names else "; it is empty"
        raise InputError(f"{dotted(above)} has no entry '{cut(key)}'{there}")
    if len(found) > 1:
        places = ", ".join(map(str, found[:20]))
        raise InputError(f"{dotted(above)} has {len(found)} entries '{cut(key)}'; name one by its place: {places}")
    return found[0]
