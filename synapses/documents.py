"""Documents of a user: TOML and JSON within limits, and one-line messages about errors in them.

The module lies in this package because the package reads users' drug files. A document is plain data: tables, lists,
texts and numbers that fit a double, with limited nesting.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

NAMING_KEYS = ("name", "phase", "drug", "nucleus", "id")
"""The keys that name an entry of a list, in messages and in ``--set``."""
DEEPEST = 40  # tables or lists inside each other; an experiment has six
LARGEST = 64 * 2**20  # bytes of a file; a list of 100,000 conditions takes 10 MB
MOST_DOTS = 1000  # between two signs that end a key or a value
INTEGERS = range(-(2**63), 2**64)  # of TOML, and the unsigned ones that JSON of ours holds
SHOWN = 60  # signs of a value, of a name, or of a guess that are repeated in a refusal
LINE = 1500  # signs of a refusal
CHOICES = 800  # signs of what is allowed instead
PROBLEMS = 3  # of one document that a refusal lists
MOST = 100  # of one document that are looked at, before the rest are only counted


class Unreadable(ValueError):
    """A text that is not a document; the message is one line without the file's name."""


class NotToml(Unreadable):
    """A text that is not TOML at all, as opposed to TOML beyond a limit."""


def read_text(path: Path) -> str:
    """The text of a file.

    Raises
    ------
    Unreadable
        If it cannot be opened, is too large or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as problem:
        raise Unreadable(problem.strerror or str(problem)) from None
    except ValueError as problem:  # a path with a NUL
        raise Unreadable(f"is no name of a file: {problem}") from None
    if len(content) > LARGEST:
        raise Unreadable(f"is larger than {LARGEST >> 20} MB")
    try:
        return content.decode("utf-8-sig")  # some editors put a mark before the text
    except UnicodeDecodeError:
        raise Unreadable("is not a text file in UTF-8") from None


def toml(text: str) -> dict[str, Any]:
    """A TOML document.

    Raises
    ------
    Unreadable
        If the text is no TOML, or no plain data: nested too deep, a number that a double cannot hold.
    """
    if text.count(".") > MOST_DOTS and any(part.count(".") > MOST_DOTS for part in re.split(r"[=,#{}\[\]\n]", text)):
        raise Unreadable(f"is not TOML: a key of more than {MOST_DOTS} parts")  # would take the parser minutes
    try:
        document: dict[str, Any] = _plain(tomllib.loads(text))
        return document
    except Unreadable:
        raise
    except tomllib.TOMLDecodeError as problem:
        raise NotToml(f"is not TOML: {problem}") from None
    except RecursionError:
        raise Unreadable(f"is not TOML: nested deeper than {DEEPEST} tables and lists") from None
    except ValueError as problem:  # an integer of thousands of digits
        raise Unreadable(f"is not TOML: {problem}") from None


def json_document(text: str) -> Any:
    """A JSON document; raises `Unreadable` as `toml` does."""
    try:
        return _plain(json.loads(text))
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable(f"is damaged: nested deeper than {DEEPEST} objects and lists") from None
    except ValueError as problem:
        raise Unreadable(f"is damaged: {problem}") from None


def _plain(document: Any) -> Any:
    """The document itself, after a check that all of it is within the limits."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                below += node.values()
                below += (key for key in node if not key.isascii())
            elif isinstance(node, list):
                below += node
            elif isinstance(node, int) and node not in INTEGERS:
                raise Unreadable(f"holds a number beyond 64 bits, {shortened(node)}")
            elif isinstance(node, str) and not node.isascii() and re.search("[\ud800-\udfff]", node):
                raise Unreadable(f"holds half of a sign, {shortened(node)}")
        level = below
        if not level:
            return document
    raise Unreadable(f"is nested deeper than {DEEPEST} tables and lists")


def shortened(value: Any, longest: int = SHOWN) -> str:
    """A value as Python writes it, without its end where it is long."""
    try:
        return cut(repr(value[: 4 * longest] if isinstance(value, str) else value), longest)
    except ValueError:  # a number of thousands of digits
        return f"{type(value).__name__} that is too long to be shown"


