"""``--set PATH=VALUE``: change one value of an experiment by its dotted path, entries of lists called by their names.

``test.HFS.induction.frequency="30 Hz"``, ``group."cocaine+NAC".treatment.NAC.dose="30 mg/kg"``, ``animals.seed=7``.
A shell takes quotes away; so what is no TOML is read as text, and a path that is no TOML key is split at its dots.
``*`` stands for every entry of a list that has what the path goes on to name: ``group.*.treatment.NAC.dose``.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from protocols.errors import InputError, dotted, entry_name, nearest
from protocols.experiment import Experiment, experiment_from, flat, load


def chosen(
    name: str | Path, settings: Iterable[str] = (), animals: int | None = None, seed: int | None = None
) -> Experiment:
    """A shipped experiment or a file, with what the command line changes; its number of animals and seed come last.

    Raises
    ------
    InputError
        As `protocols.experiment.load` and `with_overrides` do.
    """
    named = [] if animals is None else [f"animals.per_group={animals}"]
    named += [] if seed is None else [f"animals.seed={seed}"]
    return with_overrides(load(name), [*settings, *named])


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
    document = copy.deepcopy(experiment)
    paths = {}
    for setting in settings:
        path, value = parsed(setting)
        try:
            put(document, path, value)
        except InputError as problem:
            raise InputError(f"--set {setting}: {problem}") from None
        paths[setting] = dotted(path)
    try:
        return experiment_from(document)
    except InputError as problem:
        place = str(problem).partition(": ")[0]
        blamed = [s for s, path in paths.items() if place.startswith(path) or path.startswith(place)] or settings
        raise InputError(f"--set {', '.join(blamed)}: {problem}" if blamed else str(problem)) from None


def parsed(setting: str) -> tuple[list[str], Any]:
    """Path and value of ``PATH=VALUE``."""
    match = re.fullmatch(r"""((?:"[^"]*"|'[^']*'|[^="'])+)=(.*)""", setting, re.DOTALL)
    if match is None or not match[1].strip():
        raise InputError(f"--set {setting}: is not PATH=VALUE; write e.g. --set animals.seed=7")
    text = match[2].strip()
    try:
        table = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        table = {}
    return keys(match[1].strip()), table["value"] if list(table) == ["value"] else text


def keys(path: str) -> list[str]:
    """The keys of a dotted path, read as TOML; where that fails, split at the dots outside of quotes."""
    starred = re.sub(r"(^|\.)\*(?=\.|$)", r'\1"*"', path)
    try:
        return _keys(tomllib.loads(f"{starred} = 0"))
    except tomllib.TOMLDecodeError:
        return [part.strip(" \"'") for part in re.findall(r""""[^"]*"|'[^']*'|[^.]+""", path)]


def _keys(node: Any) -> list[str]:
    """The keys of tables that hold one key each, from the outermost to the innermost."""
    path = []
    while isinstance(node, dict):
        key, node = next(iter(node.items()))
        path.append(key)
    return path


def put(document: dict[str, Any], path: list[str], value: Any) -> None:
    """Set the value that a path names, in place; in every entry that has it where the path holds ``*``.

    Raises
    ------
    InputError
        If there is no such entry, or the path goes on below a single value.
    """
    for concrete in places(document, path):
        _put(document, concrete, value)


def places(document: dict[str, Any], path: list[str]) -> list[list[str]]:
    """The paths without ``*`` that a path stands for.

    Raises
    ------
    InputError
        If ``*`` stands where there is no list, or no entry of the list has what follows.
    """
    if "*" not in path:
        return [path]
    depth = path.index("*")
    entries: Any = document
    for place, key in enumerate(path[:depth]):
        entries = entries[_entry(entries, key, path[:place])] if isinstance(entries, list) else entries.get(key, {})
    if not isinstance(entries, list):
        raise InputError(f"{dotted(path[:depth])} is no list, so * stands for nothing in it")
    there: list[list[str]] = []
    absent: list[list[str]] = []
    problems: list[str] = []
    for index, entry in enumerate(entries):
        concrete = [*path[:depth], entry_name(entry, index), *path[depth + 1 :]]
        try:
            for one in places(document, concrete):
                _put(copy.deepcopy(document), one, 0)
                (there if _holds(document, one[:-1]) else absent).append(one)
        except InputError as problem:
            problems.append(str(problem))
    if not there and (problems or not absent):
        raise InputError(problems[0] if problems else f"{dotted(path[:depth])} is empty")
    return there or absent


def _holds(node: Any, path: list[str]) -> bool:
    """Whether a path leads to something that the document says."""
    for place, key in enumerate(path):
        if isinstance(node, dict) and key not in node:
            return False
        node = node[_entry(node, key, path[:place])] if isinstance(node, list) else node[key]
    return True


def _put(document: dict[str, Any], path: list[str], value: Any) -> None:
    if path[0] == "parameters" and len(path) > 1:
        document["parameters"] = flat(document.get("parameters", {})) | {".".join(path[1:]): value}
        return
    node: Any = document
    for depth, key in enumerate(path):
        last = depth == len(path) - 1
        if isinstance(node, list):
            place = _entry(node, key, path[:depth])
            if last:
                node[place] = value
            node = node[place]
        elif isinstance(node, dict):
            if last:
                node[key] = value
            node = node.setdefault(key, {})
        else:
            raise InputError(f"{dotted(path[:depth])} is a single value, it holds no '{key}'")


def _entry(entries: list[Any], key: str, above: list[str]) -> int:
    """Place of the entry of a list that is called `key`."""
    names = [entry_name(entry, index) for index, entry in enumerate(entries)]
    found = [index for index, name in enumerate(names) if name == key]
    if not found and key.isdecimal() and int(key) < len(entries):
        found = [int(key)]
    if not found:
        raise InputError(f"{dotted(above)} has no entry '{key}'{nearest(key, names) if names else '; it is empty'}")
    if len(found) > 1:
        places = ", ".join(map(str, found))
        raise InputError(f"{dotted(above)} has {len(found)} entries '{key}'; name one by its place: {places}")
    return found[0]
