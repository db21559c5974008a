"""The index of a study: an SQLite file that is written whole and then only read, so that it needs no locks.

It can be made again from ``study.json`` at any time. Tables: ``points(point, path, value)`` with values as JSON,
``runs(key, point, experiment, "group", test, animal, structure_seed, noise_seed, life)``, and ``plan``, which holds
hashes of ``study.json`` and of the rows of ``runs``.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from results.store.files import replacing

COLUMNS = ("key", "point", "experiment", "group", "test", "animal", "structure_seed", "noise_seed", "life")


def write(path: Path, stamp: str, points: Sequence[Mapping[str, Any]], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write the index whole or not at all.

    Parameters
    ----------
    path : Path
    stamp : str
        Hash of the plan it is made from.
    points : sequence of mapping
        The values of every point by path.
    rows : iterable of tuple
        As `COLUMNS` names them.
    """
    with replacing(path) as temporary, closing(sqlite3.connect(":memory:")) as index:
        index.execute("CREATE TABLE plan (stamp TEXT, rows_sha256 TEXT)")
        index.execute("CREATE TABLE points (point INTEGER, path TEXT, value TEXT)")
        index.executemany(
            "INSERT INTO points VALUES (?, ?, ?)",
            (
                (place, path, json.dumps(value, ensure_ascii=False))
                for place, point in enumerate(points)
                for path, value in point.items()
            ),
        )
        index.execute(
            'CREATE TABLE runs (key TEXT, point INTEGER, experiment TEXT, "group" TEXT, test TEXT, animal INTEGER, '
            "structure_seed INTEGER, noise_seed INTEGER, life TEXT)"
        )
        digest = hashlib.sha256()
        index.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _counted(rows, digest))
        index.execute("INSERT INTO plan VALUES (?, ?)", (stamp, digest.hexdigest()))
        index.execute("CREATE INDEX by_key ON runs (key)")
        index.commit()
        temporary.write_bytes(index.serialize())  # the system's error names the fault of a disk, SQLite's does not


def stamp(path: Path) -> str | None:
    """The hash of the plan an index was made from; None where there is none that can be read."""
    try:
        with closing(_opened(path)) as index:
            found = index.execute("SELECT stamp FROM plan").fetchone()
    except sqlite3.Error:
        return None
    return str(found[0]) if found else None


def read(path: Path, wanted: str) -> list[tuple[Any, ...]] | None:
    """All rows of ``runs`` in the order in which they were written; None if the index is of another plan or damaged."""
    columns = ", ".join(f"[{column}]" for column in COLUMNS)  # in quotes a missing one would be a text
    try:
        with closing(_opened(path)) as index:
            found = index.execute("SELECT [stamp], [rows_sha256] FROM plan").fetchone()
            if not found or found[0] != wanted:
                return None
            rows = index.execute(f"SELECT {columns} FROM runs ORDER BY rowid").fetchall()
    except sqlite3.Error:
        return None
    digest = hashlib.sha256()
    for _ in _counted(rows, digest):
        pass
    return rows if digest.hexdigest() == found[1] else None


def _counted(rows: Iterable[tuple[Any, ...]], digest: hashlib._Hash) -> Iterator[tuple[Any, ...]]:
    """The rows, each added to the digest as it passes."""
    for row in rows:
        digest.update(repr(row).encode())
        yield row


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file read-only and without locks, which network file systems may lack. It is never changed in place."""
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True)
