"""Measures of finished studies, kept in tables, so that a study grows from one machine to the next.

    python -m benchmarks.kept runs/seeking runs/weeks

Every folder `<experiment>-<seed>` there goes to `benchmarks/kept/<experiment>.csv.gz`, a line a run, as far as animals
have all their runs. Runs of other settings or parameters are dropped from the table. `python -m benchmarks.seeking
--kept` and `python -m benchmarks.rounds weeks --kept` write their pages from the tables.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import resting
from protocols.experiments.experiment import Experiment, load
from protocols.experiments.overrides import with_overrides
from protocols.runs.plan import plan
from protocols.simulation.digest import experiment_hash
from results import store
from results.recording import Identity, Measure, Recording
from results.store.files import replacing

TABLES = Path(__file__).parent / "kept"
WHO = ["settings", "code", "seed", "group", "test", "animal", "structure_seed", "noise_seed"]
COLUMN = re.compile(r"(?P<measure>\w+) \((?P<unit>.*)\)")


def settings_hash(experiment: Experiment) -> str:
    """What was simulated but for animals' number and seed, and with which parameters: 12 hexadecimal digits."""
    content = experiment.model_dump(mode="json", exclude={"animals": {"per_group", "seed"}})
    text = json.dumps([content, experiment.parameter_hash], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def keep(folder: Path, tables: Path = TABLES) -> str:
    """Put the animals of a folder, of whom all runs are there, into the table of their experiment; says what was done.

    Parameters
    ----------
    folder : Path
        Named `<experiment>-<seed>`.
    tables : Path

    Raises
    ------
    ValueError
        If a run is of other settings or other code than those of today, whose parameters may differ.
    """
    name, seed = _named(folder)
    every = _experiment(
        name, seed, 1 + max((store.identity(file).animal for file in folder.glob("runs/*.h5")), default=0)
    )
    missing = [run.identity.animal for run in plan(every) if not (folder / run.file).exists()]
    animals = min(missing, default=every.animals.per_group)
    experiment = _experiment(name, seed, max(animals, 1))
    old = table(name, tables)
    settings = settings_hash(experiment)
    old = old[old["settings"] == settings]
    same = old["seed"] == seed
    if not animals or old.loc[same, "animal"].nunique() >= animals:
        return f"{folder}: nothing new, {animals} animals a group"
    wanted = experiment_hash(experiment)
    new = pd.DataFrame(
        [{"settings": settings, "seed": seed} | _line(folder / run.file, wanted) for run in plan(experiment)]
    )
    new = new[[*WHO, *(column for column in new if column not in WHO)]]
    whole = pd.concat([part for part in (old[~same], new) if len(part)]).sort_values("seed", kind="stable")
    tables.mkdir(exist_ok=True)
    with replacing(tables / f"{name}.csv.gz") as temporary:
        text = whole.to_csv(index=False, float_format="%.7g")
        temporary.write_bytes(
            gzip.compress(text.encode(), mtime=0)
        )  # without name and time: the same table, the same file
    return f"{folder}: {animals} animals a group kept, {whole['seed'].nunique()} seeds in all"


def _named(folder: Path) -> tuple[str, int]:
    name, _, seed = folder.name.rpartition("-")
    return name, int(seed)


def _experiment(name: str, seed: int, animals: int) -> Experiment:
    return with_overrides(load(name), [f"animals.seed={seed}", f"animals.per_group={animals}"])


def _line(file: Path, wanted: str) -> dict[str, Any]:
    """Who a run is, which has to be of the experiment with a hash, and its measures."""
    run = resting.with_rates(store.read(file))
    if run.provenance["experiment_hash"] != wanted:
        raise ValueError(f"{file}: other settings, or other code, than those of today")
    who, code = run.identity, str(run.provenance["model_digest"])[:16]
    measures = {f"{name} ({one.unit})": float(one.value) for name, one in run.measures.items()}
    own = {key: getattr(who, key) for key in ("group", "test", "animal", "structure_seed", "noise_seed")}
    return {"code": code} | own | measures


def table(name: str, tables: Path = TABLES) -> pd.DataFrame:
    """All that is kept of an experiment; empty where nothing is."""
    file = tables / f"{name}.csv.gz"
    if not file.exists():
        return pd.DataFrame(columns=WHO)
    return pd.read_csv(file, compression="gzip", dtype={"settings": str, "code": str})


def recordings(name: str, tables: Path = TABLES) -> list[Recording]:
    """What is kept of an experiment with the settings and parameters of today; animals are numbered over the seeds.

    They hold measures and, as provenance, ``model_digest`` and ``seed``. The list is empty where nothing is kept.
    """
    experiment = load(name)
    found = table(name, tables)
    found = found[found["settings"] == settings_hash(experiment)]
    columns = {column: named for column in map(str, found) if (named := COLUMN.fullmatch(column))}
    taken: list[Recording] = []
    before = 0
    for seed, part in found.groupby("seed"):
        for line in part.to_dict("records"):
            measures = {
                named["measure"]: Measure(line[column], named["unit"])
                for column, named in columns.items()
                if line[column] == line[column]  # a measure that this test lacks is no number
            }
            animal = before + int(line["animal"])
            who = Identity(name, line["group"], line["test"], animal, line["structure_seed"], line["noise_seed"])
            taken.append(Recording(who, measures=measures, provenance={"model_digest": line["code"], "seed": seed}))
        before += int(part["animal"].max()) + 1
    return _in_order(experiment, taken)


def of_all(names: Iterable[str]) -> dict[str, list[Recording]]:
    """What is kept of some experiments, in their order; says of which nothing is, and stops where none is."""
    found = {name: recordings(name) for name in names}
    if missing := [name for name, each in found.items() if not each]:
        print(f"nothing is kept of {', '.join(missing)} with the settings and parameters of today", file=sys.stderr)
    if len(missing) == len(found):
        raise SystemExit(2)
    return {name: each for name, each in found.items() if each}


def _in_order(experiment: Experiment, taken: Iterable[Recording]) -> list[Recording]:
    """By group and test as the experiment names them, which is the order of tables and figures."""
    groups = {group.name: place for place, group in enumerate(experiment.group)}
    tests = {test.name: place for place, test in enumerate(experiment.test)}
    return sorted(taken, key=lambda one: (groups[one.identity.group], tests[one.identity.test], one.identity.animal))


def main() -> None:
    """Keep what is in some folders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="folders of <experiment>-<seed> folders")
    for root in parser.parse_args().folders:
        for folder in sorted(path.parent for path in root.glob("*-*/experiment.json")):
            print(keep(folder), file=sys.stderr)


if __name__ == "__main__":
    main()
