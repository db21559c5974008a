"""Studies and experiments whose processes are killed at random moments, and commands that meet in one folder.

    python -m benchmarks.kills blows                       30 kills of driver, workers and simulation programs
    python -m benchmarks.kills blows --engine slurm        of jobs as well
    python -m benchmarks.kills blows --network             with the real network at a small size
    python -m benchmarks.kills meetings --times 10         two runs, two sweeps, a run beside a sweep

Without ``--network`` a run starts a program that sleeps, and its result depends on its seeds only. The results are
compared with those of an undisturbed study: every result is there once and whole, the contents are the same, and no run
was given up.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil

from circuit.engine import scratch
from circuit.engine.compiled import Build
from protocols.experiments.experiment import Experiment
from results import store
from results.recording import Identity, Measure, Recording

BUILD, LOG, NETWORK = "KILLS_BUILD", "KILLS_LOG", "KILLS_NETWORK"
if NETWORK in os.environ:
    from protocols.simulation import simulate as network

ROOT = Path(__file__).resolve().parent.parent
RUNS = 24
BOUND = 1800.0  # s that a command may take before it counts as hanging
EXPERIMENT = """
[experiment]
name = "kills"
[circuit]
scale = 0.05
[acceleration]
maximum = 30
[animals]
per_group = 12
[[group]]
name = "control"
history = [{phase = "yoked_saline", days = 12, hours = 2}]
[[group]]
name = "cocaine"
history = [{phase = "self_administration", drug = "cocaine", days = 12, hours = 2, dose = "0.5 mg/kg"}]
[[test]]
name = "rest"
kind = "tone"
site = "NAc core"
duration = "10 min"
"""
STUDY = """
[study]
name = "kills"
experiment = "experiment.toml"
[set]
"animals.per_group" = 4
[axes]
"parameters.release.maximum" = [0.55, 0.6, 0.65]
[slurm]
workers = 2
time = "10 min"
memory = "1G"
"""


def prepare(experiment: Experiment, say: Any) -> Any:
    """The program that sleeps, or the network."""
    if NETWORK in os.environ:
        return network.prepare(experiment, say)
    return SimpleNamespace(build=Build(Path(os.environ[BUILD])))


def simulate(identity: Identity, experiment: Experiment, prepared: Any) -> Recording:
    """A run, with a line in the log at its end."""
    if NETWORK in os.environ:
        found = network.simulate(identity, experiment, prepared)
    else:
        prepared.build.run({}, 1.0, identity.noise_seed)
        value = float(identity.structure_seed ^ identity.noise_seed)
        found = Recording(identity, measures={"seeds": Measure(value, "1")})
    with Path(os.environ[LOG]).open("a") as log:
        log.write(f"{identity.group} {identity.animal} {identity.structure_seed} {experiment.parameters}\n")
    return found


class Place:
    """A folder with an experiment, a study, and the environment of commands."""

    def __init__(self, folder: Path, seconds: float, network: bool, engine: str = "local") -> None:
        self.folder, self.engine = folder, engine
        (folder / "build").mkdir(parents=True)
        program = folder / "build" / "main"
        program.write_text(f'#!/bin/sh\necho 0 1.0 > "$2"last_run_info.txt\nexec sleep {seconds}\n')
        program.chmod(0o755)
        nothing: dict[str, Any] = {"inputs": {}, "spikes": {}, "states": {}, "contacts": {}}
        (folder / "build" / "manifest.json").write_text(json.dumps(nothing))
        (folder / "experiment.toml").write_text(EXPERIMENT)
        (folder / "study.toml").write_text(STUDY)
        (folder / "log").touch()
        (folder / "temporary").mkdir()
        self.environment = dict(
            os.environ, PYTHONPATH=str(ROOT), CORTICOSTRIATAL_PREPARE="benchmarks.kills:prepare",
            CORTICOSTRIATAL_CONDUCT="benchmarks.kills:simulate", TMPDIR=str(folder / "temporary"),
            **{BUILD: str(folder / "build"), LOG: str(folder / "log")}, **({NETWORK: "1"} if network else {}),
        )  # fmt: skip

    def words(self, verb: str, out: Path, *more: object) -> list[str]:
        """A command on this place's experiment or study."""
        file = self.folder / ("experiment.toml" if verb == "run" else "study.toml")
        engine = ("--engine", self.engine) if verb == "sweep" else ()
        return [sys.executable, "-m", "protocols.cli", verb, *map(str, (file, "--out", out, *engine, *more))]

    def begin(self, verb: str, out: Path, *more: object) -> subprocess.Popen[str]:
        """Start it."""
        return subprocess.Popen(
            self.words(verb, out, *more), env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, cwd=ROOT,
        )  # fmt: skip

    def leftovers(self) -> list[str]:
        """Entries of the folder for temporary files after all jobs have ended and a further process has cleaned up."""
        end = time.monotonic() + 60.0
        while True:
            for owner in (self.folder / "temporary").glob("*/owner"):
                os.utime(owner, (1.0, 1.0))  # as if a minute had passed
            scratch.sweep_up(self.folder / "temporary")
            names = (path.name for path in (self.folder / "temporary").iterdir())
            left = sorted(name for name in names if not re.fullmatch("[a-z0-9_]{8}", name))  # Python's own trial
            if not left or time.monotonic() > end:
                return left
            time.sleep(1.0)


