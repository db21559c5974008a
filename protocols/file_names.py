"""File names made from the names of groups and tests."""

from __future__ import annotations

import hashlib
import re

LONGEST_STEM = 229
"""Bytes of a file's name without its ending: 255, which file systems hold, less what `results.store.files.replacing`
and the
ending ``.nwb`` add."""


def slug(name: str) -> str:
    """A name as part of a file name: ``control+(S)-4-CPG`` becomes ``control+S-4-CPG``."""
    return re.sub(r"-?\+-?", "+", re.sub(r"[^\w+]+|_+", "-", name)).strip("-")


def file_stem(*names: str, tail: str = "") -> str:
    """Names as one file name without its ending, which is shortened where a file system could not hold it.

    Parameters
    ----------
    *names : str
        Each becomes its `slug`.
    tail : str
        What comes last and is never cut.

    Returns
    -------
    str
        At most `LONGEST_STEM` bytes; of a longer one the end is replaced by 12 digits of the hash of all of it.
    """
    stem = "_".join(map(slug, names))
    room = LONGEST_STEM - len(tail.encode())
    if len(stem.encode()) > room:
        digits = hashlib.sha256(stem.encode()).hexdigest()[:12]
        stem = f"{stem.encode()[: room - 13].decode(errors='ignore')}-{digits}"
    return stem + tail
