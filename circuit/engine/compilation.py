"""From the C++ of a circuit to a program, and what a build runs in processes of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path


class EngineError(RuntimeError):
    """The compiled program could not be built, or did not do what was asked of it."""


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compile_program(folder: Path) -> None:
    """Compile the sources in a folder to the program ``main``.

    Raises
    ------
    EngineError
        If that fails.
    """
    run_step(["make", f"-j{cores()}"], folder, dict(os.environ))


def run_step(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run one step of a build; raises `EngineError` with the end of what it said if it fails."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, complaint = process.communicate()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):  # make's compilers go with it
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode != 0:
        raise EngineError(f"building the circuit failed: {(complaint or said).strip()[-1500:]}")


def importable() -> dict[str, str]:
    """The environment with this checkout or installation importable from any folder."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (here, os.environ.get("PYTHONPATH", "")) if part)
    return dict(os.environ, PYTHONPATH=path)