def _files(out: Path) -> list[Path]:
    """Files of runs, of an experiment or of a study."""
    return [*out.glob("runs/*.h5"), *out.glob("runs/*/*.h5")]


def contents(out: Path) -> dict[str, str]:
    """Hash of each stored run's content; raises where one is not whole."""
    return {
        file.name: store.content_hash(file) for pattern in ("*.h5", "*/*.h5") for file in out.glob(f"runs/{pattern}")
    }


def blows(
    folder: Path, number: int, seconds: float, network: bool, engine: str, seed: int, verb: str = "sweep"
) -> dict[str, Any]:
    """Kill processes of a study, or of an experiment's runs, at random moments.

    Parameters
    ----------
    folder : Path
        For everything.
    number : int
        Of kills.
    seconds : float
        Time of a run of the program that sleeps, s.
    network : bool
        Whether the real network runs instead.
    engine : str
        ``local`` or ``slurm``.
    seed : int
        Of the moments and of the choice of process.
    verb : str
        ``sweep`` or ``run``.

    Returns
    -------
    dict
        ``kills`` (kind -> number), ``results``, ``again`` (finished runs of which another file came), ``given_up``,
        ``as_undisturbed``, ``commands`` (how often it was started) and ``leftovers``.
    """
    chance = random.Random(seed)
    undisturbed = Place(folder / "undisturbed", 0.0, network)
    calm = undisturbed.begin(verb, folder / "undisturbed" / "out", "--jobs", 2)
    said = calm.communicate(timeout=BOUND)[1]
    if calm.returncode:
        raise RuntimeError(said)
    place, out = Place(folder / "killed", seconds, network, engine), folder / "killed" / "out"
    struck: Counter[str] = Counter()
    first: dict[str, int] = {}
    kinds = [KINDS[engine][place % len(KINDS[engine])] for place in range(number)]
    chance.shuffle(kinds)
    commands, process, end = 1, place.begin(verb, out, "--jobs", 2), time.monotonic() + BOUND
    while process.poll() != 0:
        if time.monotonic() > end:
            raise RuntimeError(f"it hangs; {struck}")
        if process.poll() is not None:
            if process.returncode != -signal.SIGKILL:
                raise RuntimeError(process.communicate()[1])
            commands, process = commands + 1, place.begin(verb, out, "--jobs", 2)
        _remember(out, first)
        # The n-th kill comes when about n of `number` parts of the runs are there, so that all come before the end.
        if struck.total() < number and len(first) >= struck.total() * (RUNS - 2) // number:
            time.sleep(chance.uniform(0.0, 2.0))
            if _blow(out, process, kinds[struck.total()], chance):
                struck[kinds[struck.total()]] += 1
        time.sleep(0.05)
    process.communicate()
    _remember(out, first)
    there = contents(out)
    again = [file.name for file in _files(out) if first[file.name] != file.stat().st_ino]
    return {
        "kills": dict(struck),
        "results": len(there),
        "again": len(again),
        "given_up": len(list(out.glob("failed/*.json"))),
        "as_undisturbed": there == contents(folder / "undisturbed" / "out"),
        "commands": commands,
        "leftovers": place.leftovers(),
    }


KINDS = {"local": ("driver", "worker", "program"), "slurm": ("driver", "worker", "program", "jobs")}


def _blow(out: Path, driver: subprocess.Popen[str], what: str, chance: random.Random) -> bool:
    """Kill a process of a kind, if there is one."""
    if what == "driver":
        driver.kill()
        driver.wait()
        return True
    if what == "jobs":
        from protocols.studies.slurm_script import job_name

        subprocess.run(["scancel", "--name", job_name("kills", out)], check=False)
        return True
    for claim in sorted(out.glob("claims/" + "?" * 32), key=lambda _: chance.random()):
        with suppress(OSError, ValueError, psutil.Error):
            worker = psutil.Process(json.loads(claim.read_text())["pid"])
            if worker.pid == driver.pid:
                continue
            if what == "worker":
                worker.kill()
                return True
            for program in worker.children():
                program.kill()
                return True
    return False


