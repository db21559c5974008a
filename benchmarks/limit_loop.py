"""The engine against one hand-written C++ loop of its circuit (`benchmarks/limit/`), the practical limit.

Both get the same inputs, the wiring among them, and simulate the same network time, at rest or with a tetanus. The loop
has its own generator of random numbers, so the two agree in the mean, not spike by spike. That they do the same work is
checked by `benchmarks.same_work` before anything is measured, and here again on the runs that are measured: a loop that
computed less would not be a limit.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.side_by_side import ContenderError, Cost, measured, memory_of_children, ratio, take_turns

SOURCES = Path(__file__).parent / "limit"
PRESET, PLASTIC = "corticoaccumbens", "pyramidal_to_medium_spiny_plastic"
STATES = {
    "field": (("potential",), 1),
    "slow": (
        ("extrasynaptic", "perisynaptic", "mglur23_tone", "mglur5_tone", "camp", "depression_gate", "release_rate"), 1,
    ),
    "cells": (("v", "I_afferent"), 4),
}  # fmt: skip
"""What the loop records over time, as the engine's monitors name it, and of how many cells."""
TETANUS, STRENGTH = (1.0, 50, 50.0), 0.8
"""s, pulses, Hz; share of axons that a pulse recruits."""
CHANCE = 1e-4
"""How often a measure of two equal programs may be called different."""


class LessWorkError(ContenderError):
    """A loop and an engine that do not do the same work."""


def inputs(scale: float, duration: float, protocol: str = "rest") -> dict[str, Any]:
    """Inputs of a naive animal at full rate, nothing accelerated.

    Parameters
    ----------
    scale : float
    duration : float
        Network time, s.
    protocol : {"rest", "tetanus"}
        Without pulses, or with a tetanus in a window after which terminals are put back.
    """
    from benchmarks.oracles import inputs_for
    from circuit.clock import CLOCK_BIN

    begin, number, frequency = TETANUS if protocol == "tetanus" else (0.0, 0, 1.0)
    pulses = begin + np.arange(number) / frequency
    given = inputs_for(list(pulses), duration, name=PRESET, scale=scale)
    given["pulse_strengths.values"][:number] = STRENGTH
    if number:
        window = slice(round(begin / CLOCK_BIN), round(1 + pulses[-1] / CLOCK_BIN))
        given["pulse_window.values"][window] = 1.0
    return given


def write_inputs(given: Mapping[str, Any], folder: Path) -> None:
    """The engine's inputs as files that the loop reads; sizes, bins and which contacts are recorded beside them."""
    from circuit.clock import CLOCK_BIN, EXPOSURE_BIN
    from circuit.network.electrode import SAMPLED_SYNAPSES
    from circuit.wiring.layout import ranges
    from circuit.wiring.plan import plan
    from synapses.pharmacology import CHANNELS

    contacts = len(given[f"{PLASTIC}.rho"])
    sample = np.linspace(0, contacts - 1, min(SAMPLED_SYNAPSES, contacts)).astype(int)
    drugs = {f"exposure.{name}": given["exposures.values"][:, column] for column, name in enumerate(CHANNELS)}
    everything = dict(given) | drugs | {"sample": sample, "clock_bin": CLOCK_BIN, "exposure_bin": EXPOSURE_BIN}
    number = len(given["medium_spiny.is_d1"]) / plan(PRESET).table.numbers(1.0)["core_medium_spiny"]
    for place in ranges(plan(PRESET).table, number).values():
        everything[f"cells.{place.kind}"] = place.number
    numbers = {name: float(value) for name, value in everything.items() if np.ndim(value) == 0}
    (folder / "numbers").write_text("".join(f"{name} {value!r}\n" for name, value in numbers.items()))
    for name, value in everything.items():
        if name not in numbers:
            np.ascontiguousarray(value, dtype=np.float64).tofile(folder / name)


