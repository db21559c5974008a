"""``--set PATH=VALUE``: change one value of an experiment by its dotted path, entries of lists called by their names.

``test.HFS.induction.frequency="30 Hz"``, ``group."cocaine+NAC".treatment.NAC.dose="30 mg/kg"``, ``animals.seed=7``. A shell
removes quotes; without them the path is split at dots and the value read as text when it is no TOML value.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from protocols.errors import InputError, dotted, entry_name, nearest
from protocols.experiment import Experiment, experiment_from


def with_overrides(experiment: Experiment, settings: Iterable[str]) -> Experiment:
    """A copy of the experiment with some values replaced, checked as a whole.

    Parameters
    ----------
    experiment : Experiment
    settings : iterable of str
        Each ``PATH=VALUE``; the value as TOML writes it.

    Raises
    ------
    InputError
        For a path that leads nowhere, with the nearest one that does, or a value that is not allowed there.
    """
    settings = list(settings)
    if not settings:
        return experiment
    document = experiment.model_dump(mode="json")
    for setting in settings:
        path, value = _parsed(setting)
        _replace(document, path, value)
    return experiment_from(_without_none(document))


def _parsed(setting: str) -> tuple[list[str], Any]:
    match = re.match(r"""((?:"[^"]*"|'[^']*'|[^="'])+)=(.*)$""", setting, re.DOTALL)
    if match is None:
        raise InputError(f"--set {setting}: write PATH=VALUE, e.g. animals.seed=7")
    key, text = match[1].strip(), match[2].strip()
    try:
        path = _chain(tomllib.loads(f"{key} = 0"))
    except tomllib.TOMLDecodeError:
        path = [part.strip(" \"'") for part in re.findall(r""""[^"]*"|'[^']*'|[^.]+""", key)]
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    return path, value


def _chain(table: Any) -> list[str]:
    path = []
    while isinstance(table, dict):
        if len(table) != 1:
            raise InputError("--set takes one path at a time")
        (key, table), = table.items()
        path.append(key)
    return path


def _replace(document: dict[str, Any], path: list[str], value: Any) -> None:
    if path[0] == "parameters":
        if len(path) < 2:
            raise InputError("parameters: name one, e.g. parameters.release.maximum=0.6")
        document["parameters"][".".join(path[1:])] = value
        return
    place: Any = document
    for depth, part in enumerate(path):
        key = _key(place, part, path[: depth + 1])
        if depth == len(path) - 1:
            place[key] = value
        else:
            place = place[key]


def _key(place: Any, part: str, path: list[str]) -> str | int:
    """The key or index that `part` stands for at this place of the document."""
    if isinstance(place, list):
        names = [entry_name(entry, index) for index, entry in enumerate(place)]
        if names.count(part) == 1:
            return names.index(part)
        if part.isdecimal() and int(part) < len(place):
            return int(part)
        if part in names:
            raise InputError(f"{dotted(path)}: there are {names.count(part)} of that name; use its number, from 0")
        raise InputError(f"{dotted(path)}: there is none of that name{nearest(part, names)}" if names
                         else f"{dotted(path)}: the list is empty")
    if not isinstance(place, dict):
        raise InputError(f"{dotted(path)}: {dotted(path[:-1])} is a single value")
    if part not in place:
        raise InputError(f"{dotted(path)}: unknown key{nearest(part, place)}")
    return part


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value] if isinstance(value, list) else value
