"""How fast the engine is: against a plain Brian2 script, other simulators and a hand-written loop, and how cost grows.

    python -m benchmarks.speed [--quick] [--only PART]...             (make bench)

Parts: `limit`, `peers`, `plain`, `growth`. Each measurement is stored at once (benchmarks/results.json), and the same
command goes on from there. An entry that is deleted, or whose question changes, is measured again. The site's page on
benchmarks has the tables. ANNarchy and NEST come with the extra `bench`, GeNN from its repository (it is not on PyPI):
``pip install git+https://github.com/genn-team/genn``. Peers that are missing are named and left out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import limit_loop, peers, same_work
from benchmarks.side_by_side import Cost, Kept, measured, middle, ratio, take_turns

PARTS = ("limit", "peers", "plain", "growth")
RESULTS = Path(__file__).parent / "results.json"
WAYS = {"cuba": "matched", "coba": "as used"}
EFFORT = {"cuba": (10.0, 8), "coba": (4.0, 5)}
"""Network seconds and repeats for each benchmark network."""
EXPERIMENT = "moussawi2009"


def limit(kept: Kept, quick: bool) -> None:
    """The engine against the hand-written loop, once it is known that they do the same work."""
    key = limit_loop.key()
    kept.get("same work", {"loop": key, "engine": limit_loop.engine_key()}, same_work.check)
    for scale in (1.0,) if quick else (1.0, 4.0, 16.0):
        seconds, repeats = (4.0, 3) if quick else (10.0, 5)
        asked = {"scale": scale, "network_seconds": seconds, "repeats": repeats, "loop": key}
        kept.get(f"limit, scale {scale:g}", asked, partial(limit_loop.compare, scale, seconds, repeats))
    seconds, repeats = 4.0, 3 if quick else 5
    asked = {"scale": 1.0, "network_seconds": seconds, "repeats": repeats, "loop": key, "protocol": "tetanus"}
    kept.get("limit, tetanus", asked, partial(limit_loop.compare, 1.0, seconds, repeats, "tetanus"))


def peer(kept: Kept, quick: bool) -> None:
    """The benchmark networks here and in ANNarchy and NEST."""
    absent = peers.missing()
    if absent:
        print(f"not installed, left out: {', '.join(absent)} (see the page on benchmarks)", file=sys.stderr)
    present = [name for name in peers.SIMULATORS if name not in absent]
    for network in ("cuba",) if quick else peers.NETWORKS:
        # A network drawn anew has a rate of its own: matched rates show over many draws only.
        seconds, repeats = (2.0, 3) if quick else EFFORT[network]
        asked = {"network_seconds": seconds, "repeats": repeats, "simulators": present}
        kept.get(f"{network}, {WAYS[network]}", asked, partial(_peers, network, asked))


def _peers(network: str, asked: dict[str, Any]) -> dict[str, Any]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # ANNarchy looks there
    with tempfile.TemporaryDirectory() as name:

        def contender(simulator: str) -> Callable[[int], Cost]:
            def run(repeat: int) -> Cost:
                words = [simulator, network, str(asked["network_seconds"]), str(repeat + 1), f"{name}/{simulator}"]
                return measured([sys.executable, "-m", "benchmarks.peers", *words], {"PATH": path})

            return run

        costs = take_turns({s: contender(s) for s in asked["simulators"]}, asked["repeats"])
    seconds = {s: [c.printed["processor"] / asked["network_seconds"] for c in costs[s]] for s in costs}
    rates = {s: np.array([c.printed["rate"] for c in costs[s]]) for s in costs}
    return {
        "processor_per_network_second": {s: middle(v) for s, v in seconds.items()},
        "times_as_long_as_here": {s: ratio(v, seconds["brian"]) for s, v in seconds.items() if s != "brian"},
        "rates": {s: float(np.mean(v)) for s, v in rates.items()},
        "rate_differs_by": {s: _difference(v, rates["brian"]) for s, v in rates.items() if s != "brian"},
        "build_processor": {s: max(c.printed["build_processor"] for c in costs[s]) for s in costs},
        "versions": {s: costs[s][0].printed["version"] for s in costs},
    }


def _difference(rates: np.ndarray, ours: np.ndarray) -> dict[str, float]:
    """Difference of mean rates relative to ours, and its standard error over networks drawn."""
    error = np.hypot(rates.std(ddof=1) / len(rates) ** 0.5, ours.std(ddof=1) / len(ours) ** 0.5)
    return {"mean": float(rates.mean() / ours.mean() - 1), "standard_error": float(error / ours.mean())}


def plain(kept: Kept, quick: bool) -> None:
    """The experiment of Moussawi et al. 2009 here and as a plain Brian2 script, which is measured on a part."""
    asked = {"scale": 0.1, "network_seconds": 2.0 if quick else 10.0, "repeats": 1 if quick else 3, "animals": 8}
    kept.get("plain Brian2 script", asked, partial(_plain, asked))


def _plain(asked: dict[str, Any]) -> dict[str, Any]:
    from protocols.experiments.experiment import load
    from protocols.experiments.overrides import with_overrides

    tests = load(EXPERIMENT).test
    groups, scale = len(load(EXPERIMENT).group), asked["scale"]
    settings = [f"circuit.scale={scale:g}", "animals.per_group=1"]
    experiment = with_overrides(load(EXPERIMENT), settings)
    own: dict[str, list[float]] = {"build": [], **{test.name: [] for test in tests}}
    script: dict[str, list[float]] = {"build": [], "second": []}
    for repeat in range(asked["repeats"]):
        with tempfile.TemporaryDirectory() as name:
            words = [str(scale), str(asked["network_seconds"]), f"{name}/script"]
            printed = measured([sys.executable, "-m", "benchmarks.plain_brian2", *words]).printed
            script["build"].append(printed["build_processor"])
            script["second"].append(printed["processor"] / asked["network_seconds"])
            words = ["_ours", json.dumps(experiment.model_dump(mode="json", exclude_unset=True)), str(repeat), name]
            printed = measured(
                [sys.executable, "-m", "benchmarks.speed", *words], {"CORTICOSTRIATAL_CACHE": name}
            ).printed
            for part in own:
                own[part].append(printed[part])
    runs = groups * asked["animals"]
    ours = [own["build"][r] + runs * sum(own[test.name][r] for test in tests) for r in range(asked["repeats"])]
    lengths = {test.name: test.length for test in tests}
    theirs = [
        groups * len(tests) * script["build"][r] + runs * script["second"][r] * sum(lengths.values())
        for r in range(asked["repeats"])
    ]
    return {
        "what": f"{runs * len(tests)} runs; of the script {asked['network_seconds']:g} s of network time and one of "
        f"{groups * len(tests)} builds were measured, here one build and one run of each test; the rest is multiplied",
        "version": version("brian2"),
        "biological_seconds": lengths,
        "processor_here": {part: middle(values) for part, values in own.items()},
        "processor_script": {part: middle(values) for part, values in script.items()},
        "whole_experiment_processor": {"here": middle(ours), "script": middle(theirs)},
        "ratio": ratio(theirs, ours),
    }


def ours(document: str, folder: Path) -> dict[str, float]:
    """One build and one run of each test of the experiment, with all that surrounds a run; processor time of each."""
    from protocols.experiments.experiment import experiment_from
    from protocols.runs.plan import plan
    from protocols.simulation.simulate import prepare, simulate

    experiment = experiment_from(json.loads(document))
    before = _everything()
    prepared = prepare(experiment)
    took = {"build": _everything() - before}
    for run in plan(experiment):
        if run.identity.group == experiment.group[0].name:
            before = _everything()
            simulate(run.identity, experiment, prepared)
            took[run.identity.test] = _everything() - before
    return took


def _everything() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def growth(kept: Kept, quick: bool) -> None:
    """Cost of a network second, memory and build over cells; of an animal over animals; of a run over processes."""
    for scale in (0.25, 1.0) if quick else (0.25, 1.0, 4.0, 8.0, 16.0, 20.0):
        asked = {"scale": scale, "network_seconds": 2.0 if quick else 10.0, "repeats": 3}
        kept.get(f"growth, scale {scale:g}", asked, partial(_size, asked))
    for animals in (1, 4) if quick else (1, 4, 16, 64):
        asked = {"scale": 0.25, "network_seconds": 2.0, "animals": animals}
        kept.get(f"animals, {animals}", asked, partial(_animals, asked, 1))
    for processes in (1, 2):
        asked = {"scale": 0.25, "network_seconds": 5.0, "animals": 4 if quick else 16, "processes": processes}
        kept.get(f"processes, {processes}", asked, partial(_animals, asked, processes))


def _size(asked: dict[str, Any]) -> dict[str, Any]:
    from circuit.wiring.plan import plan

    scale, seconds = asked["scale"], asked["network_seconds"]
    with tempfile.TemporaryDirectory() as name:
        cache = {"CORTICOSTRIATAL_CACHE": name}  # an empty one: what a build costs is seen
        build = measured([sys.executable, "-m", "benchmarks.speed", "_build", str(scale)], cache)

        def run(length: float) -> Callable[[int], Cost]:
            words = ["_engine", str(scale), str(length)]
            command = [sys.executable, "-m", "benchmarks.limit_loop", *words]
            return lambda r: _as_printed(measured([*command, str(r + 1)], cache))

        costs = take_turns({"short": run(0.1), "long": run(seconds + 0.1)}, asked["repeats"])
    per_second = [(b.processor - a.processor) / seconds for a, b in zip(costs["short"], costs["long"], strict=True)]
    return {
        "cells": sum(plan(limit_loop.PRESET).table.numbers(scale).values()),
        "plastic_contacts": costs["long"][0].printed["contacts"],
        "processor_per_network_second": middle(per_second),
        "start": middle([cost.processor for cost in costs["short"]]),
        "memory": max(cost.memory for cost in costs["long"]),
        "build": {"wall": build.wall, "processor": build.processor},
    }


def _as_printed(cost: Cost) -> Cost:
    return Cost(cost.printed["wall"], cost.printed["processor"], cost.printed["memory"], cost.printed)


def _animals(asked: dict[str, Any], processes: int) -> dict[str, Any]:
    """Animals one after the other on one build, spread over some processes."""
    from concurrent.futures import ThreadPoolExecutor

    from circuit.engine import compiled

    compiled.build(limit_loop.PRESET, asked["scale"])
    begin, before = time.perf_counter(), _everything()
    with ThreadPoolExecutor(processes) as pool:  # each waits for a program of its own
        jobs = [(asked["scale"], asked["network_seconds"], animal + 1) for animal in range(asked["animals"])]
        list(pool.map(lambda job: limit_loop.engine(*job), jobs))
    wall, processor = time.perf_counter() - begin, _everything() - before
    return {"wall": wall, "processor": processor, "processor_per_animal": processor / asked["animals"]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the measurements that are missing."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["_ours"]:
        print(json.dumps(ours(words[1], Path(words[3]))))
        return 0
    if words[:1] == ["_build"]:
        from circuit.engine import compiled

        compiled.build(limit_loop.PRESET, float(words[1]))
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few repeats of small networks; decides little")
    parser.add_argument("--only", nargs="+", action="extend", choices=PARTS, metavar="PART", help=" ".join(PARTS))
    parser.add_argument(
        "--out", type=Path, default=None, metavar="FILE", help="results.json; quick: results-quick.json"
    )
    given = parser.parse_args(words)
    file = given.out or (RESULTS.with_name("results-quick.json") if given.quick else RESULTS)
    kept = Kept(file)
    parts = {"limit": limit, "peers": peer, "plain": plain, "growth": growth}
    try:
        for part in given.only or PARTS:
            parts[part](kept, given.quick)
    except limit_loop.LessWorkError as difference:
        print(difference, file=sys.stderr)
        return 1
    from benchmarks.speed_page import tables

    print(tables(kept.entries), end="")
    print(f"wrote {file}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
