"""Bad input, told in one line: where it stands, what it is, what is allowed, and what is nearest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

NAMING_KEYS = ("name", "phase", "drug", "nucleus", "id")
"""The keys by which an entry of a list is called, in `InputError` lines and in ``--set``."""


class InputError(ValueError):
    """Input that cannot be used.

    The command line prints it as ``error: ...`` and leaves with exit code 2.

    Parameters
    ----------
    message : str
        The line.
    *field : str
        Where it applies, below the model whose validator raises it.
    """

    def __init__(self, message: str, *field: str) -> None:
        super().__init__(message)
        self.field = field


def nearest(word: str, allowed: Iterable[str]) -> str:
    """``; did you mean 'x'? allowed: ...`` or, with nothing near, ``; allowed: ...``."""
    choices = list(allowed)
    lower = {choice.lower(): choice for choice in choices}
    match = get_close_matches(str(word).lower(), lower, n=1, cutoff=0.5)
    guess = f"did you mean '{lower[match[0]]}'? " if match else ""
    return f"; {guess}allowed: {', '.join(choices)}"


def refuse_unknown(where: str, what: str, name: str, there: Iterable[str]) -> None:
    """Raise `InputError` if `name` is not among what there is."""
    choices = list(there)
    if name not in choices:
        raise InputError(f"{where}: no {what} '{name}'{nearest(name, choices)}")


def dotted(path: Iterable[str | int]) -> str:
    """A path as TOML writes it: ``group."cocaine+NAC".treatment.NAC.dose``."""
    parts = [str(part) for part in path]
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"' for part in parts)


def entry_name(entry: Any, index: int) -> str:
    """What an entry of a list is called: its name, phase, drug, nucleus or id, else its place."""
    if isinstance(entry, dict):
        for key in NAMING_KEYS:
            if isinstance(entry.get(key), str):
                return entry[key]
    return str(index)


def explain(error: ValidationError, model: type[BaseModel], data: Any) -> InputError:
    """Turn what pydantic found into one line about the first problem.

    Parameters
    ----------
    error : pydantic.ValidationError
        Raised by ``model.model_validate(data)``.
    model : type
        The model that refused.
    data : dict
        What it was given.
    """
    problems = error.errors(include_url=False)
    first = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    path, owner = _locate(first["loc"], model, data)
    context = first.get("ctx", {})
    given = first["input"]
    kind = first["type"]
    if kind == "extra_forbidden":
        message = f"unknown key{nearest(path[-1], owner.model_fields)}"
    elif kind == "value_error":
        inner = context["error"]
        path += getattr(inner, "field", ())
        message = str(inner)
    elif kind == "missing":
        message = "is required and missing"
    elif kind == "literal_error":
        message = f"{given!r} is not known{nearest(str(given), _quoted(context['expected']))}"
    elif kind == "union_tag_invalid":
        path += ("kind" if "(" in context["discriminator"] else context["discriminator"].strip("'"),)
        message = f"'{context['tag']}' is not known{nearest(context['tag'], _quoted(context['expected_tags']))}"
    elif kind == "union_tag_not_found":
        message = f"needs the key {context['discriminator']}"
    else:
        message = f"{_short(given)} is not allowed: {first['msg'].replace('Input should', 'it should')}"
    others = 0 if kind == "extra_forbidden" else len(problems) - 1
    rest = f" (and {others} more)" if others else ""
    return InputError(f"{dotted(path)}: {message}{rest}" if path else f"{message}{rest}")


def _quoted(text: str) -> list[str]:
    return re.findall(r"'([^']*)'", text)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _locate(loc: Sequence[str | int], model: type[BaseModel], data: Any) -> tuple[tuple[str, ...], type[BaseModel]]:
    """The path as a user names it, and the model that owns its last key.

    Pydantic's location also holds the tag of a union's member, which chooses the model, and a mark behind a key that is
    itself wrong; neither is part of the path.
    """
    path: tuple[str, ...] = ()
    owner, candidates = model, [model]
    for step in loc:
        if isinstance(step, int):
            data = data[step] if isinstance(data, (list, tuple)) and step < len(data) else None
            path += (entry_name(data, step),)
            continue
        if step == "[key]":
            continue
        tagged = [member for member in candidates if step in _tags(member)]
        if len(candidates) > 1 and tagged:
            candidates = tagged
            continue
        path += (step,)
        owner = candidates[0] if candidates else owner
        data = data.get(step) if isinstance(data, dict) else None
        known = owner.model_fields.get(step)
        candidates = list(_models(known.annotation)) if known else []
    return path, owner


def _models(annotation: Any) -> Iterable[type[BaseModel]]:
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _tags(model: type[BaseModel]) -> set[str]:
    """The values of `kind` or `phase` that choose this member of a union."""
    fields = model.model_fields
    return {tag for key in ("kind", "phase") if key in fields for tag in get_args(fields[key].annotation)}
