"""The compiled engine: one circuit is generated and compiled once, kept in a cache, and run with arguments.

Code that Brian2 generates for one circuit is the same wherever it is generated, so the cache is keyed on that code, the
compiler and the processor; a second, quicker key over the model's own source files saves generating it at all. A run
needs neither Brian2 nor a compiler: it starts the program in its own folder with a private results folder and reads
the arrays that the manifest names.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import synapses
from circuit.engine import build_cache
from circuit.engine.build_cache import cache_folder, lock
from circuit.engine.compilation import EngineError, compile_program, importable, run_step
from circuit.engine.scratch import scratch
from circuit.precision import Precision
from circuit.wiring.plan import plan

PROCESSOR = os.environ.get("CORTICOSTRIATAL_PROCESSOR") or "native"
"""What the compiler builds for; a level such as ``x86-64-v3`` gives programs that run on every machine that has it."""
# Fast-math without Brian2's -fno-finite-math-only, and enough run-time alias checks, let the exponentials vectorise.
FLAGS = [
    "-O3",
    "-ffast-math",
    f"-march={PROCESSOR}",
    "-std=c++11",
    "-w",
    "--param=vect-max-version-for-alias-checks=1000",
]
SEED_VARIABLE = "CORTICOSTRIATAL_NOISE_SEED"
SAME_ORDER = {"PYTHONHASHSEED": "0"}
"""Brian2 writes independent statements in the order of sets of names; one order for all makes one program of all."""
KEPT = ("main", "static_arrays", "manifest.json", "sources.sha256")
DURATION_VARIABLE = "CORTICOSTRIATAL_DURATION"


KILLED = {-signal.SIGKILL: ", as when memory runs out", -signal.SIGTERM: "", -signal.SIGINT: "", -signal.SIGHUP: ""}
"""What ends a program from outside, as its exit code, and what is likely behind it."""


class ProgramKilled(EngineError):
    """The program was ended from outside, by whoever stops it or by the system: no fault of what it simulates."""


def refuse_killed(code: int) -> None:
    """Raise `ProgramKilled` if an exit code says that a program was ended from outside."""
    if code in KILLED:
        raise ProgramKilled(f"the simulation program was killed ({signal.Signals(-code).name}{KILLED[code]})")


@dataclass(frozen=True)
class Output:
    """What a run leaves behind.

    Attributes
    ----------
    spikes : dict
        Kind of cell -> (times in s, cell indices).
    states : dict
        Monitor -> {"t": times in s, variable: array (recorded, times)}.
    contacts : dict
        ``"pathway.variable"`` -> final value at every plastic contact.
    duration : float
        Network time simulated, s.
    """

    spikes: dict[str, tuple[np.ndarray, np.ndarray]]
    states: dict[str, dict[str, np.ndarray]]
    contacts: dict[str, np.ndarray]
    duration: float


def compiler() -> str | None:
    """Path of the C++ compiler, None if there is none (or no make)."""
    found = shutil.which(os.environ.get("CXX", "g++"))
    return found if found and shutil.which("make") else None


@functools.cache
def _machine() -> str:
    """What a program needs of a machine: the level of processors in `PROCESSOR`, else this processor and C library."""
    if PROCESSOR != "native":
        return platform.machine()
    features = ""
    with contextlib.suppress(OSError):
        features = next(
            (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith(("flags", "Features"))),
            "",
        )
    return f"{platform.machine()}{features}{' '.join(platform.libc_ver())}"


@functools.cache
def _compiler_version(program: str | None) -> str:
    """What a compiler calls itself; empty without one, or with a level named: then any machine's build is taken."""
    if program is None or PROCESSOR != "native":
        return ""
    said = ""
    with contextlib.suppress(OSError):
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return said.partition("\n")[0] or program


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()[:32]


@functools.cache
def model_files() -> tuple[Path, ...]:
    """Every file of the model, of `circuit` and of `synapses`: equations, parameters and what makes programs."""
    folders = (Path(__file__).resolve().parents[1], Path(synapses.__file__).resolve().parent)
    return tuple(
        path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc"
    )


