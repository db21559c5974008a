"""CSV tables, written so that a spreadsheet runs no text of theirs as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from results.store.files import replacing

FORMULA = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")
"""The beginning of a text that a spreadsheet would run, after apostrophes, which `cell` adds."""


def write(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table, whole or not at all.

    Parameters
    ----------
    path : Path
        Replaced if it exists.
    head : sequence of str
    rows : iterable of sequence
        Numbers are written in full; in texts see `cell`.
    """
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        plain = csv.writer(file, lineterminator="\n")
        quoting = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row in chain([head], rows):
            cells = [cell(value) for value in row]  # the library leaves a lone carriage return without quotes
            (quoting if any(isinstance(one, str) and "\r" in one for one in cells) else plain).writerow(cells)


def cell(value: Any) -> Any:
    """A value of a table. A text that begins like a formula gets an apostrophe before it.

    To recover a text, remove one apostrophe where `FORMULA` matches.

    Examples
    --------
    >>> cell("=1+1"), cell("+NAC"), cell("cocaine+NAC"), cell(-1.5)
    ("'=1+1", "'+NAC", 'cocaine+NAC', -1.5)
    """
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
