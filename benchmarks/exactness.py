"""How exact the acceleration of slow variables is: the same animals in full biological time and at the default.

    python -m benchmarks.exactness --animals 16 --scale 0.25          (make exact)

Each run is a file, so a measurement that was stopped goes on from there. The page goes to docs/exactness.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.exactness_page import page
from benchmarks.prose import wrapped
from protocols.experiments.experiment import Experiment, load
from protocols.experiments.model import parameters
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.plan import plan
from protocols.runs.progress import progress
from protocols.simulation.digest import experiment_hash
from results import store
from results.statistics.agreement import mean_ratio, paired_difference, spread_ratio, verdict
from results.statistics.inference import Interval, mean_interval
from results.statistics.summary import TIME_COURSE, frame, write_json
from results.store.files import replacing

EXPERIMENT, GROUP = "moussawi2009", "control"
NO_INDUCTION = ("test.HFS.induction.pulses=1", "test.HFS.induction.trains=1", "parameters.electrode.induction=0")
PROTOCOLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "HFS": ("HFS", ()),
    "LFS": ("LFS", ()),
    "none": ("HFS", NO_INDUCTION),
}
"""Protocol: its test, and the changed settings. Without induction the electrode's one pulse recruits no axon."""
FULL_TIME = "acceleration.maximum=1"
POINTS, WEIGHT, SPREAD = (-2.0, 2.0), (-0.01, 0.01), (0.9, 1.1)
LIMITS = {"fepsp": POINTS, TIME_COURSE: POINTS, "contact_response": POINTS, "rho": WEIGHT, "potentiation": WEIGHT}
AT_REST = {"fepsp": 100.0, TIME_COURSE: 100.0, "contact_response": 100.0, "rho": 1.0, "potentiation": 0.0}
LEAST_SPREAD = 0.05
"""Spread over contacts, as a share of the weights' range, under which a ratio of spreads is not judged."""


@dataclass(frozen=True)
class Way:
    """One protocol, simulated one way: a row per animal, and the network time of one run."""

    values: pd.DataFrame
    network_seconds: float


def simulate(experiment: Experiment, protocol: str, full: bool, out: Path, jobs: int | None) -> Way:
    """Simulate the animals of one protocol, or read the runs that exist."""
    test, changes = PROTOCOLS[protocol]
    chosen = with_overrides(experiment, [*changes, *([FULL_TIME] if full else [])])
    folder = out / f"{protocol}-{'full' if full else 'accelerated'}-{experiment_hash(chosen)[:8]}"
    batch = run_batch(chosen, progress(), folder, jobs, only={(GROUP, test)})
    if batch.failures:
        raise RuntimeError(f"{len(batch.failures)} runs failed; the same command does them again")
    table = frame(batch.recordings)
    table = table[(table["test"] == test) & (table["group"] == GROUP)]
    first = next(run for run in plan(chosen) if (run.identity.group, run.identity.test) == (GROUP, test))
    seconds = float(store.read(folder / first.file).provenance["network_seconds"])
    return Way(table.pivot(index="animal", columns="measure", values="value"), seconds)


def compare(protocol: str, full: Way, fast: Way) -> list[dict[str, Any]]:
    """Every judged quantity of one protocol, accelerated compared with full time."""
    rows = []
    for measure, limit in LIMITS.items():
        a, b = fast.values[measure], full.values[measure]
        rows.append(_row(protocol, measure, "mean", b.mean(), a.mean(), *paired_difference(a, b), limit))
    if protocol == "none":
        return rows
    for measure in LIMITS:
        a, b = fast.values[measure], full.values[measure]
        if len(a) > 1:
            rows.append(_row(protocol, measure, "spread over animals", b.std(), a.std(), *spread_ratio(a, b), SPREAD))
    for weight in ("rho", "potentiation"):
        a, b = fast.values[f"{weight}_spread"], full.values[f"{weight}_spread"]
        judged = SPREAD if b.mean() >= LEAST_SPREAD else None
        rows.append(_row(protocol, weight, "spread over contacts", b.mean(), a.mean(), *mean_ratio(a, b), judged))
    return rows


