"""Whose files are used: a compiled circuit is a program, and it runs with the rights of whoever asks for a run.

A file or folder is ours alone if this user or root owns it and nobody else may write to it.
"""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path


def not_ours_alone(path: Path, *, follow: bool = False) -> str | None:
    """Why a file or folder is not ours alone, as ``"it belongs to alice"``; None if it is, or is not there.

    Parameters
    ----------
    path : Path
    follow : bool
        Look at what a link leads to. Otherwise a link is not ours alone, since it can lead anywhere.
    """
    try:
        found = path.stat(follow_symlinks=follow)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if found.st_uid not in (os.geteuid(), 0):
        return f"it belongs to {_user(found.st_uid)}"
    if stat.S_ISLNK(found.st_mode):
        return "it is a link"
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"others may write to it (its mode is {stat.S_IMODE(found.st_mode):o})"
    return None


def make_private(folder: Path) -> None:
    """Let nobody else read or change what lies in a folder, or the folder."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & stat.S_IRWXU)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