def quick_key(name: str, scale: float, compiled_by: str, precision: Precision = "single") -> str:
    """Key over the model's source files, the versions, the machine and the compiler; equal keys lead to equal programs.

    With `compiled_by` empty it leads to the build that was made last on such a machine, by whatever compiler.
    """
    versions = [importlib.metadata.version(name) for name in ("brian2", "numpy")]
    return _digest(
        plan(name).name, repr(float(scale)), precision, *versions, _machine(), compiled_by, " ".join(FLAGS),
        *(part for path in model_files() for part in (path.name, path.read_bytes())),
    )  # fmt: skip


@dataclass(frozen=True)
class Build:
    """A compiled circuit: a folder with the program, its static arrays and the manifest."""

    folder: Path

    @property
    def manifest(self) -> dict[str, Any]:
        """Names, types and files of what a run reads and writes."""
        return _manifest(self.folder)

    @property
    def provenance(self) -> dict[str, Any]:
        """What a recording says of the program: engine, precision, and which loops are written in our way."""
        return {"engine": "compiled", "precision": self.manifest["precision"], "loops": self.manifest["loops"]}

    def run(self, inputs: Mapping[str, float | np.ndarray], duration: float, noise_seed: int) -> Output:
        """Run the program once in a private folder.

        Parameters
        ----------
        inputs : mapping
            Value of every input the manifest names (SI units).
        duration : float
            Network time, s.
        noise_seed : int
            Seed of everything random in the run; the wiring is among the inputs.

        Raises
        ------
        EngineError
            If inputs are missing, unknown or not finite, if the program fails or says anything, if it did not
            simulate the time asked for, or if an output is not finite.
        ProgramKilled
            If the program was ended from outside.
        """
        build_cache.hold(self.folder)
        manifest = self.manifest
        _check(inputs, manifest["inputs"])
        with scratch() as private:
            arguments = ["--results_dir", f"{private}/"]
            for key, value in inputs.items():
                if np.ndim(value) == 0:
                    arguments.append(f"{key}={float(value)!r}")
                else:
                    target, known = private / f"input_{key}", manifest["inputs"][key]
                    np.ascontiguousarray(value, dtype=known["dtype"]).tofile(target)
                    arguments.append(f"{known['argument']}={target}")
            environment = dict(
                os.environ,
                **{SEED_VARIABLE: str(noise_seed), DURATION_VARIABLE: repr(float(duration))},
            )
            done = subprocess.run(
                [str(self.folder / "main"), *arguments],
                cwd=self.folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            refuse_killed(done.returncode)
            said = (done.stderr + done.stdout).strip()
            if done.returncode != 0 or said:
                raise EngineError(f"the compiled circuit failed (exit {done.returncode}): {said[:500] or 'no message'}")
            return _read(manifest, private, duration)


@functools.cache
def _manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return manifest


def _check(inputs: Mapping[str, float | np.ndarray], known: Mapping[str, dict[str, Any]]) -> None:
    missing, unknown = set(known) - set(inputs), set(inputs) - set(known)
    if missing or unknown:
        raise EngineError(f"inputs missing: {sorted(missing)}, unknown: {sorted(unknown)}")
    for name, value in inputs.items():
        if not np.all(np.isfinite(value)):
            raise EngineError(f"{name}: not a finite number")
        size = known[name].get("size", 1)
        if np.ndim(value) and np.size(value) != size:
            raise EngineError(f"{name}: {np.size(value)} values, the circuit holds {size}")


def _read(manifest: dict[str, Any], folder: Path, duration: float) -> Output:
    def array(entry: dict[str, Any]) -> np.ndarray:
        values = np.fromfile(folder / entry["file"], dtype=entry["dtype"])
        if values.dtype.kind == "f" and not np.all(np.isfinite(values)):
            raise EngineError(f"{entry['name']}: the run produced values that are not finite")
        return values.astype(float) if values.dtype == np.float32 else values

    finished = float((folder / "last_run_info.txt").read_text().split()[1])
    if abs(finished - 1) > 1e-6:
        raise EngineError(f"only {100 * finished:.0f} % of {duration:g} s of network time was simulated")
    spikes = {name: (array(entry["t"]), array(entry["i"])) for name, entry in manifest["spikes"].items()}
    states = {}
    for name, entry in manifest["states"].items():
        times = array(entry["t"])
        if not len(times):
            raise EngineError(f"{name}: nothing was recorded")
        states[name] = {"t": times} | {
            variable: array(column).reshape(len(times), -1).T for variable, column in entry["variables"].items()
        }
    contacts = {name: array(entry) for name, entry in manifest["contacts"].items()}
    return Output(spikes, states, contacts, duration)


def cached(name: str, scale: float, precision: Precision = "single") -> Build | None:
    """The compiled circuit if the cache holds it, whole; nothing is compiled.

    Without a compiler it is the one that was compiled last for this processor, which needs none to run.
    """
    cache = cache_folder()
    return _resolve(cache, cache / "quick" / quick_key(name, scale, _compiler_version(compiler()), precision))


def build(
    name: str, scale: float, say: Callable[[str], None] = lambda _: None, precision: Precision = "single"
) -> Build:
    """The compiled circuit, from the cache or built now.

    Parameters
    ----------
    name : str
        Of a plan (`circuit.wiring.plan`).
    scale : float
    say : callable, optional
        Told once if something has to be compiled.
    precision : str
        Of what cells and contacts hold, but for times: ``"single"`` or ``"double"``.

    Raises
    ------
    EngineError
        If there is no compiler or compiling fails.
    circuit.engine.build_cache.CacheError
        If others can write to the cache, or the size that it may have cannot be read.
    """
    cache = cache_folder()
    version, name = _compiler_version(compiler()), plan(name).name
    quick = cache / "quick" / quick_key(name, scale, version, precision)
    if found := _resolve(cache, quick):
        return found
    if compiler() is None:
        raise EngineError("no C++ compiler (g++ and make) was found")
    allowed = build_cache.limit()
    with lock(cache / "locks" / f"{quick.name}.lock"):
        if found := _resolve(cache, quick):
            return found
        begin = time.perf_counter()
        with build_cache.workshop(cache) as workshop:
            folder = workshop / "circuit"
            # A process of its own: Brian2 keeps one device per process, and the caller may be using another.
            command = [
                sys.executable,
                "-m",
                "circuit.engine.generate",
                name,
                repr(float(scale)),
                precision,
                str(folder),
            ]
            run_step(command, workshop, importable() | SAME_ORDER)
            sources = (folder / "sources.sha256").read_text()
            key = _digest(sources, _machine(), version, " ".join(FLAGS))
            target = cache / "builds" / key
            with lock(cache / "locks" / f"{key}.lock"):
                if not build_cache.whole(target):
                    say(f"compiling the circuit {name} at scale {scale:g} (once; kept in {cache})")
                    compile_program(folder)
                    _tidy(folder)
                    seconds = round(time.perf_counter() - begin, 1)
                    about = {
                        "preset": name,
                        "scale": float(scale),
                        "precision": precision,
                        "processor": PROCESSOR,
                        "build_seconds": seconds,
                    }
                    build_cache.seal(folder, about)
                    build_cache.discard(target)
                    os.replace(folder, target)
                build_cache.hold(target)
        for link in {quick.name, quick_key(name, scale, "", precision)}:
            temporary = build_cache.made(quick.parent) / f"{link}.{os.getpid()}"
            temporary.write_text(key)
            os.replace(temporary, quick.with_name(link))
    build_cache.clear(cache, keep=allowed)
    return Build(target)


def _tidy(folder: Path) -> None:
    """Keep the program and what a run needs; the rest is a hundred times as large."""
    for path in folder.iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _resolve(cache: Path, quick: Path) -> Build | None:
    """The finished build that a quick key names, if it is there and whole; it is then in use."""
    with contextlib.suppress(OSError, ValueError):
        folder = cache / "builds" / quick.read_text().strip()
        build_cache.hold(folder)  # before it is looked at, so that nobody removes it after that
        return Build(folder) if build_cache.whole(folder) else None
    return None