def key(sources: Path = SOURCES) -> str:
    """Hash of the loop: another loop has to be measured again."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(sources.iterdir()))).hexdigest()[:16]


def engine_key() -> str:
    """Hash of the model and of what makes its program."""
    from circuit.engine.compiled import FLAGS, model_files

    parts = (" ".join(FLAGS).encode(), *(path.read_bytes() for path in model_files()))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def compiled_loop(sources: Path = SOURCES) -> Path:
    """The loop as a program, compiled with the engine's own flags unless it is there; another's beside its sources."""
    from circuit.engine.build_cache import cache_folder, made
    from circuit.engine.compiled import FLAGS

    flags = [flag for flag in FLAGS if not flag.startswith("-std")] + ["-std=c++17"]
    folder = cache_folder() / "limit" if sources == SOURCES else sources.parent
    program = folder / hashlib.sha256(f"{key(sources)} {' '.join(flags)}".encode()).hexdigest()[:16]
    if not program.exists():
        made(folder)
        temporary = program.with_suffix(f".{os.getpid()}")
        command = [os.environ.get("CXX", "g++"), *flags, str(sources / "loop.cpp"), "-o", str(temporary)]
        subprocess.run(command, check=True)
        os.replace(temporary, program)
    return program


def run_loop(program: Path, given: Mapping[str, Any], duration: float, seed: int) -> tuple[Any, dict[str, Any]]:
    """One run of the loop.

    Parameters
    ----------
    program : Path
        From `compiled_loop`.
    given : mapping
        The engine's inputs.
    duration : float
        Network time, s.
    seed : int

    Returns
    -------
    output : circuit.engine.compiled.Output
        As the engine leaves it, without times of samples.
    printed : dict
        Counts of events.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(given, folder)
        cost = measured([str(program), name, name, repr(duration), str(seed)])
        return read(folder, duration), dict(cost.printed)


def read(folder: Path, duration: float) -> Any:
    """What a run of the loop left in its folder, as `circuit.engine.compiled.Output`."""
    from circuit.engine.compiled import Output

    kinds = [path.stem for path in sorted(folder.glob("*.t"))]
    spikes = {k: (np.fromfile(folder / f"{k}.t"), np.fromfile(folder / f"{k}.i", dtype=np.int32)) for k in kinds}
    states = {}
    for name, (variables, number) in STATES.items():
        values = np.fromfile(folder / name).reshape(-1, number, len(variables))
        states[name] = {variable: values[:, :, column].T for column, variable in enumerate(variables)}
    contacts = {f"{PLASTIC}.{name}": np.fromfile(folder / name) for name in ("rho", "potentiation")}
    return Output(spikes, states, contacts, duration)


def means(output: Any, given: Mapping[str, Any]) -> dict[str, float]:
    """What is compared between runs: mean rates, weights and field, and how many events there were.

    Releases are the mean rate of release per contact, times contacts and time; calcium enters once for each. Every
    spike of a medium spiny cell reaches each contact onto it.
    """
    rho, potentiation = (np.asarray(output.contacts[f"{PLASTIC}.{name}"], float) for name in ("rho", "potentiation"))
    targets = given[f"targets_{PLASTIC}.values"].astype(int)
    incoming = np.bincount(targets, minlength=len(given["medium_spiny.is_d1"]))
    released = float(np.mean(output.states["slow"]["release_rate"])) * rho.size
    events = float(incoming[output.spikes["medium_spiny"][1]].sum()) / output.duration
    sizes = {"pyramidal": len(given["pyramidal.background_drive"]), "medium_spiny": len(incoming)}
    return {
        **{f"{kind}, Hz": len(output.spikes[kind][0]) / number / output.duration for kind, number in sizes.items()},
        **{f"{kind}, spikes a second": len(output.spikes[kind][0]) / output.duration
           for kind in ("cortical_interneuron", "fast_spiking")},
        "rho": float(rho.mean()), "potentiation": float(potentiation.mean()),
        "field": float(np.mean(output.states["field"]["potential"])),
        "releases a second": released, "postsynaptic events a second": events,
    }  # fmt: skip


