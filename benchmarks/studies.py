"""What the engine of studies costs: for each run, and beside as many bare processes; with a store of 100,000 runs.

    python -m benchmarks.studies overhead            each run, and throughput beside bare processes, side by side
    python -m benchmarks.studies store --runs 100000 status and collect on a generated store
    python -m benchmarks.studies kills --kills 10    a study of 200 runs, killed at random moments

Runs sleep instead of simulating, so that nothing but the engine is measured. Each prints one line a figure.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from protocols.plan import code_digest
from protocols.planned_run import run_file
from protocols.study import Study
from protocols.study_folder import StudyFolder
from protocols.study_worker import Task, perform
from results import store
from results.recording import Identity, Measure, Recording, Series

ROOT = Path(__file__).resolve().parent.parent
SLEEP = "BENCHMARK_SECONDS"
PREPARE, CONDUCT = "benchmarks.studies:prepare", "benchmarks.studies:conduct"


def prepare(*_: Any) -> None:
    """There is nothing to compile."""


def conduct(identity: Identity, *_: Any) -> Recording:
    """A run that waits, and then holds what the seeds decide."""
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
    """Time of each run beside its own, and throughput beside two bare processes, alternating."""
    from protocols.local_workers import local
    from protocols.sweep import Options, sweep

    class Clock:
        """Time from the first run's end to the last one's, start-up and teardown left out."""

        def __init__(self) -> None:
            self.ends: list[float] = []

        def say(self, line: str) -> None: ...
        def begin(self, total: int, there: int) -> None: ...
        def end(self) -> None: ...
        def over(self, *_: Any) -> None:
            self.ends.append(time.monotonic())

    os.environ |= {SLEEP: str(seconds), "CORTICOSTRIATAL_CONDUCT": CONDUCT}
    found: dict[str, list[float]] = {"engine": [], "bare": []}
    for repeat in range(3):
        with tempfile.TemporaryDirectory() as name:
            folder = StudyFolder.start(study(runs), Path(name) / "engine")
            clock = Clock()
            sweep(folder, local(2), clock, Options(False, PREPARE, CONDUCT))
            found["engine"].append((clock.ends[-1] - clock.ends[1]) / (len(clock.ends) - 2))
            bare = StudyFolder.start(study(runs), Path(name) / "bare")
            found["bare"].append(_bare(bare))
        print(f"round {repeat + 1}: {1e3 * found['engine'][-1]:.1f} ms a run, bare {1e3 * found['bare'][-1]:.1f} ms")
    engine, bare_seconds = min(found["engine"]), min(found["bare"])
    print(f"a run of {seconds:g} s on two workers: {1e3 * (2 * engine - seconds):.1f} ms besides its own time")
    print(f"two bare processes that do the same runs: {1e3 * (2 * bare_seconds - seconds):.1f} ms besides")
    print(f"throughput of the engine: {100 * bare_seconds / engine:.1f} % of the bare processes'")


def _bare(folder: StudyFolder) -> float:
    """Seconds a run where two processes each do half of the runs and write the same files, without an engine."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.studies", "_half", str(folder.path), str(which)],
            stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for which in (0, 1)
    ]  # fmt: skip
    spans = [json.loads(process.communicate()[0]) for process in processes]
    return max(span["seconds"] / span["runs"] for span in spans) / 2


def half(path: Path, which: int) -> None:
    """Every other run of a study, one after the other, each with its file; the first is left out of the time."""
    from protocols.plan import experiment_hash
    from protocols.workers import Work, do

    folder = StudyFolder(path)
    runs = list(folder.planned().values())[which::2]
    works = {
        point: Work(folder.study.experiment(point), experiment_hash(folder.study.experiment(point)), None, CONDUCT,
                    folder.path, ("bare",))
        for point in {run.point for run in runs}
    }  # fmt: skip
    do(works[runs[0].point], runs[0])
    begin = time.monotonic()
    for run in runs[1:]:
        do(works[run.point], run)
    print(json.dumps({"seconds": time.monotonic() - begin, "runs": len(runs) - 1}))