def _remember(out: Path, first: dict[str, int]) -> None:
    """The file of each finished run, since a run that is done again gets another file."""
    for file in _files(out):
        first.setdefault(file.name, file.stat().st_ino)


Pair = tuple[tuple[str, Sequence[object]], tuple[str, Sequence[object]]]
OTHER = ("--set", "animals.seed=7")
REFUSED = ((0, 2), (2, 0))
MEETINGS: Mapping[str, tuple[Pair, tuple[tuple[int, int], ...]]] = {
    "two runs, same settings": ((("run", ()), ("run", ())), ((0, 0),)),
    "two runs, other settings": ((("run", ()), ("run", OTHER)), REFUSED),
    "two runs, other settings, --force": ((("run", ("--force",)), ("run", (*OTHER, "--force"))), (*REFUSED, (0, 0))),
    "two sweeps, same settings": ((("sweep", ()), ("sweep", ())), (*REFUSED, (0, 0))),
    "two sweeps, other settings": ((("sweep", ()), ("sweep", OTHER)), REFUSED),
    "a run beside a sweep": ((("run", ()), ("sweep", ())), REFUSED),
}
"""Two commands that are started at once on one folder, and the exit codes that are right.

Both may be right in the end where the first is through before the second begins.
"""


def meeting(folder: Path, name: str, seconds: float, network: bool, later: float = 0.0) -> str:
    """Start two commands, the second `later` (s). Returns what is wrong with their results; empty if nothing is."""
    pair, allowed = MEETINGS[name]
    place, out = Place(folder, seconds, network), folder / "out"
    begun = []
    for verb, more in pair:
        begun.append(place.begin(verb, out, "--jobs", 1, *more))
        time.sleep(later if len(begun) == 1 else 0.0)
    errors = [process.communicate(timeout=BOUND)[1] for process in begun]
    codes = begun[0].returncode, begun[1].returncode
    refusals = [text for text, code in zip(errors, codes, strict=True) if code == 2]
    if codes not in allowed:
        return f"exit codes {codes}: {errors}"
    if any(text.count("\n") != 1 or str(out) not in text for text in refusals):
        return f"not one line that names the folder: {refusals}"
    done = Counter((folder / "log").read_text().splitlines())
    wanted = 2 * RUNS if "--force" in name and codes == (0, 0) else RUNS
    if len(contents(out)) != RUNS or len(done) != wanted or max(done.values()) > 1:
        return f"{len(contents(out))} results, {done.total()} runs done, {len(done)} of them different"
    if pair[codes.index(0)][0] == "run":
        kept = {store.provenance(file, "experiment_hash") for file in out.glob("runs/*.h5")}
        counted = {row["n"] for row in json.loads((out / "summary.json").read_text())["rows"]}
        if len(kept) != 1 or counted != {RUNS // 2}:
            return f"runs of {len(kept)} settings; the summary is of {counted} animals"
    return ""


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("blows", "meetings"))
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.5, help="time of a run of the program that sleeps")
    parser.add_argument("--engine", choices=tuple(KINDS), default="local")
    parser.add_argument("--verb", choices=("sweep", "run"), default="sweep")
    parser.add_argument("--network", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wrong = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.what == "blows":
            found = blows(folder, given.kills, given.seconds, given.network, given.engine, given.seed, given.verb)
            print(json.dumps(found))
            wrong = wrong_with(found) != ""
        for kind in MEETINGS if given.what == "meetings" else ():
            chance = random.Random(given.seed)
            faults = []
            for turn in range(given.times):
                later = chance.choice((0.0, chance.uniform(0.0, 4.0)))
                faults.append(meeting(folder / f"{kind}-{turn}", kind, given.seconds / 10, given.network, later))
            print(f"{kind}: right {faults.count('')} of {given.times} times")
            for problem in filter(None, faults):
                print(f"    {problem}")
            wrong |= any(faults)
    raise SystemExit(wrong)


def wrong_with(found: Mapping[str, Any]) -> str:
    """The faults that `blows` found; empty if there are none."""
    right = {"results": RUNS, "again": 0, "given_up": 0, "as_undisturbed": True, "leftovers": []}
    return "; ".join(f"{name} is {found[name]}, not {value}" for name, value in right.items() if found[name] != value)


if __name__ == "__main__":
    main()
