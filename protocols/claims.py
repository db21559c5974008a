"""Who is at work on what: a file with a heartbeat, so that one worker does a run and a dead worker's run is free again.

A claim decides who works, never whose result counts: that is settled where the result is put in its place.
"""

from __future__ import annotations

import functools
import json
import os
import secrets
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEAT = 5.0  # s between heartbeats
STALE = 40.0  # s without one: the holder is dead, or so far gone that another may begin


@dataclass(eq=False)
class Claim:
    """A claim that this process holds; its heart beats until it is released."""

    path: Path
    token: str

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)
        self._heart.start()

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            with suppress(OSError):  # a file system that hangs for a moment
                os.utime(self.path)

    def release(self) -> None:
        """Give it up; one that another process has taken over is left alone."""
        self._over.set()
        with suppress(OSError, ValueError):
            if _content(self.path).get("token") == self.token:
                self.path.unlink(missing_ok=True)

    def __enter__(self) -> Claim:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def take(path: Path) -> Claim | None:
    """Claim what a path stands for; None if somebody who lives holds it.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    token = secrets.token_hex(8)
    temporary = path.parent / f".{path.name}.{token}.tmp"
    temporary.write_text(json.dumps({**_here(), "token": token}), encoding="utf-8")
    try:
        for _ in range(3):
            if _put(temporary, path):
                return Claim(path, token)
            if not _set_aside(path, temporary):
                return None
        return None
    finally:
        temporary.unlink(missing_ok=True)


def living(path: Path, now: float | None = None) -> bool:
    """Whether somebody who lives holds the claim of a path.

    Parameters
    ----------
    path : Path
    now : float, optional
        The file system's clock, s, where the caller knows it; what a file written now says otherwise.
    """
    try:
        return not _dead(path, _content(path), clock(path.parent) if now is None else now)
    except (OSError, ValueError):
        return False


def holder(path: Path) -> str:
    """Who holds a claim, in words."""
    try:
        content = _content(path)
        return f"process {content['pid']} on {content['host']}"
    except (OSError, ValueError, KeyError):
        return "an unknown process"


def _put(temporary: Path, path: Path) -> bool:
    """Whether `path` was free and now holds what `temporary` does; a link is one step on network file systems too."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            return False
        with os.fdopen(handle, "wb") as file:
            file.write(temporary.read_bytes())
    return True


def _set_aside(path: Path, temporary: Path) -> bool:
    """Whether the path's claim is gone: because it was released, or because its holder is dead."""
    try:
        content = _content(path)
        if not _dead(path, content, temporary.stat().st_mtime):
            return False
        aside = path.parent / f".{path.name}.{secrets.token_hex(8)}.tmp"
        os.rename(path, aside)
    except FileNotFoundError:
        return True
    except ValueError:  # being written, on a file system without links
        return False
    if _content(aside) != content:  # meanwhile another had taken it over
        with suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink(missing_ok=True)
        return False
    aside.unlink(missing_ok=True)
    return True


def _dead(path: Path, content: dict[str, Any], now: float) -> bool:
    if content.get("where") == _here()["where"]:
        return _started(int(content["pid"])) != content.get("started")
    return now - path.stat().st_mtime > STALE


def _content(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(path)
    return content


def clock(folder: Path) -> float:
    """Now, by the clock of the folder's file system; machines differ. By ours where nothing can be written."""
    import time

    probe = folder / f".{secrets.token_hex(8)}.tmp"
    try:
        probe.touch()
        return probe.stat().st_mtime
    except OSError:
        return time.time()
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def _here() -> dict[str, Any]:
    return {"host": socket.gethostname(), "where": _where(), "pid": os.getpid(), "started": _started(os.getpid())}


@functools.cache
def _where() -> str:
    """This machine since it was started, and its processes as we see them: what makes a process number meaningful."""
    parts = [socket.gethostname()]
    for read in (lambda: Path("/proc/sys/kernel/random/boot_id").read_text(), lambda: os.readlink("/proc/self/ns/pid")):
        try:
            parts.append(read().strip())
        except OSError:
            return f"{parts[0]} {secrets.token_hex(8)}"  # nothing to go by but the heartbeat
    return " ".join(parts)


def _started(pid: int) -> str | None:
    """When a process was started, in the kernel's ticks; None if there is none. Numbers of processes are used again."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]
