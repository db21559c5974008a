"""Who is at work on what: a file with a heartbeat, so that one worker does a run and a dead worker's run is free again.

A claim decides who works, never whose result counts: that is settled where the result is put in its place. A claim
that cannot be read, or that does not say which process holds it, is judged by its heartbeat alone.
"""

from __future__ import annotations

import functools
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocols.errors import InputError
from results.store.files import refuse_full

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
        with suppress(OSError):
            if _said(_content(self.path)).get("token") == self.token:
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
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps({**_here(), "token": token}))
            file.flush()
            os.fsync(file.fileno())  # after a power cut a claim is there with its content, or not there
        for _ in range(3):
            if _put(temporary, path):
                return Claim(path, token)
            if not _set_aside(path, temporary):
                return None
        return None
    except OSError as problem:
        refuse_full(problem, path)
        raise
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def exclusive(path: Path, patience: float = 3 * STALE) -> Iterator[None]:
    """Hold a claim for a moment; whoever else wants it meanwhile waits.

    Raises
    ------
    InputError
        If somebody who lives still holds it after `patience` seconds.
    OSError
        If the folder cannot be written to.
    """
    end = time.monotonic() + patience
    while (claim := take(path)) is None:
        if time.monotonic() > end:
            raise InputError(f"{path}: {holder(path)} has held this for {patience:.0f} s; is it stopped?")
        time.sleep(0.05)
    with claim:
        yield


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
    except OSError:
        return False


def holder(path: Path) -> str:
    """Who holds a claim, in words."""
    said: dict[str, Any] = {}
    with suppress(OSError):
        said = _said(_content(path))
    pid, host = said.get("pid"), said.get("host")
    return f"process {pid} on {host}" if type(pid) is int and isinstance(host, str) else "an unknown process"


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
            file.flush()
            os.fsync(file.fileno())
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
    if _content(aside) != content:  # meanwhile another had taken it over
        with suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink(missing_ok=True)
        return False
    with suppress(OSError):  # no file, however that came about; it is out of the way
        aside.unlink(missing_ok=True)
    return True


def _dead(path: Path, content: bytes, now: float) -> bool:
    said = _said(content)
    pid, started = said.get("pid"), said.get("started")
    if said.get("where") == _here()["where"] and type(pid) is int and pid > 0 and isinstance(started, str):
        return _started(pid) != started
    return abs(now - path.stat().st_mtime) > STALE  # a time far ahead is no heartbeat either


def _content(path: Path) -> bytes:
    """What a claim holds; nothing where it is there and cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError:
        path.lstat()
        return b""


def _said(content: bytes) -> dict[str, Any]:
    """What a claim says; nothing where it is being written or is damaged."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def clock(folder: Path) -> float:
    """Now, by the clock of the folder's file system; machines differ. By ours where nothing can be written."""
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
    try:
        parts += [Path("/proc/sys/kernel/random/boot_id").read_text().strip(), os.readlink("/proc/self/ns/pid").strip()]
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
