"""The provenance of a run: code, packages, compiler, machine, command, seeds and parameters."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

DISTRIBUTION = "corticostriatal"
PACKAGES = ("brian2", "numpy", "scipy", "h5py", "statsmodels", "pydantic", "pint")


def collect(
    command: Sequence[str],
    parameters: Mapping[str, Any],
    seeds: Mapping[str, int],
    wall_seconds: float,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything needed to identify the origin of a recording and to repeat it.

    Parameters
    ----------
    command : sequence of str
        The command line (``sys.argv``). The folders of the program and of the working directory are removed from it.
    parameters : mapping
        Every parameter of the run, nested as the caller likes.
    seeds : mapping from str to int
        Both seeds by name.
    wall_seconds : float
        Wall-clock time of the run in seconds.
    extra : mapping, optional
        Further top-level entries; they may not replace the entries named here.

    Returns
    -------
    dict
        Keys ``version, git, packages, compiler, platform, processor, processor_features, date, command, seeds,
        wall_seconds, parameters`` and those of `extra`. ``git`` is None outside a checkout, else
        ``{"commit", "dirty"}``; ``processor_features`` is a hash, since processors of one name may differ in them.

    Raises
    ------
    ValueError
        If `extra` names an entry of our own.
    """
    provenance: dict[str, Any] = {
        "version": package_version(),
        "git": _git(),
        "packages": {"python": platform.python_version(), **{name: _installed(name) for name in PACKAGES}},
        "compiler": _compiler(),
        "platform": platform.platform(),
        "processor": _processor(),
        "processor_features": _processor_features(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": _without_folders(command),
        "seeds": dict(seeds),
        "wall_seconds": float(wall_seconds),
        "parameters": dict(parameters),
    }
    clash = provenance.keys() & (extra or {}).keys()
    if clash:
        raise ValueError(f"extra may not replace {', '.join(sorted(clash))}")
    return provenance | dict(extra or {})


def package_version() -> str:
    """Version of this distribution, or ``"unknown"`` where it is not installed."""
    return _installed(DISTRIBUTION) or "unknown"


@cache
def _installed(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


@cache
def _git() -> dict[str, Any] | None:
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return None
    commit = _output("git", "-C", str(root), "rev-parse", "HEAD")
    changes = _output("git", "--no-optional-locks", "-C", str(root), "status", "--porcelain")
    if changes is None:
        return None
    return {"commit": commit, "dirty": bool(changes)}


@cache
def _compiler() -> str | None:
    text = _output(os.environ.get("CXX", "g++"), "--version")
    return text.splitlines()[0] if text else None


@cache
def _processor() -> str:
    return _of_processor("model name") or platform.processor() or platform.machine()


@cache
def _processor_features() -> str | None:
    """A short hash of the processor's features, which a compiler uses; None if the system does not name them."""
    flags = _of_processor("flags")
    return hashlib.sha256(flags.encode()).hexdigest()[:16] if flags else None


def _of_processor(key: str) -> str:
    """The first line of /proc/cpuinfo of that name, empty where there is none."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def _output(*command: str) -> str | None:
    """Standard output of a short command, or None if it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _without_folders(command: Sequence[str]) -> list[str]:
    here = os.getcwd() + os.sep
    words = [str(word) for word in command]
    return [Path(word).name if place == 0 else word.replace(here, "") for place, word in enumerate(words)]
