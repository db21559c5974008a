"""Whether the hand-written loop and the engine do the same work: the same law, event by event, and the same chances.

    python -m benchmarks.same_work

* Without chance: nothing fluctuates, and every spike releases, or only the first one at a contact and the first after
  terminals are put back. Both then follow one path, through an induction with paired spikes, a stretch of accelerated
  time, drugs and dopamine. Spikes, weights contact by contact, the field, pools and tones have to be equal, and so have
  the counts of events. Those of releases and calcium follow from the engine's spikes where every spike releases.
* With chance: release, backgrounds and miniatures as they are, through a tetanus. Means over runs have to be equal.

A difference stops the benchmark in one line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import limit_loop
from benchmarks.limit_loop import PLASTIC, PRESET

SCALE = 0.25
DURATION = 0.6  # s, without chance
ALIKE = 1e-6
"""Largest difference without chance, relative to the largest value: sums are added in another order."""
CALM = {"cortical_interneuron": 0.2, "fast_spiking": 0.3}
"""How much of their excitation interneurons keep without chance. At full drive they fire in bursts, in which rounding
grows until spikes move, between two of Brian2's own targets as well."""
RUNS, LONG = 24, 4.0  # runs of each with chance, and s of network time of each


RECOVERY = {"every spike releases": 0.0, "one vesicle": 1e12}
"""Time to replace a vesicle, s, that leaves nothing to chance."""


def without_chance(scale: float, recovery: float) -> dict[str, Any]:
    """Inputs with which nothing is left to chance, and with which every part of the law acts."""
    from benchmarks.oracles import inputs_for
    from circuit.clock import CLOCK_BIN
    from circuit.parameters import ModelParameters
    from synapses.pharmacology import Dosing

    parameters = ModelParameters().with_values({
        "pyramidal.drive_deviation": 0.0, "medium_spiny.drive_deviation": 0.0, "medium_spiny.up_fraction": 0.0,
        "medium_spiny.down_drive": 2.0, "medium_spiny.phi1": 0.2, "medium_spiny.phi2": 0.3, "release.spontaneous": 0.0,
        "release.maximum": 1.0, "release.floor_share": 1.0, "endocannabinoid.endocannabinoid_half": 0.001,
    })  # fmt: skip
    pulses = [0.05, *np.arange(0.1, 0.5, 0.02), 0.55]
    dosings = (Dosing("LY341495", -30.0, concentration=1.0), Dosing("MPEP", -30.0, concentration=0.01))
    given = inputs_for(pulses, DURATION, parameters, dosings, PRESET, scale)
    given[f"{PLASTIC}.recovery"] = recovery
    given["pulse_window.values"][1:5] = 1.0
    if recovery:  # what the few releases write is to be seen
        given[f"{PLASTIC}.residual_half"] = 1.0
    given["extracellular.extrasynaptic"] = given["extracellular.extrasynaptic"] * 1.5
    given["pulse_strengths.values"][: len(pulses)] = [0.2, *[0.8, 0.8, 0.8, -1.0] * 5, 0.2]
    rate, offset = given["biological_rate.values"], given["biological_offset.values"]
    rate[8:10] = 5.0
    starts = CLOCK_BIN * np.arange(len(rate))
    offset[:] = np.concatenate([[0], np.cumsum(rate * CLOCK_BIN)[:-1]]) - rate * starts
    for kind, share in CALM.items():
        given[f"pyramidal_to_{kind}.excitation"] = given[f"pyramidal_to_{kind}.excitation"] * share
    return given


