"""What single precision changes: the same animals in both precisions, in LTP, LTD and drug seeking.

    python -m benchmarks.precision --plasticity 32 --seeking 16 --jobs 1          (make precision)

Each run is a file, so a measurement that was stopped goes on from there. Animals are done in blocks, each in both
precisions, and the page docs/precision.md is written anew after each block.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from benchmarks.precision_page import page
from benchmarks.prose import wrapped
from benchmarks.seeking import numbered_on
from circuit.precision import Precision
from protocols.experiments.experiment import Experiment, load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.progress import progress
from protocols.simulation.digest import experiment_hash
from results import store
from results.recording import Recording
from results.statistics.agreement import paired_difference, verdict
from results.statistics.inference import Interval
from results.statistics.summary import frame, write_json
from results.store.files import replacing

POINTS = (-0.5, 0.5)
"""Limit of a difference of LTP or LTD, points of % of baseline; chosen before anything was measured."""
MEAN = "mean of the groups"
"""In place of a group: the mean over all groups of each animal, whose difference has less noise."""


@dataclass(frozen=True)
class Question:
    """What is compared.

    Attributes
    ----------
    experiment : str
    groups, tests : tuple of str
    limits : mapping from str to (float, float) or None
        Measure -> where its difference has to lie; None where nothing but its own noise says how large it may be.
    block : int
        Animals that are done before the page is written.
    """

    experiment: str
    groups: tuple[str, ...]
    tests: tuple[str, ...]
    limits: Mapping[str, Interval | None]
    block: int

    @property
    def conditions(self) -> set[tuple[str, str]]:
        """Each group in each test."""
        return {(group, test) for group in self.groups for test in self.tests}


QUESTIONS = {
    "plasticity": Question(
        "moussawi2009",
        ("control", "cocaine+NAC"),
        ("HFS", "LFS"),
        {"contact_response": POINTS, "fepsp": POINTS},
        block=4,
    ),
    "seeking": Question(
        "reinstatement",
        ("cocaine",),
        ("extinction", "cue", "prime"),
        {
            "active_presses": None,
            "core_glutamate_percent": None,
            "rate_core_medium_spiny": None,
            "efficacy_PL_pyramidal_to_core_medium_spiny_D1": None,
        },
        block=1,
    ),
}


@dataclass
class Found:
    """What is known so far of one question, by precision: recordings, and the least wall time of each condition, s."""

    recordings: dict[Precision, list[Recording]] = field(default_factory=lambda: {p: [] for p in get_args(Precision)})
    seconds: dict[Precision, dict[str, float]] = field(default_factory=lambda: {p: {} for p in get_args(Precision)})
    animals: int = 0


def block(question: Question, seed: int, settings: Sequence[str], out: Path, jobs: int | None, into: Found) -> None:
    """Simulate one block of animals in both precisions, or read the runs that exist, and add it to what is known.

    Raises
    ------
    RuntimeError
        If a run failed.
    """
    for precision in get_args(Precision):
        chosen = _chosen(question, seed, precision, settings)
        folder = out / f"{question.experiment}-{precision}-{seed}-{experiment_hash(chosen)[:8]}"
        batch = run_batch(chosen, progress(), folder, jobs, only=question.conditions)
        if batch.failures:
            raise RuntimeError(f"{len(batch.failures)} runs failed; the same command does them again")
        into.recordings[precision] += numbered_on(batch.recordings, into.animals)
        for file in folder.glob("runs/*.h5"):
            condition, took = file.stem.rpartition("_")[0], float(store.read(file).provenance["wall_seconds"])
            into.seconds[precision][condition] = min(took, into.seconds[precision].get(condition, took))
    into.animals += question.block


def _chosen(question: Question, seed: int, precision: Precision, settings: Sequence[str]) -> Experiment:
    own = [f"animals.per_group={question.block}", f"animals.seed={seed}", f"circuit.precision={precision}"]
    return with_overrides(load(question.experiment), [*settings, *own])


def compare(question: Question, recordings: Mapping[Precision, Iterable[Recording]]) -> list[dict[str, Any]]:
    """Every measure of a question in both precisions.

    Returns
    -------
    list of dict
        ``group, test, measure, unit``, each group and then `MEAN`; means as ``single`` and ``double``; their difference
        ``value`` over paired animals with its ``interval``; the standard deviation of the differences ``differ`` and
        that over animals in double precision ``spread`` (None under two animals); ``limit`` and ``verdict``. Without a
        limit the verdict is ``"within its noise"`` if the interval holds zero, else ``"beyond its noise"``.
    """
    tables = {precision: frame(each) for precision, each in recordings.items()}
    rows = []
    chosen: dict[str, tuple[str, ...]] = {group: (group,) for group in question.groups}
    if len(chosen) > 1:
        chosen[MEAN] = question.groups
    for group, members in chosen.items():
        for test in question.tests:
            for measure, limit in question.limits.items():
                single, double = (
                    _values(tables[precision], members, test, measure) for precision in ("single", "double")
                )
                value, interval = paired_difference(single, double)
                several = len(single) > 1
                rows.append(
                    {
                        "group": group, "test": test, "measure": measure, "unit": _unit(tables["double"], measure),
                        "single": float(single.mean()), "double": float(double.mean()), "value": value,
                        "interval": interval, "differ": float((single - double).std()) if several else None,
                        "spread": float(double.std()) if several else None, "limit": limit,
                        "verdict": verdict(interval, limit) if limit else _beside_noise(interval),
                    }
                )  # fmt: skip
    return rows


def _values(table: pd.DataFrame, groups: Sequence[str], test: str, measure: str) -> pd.Series:
    """A measure of each animal; its mean over groups, where animals are paired."""
    chosen = table["group"].isin(groups) & (table["test"] == test) & (table["measure"] == measure)
    return table[chosen].groupby("animal")["value"].mean()


def _unit(table: pd.DataFrame, measure: str) -> str:
    return str(table.loc[table["measure"] == measure, "unit"].iloc[0])


def _beside_noise(interval: Interval | None) -> str:
    if interval is None:
        return "inconclusive"
    return "within its noise" if interval[0] <= 0 <= interval[1] else "beyond its noise"


def measure(
    wanted: Mapping[str, int], settings: Sequence[str], out: Path, jobs: int | None
) -> Iterator[dict[str, Any]]:
    """Compare the precisions, and say after each block of animals what is known.

    Parameters
    ----------
    wanted : mapping from str to int
        Name of a question -> animals, rounded up to whole blocks; none where it is 0.
    settings : sequence of str
        Further changes to the experiments, ``PATH=VALUE``.
    out : Path
        Folder of the runs.
    jobs : int or None
        Processes; one per core when left out.

    Yields
    ------
    dict
        ``settings`` and ``questions``: name -> ``experiment, scale, animals``, ``seconds`` of wall time of one
        animal in all groups and tests by precision, and ``rows`` as `compare` gives them.
    """
    questions: dict[str, dict[str, Any]] = {}
    for name, animals in ((name, n) for name, n in wanted.items() if n):
        question, found = QUESTIONS[name], Found()
        scale = _chosen(question, 1, "double", settings).circuit.scale
        for seed in range(1, -(-animals // question.block) + 1):
            block(question, seed, settings, out, jobs, found)
            questions[name] = {
                "experiment": question.experiment, "scale": scale, "animals": found.animals,
                "seconds": {precision: sum(each.values()) for precision, each in found.seconds.items()},
                "rows": compare(question, found.recordings),
            }  # fmt: skip
            yield {"settings": list(settings), "questions": dict(questions)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page. Returns 1 if a difference lies outside its limit or beyond its noise, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.precision", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--plasticity", type=int, default=32, metavar="N", help="animals of each group; 32")
    parser.add_argument("--seeking", type=int, default=16, metavar="N", help="animals; 16")
    parser.add_argument("--jobs", type=int, help="processes; one per core by default")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--out", type=Path, default=Path("runs/precision"), metavar="DIR")
    parser.add_argument("--page", type=Path, default=Path("docs/precision.md"), metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    wanted, report = {"plasticity": given.plasticity, "seeking": given.seeking}, None
    for report in measure(wanted, given.settings, given.out, given.jobs):
        with replacing(given.page) as temporary:
            temporary.write_text(wrapped(page(report)), encoding="utf-8")
        if given.json:
            write_json(given.json, report)
    if report is None:
        parser.error("no animals: nothing to compare")
    print(f"wrote {given.page}", file=sys.stderr)
    verdicts = {row["verdict"] for question in report["questions"].values() for row in question["rows"]}
    return int(bool(verdicts & {"broken", "beyond its noise"}))


if __name__ == "__main__":
    sys.exit(main())