def differing(ours: Sequence[Mapping[str, float]], others: Sequence[Mapping[str, float]]) -> str:
    """Measures in which two programs differ by more than chance over their runs, in words; empty if they agree."""
    found = []
    for name in ours[0]:
        a, b = (np.array([run[name] for run in runs], dtype=float) for runs in (ours, others))
        if np.ptp([*a, *b]) > 0 and stats.ttest_ind(a, b, equal_var=False).pvalue < CHANCE:
            found.append(f"{name} {a.mean():.5g} and {b.mean():.5g}")
    return "; ".join(found)


def refuse(difference: str, where: str) -> None:
    """Stop if there is a difference.

    Raises
    ------
    LessWorkError
    """
    if difference:
        raise LessWorkError(f"engine and hand-written loop do not do the same work {where}: {difference}")


def engine(scale: float, duration: float, seed: int, protocol: str = "rest") -> dict[str, Any]:
    """One run of the compiled circuit: the cost of the program itself, and its means."""
    from circuit.engine import compiled

    build, given = compiled.build(PRESET, scale), inputs(scale, duration, protocol)
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with memory_of_children() as largest:
        output = build.run(given, duration, seed)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    contacts = len(given[f"{PLASTIC}.rho"])
    return {
        "processor": processor, "wall": wall, "memory": largest[0], "contacts": contacts, "means": means(output, given),
    }  # fmt: skip


def compare(scale: float, duration: float, repeats: int, protocol: str = "rest") -> dict[str, Any]:
    """Processor time a network second of both, their ratio, and what both did.

    Raises
    ------
    LessWorkError
        If their means differ by more than chance, or calcium did not enter at the loop's contacts.
    """
    from circuit.engine import compiled
    from circuit.wiring.plan import plan

    compiled.build(PRESET, scale)
    program, given = compiled_loop(), inputs(scale, duration, protocol)
    with tempfile.TemporaryDirectory() as name:
        write_inputs(given, Path(name))
        command = [str(program), name, name, repr(duration)]

        def ours(repeat: int) -> Cost:
            words = ["_engine", str(scale), str(duration), str(repeat + 1), protocol]
            printed = measured([sys.executable, "-m", "benchmarks.limit_loop", *words]).printed
            return Cost(printed["wall"], printed["processor"], printed["memory"], printed)

        def loop(repeat: int) -> Cost:
            cost = measured([*command, str(repeat + 1)])
            done = {**cost.printed, "means": means(read(Path(name), duration), given)}
            refuse(unfilled(done), f"at scale {scale:g}")
            return Cost(cost.wall, cost.processor, cost.memory, done)

        costs = take_turns({"engine": ours, "loop": loop}, repeats)
        parts = measured([*command, "1", "parts"]).printed["parts"]
    runs = {who: [cost.printed["means"] for cost in each] for who, each in costs.items()}
    refuse(differing(runs["engine"], runs["loop"]), f"at scale {scale:g}")
    seconds = {who: [cost.processor / duration for cost in costs[who]] for who in costs}
    return {
        "cells": sum(plan(PRESET).table.numbers(scale).values()),
        "plastic_contacts": costs["engine"][0].printed["contacts"],
        "processor_per_network_second": {who: float(np.median(values)) for who, values in seconds.items()},
        "ratio": ratio(seconds["engine"], seconds["loop"]),
        "memory": {who: max(cost.memory for cost in costs[who]) for who in costs},
        "means": {
            name: {who: float(np.mean([run[name] for run in each])) for who, each in runs.items()}
            for name in runs["loop"][0]
        },
        "events_of_the_loop": {name: count for name, count in costs["loop"][0].printed.items() if name in EVENTS},
        "parts_of_the_loop": parts,
    }


EVENTS = ("spikes at contacts", "releases", "calcium events", "postsynaptic events")


def unfilled(counts: Mapping[str, Any]) -> str:
    """What is missing in a loop's counts: each release but the last ones lets calcium in; empty if nothing is."""
    releases, entries = counts["releases"], counts["calcium events"]
    return (
        "" if 0.9 * releases <= entries <= releases and entries else f"{entries} calcium events for {releases} releases"
    )


if __name__ == "__main__":
    if sys.argv[1] == "_engine":
        print(json.dumps(engine(float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])))
