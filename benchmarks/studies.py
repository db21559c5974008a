"""The cost of the engine of studies: for each run, beside as many bare processes, and with a store of 100,000 runs.

    python -m benchmarks.studies overhead            each run, and throughput beside bare processes at the same time
    python -m benchmarks.studies store --runs 100000 status and collect on a generated store

Runs sleep instead of simulating, so that nothing but the engine is measured. Each prints one line a figure.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from protocols.simulation.digest import code_digest
from protocols.studies.study import Study
from protocols.studies.study_folder import StudyFolder
from results import store
from results.recording import Identity, Measure, Recording, Series

ROOT = Path(__file__).resolve().parent.parent
SLEEP = "BENCHMARK_SECONDS"
DISTINCT = 1000  # files of a large store that are written one by one
PREPARE, SIMULATE = "benchmarks.studies:prepare", "benchmarks.studies:simulate"


def prepare(*_: Any) -> None:
    """There is nothing to compile."""


def simulate(identity: Identity, *_: Any) -> Recording:
    """A run that waits; its result depends on its seeds only."""
    time.sleep(float(os.environ.get(SLEEP, "0")))
    random_numbers = np.random.default_rng([identity.structure_seed, identity.noise_seed])
    measures = {f"measure_{place}": Measure(float(random_numbers.normal()), "mV") for place in range(12)}
    minutes = np.linspace(0, 39, 40)
    course = {"fepsp": Series(minutes * 60, 100 + 5 * random_numbers.standard_normal(40), "% of baseline")}
    return Recording(identity, series=course, measures=measures)


def study(runs: int, points: int = 10) -> Study:
    """A study of so many runs."""
    return Study.of(
        {
            "study": {"name": "benchmark", "experiment": "tone", "groups": ["control"]},
            "set": {"animals.per_group": runs // points},
            "axes": {"circuit.scale": [round(0.1 + 0.001 * place, 3) for place in range(points)]},
            "slurm": {"workers": 2, "time": "10 min", "memory": "300M"},
        }
    )


def overhead(runs: int, seconds: float) -> None:
    """Time of each run beside its own, and throughput beside two bare processes that do as many runs meanwhile.

    Both are counted over the time in which both are at work, so that other load of the machine slows both.
    """
    from protocols.studies.local_workers import local
    from protocols.studies.sweep import Options, sweep

    class Clock:
        """When runs ended, and the processor time that driver and workers had used by then."""

        def __init__(self) -> None:
            self.ends: list[float] = []
            self.used: list[float] = []
            self.others: set[int] = set()

        def say(self, line: str) -> None: ...
        def begin(self, total: int, there: int) -> None: ...
        def end(self) -> None: ...
        def done(self, *_: Any) -> None:
            self.ends.append(time.monotonic())
            if len(self.ends) % 20 == 0:
                ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
                self.used.append(sum(sum(p.cpu_times()[:2]) for p in ours if p.pid not in self.others))

    os.environ |= {SLEEP: str(seconds), "CORTICOSTRIATAL_CONDUCT": SIMULATE}
    shares = []
    for repeat in range(3):
        with tempfile.TemporaryDirectory() as name:
            engine_folder = StudyFolder.start(study(runs), Path(name) / "engine")
            bare_folder = StudyFolder.start(study(runs), Path(name) / "bare")
            clock = Clock()
            bare_processes = [
                subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.studies", "_half", str(bare_folder.path), str(which)],
                    stdout=subprocess.PIPE, text=True, cwd=ROOT,
                )
                for which in (0, 1)
            ]  # fmt: skip
            clock.others = {process.pid for process in bare_processes}
            sweep(engine_folder, local(2), clock, Options(False, PREPARE, SIMULATE))
            ends = [json.loads(process.communicate()[0]) for process in bare_processes]
        begin = max(clock.ends[2], *(one[0] for one in ends)) + seconds
        over = min(clock.ends[-3], *(one[-1] for one in ends))
        engine, bare = _each(clock.ends, begin, over), _each(sorted(ends[0] + ends[1]), begin, over)
        shares.append(bare / engine)
        used = (clock.used[-1] - clock.used[0]) / (20 * (len(clock.used) - 1))
        print(
            f"round {repeat + 1}, {over - begin:.0f} s: besides its {seconds:g} s a run took "
            f"{1e3 * (2 * engine - seconds):.0f} ms on the engine's two workers, {1e3 * (2 * bare - seconds):.0f} ms "
            f"in two bare processes; throughput of the engine {100 * shares[-1]:.1f} % of theirs; "
            f"processor time of driver and workers {1e3 * used:.0f} ms a run"
        )
    print(f"throughput of the engine, median of the rounds: {100 * float(np.median(shares)):.1f} %")


def _each(ends: list[float], begin: float, over: float) -> float:
    """Mean time between the ends of runs from `begin` to `over`; s."""
    within = [end for end in ends if begin <= end <= over]
    return (within[-1] - within[0]) / (len(within) - 1)


def half(path: Path, which: int) -> None:
    """Every other run of a study, one after the other, each with its file and no engine; prints when each ended."""
    from protocols.runs.workers import Work, do
    from protocols.simulation.digest import experiment_hash

    folder = StudyFolder(path)
    runs = list(folder.planned().values())[which::2]
    works = {
        point: Work(folder.study.experiment(point), experiment_hash(folder.study.experiment(point)), None, SIMULATE,
                    folder.path, ("bare",))
        for point in {run.point for run in runs}
    }  # fmt: skip
    ends = []
    for run in runs:
        do(works[run.point], run)
        ends.append(time.monotonic())
    print(json.dumps(ends))


def stored(runs: int, keep: Path | None) -> None:
    """Time of `status` and `collect` on a store of so many runs, and the memory of `collect`."""
    with _folder(keep) as path:
        begin = time.monotonic()
        folder = StudyFolder.start(study(runs, 100), path)
        print(f"planning {runs} runs: {time.monotonic() - begin:.1f} s")
        begin = time.monotonic()
        _fill(folder)
        print(f"{runs} files: {time.monotonic() - begin:.1f} s")
        for verb in ("status", "collect"):
            begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, "-m", "protocols.cli", verb, str(path)], check=True, cwd=ROOT,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(
                f"{verb}: {time.monotonic() - begin:.1f} s, of which {used:.1f} s of a processor; "
                f"largest memory so far {after.ru_maxrss / 1024:.0f} MiB"
            )
        print(f"table.h5 {(path / 'table.h5').stat().st_size / 1e6:.0f} MB")


def _fill(folder: StudyFolder) -> None:
    """A file for each run: `DISTINCT` of them as runs leave them, the others copies of these, not synchronised."""
    originals: list[Path] = []
    for place, run in enumerate(folder.planned().values()):
        file = folder.path / run.file
        if file.exists():
            continue
        if len(originals) < DISTINCT:
            origin = {"origin": {"code": code_digest(), "point": run.point}}
            store.write(replace(simulate(run.identity), provenance=origin), file)
            originals.append(file)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(originals[place % DISTINCT], file)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    path = Path(tempfile.mkdtemp())
    try:
        yield path / "study"
    finally:
        shutil.rmtree(path)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    options: dict[str, dict[str, Any]] = {
        "overhead": {"runs": 240, "seconds": 0.5},
        "store": {"runs": 100_000, "keep": ""},
        "_half": {},
    }
    for verb, words in options.items():
        added = verbs.add_parser(verb)
        for word, value in words.items():
            added.add_argument(f"--{word}", type=type(value), default=value)
        if verb == "_half":
            added.add_argument("folder", type=Path)
            added.add_argument("which", type=int)
    given = parser.parse_args()
    does: dict[str, Callable[[], None]] = {
        "overhead": lambda: overhead(given.runs, given.seconds),
        "store": lambda: stored(given.runs, Path(given.keep) if given.keep else None),
        "_half": lambda: half(given.folder, given.which),
    }
    does[given.verb]()


if __name__ == "__main__":
    main()
