"""Private folders for what work needs while it lasts.

Each has a random name and is the user's alone (mode 0700). Its owner holds a lock in it as long as it lives, so that
what a killed process left behind is known from what is in use, and whoever comes next removes it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "corticostriatal-"
OWNER = "owner"
MAKING = 60.0  # s that pass at most between a folder and its lock
USED_UP = 1 << 20  # bytes free: too few for anything


@contextlib.contextmanager
def scratch(inside: Path | None = None) -> Iterator[Path]:
    """A private folder, removed at the end.

    Parameters
    ----------
    inside : Path, optional
        Where it is made; the system's folder for temporary files when left out.

    Raises
    ------
    OSError
        If it cannot be made; or, with the folder's name, if what was done in it failed with the disk full.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=inside))
    with (folder / OWNER).open("w") as owner:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield folder
        except Exception as problem:
            if shutil.disk_usage(folder).free < USED_UP:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from problem
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def temporary_files_in(folder: Path, programs: bool = True) -> Iterator[None]:
    """Within, this process makes all its temporary files in a folder.

    Libraries write there, too: Dask puts its private key into a file for a moment, and if it is killed then, the key
    stays until the folder goes.

    Parameters
    ----------
    folder : Path
        A private one.
    programs : bool, optional
        Whether programs that this process starts do so as well (``TMPDIR``).
    """
    before, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = str(folder)
    if programs:
        os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        if programs and variable is None:
            del os.environ["TMPDIR"]
        elif programs:
            os.environ["TMPDIR"] = str(variable)


def sweep_up(inside: Path | None = None) -> None:
    """Remove private folders of ours whose owners were killed."""
    for folder in (inside or Path(tempfile.gettempdir())).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                continue
            if not (folder / OWNER).exists():
                if time.time() - found.st_mtime > MAKING:
                    folder.rmdir()  # killed before it could lock it; one that holds something is not of this kind
                continue
            with (folder / OWNER).open("r+") as owner:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - os.fstat(owner.fileno()).st_mtime > MAKING:
                    shutil.rmtree(folder, ignore_errors=True)
