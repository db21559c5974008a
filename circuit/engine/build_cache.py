"""The cache of compiled circuits: whole or not there, bounded in size, and never taken from under a run.

Below the cache folder lie ``builds/<key>`` (the program and what it needs), ``quick/<key>`` (which build the model's
own sources lead to), ``locks``, ``animals`` (kept states of animals that learn; `protocols.animals.training`) and
``imports`` (what source files import; `protocols.simulation.imports`). A build holds a list of its files with their
hashes; one that does not match it, however that came about, counts as not there and is built again. So does one that
somebody else could have changed (`circuit.engine.ownership`), and a cache that others can write to is not used at all.
Processes that use a build hold a shared lock on it, so that clearing the cache leaves it alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import platformdirs

from circuit.engine.ownership import make_private, not_ours_alone

FOLDER_VARIABLE = "CORTICOSTRIATAL_CACHE"
LIMIT_VARIABLE = "CORTICOSTRIATAL_CACHE_LIMIT"
DEFAULT_LIMIT = "1 GB"
RECORD = "build.json"
UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


class CacheError(ValueError):
    """A cache that cannot be used as it is."""


class SizeError(CacheError):
    """A size that cannot be read."""


@dataclass(frozen=True)
class Entry:
    """One compiled circuit in the cache.

    Attributes
    ----------
    folder : Path
    circuit : str
        Preset and scale, or "unknown" where the build does not say.
    processor : str
        What it was compiled for.
    size : int
        Bytes.
    used : float
        When a process last took it, s since 1970.
    whole : bool
        Whether every file is as it was when it was built.
    in_use : bool
        Whether a process holds it now.
    """

    folder: Path
    circuit: str
    processor: str
    size: int
    used: float
    whole: bool
    in_use: bool


def cache_folder() -> Path:
    """Where compiled circuits are kept; ``CORTICOSTRIATAL_CACHE`` overrides the user's cache folder.

    Raises
    ------
    CacheError
        If it, or a folder in it, belongs to another user or can be written to by others.
    """
    given = os.environ.get(FOLDER_VARIABLE) or platformdirs.user_cache_path("corticostriatal")
    folder = Path(given).expanduser().absolute()  # programs run in folders of their own
    with _naming_the_variable(folder):
        for part in (folder, *(path for path in folder.glob("*") if path.is_dir())):
            if why := not_ours_alone(part, follow=True):
                raise CacheError(
                    f"{part}: {why}, and programs from this cache run as you; "
                    f"make it yours alone (chmod go-w) or name another folder in {FOLDER_VARIABLE}"
                )
    return folder


def size_of(text: str) -> int:
    """Bytes of a size such as ``"500 MB"``.

    Raises
    ------
    SizeError
        If it is none.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*", text)
    units = {unit.lower(): factor for unit, factor in UNITS.items()}
    if not found or found[2].lower() not in units:
        raise SizeError(f"'{text}' is not a size such as '500 MB'; units are {', '.join(UNITS)}")
    return int(float(found[1]) * units[found[2].lower()])


def shown_size(size: int) -> str:
    """A size to read: ``"2.1 MB"``."""
    unit = next((name for name in ("TB", "GB", "MB", "kB") if size >= UNITS[name]), "B")
    number = size / UNITS[unit]
    return f"{number:.0f} {unit}" if number >= 100 else f"{number:.3g} {unit}"


def limit() -> int:
    """Bytes that compiled circuits may take, from ``CORTICOSTRIATAL_CACHE_LIMIT``; raises `SizeError`."""
    try:
        return size_of(os.environ.get(LIMIT_VARIABLE) or DEFAULT_LIMIT)
    except SizeError as problem:
        raise SizeError(f"{LIMIT_VARIABLE}: {problem}") from None


def made(folder: Path) -> Path:
    """The folder, made if it was not there; nobody else can look into it."""
    with _naming_the_variable(folder):
        for missing in [path for path in (*reversed(folder.parents), folder) if not path.is_dir()]:
            missing.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextlib.contextmanager
def _naming_the_variable(folder: Path) -> Iterator[None]:
    """An error of the file system within says how to keep the cache elsewhere."""
    try:
        yield
    except OSError as problem:
        advice = f"{problem.strerror}; the cache is to be kept there, and {FOLDER_VARIABLE} names another folder"
        raise OSError(problem.errno, advice, str(folder)) from problem


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a file lock, so that of several processes that want one thing, one makes it and the others wait."""
    made(path.parent)
    with _naming_the_variable(path.parent):
        handle = path.open("a")
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def seal(folder: Path, about: Mapping[str, Any]) -> None:
    """Write the list of a finished build's files beside them, without which it is not taken, and make all private."""
    record = {**about, "files": {name: _hash(folder / name) for name in _files(folder)}}
    (folder / RECORD).write_text(json.dumps(record, indent=1))
    make_private(folder)


def whole(folder: Path) -> bool:
    """Whether a build is there with every file as it was, which nobody else can change; read once per process."""
    if not (folder / RECORD).is_file() or any(not_ours_alone(path) for path in (folder, *folder.rglob("*"))):
        return False
    stamps = tuple((name, *_stamp(folder / name)) for name in [RECORD, *_files(folder)])
    return _matches(folder, stamps)


