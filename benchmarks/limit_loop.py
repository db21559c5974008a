"""The engine against one hand-written C++ loop of its circuit (`benchmarks/limit/loop.cpp`), the practical limit.

Both run at rest for the same network time at equal parameters; their rates are compared, since a loop that computed
less would not be a limit. The loop has its own generator of random numbers, so the two agree in the mean, not spike by
spike.
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
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.side_by_side import Cost, measured, memory_of_children, ratio, take_turns

SOURCE = Path(__file__).parent / "limit" / "loop.cpp"
POPULATIONS = ("PL_pyramidal", "PL_interneuron", "core_medium_spiny", "core_fast_spiking")
LONGEST_RATE_DIFFERENCE = 0.02


def inputs(duration: float) -> dict[str, Any]:
    """Inputs of a naive animal at rest and at full rate: no pulses, nothing accelerated."""
    from benchmarks.oracles import inputs_for

    return inputs_for([], duration)


def write_parameters(scale: float, duration: float, file: Path) -> None:
    """The engine's inputs, numbers of cells and contacts, and the tones at rest, as the loop reads them."""
    from circuit.wiring.preset import out_degree, preset
    from synapses.plasticity import Plasticity, depression_gate
    from synapses.release import Release, release_probability
    from synapses.tone import Tone, camp_drive

    chosen, given = preset("corticoaccumbens"), inputs(duration)
    numbers = chosen.scaled(scale)
    values = {name: float(value) for name, value in given.items() if np.ndim(value) == 0}
    values |= {f"cells.{name}": number for name, number in numbers.items()}
    for row in chosen.projection:
        values[f"degree.{row.name}"] = out_degree(row, numbers)
        values[f"delay.{row.name}"] = row.delay * 1e-3
        values[f"delay_deviation.{row.name}"] = row.delay_deviation * 1e-3
    camp = camp_drive(values["extracellular.mglur23_tone"], Tone())
    values["camp"] = float(camp)
    values["gate"] = float(depression_gate(values["extracellular.mglur5_tone"], Plasticity()))
    release = Release()
    contacts = values["extracellular.contacts"]
    values["miniature_rate"] = contacts * release.spontaneous * float(release_probability(camp, 0.0, release))
    file.write_text("".join(f"{name} {value!r}\n" for name, value in values.items()))


def compiled_loop() -> Path:
    """The loop as a program, compiled with the engine's own flags unless it is there."""
    from circuit.engine.build_cache import cache_folder, made
    from circuit.engine.compiled import FLAGS

    flags = [flag for flag in FLAGS if not flag.startswith("-std")] + ["-std=c++17"]
    key = hashlib.sha256(SOURCE.read_bytes() + " ".join(flags).encode()).hexdigest()[:16]
    program = cache_folder() / "limit" / key
    if not program.exists():
        made(program.parent)
        temporary = program.with_suffix(f".{os.getpid()}")
        subprocess.run([os.environ.get("CXX", "g++"), *flags, str(SOURCE), "-o", str(temporary)], check=True)
        os.replace(temporary, program)
    return program


def engine(scale: float, duration: float, seed: int) -> dict[str, Any]:
    """One run of the compiled circuit: the cost of the program itself, and its rates."""
    from circuit.engine import compiled
    from circuit.wiring.preset import preset

    build, given = compiled.build("corticoaccumbens", scale), inputs(duration)
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with memory_of_children() as largest:
        output = build.run(given, duration, seed, seed)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    numbers = preset("corticoaccumbens").scaled(scale)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rates = {name: len(output.spikes[name][0]) / numbers[name] / duration for name in POPULATIONS}
    more = {"rho": float(output.contacts["rho"].mean()), "potentiation": float(output.contacts["potentiation"].mean())}
    more["field"] = float(output.states["field"]["potential"].mean())
    more["contacts"] = int(output.contacts["rho"].size)
    return {"processor": processor, "wall": wall, "memory": largest[0], **rates, **more}


def compare(scale: float, duration: float, repeats: int) -> dict[str, Any]:
    """Processor time a network second of both, their ratio, and how far their rates differ."""
    from circuit.engine import compiled

    compiled.build("corticoaccumbens", scale)
    program = compiled_loop()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "parameters"
        write_parameters(scale, duration, file)

        def ours(repeat: int) -> Cost:
            words = ["_engine", str(scale), str(duration), str(repeat + 1)]
            printed = measured([sys.executable, "-m", "benchmarks.limit_loop", *words]).printed
            return Cost(printed["wall"], printed["processor"], printed["memory"], printed)

        def loop(repeat: int) -> Cost:
            return measured([str(program), str(file), str(duration), str(repeat + 1)])

        costs = take_turns({"engine": ours, "loop": loop}, repeats)
    rates = {
        name: {who: float(np.mean([cost.printed[name] for cost in costs[who]])) for who in costs}
        for name in (*POPULATIONS, "rho", "potentiation", "field")
    }
    seconds = {who: [cost.processor / duration for cost in costs[who]] for who in costs}
    from circuit.wiring.preset import preset

    return {
        "cells": sum(preset("corticoaccumbens").scaled(scale).values()),
        "plastic_contacts": costs["engine"][0].printed["contacts"],
        "processor_per_network_second": {who: float(np.median(values)) for who, values in seconds.items()},
        "ratio": ratio(seconds["engine"], seconds["loop"]),
        "memory": {who: max(cost.memory for cost in costs[who]) for who in costs},
        "rates": rates,
        "parts_of_the_loop": costs["loop"][0].printed["parts"],
    }


if __name__ == "__main__":
    if sys.argv[1] == "_engine":
        print(json.dumps(engine(float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))))