def stored(runs: int, keep: Path | None) -> None:
    """Time of `status` and `collect` on a store of so many runs, and the memory of `collect`."""
    with _folder(keep) as path:
        begin = time.monotonic()
        folder = StudyFolder.start(study(runs, 100), path)
        print(f"planning {runs} runs: {time.monotonic() - begin:.1f} s")
        begin = time.monotonic()
        _fill(folder)
        print(f"writing {runs} files: {time.monotonic() - begin:.1f} s")
        for verb in ("status", "collect"):
            begin = time.monotonic()
            subprocess.run(
                [sys.executable, "-m", "protocols.cli", verb, str(path)], check=True, cwd=ROOT,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            print(f"{verb}: {time.monotonic() - begin:.1f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"largest memory of the two: {peak:.0f} MiB; table.h5 {(path / 'table.h5').stat().st_size / 1e6:.0f} MB")


def _fill(folder: StudyFolder) -> None:
    """Files as runs leave them, synchronised to disk not one by one but at the end."""
    synchronise = os.fsync
    os.fsync = lambda _: None  # type: ignore[assignment]
    try:
        for run in folder.planned().values():
            file = folder.path / run.file
            if not file.exists():
                origin = {"origin": {"code": code_digest(), "point": run.point}}
                store.write(replace(conduct(run.identity), provenance=origin), file)
    finally:
        os.fsync = synchronise
    os.sync()


def kills(runs: int, number: int, seconds: float, engine: str, seed: int) -> None:
    """A study killed at random moments: driver, workers, and on Slurm whole jobs; then what is there is examined."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        undisturbed = StudyFolder.start(study(runs), Path(name) / "undisturbed")
        _in_process(undisturbed)
        folder = StudyFolder.start(study(runs), Path(name) / "killed")
        environment = dict(
            os.environ, PYTHONPATH=str(ROOT), CORTICOSTRIATAL_PREPARE=PREPARE, CORTICOSTRIATAL_CONDUCT=CONDUCT,
            **{SLEEP: str(seconds)},
        )  # fmt: skip
        blows: list[str] = []
        first: dict[str, int] = {}
        process = _driver(folder, engine, environment)
        while process.poll() is None or len(blows) < number:
            if process.poll() is not None and process.returncode == 0:
                break
            if process.poll() is not None:
                process = _driver(folder, engine, environment)
            time.sleep(chance.uniform(1.0, 4.0))
            _remember(folder, first)
            if len(blows) < number and first and len(first) < runs:
                blows.append(_blow(folder, process, engine, chance))
        _remember(folder, first)
        there = {file.stem: store.content_hash(file) for file in folder.path.glob("runs/*/*.h5")}  # raises on damage
        expected = {file.stem: store.content_hash(file) for file in undisturbed.path.glob("runs/*/*.h5")}
        changed = [key for key, inode in first.items() if (folder.path / run_file(key)).stat().st_ino != inode]
        print(f"{engine}: {len(blows)} kills ({', '.join(f'{blows.count(b)} {b}' for b in dict.fromkeys(blows))})")
        print(f"results: {len(there)} of {runs}; finished runs done again: {len(changed)}; corrupt: 0")
        print(f"contents as in the undisturbed study: {there == expected}")
        if there != expected or changed:
            raise SystemExit(1)


def _in_process(folder: StudyFolder) -> None:
    before = os.environ.get(SLEEP)
    os.environ[SLEEP] = "0"
    perform(Task(str(folder.path), folder.stamp, tuple(folder.planned().values()), 0, code_digest(), PREPARE, CONDUCT,
                 ("undisturbed",), False))  # fmt: skip
    os.environ.pop(SLEEP) if before is None else os.environ.update({SLEEP: before})


def _driver(folder: StudyFolder, engine: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "protocols.cli", "resume", str(folder.path), "--engine", engine, "--jobs", "2"]
    return subprocess.Popen(words, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _blow(folder: StudyFolder, process: subprocess.Popen[bytes], engine: str, chance: random.Random) -> str:
    """Kill the driver, a worker, or on Slurm the jobs, and say which."""
    what = chance.choice(("driver", "worker") if engine == "local" else ("driver", "worker", "jobs"))
    if what == "driver":
        process.kill()
        process.wait()
    elif what == "jobs":
        from protocols.slurm_script import job_name

        subprocess.run(["scancel", "--name", job_name("benchmark", folder.path)], check=False)
    else:
        for claim in folder.path.glob("claims/" + "?" * 32):
            with suppress(OSError, ValueError):
                os.kill(json.loads(claim.read_text())["pid"], signal.SIGKILL)
                return what
        return _blow(folder, process, engine, chance)
    return what


def _remember(folder: StudyFolder, first: dict[str, int]) -> None:
    """Which file a finished run has; a run that was done again has another."""
    for file in folder.path.glob("runs/*/*.h5"):
        first.setdefault(file.stem, file.stat().st_ino)


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
        "overhead": {"runs": 200, "seconds": 0.5},
        "store": {"runs": 100_000, "keep": ""},
        "kills": {"runs": 200, "kills": 10, "seconds": 0.3, "engine": "local", "seed": 1},
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
        "kills": lambda: kills(given.runs, given.kills, given.seconds, given.engine, given.seed),
        "_half": lambda: half(given.folder, given.which),
    }
    does[given.verb]()


if __name__ == "__main__":
    main()