@functools.cache
def _matches(folder: Path, stamps: tuple[tuple[str, int, int], ...]) -> bool:
    """`stamps` are sizes and times of the files: a build that changes is read again."""
    try:
        files = json.loads((folder / RECORD).read_text())["files"]
        return (
            set(files) == {name for name, *_ in stamps} - {RECORD}
            and all(_hash(folder / name) == known for name, known in files.items())
            and os.access(folder / "main", os.X_OK)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


_HELD: dict[Path, IO[str]] = {}


def hold(folder: Path) -> None:
    """Mark a build as in use for as long as this process lives, and as used now.

    In a cache that cannot be written to nobody can remove a build either, and nothing is marked.
    """
    if not (folder / RECORD).exists():
        return
    with contextlib.suppress(OSError):
        if folder not in _HELD:
            handle = (made(folder.parent.parent / "locks") / f"{folder.name}.use").open("a")
            fcntl.flock(handle, fcntl.LOCK_SH)
            _HELD[folder] = handle
        os.utime(folder / RECORD)


@contextlib.contextmanager
def workshop(cache: Path) -> Iterator[Path]:
    """A folder to build in; what processes that were killed left behind in others is removed."""
    builds = made(cache / "builds")
    with lock(cache / "locks" / "workshop.lock"):
        for leftover in builds.glob("making-*"):
            with contextlib.suppress(OSError), (leftover / "owner").open("w") as owner:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(leftover, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="making-", dir=builds))
        mine = (folder / "owner").open("w")
        fcntl.flock(mine, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        mine.close()


def entries(cache: Path) -> list[Entry]:
    """Every compiled circuit in a cache, the one used last first."""
    found = []
    for folder in (cache / "builds").glob("[0-9a-f]*"):
        if not re.fullmatch(r"[0-9a-f]{32}", folder.name):
            continue
        with contextlib.suppress(FileNotFoundError):  # another process removes it at this moment
            about: dict[str, Any] = {}
            with contextlib.suppress(OSError, ValueError):
                about = json.loads((folder / RECORD).read_text())
            used = (folder / RECORD if (folder / RECORD).exists() else folder).stat().st_mtime
            circuit = f"{about['preset']} at scale {about['scale']:g}" if "preset" in about else "unknown"
            size = sum((folder / name).stat().st_size for name in _files(folder))
            processor = str(about.get("processor", "unknown"))
            with _removable(folder) or contextlib.nullcontext() as handle:
                found.append(Entry(folder, circuit, processor, size, used, whole(folder), handle is None))
    return sorted(found, key=lambda entry: entry.used, reverse=True)


def animals(cache: Path) -> tuple[int, int]:
    """How many states of animals that learnt are kept beside the builds, and their bytes; nothing here removes them."""
    sizes = [path.stat().st_size for path in (cache / "animals").glob("*.h5")]
    return len(sizes), sum(sizes)


def clear(cache: Path, unused_since: float | None = None, keep: int | None = None) -> tuple[list[Entry], list[Entry]]:
    """Remove compiled circuits, the one that was used longest ago first; one in use stays.

    Parameters
    ----------
    cache : Path
    unused_since : float, optional
        Only those that nobody has used since then, s since 1970.
    keep : int, optional
        Only until the rest takes at most this many bytes.

    Returns
    -------
    tuple of list of Entry
        Those removed, and those that would have been but are in use.
    """
    there = entries(cache)
    left = sum(entry.size for entry in there)
    removed, busy = [], []
    for entry in reversed(there):
        if (unused_since is not None and entry.used >= unused_since) or (keep is not None and left <= keep):
            continue
        handle = _removable(entry.folder)
        if handle is None:
            busy.append(entry)
            continue
        with handle:
            discard(entry.folder)
        left -= entry.size
        removed.append(entry)
    _forget(cache)
    return removed, busy


def discard(folder: Path) -> None:
    """Take a build away at once, so that nobody finds half of it, then remove what of it can be removed."""
    gone = folder.with_name(f".removed-{folder.name}-{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        os.rename(folder, gone)
    shutil.rmtree(gone, ignore_errors=True)


def _removable(folder: Path) -> IO[str] | None:
    """An exclusive lock on a build, to be closed; None where a process uses it or it cannot be locked."""
    if folder in _HELD:
        return None
    try:
        handle = (made(folder.parent.parent / "locks") / f"{folder.name}.use").open("a")
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


def _forget(cache: Path) -> None:
    """Remove quick keys that lead nowhere, and what removals that were killed left behind."""
    for quick in (cache / "quick").glob("*"):
        with contextlib.suppress(OSError):
            if not (cache / "builds" / quick.read_text().strip()).is_dir():
                quick.unlink()
    for leftover in (cache / "builds").glob(".removed-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _files(folder: Path) -> list[str]:
    """Names of a build's files below its folder, but for the record of them."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != RECORD)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return -1, -1
    return found.st_size, 0 if path.name == RECORD else found.st_mtime_ns


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
