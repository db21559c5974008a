"""Differences between two recordings of one run: dataset by dataset, and in their provenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from results.recording import Recording
from results.store import contents
from results.tables import Table, number

VARYING = {"date", "command", "wall_seconds", "experiment", "origin"}
"""Entries of the provenance that are not compared: time, place and command. The experiment is compared by its hash."""
LONGEST = 60  # characters of an entry that a table shows


@dataclass(frozen=True)
class Difference:
    """One dataset that differs.

    Attributes
    ----------
    dataset : str
        As `results.store.contents` labels it: ``measures/fepsp/value``, ``series/camp/values``.
    kind : str
        ``missing`` in the second, ``added`` by it, of another ``shape``, other ``values``, other ``text``.
    stored, repeated : float, str or None
        The value where there is one, the shape, or the text.
    count, size : int or None
        How many values differ, of how many.
    largest : float or None
        The largest difference, in `unit`.
    relative : float or None
        That over the largest value of the first recording; None where that is zero.
    unit : str
    """

    dataset: str
    kind: Literal["missing", "added", "shape", "values", "text"]
    stored: float | str | None = None
    repeated: float | str | None = None
    count: int | None = None
    size: int | None = None
    largest: float | None = None
    relative: float | None = None
    unit: str = ""


def differences(stored: Recording, repeated: Recording) -> list[Difference]:
    """Every dataset outside provenance that is not the same to the last bit.

    Parameters
    ----------
    stored, repeated : Recording

    Returns
    -------
    list of Difference
        In the order of the labels of `stored`, then what only `repeated` has. Empty if and only if the content hashes
        of the two are equal.
    """
    first, second = dict(contents(stored)), dict(contents(repeated))
    found = [_difference(label, value, second, stored) for label, value in first.items()]
    added = [Difference(label, "added") for label in second if label not in first]
    return [one for one in found if one is not None] + added


def changed_provenance(stored: Mapping[str, Any], repeated: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Entries of two provenances that differ: code, packages, compiler, machine, engine, parameters.

    Parameters
    ----------
    stored, repeated : mapping
        As `results.provenance.collect` gives them.

    Returns
    -------
    list of dict
        ``entry, stored, repeated``; entries of nested tables by dotted path, None for what one of them lacks.
    """
    first, second = dict(_flat(stored)), dict(_flat(repeated))
    return [
        {"entry": entry, "stored": first.get(entry), "repeated": second.get(entry)}
        for entry in dict.fromkeys([*first, *second])
        if first.get(entry) != second.get(entry) and entry.partition(".")[0] not in VARYING
    ]


def differences_table(found: list[Difference]) -> Table:
    """Differences, a line each."""

    def cells(one: Difference) -> tuple[str, ...]:
        share = "-" if one.relative is None else f"{one.relative:.1e}"
        values = "-" if one.count is None else f"{one.count} of {one.size}"
        return (
            one.dataset, one.kind, _shown(one.stored), _shown(one.repeated), values, number(one.largest), share,
            "" if one.unit == "1" else one.unit,
        )  # fmt: skip

    heads = ("dataset", "differs in", "stored", "repeated", "values that differ", "largest difference", "relative")
    return Table((*heads, "unit"), tuple(map(cells, found)))


def provenance_table(changes: list[dict[str, Any]]) -> Table:
    """Entries of the provenance that differ, a line each."""
    lines = tuple((change["entry"], _shown(change["stored"]), _shown(change["repeated"])) for change in changes)
    return Table(("how it came about", "stored", "repeated"), lines)


def _difference(label: str, value: Any, others: Mapping[str, Any], stored: Recording) -> Difference | None:
    if label not in others:
        return Difference(label, "missing")
    other = others[label]
    if isinstance(value, str):
        return None if value == other else Difference(label, "text", value, other)
    first, second = np.asarray(value), np.asarray(other)
    if first.shape != second.shape:
        return Difference(label, "shape", _size(first), _size(second))
    unequal = _bits(first) != _bits(second)
    if not unequal.any():
        return None
    signed = [array.astype(np.int64) if array.dtype.kind == "u" else array for array in (first, second)]
    largest, height = float(np.abs(signed[1] - signed[0]).max()), float(np.abs(signed[0]).max())
    single = first.ndim == 0
    return Difference(
        label,
        "values",
        float(first) if single else None,
        float(second) if single else None,
        int(unequal.sum()),
        int(first.size),
        largest,
        largest / height if height else None,
        _unit(label, stored),
    )


def _bits(array: np.ndarray) -> np.ndarray:
    """Numbers by their bits, as they enter the content hash: 0.0 and -0.0 are two."""
    return array.view(np.uint64) if array.dtype == np.float64 else array


def _unit(label: str, recording: Recording) -> str:
    """The unit of a dataset of a recording, by its label."""
    kind, _, rest = label.partition("/")
    name, _, key = rest.rpartition("/")
    if key == "timestamps":
        return "ns"
    if key in ("time", "sweep_time", "t0", "dt"):
        return "s"
    if kind == "curves" and key == "x":
        return recording.curves[name].x_unit
    holder = getattr(recording, kind, {}).get(name) if name else None
    return "1" if key in ("node_ids", "size") else getattr(holder, "unit", "1")


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _size(array: np.ndarray) -> str:
    return " x ".join(map(str, array.shape))


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.9g}"
    text = "-" if value is None else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
