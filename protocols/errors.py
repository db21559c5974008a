"""One-line messages about bad input: its place, the fault, what is allowed, and the nearest name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synapses import documents
from synapses.documents import cut, dotted, entry_name, nearest, shortened

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

__all__ = [
    "InputError", "cut", "dotted", "entry_name", "explain", "named", "nearest", "read_text", "refuse_unknown",
    "shortened", "toml",
]  # fmt: skip


class InputError(ValueError):
    """Input that cannot be used.

    The command line prints it as ``error: ...`` and leaves with exit code 2.

    Parameters
    ----------
    message : str
        The line; of one that is too long the middle is left out.
    *field : str
        Where it applies, below the model whose validator raises it.
    """

    def __init__(self, message: str, *field: str) -> None:
        super().__init__(documents.line(message))
        self.field = field


def refuse_unknown(where: str, what: str, name: str, there: Iterable[str]) -> None:
    """Raise `InputError` if `name` is not among what there is."""
    choices = list(there)
    if name not in choices:
        raise InputError(f"{where}: no {what} '{cut(name)}'{nearest(name, choices)}")


def explain(error: ValidationError, model: type[BaseModel], data: Any) -> InputError:
    """Turn what pydantic found into one line; see `synapses.documents.problems`."""
    return InputError(documents.problems(error, model, data))


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Put the name of a file before an `InputError` about what it holds."""
    try:
        yield
    except InputError as problem:
        raise InputError(f"{path}: {problem}") from None


def read_text(path: Path) -> str:
    """The text of a file; raises `InputError` that names it."""
    try:
        return documents.read_text(path)
    except documents.Unreadable as problem:
        raise InputError(f"{path}: {problem}") from None


def toml(text: str) -> dict[str, Any]:
    """A TOML document; raises `InputError` without the file's name."""
    try:
        return documents.toml(text)
    except documents.Unreadable as problem:
        raise InputError(str(problem)) from None