def events(output: Any, given: Mapping[str, Any]) -> dict[str, int]:
    """Events at plastic contacts from the spikes and the wiring; releases and calcium where every spike releases."""
    times, cells = output.spikes["pyramidal"]
    first, step = given[f"first_{PLASTIC}.values"].astype(int), 1e-4
    steps, end = (given[f"{PLASTIC}.latency"] / step + 0.5).astype(int), round(output.duration / step)
    later = round(given[f"{PLASTIC}.calcium_delay"] / step)
    arrive = np.concatenate([
        np.round(t / step).astype(int) + steps[first[i] : first[i + 1]] for t, i in zip(times, cells, strict=True)
    ])  # fmt: skip
    incoming = np.bincount(given[f"targets_{PLASTIC}.values"].astype(int))
    found = {
        "spikes at contacts": int((arrive < end).sum()),
        "postsynaptic events": int(incoming[output.spikes["medium_spiny"][1]].sum()),
    }
    if given[f"{PLASTIC}.recovery"] == 0:
        found |= {"releases": found["spikes at contacts"], "calcium events": int((arrive + later < end).sum())}
    return found


def law_differs(ours: Any, other: Any, counts: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """Where two runs without chance differ, in words; empty if they agree.

    Parameters
    ----------
    ours, other : circuit.engine.compiled.Output
        Of the engine and of the loop.
    counts : mapping
        Events that the loop counted.
    given : mapping
        Inputs of both.
    """
    for kind, (times, cells) in other.spikes.items():
        known = ours.spikes[kind]
        if len(times) != len(known[0]) or not (_sorted(times, cells) == _sorted(*known)).all():
            return f"{kind}: {len(known[0])} and {len(times)} spikes, or at other times"
    for name, number in events(ours, given).items():
        if counts[name] != number:
            return f"{name}: {number} and {counts[name]}"
    pairs = {name: (ours.contacts[name], values) for name, values in other.contacts.items()}
    for monitor, columns in other.states.items():
        pairs |= {f"{monitor}.{name}": (ours.states[monitor][name], values) for name, values in columns.items()}
    for name, (known, found) in pairs.items():
        if known.shape != found.shape:
            return f"{name}: {known.shape} and {found.shape} samples"
        if (largest := np.abs(known - found).max()) > ALIKE * np.abs(known).max():
            return f"{name}: by {largest:.3g}"
    return ""


def _sorted(times: np.ndarray, cells: np.ndarray) -> np.ndarray:
    steps = np.round(np.asarray(times, float) / 1e-4).astype(int)
    return np.array(sorted(zip(steps, np.asarray(cells), strict=True)))


def check(scale: float = SCALE, sources: Path = limit_loop.SOURCES) -> dict[str, Any]:
    """What both did, once it is known that they do the same.

    Raises
    ------
    benchmarks.limit_loop.LessWorkError
        In one line, if they do not.
    """
    from circuit.engine import compiled

    build, program = compiled.build(PRESET, scale), limit_loop.compiled_loop(sources)
    exact = compiled.build(PRESET, scale, precision="double")
    done = {}
    for name, recovery in RECOVERY.items():
        given = without_chance(scale, recovery)
        ours = exact.run(given, DURATION, 1)
        other, counts = limit_loop.run_loop(program, given, DURATION, 1)
        difference = limit_loop.unfilled(counts) or law_differs(ours, other, counts, given)
        limit_loop.refuse(difference, f"without chance, {name}")
        done[name] = {event: counts[event] for event in limit_loop.EVENTS}
    given = limit_loop.inputs(scale, LONG, "tetanus")
    engine = [limit_loop.means(build.run(given, LONG, seed + 1), given) for seed in range(RUNS)]
    runs = [limit_loop.run_loop(program, given, LONG, seed + 1) for seed in range(RUNS)]
    loop = [limit_loop.means(output, given) for output, _ in runs]
    for _, printed in runs:
        limit_loop.refuse(limit_loop.unfilled(printed), "with chance")
    limit_loop.refuse(limit_loop.differing(engine, loop), "with chance")
    together = {}
    for name in loop[0]:
        a, b = (np.array([run[name] for run in each]) for each in (engine, loop))
        error = float(np.hypot(a.std(ddof=1), b.std(ddof=1)) / RUNS**0.5)
        together[name] = {"engine": float(a.mean()), "loop": float(b.mean()), "standard_error": error}
    return {"without chance": done, "with chance": together}


if __name__ == "__main__":
    try:
        print(json.dumps(check(), indent=1))
    except limit_loop.LessWorkError as difference:
        sys.exit(str(difference))
