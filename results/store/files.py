"""Writing files so that each is complete or absent."""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import h5py

ADVICE = {
    errno.ENOSPC: "free some space there, and the same command goes on",
    errno.EDQUOT: "free some of what you store there, and the same command goes on",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f), and the same command goes on",
    errno.EROFS: "choose another folder, or mount it for writing",
}
"""Advice for each error that would hit any other file in that place too."""

SAYS_SO = {"No space left": errno.ENOSPC, "disk is full": errno.ENOSPC, "Disk quota": errno.EDQUOT,
           "File too large": errno.EFBIG}  # fmt: skip
"""The words of libraries that do not pass on the system's error number."""


class Unwritable(OSError):
    """Nothing more can be written to a place. `filename` names it, and `strerror` says what to do."""


def refuse_full(problem: BaseException, path: str | os.PathLike[str]) -> None:
    """Raise `Unwritable` if a failure to write `path` means that no other file can be written there."""
    if isinstance(problem, Unwritable):
        raise problem
    number = problem.errno if isinstance(problem, OSError) else None
    if number not in ADVICE:
        number = next((one for words, one in SAYS_SO.items() if words in str(problem)), None)
    if number is not None:
        raise Unwritable(number, f"{os.strerror(number)}; {ADVICE[number]}", str(path)) from problem


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

    Raises
    ------
    Unwritable
        Where the disk, a quota or a limit is used up, whatever library noticed it.

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
    except Exception as problem:
        refuse_full(problem, path)
        raise
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
    except OSError:  # a file system without links: not atomic against a second writer
        if not path.exists():
            os.replace(temporary, path)


@contextmanager
def replacing_hdf5(path: Path) -> Iterator[h5py.File]:
    """Yield an HDF5 file in memory; on success write it under `path`, whole or not at all.

    HDF5 can end the process when a disk is full. So it writes to memory, and the system writes to the disk.
    """
    from results.store.layout import h5py

    with replacing(path) as temporary:
        with h5py.File(temporary.name, "w", driver="core", backing_store=False) as file:
            yield file
            file.flush()
            image = file.id.get_file_image()
        temporary.write_bytes(image)


def json_text(content: Any) -> str:
    """Content as JSON, as every file of ours holds it; raises `ValueError` as `write_json` does."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: str | os.PathLike[str], content: Any) -> Path:
    """Write JSON, whole or not at all.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, which JSON cannot hold.
    """
    path = Path(path)
    text = json_text(content)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path
