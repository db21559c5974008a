"""Contenders measured side by side. They take turns, so that other load of the machine affects all of them alike.

Each repeat starts one process per contender. Beside wall time its processor time is taken, which other processes on the
machine change far less, and its largest memory. Ratios are made within a repeat, and medians over repeats.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

Printed = Mapping[str, Any]


@dataclass(frozen=True)
class Cost:
    """The cost of one process.

    Attributes
    ----------
    wall, processor : float
        s, the processor's time over all of its threads and children that it waited for.
    memory : float
        Largest resident memory, MB.
    printed : mapping
        What it printed as its last line, as JSON.
    user : float
        s, of `processor`, without the system's; 0 where it was not measured.
    """

    wall: float
    processor: float
    memory: float
    printed: Printed
    user: float = 0.0


class ContenderError(RuntimeError):
    """A contender that did not do its work."""


def measured(command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Cost:
    """Run one process and measure its cost.

    Raises
    ------
    ContenderError
        If it fails, with the end of its output.
    """
    begin = time.perf_counter()
    with (
        memory_of_children() as largest,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(os.environ, **(environment or {})),
            cwd=folder,
        ) as process,
    ):
        assert process.stdout is not None
        said = process.stdout.read().decode(errors="replace")
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    if process.returncode != 0:
        raise ContenderError(f"{' '.join(command[:4])}: exit {process.returncode}: {said.strip()[-800:]}")
    last = next((line for line in reversed(said.splitlines()) if line.startswith("{")), "{}")
    return Cost(wall, used.ru_utime + used.ru_stime, largest[0], json.loads(last), used.ru_utime)


@contextmanager
def memory_of_children() -> Iterator[list[float]]:
    """Largest resident memory of this process's children while it lasts, MB, as the only entry of a list.

    Looked at every few milliseconds: what the system reports of a child that has ended also counts its parent's pages.
    """
    largest, over = [0.0], threading.Event()
    seen: dict[str, float] = {}

    def look() -> None:
        while not over.wait(0.005):
            with suppress(OSError):
                for task in Path("/proc/self/task").iterdir():
                    for child in (task / "children").read_text().split():
                        status = Path(f"/proc/{child}/status").read_text()
                        if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                            seen[child] = int(found[1]) / 1e3  # the last look counts: first, a child has our pages
                            largest[0] = max(seen.values())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield largest
    finally:
        over.set()
        thread.join()


def take_turns(contenders: Mapping[str, Callable[[int], Cost]], repeats: int) -> dict[str, list[Cost]]:
    """Measure every contender `repeats` times, one after the other in each repeat; the order turns round."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for repeat in range(repeats):
        for name in list(contenders)[:: 1 if repeat % 2 == 0 else -1]:
            costs[name].append(contenders[name](repeat))
    return costs


def middle(values: Sequence[float]) -> dict[str, float]:
    """Median, smallest and largest."""
    return {"median": median(values), "smallest": min(values), "largest": max(values)}


def ratio(above: Sequence[float], below: Sequence[float]) -> dict[str, float]:
    """Ratio within each repeat, and its median, smallest and largest over repeats."""
    return middle([a / b for a, b in zip(above, below, strict=True)])


def machine() -> str:
    """The processor, its cores, the compiler and Brian2, in words."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    name = found[1] if found else platform.processor() or platform.machine()
    compiler = os.environ.get("CXX", "g++")
    said = subprocess.run([compiler, "-dumpfullversion"], capture_output=True, text=True, check=False).stdout.strip()
    return f"{name}, {os.cpu_count()} cores; {compiler} {said}; Brian2 {version('brian2')}"


class Kept:
    """The results so far, one entry per measurement. Each is written at once, so that a stopped run can go on. An entry
    contains its question; if the question changes, it is measured again.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.entries: dict[str, dict[str, Any]] = json.loads(file.read_text())["entries"] if file.exists() else {}

    def get(self, name: str, asked: Mapping[str, Any], measure: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        """The entry, from before or measured now."""
        known = self.entries.get(name)
        if known is None or known["asked"] != json.loads(json.dumps(dict(asked))):
            print(f"measuring {name}", file=sys.stderr, flush=True)
            load = os.getloadavg()[0]
            self.entries[name] = {
                "asked": dict(asked),
                "found": dict(measure()),
                "others_on_the_machine": round(load, 1),
                "machine": machine(),
            }
            self._write()
        found: dict[str, Any] = self.entries[name]["found"]
        return found

    def _write(self) -> None:
        from results.store.files import write_json

        write_json(self.file, {"about": ABOUT, "entries": self.entries})


ABOUT = (
    "Made by `make bench`. Times in s, memory in MB. `processor`: time of the processor, user and system, which other "
    "processes on the machine change least; ratios are made of it unless a name says `wall`. Each ratio is a median "
    "over repeats in which the contenders took turns; `smallest` and `largest` are over repeats. "
    "`others_on_the_machine`: the load average when a measurement began; on two cores wall times mean little where it "
    "is far above 0."
)
