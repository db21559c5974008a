"""Error of LTP and LTD against acceleration, 1 to 1,000, for every plasticity protocol that is shipped.

    python -m benchmarks.convergence --animals 16 --scale 0.25          (make convergence)

The same animals in full biological time (acceleration 1) and accelerated; the error is the difference of the response
of all contacts in % of baseline, animal by animal, which has no noise of the field. Each run is a file, so a
measurement that was stopped goes on from there. Writes docs/convergence.md, its figure, and
protocols/stimulation/convergence.toml, from which `acceleration.maximum = "auto"` chooses.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.convergence_page import figure, page, table
from benchmarks.exactness import NO_INDUCTION
from protocols.experiments.experiment import Experiment, load
from protocols.experiments.overrides import with_overrides
from protocols.experiments.shipped import shipped
from protocols.runs.batch import run_batch
from protocols.runs.plan import plan
from protocols.runs.progress import progress
from protocols.simulation.digest import experiment_hash
from results import store
from results.figures import drawing
from results.statistics.agreement import paired_difference
from results.statistics.summary import frame
from results.store.files import replacing, write_json

ACCELERATIONS = (1.0, 10.0, 30.0, 100.0, 300.0, 600.0, 1000.0)
MEASURE = "contact_response"
NONE = "no induction"


def protocols() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Every shipped plasticity test, and one without induction: name -> experiment, test, changes.

    Of tests that stimulate the same animals in the same way, one is used. Tests of `causality` are left out.
    """
    found: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    seen = []
    for name in shipped():
        experiment = load(name)
        for test in experiment.test:
            what = (test.model_copy(update={"name": ""}), experiment.group[0].history, experiment.circuit)
            if name != "causality" and test.kind == "plasticity" and what not in seen:
                found[f"{name} {test.name}"] = (name, test.name, ())
                seen.append(what)
    return {**found, NONE: ("moussawi2009", "HFS", NO_INDUCTION)}


def simulate(experiment: Experiment, test: str, out: Path, jobs: int | None) -> tuple[pd.Series, float]:
    """The measure of every animal of the first group, and the network time of one run, s."""
    group = experiment.group[0].name
    folder = out / experiment_hash(experiment)[:12]
    batch = run_batch(experiment, progress(), folder, jobs, only={(group, test)})
    if batch.failures:
        raise RuntimeError(f"{len(batch.failures)} runs failed; the same command does them again")
    values = frame(batch.recordings)
    chosen = values[(values["test"] == test) & (values["group"] == group) & (values["measure"] == MEASURE)]
    first = next(run for run in plan(experiment) if (run.identity.group, run.identity.test) == (group, test))
    seconds = float(store.read(folder / first.file).provenance["network_seconds"])
    return chosen.set_index("animal")["value"], seconds


def measure(
    animals: int,
    scale: float,
    seed: int,
    jobs: int | None,
    out: Path,
    names: Sequence[str],
    accelerations: Sequence[float] = ACCELERATIONS,
    settings: Sequence[str] = (),
) -> dict[str, Any]:
    """Run, or read, every protocol at every acceleration and compare each with full time.

    Parameters
    ----------
    animals : int
        Paired animals of the first group; at least 2.
    scale : float
        Of the circuit.
    seed : int
    jobs : int or None
        Processes; one per core when left out.
    out : Path
        Folder of the runs.
    names : sequence of str
        Of `protocols`.
    accelerations : sequence of float
        1, full time, is added where it is missing.
    settings : sequence of str
        Further changes, ``PATH=VALUE``.

    Returns
    -------
    dict
        ``animals, scale, seed, settings, rows``; a row is one protocol at one acceleration, with ``mean`` and
        ``interval`` of the error in points, ``full`` and ``network_seconds``.
    """
    rows = []
    base = [f"animals.per_group={animals}", f"circuit.scale={scale:g}", f"animals.seed={seed}"]
    for name in names:
        shipped_name, test, changes = protocols()[name]
        at = {}
        for a in sorted({1.0, *accelerations}):
            # Nothing else in the table of acceleration matters in full time, so those runs are shared.
            asked = [s for s in settings if a > 1 or not s.startswith("acceleration.")]
            asked = [*base, *changes, *asked, f"acceleration.maximum={a:g}"]
            at[a] = simulate(with_overrides(load(shipped_name), asked), test, out, jobs)
        full, full_seconds = at[1.0]
        for acceleration, (values, seconds) in at.items():
            if acceleration == 1:
                continue
            mean, interval = paired_difference(values, full)
            if interval is None or not np.all(np.isfinite(interval)):
                raise RuntimeError(f"{name}: {len(values)} animals give no interval; take at least 2")
            rows.append({
                "protocol": name, "acceleration": acceleration, "animals": len(values), "mean": float(mean),
                "interval": [float(edge) for edge in interval], "full": float(full.mean()),
                "network_seconds": seconds, "fewer_by": full_seconds / seconds,
            })  # fmt: skip
    return {"animals": animals, "scale": scale, "seed": seed, "settings": list(settings), "rows": rows}


def write(report: Mapping[str, Any], page_file: Path, table_file: Path | None) -> None:
    """The page with its figure beside it, and the table of errors where one is wanted."""
    drawing.save(figure(report), page_file.parent / "figures", "convergence")
    for file, text in ((page_file, page(report)), (table_file, table(report))):
        if file is not None:
            with replacing(file) as temporary:
                temporary.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the page, the figure and the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.convergence", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--animals", type=int, default=16)
    parser.add_argument("--scale", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, help="processes; one per core by default")
    parser.add_argument("--protocols", nargs="+", choices=list(protocols()), default=list(protocols()))
    parser.add_argument("--accelerations", nargs="+", type=float, default=list(ACCELERATIONS), metavar="A")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--out", type=Path, default=Path("runs/convergence"), metavar="DIR")
    parser.add_argument("--page", type=Path, default=Path("docs/convergence.md"), metavar="FILE")
    parser.add_argument("--table", type=Path, default=Path("protocols/stimulation/convergence.toml"), metavar="FILE")
    parser.add_argument("--keep-table", action="store_true", help="do not replace the table that `auto` chooses from")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    if given.animals < 2:
        parser.error("--animals: at least 2, for an interval")
    if any(a < 1 for a in given.accelerations):
        parser.error("--accelerations: 1 or more each")
    animals, scale, out = given.animals, given.scale, given.out
    report = measure(
        animals, scale, given.seed, given.jobs, out, given.protocols, given.accelerations, given.settings
    )  # fmt: skip
    write(report, given.page, None if given.keep_table else given.table)
    if given.json:
        write_json(given.json, report)
    print(page(report), end="")
    print(f"wrote {given.page}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
