"""One way to put a file in its place: whole, or not at all."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replacing(path: Path, keep: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success synchronise it to disk and move it into place.

    Parameters
    ----------
    path : Path
        The final name. Its folder is made if it is not there.
    keep : bool
        If a file stands under `path` by then, it stays and ours is thrown away: of two writers the first counts.

    Yields
    ------
    Path
        A hidden name in the same folder that does not exist yet and ends in ``.tmp``.

    Notes
    -----
    On any exception, keyboard interrupts included, the temporary file is removed and whatever stood under `path` before
    stays as it was. A process killed outright can leave a ``.tmp`` file, never a broken `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp"
    try:
        yield temporary
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
        if keep:
            _put_if_free(temporary, path)
        else:
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    if hasattr(os, "O_DIRECTORY"):  # a folder can be opened, and so synchronised, on POSIX only
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _put_if_free(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links: nearly as good
        if not path.exists():
            os.replace(temporary, path)


def write_json(path: str | os.PathLike[str], content: Any) -> Path:
    """Write JSON, whole or not at all.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, which JSON cannot hold.
    """
    path = Path(path)
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    with replacing(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
    return path
