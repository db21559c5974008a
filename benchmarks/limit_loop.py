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
PRESET, PLASTIC = "corticoaccumbens", "pyramidal_to_medium_spiny_plastic"
POPULATIONS = ("PL_pyramidal", "PL_interneuron", "core_medium_spiny", "core_fast_spiking")
LONGEST_RATE_DIFFERENCE = 0.02


def inputs(scale: float, duration: float) -> dict[str, Any]:
    """Inputs of a naive animal at rest and at full rate: no pulses, nothing accelerated."""
    from benchmarks.oracles import inputs_for

    return inputs_for([], duration, name=PRESET, scale=scale)


def write_parameters(scale: float, duration: float, file: Path) -> None:
    """The engine's inputs by population and projection, numbers of cells and contacts, and the tones at rest."""
    from circuit.wiring.layout import lay_out
    from circuit.wiring.plan import plan
    from synapses.plasticity import Plasticity, depression_gate
    from synapses.release import Release, release_probability
    from synapses.tone import Tone, camp_drive

    table, given = plan(PRESET).table, inputs(scale, duration)
    layout = lay_out(table, scale, 1)
    values: dict[str, float] = {}
    for name, place in layout.ranges.items():  # kinds of cells are named in the engine, populations in the loop
        values |= _of(given, place.kind, name, place.cells)
        values[f"cells.{name}"] = place.number
    for row in table.projection:
        pathway, places = layout.contacts(row)
        values |= _of(given, pathway, row.name, places)
        values[f"{row.name}.conductance"] = row.conductance * 1e-9
        values[f"degree.{row.name}"] = len(places) // layout.ranges[row.source].number
        values[f"delay.{row.name}"] = row.delay * 1e-3
        values[f"delay_deviation.{row.name}"] = row.delay_deviation * 1e-3
    values |= _of(given, "extracellular", "extracellular", slice(None))
    camp = camp_drive(values["extracellular.mglur23_tone"], Tone())
    values["camp"] = float(camp)
    values["gate"] = float(depression_gate(values["extracellular.mglur5_tone"], Plasticity()))
    release = Release()
    contacts = values["extracellular.contacts"]
    values["miniature_rate"] = contacts * release.spontaneous * float(release_probability(camp, 0.0, release))
    file.write_text("".join(f"{name} {value!r}\n" for name, value in values.items()))


def _of(given: dict[str, Any], owner: str, name: str, places: slice | np.ndarray) -> dict[str, float]:
    """What the engine gives one of its objects, under the name of a part of it; only what is alike in all of the part.

    Parameters
    ----------
    given : dict
        The engine's inputs.
    owner : str
        Name of the object.
    name : str
        Name of the part.
    places : slice or ndarray of int
        Where the part lies in the object.
    """
    found = {}
    for key, value in given.items():
        of, _, variable = key.partition(".")
        if of == owner:
            part = np.atleast_1d(value)[places if np.ndim(value) else slice(None)]
            if np.ptp(part) == 0:
                found[f"{name}.{variable}"] = float(part[0])
    return found


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
    from circuit.wiring.layout import ranges
    from circuit.wiring.plan import plan

    build, given = compiled.build(PRESET, scale), inputs(scale, duration)
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with memory_of_children() as largest:
        output = build.run(given, duration, seed)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    places = ranges(plan(PRESET).table, scale)
    rates = {
        name: float(places[name].holds(output.spikes[places[name].kind][1]).sum()) / places[name].number / duration
        for name in POPULATIONS
    }
    rho, potentiation = (output.contacts[f"{PLASTIC}.{variable}"] for variable in ("rho", "potentiation"))
    more = {"rho": float(rho.mean()), "potentiation": float(potentiation.mean()), "contacts": int(rho.size)}
    more["field"] = float(output.states["field"]["potential"].mean())
    return {"processor": processor, "wall": wall, "memory": largest[0], **rates, **more}


def compare(scale: float, duration: float, repeats: int) -> dict[str, Any]:
    """Processor time a network second of both, their ratio, and how far their rates differ."""
    from circuit.engine import compiled

    compiled.build(PRESET, scale)
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
    from circuit.wiring.plan import plan

    return {
        "cells": sum(plan(PRESET).table.numbers(scale).values()),
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