def cut(text: str, longest: int = SHOWN) -> str:
    """A text, without its end where it is long."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def line(text: str) -> str:
    """A message on one line. One that is too long loses its middle, since its end says what is allowed."""
    text = " ".join(text.split())
    return text if len(text) <= LINE else f"{text[: LINE // 2]} ... {text[-LINE // 2 :]}"


def nearest(word: str, allowed: Iterable[str]) -> str:
    """``; did you mean 'x'? allowed: ...`` or, with nothing near, ``; allowed: ...``."""
    choices = list(allowed)
    lower = {choice.lower(): choice for choice in choices}
    given = str(word)[: 2 * SHOWN].lower()
    match = [near for near in get_close_matches(given, lower, n=3, cutoff=0.5) if not _opposite(given, near)]
    guess = f"did you mean '{lower[match[0]]}'? " if match else ""
    return f"; {guess}allowed: {_enumerated(choices)}"


def _opposite(one: str, other: str) -> bool:
    """Whether two names differ in their sign: a guess of the other sign would mislead."""
    words = set(one.split()) ^ set(other.split())
    return {"negative", "positive"} <= words or {"agonist", "antagonist"} <= words


def _enumerated(choices: Sequence[str]) -> str:
    """All of a few names, the first of many."""
    kept: list[str] = []
    for choice in choices:
        if kept and sum(map(len, kept)) + 2 * len(kept) + len(choice) > CHOICES:
            return f"{', '.join(kept)} and {len(choices) - len(kept)} more"
        kept.append(cut(choice))
    return ", ".join(kept)


def dotted(path: Iterable[str | int]) -> str:
    """A path as TOML writes it: ``group."cocaine+NAC".treatment.NAC.dose``."""
    parts = [cut(str(part)) for part in path]
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"' for part in parts)


def entry_name(entry: Any, index: int) -> str:
    """The name of an entry of a list: its name, phase, drug, nucleus or id, else its place."""
    if isinstance(entry, dict):
        for key in NAMING_KEYS:
            if isinstance(name := entry.get(key), str):
                return name
    return str(index)


def printable(name: str) -> str:
    """A name that can stand on a line and in a file name.

    Raises
    ------
    ValueError
        For another.
    """
    if not name.isprintable() or name != name.strip() or not any(c.isalnum() for c in name):
        raise ValueError(f"{shortened(name)} is not a name: use letters, digits and signs, without spaces at its ends")
    return name


def problems(error: ValidationError, model: type[BaseModel], data: Any) -> str:
    """The errors that pydantic found, on one line: unknown keys first, at most `PROBLEMS` of them, and the number of
    the others.

    Parameters
    ----------
    error : pydantic.ValidationError
        Raised by ``model.model_validate(data)``.
    model : type
        The model that refused.
    data : dict
        The data that were validated.
    """
    found = error.errors(include_url=False)
    unknown = [problem for problem in found if problem["type"] == "extra_forbidden"]
    misspelt = {problem["loc"][:-1] for problem in unknown}
    others = [
        problem
        for problem in found
        if problem["type"] != "extra_forbidden"
        and not (problem["type"] == "missing" and problem["loc"][:-1] in misspelt)  # the other half of a typo
    ]
    messages: dict[tuple[str, ...], str] = {}
    places: set[tuple[str, ...]] = set()
    for problem in (unknown + others)[:MOST]:
        path, message = _described(problem, model, data)
        if path in places or any(path[:end] in messages for end in range(len(path) + 1)):
            continue  # of a union each member complains
        places.update(path[:end] for end in range(len(path) + 1))
        messages[path] = message
    lines: dict[str, str] = {}
    for path, message in list(messages.items())[:PROBLEMS]:
        again = message in lines.values()
        lines[dotted(path)] = "the same" if again else message
    more = len(messages) - PROBLEMS + max(0, len(unknown) + len(others) - MOST)
    return "; also ".join(f"{path}: {message}" if path else message for path, message in lines.items()) + (
        f" (and {more} more)" if more > 0 else ""
    )


def _described(problem: Any, model: type[BaseModel], data: Any) -> tuple[tuple[str, ...], str]:
    """The place of an error, and the error."""
    path, owner = _locate(problem["loc"], model, data)
    context, given, kind = problem.get("ctx", {}), problem["input"], problem["type"]
    if kind == "extra_forbidden":
        message = f"unknown key{nearest(path[-1], owner.model_fields)}"
    elif kind == "value_error":
        inner = context["error"]
        path += getattr(inner, "field", ())
        message = str(inner)
    elif kind == "missing":
        message = "is required and missing"
    elif kind in ("too_short", "too_long"):
        allowed = f"{context['min_length']} at least" if kind == "too_short" else f"{context['max_length']} at most"
        message = f"holds {context['actual_length']} entries; {allowed}"
    elif kind == "literal_error":
        shown = shortened(given)
        message = f"{shown} is not known{nearest(shown.strip(chr(39)), _quoted(context['expected']))}"
    elif kind == "union_tag_invalid":
        path += ("kind" if "(" in context["discriminator"] else context["discriminator"].strip("'"),)
        tag = cut(str(context["tag"]))
        message = f"'{tag}' is not known{nearest(tag, _quoted(context['expected_tags']))}"
    elif kind == "union_tag_not_found":
        message = f"needs the key {context['discriminator']}"
    else:
        message = f"{shortened(given)} is not allowed: {problem['msg'].replace('Input should', 'it should')}"
    return path, message


def _quoted(text: str) -> list[str]:
    return re.findall(r"'([^']*)'", text)


def _locate(loc: Sequence[str | int], model: type[BaseModel], data: Any) -> tuple[tuple[str, ...], type[BaseModel]]:
    """The path as a user writes it, and the model to which its last key belongs.

    Pydantic's location also holds the tag of a union's member, which chooses the model, or else its type, and a mark
    behind a key that is itself wrong; none of them is part of the path.
    """
    path: tuple[str, ...] = ()
    owner, candidates = model, [model]
    for step in loc:
        if isinstance(step, int):
            data = data[step] if isinstance(data, (list, tuple)) and step < len(data) else None
            path += (entry_name(data, step),)
            continue
        tagged = [member for member in candidates if step in _tags(member)]
        if len(candidates) > 1 and tagged:
            candidates = tagged
            continue
        owner = candidates[0] if candidates else owner
        known = owner.model_fields.get(step) if candidates else None
        if known is None and not (isinstance(data, dict) and step in data):
            continue
        path += (step,)
        data = data.get(step) if isinstance(data, dict) else None
        if known is not None:
            candidates = list(_models(known.annotation))
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
