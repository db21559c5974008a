"""From the C++ that Brian2 writes to a program: few translation units, one precompiled header, and what a build runs.

Brian2 writes a source file for each small step of the network, over a hundred for one circuit, and starting the
compiler and reading headers takes most of the time of each. Those steps that run once, or only move numbers about, are
therefore compiled together; where the arithmetic is, each file stays on its own, so that what the compiler makes of it
does not hang on its neighbours.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from circuit import event_loops, inner_loops

JOINED = {
    # Contacts and starting values are made once, before the run.
    "starting": r"^before_run_|^after_run_|_synapses_create_|_group_variable_set_",
    # Spikes are noticed, queued and written down; nothing is computed.
    "moving": r"_push_spikes$|_spikes_codeobject$|_trace_codeobject$|_thresholder_codeobject$",
}
"""Translation units made of several of Brian2's files: their name, and a pattern of the files' names."""

# All files read one large header, which is compiled once. `objects.cpp` only fills and writes arrays; optimising it
# would take as long as all the rest. Nothing in the folder changes afterwards, so the dependencies that the makefile
# would work out are left out (`DEPS=`). `private`: the header is compiled as all others need it.
QUICKER = """
CXXFLAGS += -include objects.h
$(OBJS): objects.h.gch
objects.h.gch: objects.h
	$(CXX) $(OPTIMISATIONS) -Wno-write-strings -I. -x c++-header $< -o $@
objects.o: private OPTIMISATIONS += -O0
"""


class EngineError(RuntimeError):
    """The compiled program could not be built, or did not do what was asked of it."""


def compile_program(folder: Path) -> None:
    """Compile the sources in a folder to the program ``main``.

    Raises
    ------
    EngineError
        If that fails.
    """
    inner_loops.quicken(folder)
    event_loops.quicken(folder)
    makefile = folder / "makefile"
    sources = re.search(r"^SRCS = (.*)$", makefile.read_text(encoding="utf-8"), re.MULTILINE)
    if sources is None:
        raise EngineError("building the circuit failed: Brian2's makefile was not recognised")
    units = _joined(folder, sources[1].split())
    with makefile.open("a", encoding="utf-8") as end:
        end.write(QUICKER)
    # The largest file first: what comes last has one core to itself.
    units.sort(key=lambda name: (folder / name).stat().st_size, reverse=True)
    objects = [re.sub("cpp$", "o", name) for name in units]
    jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    run_step(["make", f"-j{jobs}", "DEPS=", f"SRCS={' '.join(units)}", *objects, "main"], folder, dict(os.environ))


def _joined(folder: Path, sources: Sequence[str]) -> list[str]:
    """Names of the translation units, after those that `JOINED` names have been written."""
    left = list(sources)
    for name, pattern in JOINED.items():
        members = [source for source in left if re.search(pattern, Path(source).stem)]
        if len(members) > 1:
            (folder / f"{name}.cpp").write_text(_one_file([folder / member for member in members]), encoding="utf-8")
            left = [source for source in left if source not in members] + [f"{name}.cpp"]
    return left


def _one_file(paths: Sequence[Path]) -> str:
    """Several source files as one: each in a namespace of its own, since their helpers have the same names.

    Raises
    ------
    EngineError
        If one of them holds none of Brian2's functions.
    """
    includes: dict[str, None] = {}
    parts = []
    for number, path in enumerate(paths):
        text = path.read_text(encoding="utf-8")
        includes |= dict.fromkeys(re.findall(r"^#include.*$", text, re.MULTILINE))
        functions = re.findall(r"^void (_\w+)\(\)", text, re.MULTILINE)
        if not functions:
            raise EngineError(f"building the circuit failed: {path.name} was not recognised as Brian2's")
        body = re.sub(r"^#include.*$", "", text, flags=re.MULTILINE)
        calls = "\n".join(f"void {name}() {{ part_{number}::{name}(); }}" for name in functions)
        parts.append(f"namespace part_{number} {{\n{body}\n}}\n{calls}\n")
    return "\n".join([*includes, *parts])


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
    here = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(part for part in (here, os.environ.get("PYTHONPATH", "")) if part)
    return dict(os.environ, PYTHONPATH=path)