def _row(
    protocol: str, measure: str, what: str, full: float, fast: float, value: float, interval: Interval | None,
    limit: Interval | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "protocol": protocol, "measure": measure, "what": what, "full": float(full), "accelerated": float(fast),
        "value": float(value), "interval": None if interval is None else [float(edge) for edge in interval],
        "limit": limit, "verdict": verdict(interval, limit) if limit else "not judged",
    }  # fmt: skip


def drift(ways: Mapping[str, Way]) -> list[dict[str, Any]]:
    """Change without an induction, which should be none, for each way of simulating."""
    rows = []
    for way, of in ways.items():
        for measure, rest in AT_REST.items():
            change = of.values[measure].to_numpy() - rest
            interval = mean_interval(change)
            rows.append({"way": way, "measure": measure, "value": float(change.mean()), "interval": interval})
    return rows


def oracles() -> dict[str, dict[str, float]]:
    """Errors of the event-driven rule against integration, and of the compiled against the runtime engine."""
    from benchmarks.oracles import calcium_errors, engine_errors

    return {"calcium": calcium_errors(), "engines": engine_errors()}


def measure(
    animals: int, scale: float, seed: int, jobs: int | None, out: Path, protocols: Sequence[str] = tuple(PROTOCOLS),
    settings: Sequence[str] = (), with_oracles: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Run, or read, both ways of every protocol and compare them.

    Parameters
    ----------
    animals : int
        Paired animals: equal structure seeds, so equal wiring and parameters; the noise differs in effect.
    scale : float
        Of the circuit.
    seed : int
    jobs : int or None
        Processes; one per core when left out.
    out : Path
        Folder of the runs.
    protocols : sequence of str
        Of `PROTOCOLS`.
    settings : sequence of str
        Further changes to the experiment, ``PATH=VALUE``, for both ways.
    with_oracles : bool
        Whether the formulations are compared too.

    Returns
    -------
    dict
        ``animals, scale, seed, spread_factor, group, settings, acceleration, rows, drift, network_seconds, oracles``,
        ready for JSON.
    """
    base = [f"animals.per_group={animals}", f"circuit.scale={scale:g}", f"animals.seed={seed}"]
    experiment = with_overrides(load(EXPERIMENT), [*base, *settings])
    rows: list[dict[str, Any]] = []
    seconds, at_rest = {}, []
    for protocol in protocols:
        fast, full = (simulate(experiment, protocol, way, out, jobs) for way in (False, True))
        rows += compare(protocol, full, fast)
        seconds[protocol] = {"full": full.network_seconds, "accelerated": fast.network_seconds}
        if protocol == "none":
            at_rest = drift({"full time": full, "accelerated": fast})
    return {
        "animals": animals,
        "scale": scale,
        "seed": seed,
        "spread_factor": parameters(experiment).variability.scale,
        "group": GROUP,
        "settings": list(settings),
        "acceleration": experiment.acceleration.model_dump(mode="json"),
        "rows": rows,
        "drift": at_rest,
        "network_seconds": seconds,
        "oracles": oracles() if with_oracles else {},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page. Returns 0 if all judged quantities are within their limits, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exactness", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--animals", type=int, default=16)
    parser.add_argument("--scale", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, help="processes; one per core by default")
    parser.add_argument("--protocols", nargs="+", choices=PROTOCOLS, default=list(PROTOCOLS))
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--out", type=Path, default=Path("runs/exactness"), metavar="DIR")
    parser.add_argument("--page", type=Path, default=Path("docs/exactness.md"), metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    report = measure(given.animals, given.scale, given.seed, given.jobs, given.out, given.protocols, given.settings)
    text = wrapped(page(report))
    with replacing(given.page) as temporary:
        temporary.write_text(text, encoding="utf-8")
    if given.json:
        write_json(given.json, report)
    print(text, end="")
    print(f"wrote {given.page}", file=sys.stderr)
    return int(any(row["verdict"] == "broken" for row in report["rows"]))


if __name__ == "__main__":
    sys.exit(main())
