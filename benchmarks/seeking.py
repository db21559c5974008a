"""Seeking over several seeds: every row of evidence on behaviour and inactivation, and what its verdict comes from.

    python -m benchmarks.seeking --seeds 1 2 3 4 5 --out runs/seeking

Each run is a file, so a study that was stopped goes on from there. The page goes to docs/inactivation.md, the figure to
docs/figures/inactivation.png. With --kept both are made from the tables that `benchmarks.kept` has kept.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import kept, resting
from benchmarks.prose import wrapped
from circuit.parameters import parameter_hash
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import Batch, run_batch
from protocols.runs.plan import plan
from protocols.runs.progress import progress
from results import store
from results.evidence import pathways
from results.evidence import table as published
from results.evidence.comparison import compare
from results.figures.assays.seeking import seeking_figure
from results.recording import Recording
from results.statistics.summary import frame, summarise
from results.store.files import replacing
from results.tables import markdown, reasons_table, tally, verdicts_table

CHANCES_SAID = (
    "The last column says how likely each verdict is in another cohort of n animals (normal approximation from mean "
    "and standard deviation). A row that claims a sign comes out wrong in 2.5 % of cohorts if the model does nothing "
    "at all, whatever n: there a miss shows as inconclusive."
)
EXPERIMENTS = {
    "inactivation": 6,
    "reinstatement": 6,
    "infralimbic": 6,
    "extinction": 6,
    "other_histories": 6,
    "seeking_pharmacology": 6,
    "self_administration": 6,
    "learning_pathways": 2,
}
"""Experiment -> animals in a group at each seed."""
SHOWN = {
    "active_presses": "active presses",
    "expected_presses": "presses called for",
    "inactive_presses": "inactive presses",
    "core_glutamate_percent": "core glutamate, % of basal",
}


def recordings(
    name: str, seeds: Sequence[int], animals: int, settings: Sequence[str], out: Path, jobs: int | None
) -> list[Recording]:
    """All animals of an experiment at all seeds, numbered on."""
    found: list[Recording] = []
    for place, seed in enumerate(seeds):
        given = [*settings, f"animals.seed={seed}", f"animals.per_group={animals}"]
        batch = run_batch(with_overrides(load(name), given), progress(), out / f"{name}-{seed}", jobs)
        found += numbered_on(_with_resting_rates(batch), place * animals)
    return found


def _with_resting_rates(batch: Batch) -> Iterator[Recording]:
    """The batch's recordings; those whose rates at rest are told are read again, since only files hold spikes."""
    files = {run.identity: batch.folder / run.file for run in plan(batch.experiment)}
    for one in batch.recordings:
        yield resting.with_rates(store.read(files[one.identity])) if resting.wanted(one.identity) else one


def numbered_on(recordings: Iterable[Recording], animals: int) -> list[Recording]:
    """Recordings whose animals are numbered on from those of earlier ones."""
    return [replace(one, identity=replace(one.identity, animal=one.identity.animal + animals)) for one in recordings]


def rows_answered(found: Mapping[str, Sequence[Recording]]) -> list[dict[str, Any]]:
    """Rows of evidence that these recordings answer, as `results.evidence.comparison.compare` gives them."""
    summaries = {name: summarise(name, "", {}, 0.0, list(each)) for name, each in found.items()}
    return [row for row in compare(published.load(), summaries) if row["model"] is not None]


def verdicts(found: Mapping[str, Sequence[Recording]]) -> str:
    """Table of those rows."""
    return markdown(verdicts_table(rows_answered(found)))


def evidence_section(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Those rows, how many verdicts of each kind there are by use, and why rows are not counted or not predictions."""
    lines = ["## Evidence", "", CHANCES_SAID, "", markdown(verdicts_table(rows)), markdown(tally(rows))]
    reasons = reasons_table(rows)
    return lines + ([markdown(reasons)] if reasons.rows else [])


def group_means(table: pd.DataFrame, shown: Mapping[str, str], form: str) -> list[str]:
    """Table of what each group did in each test: mean and standard error, written by `form`.

    `shown`, measure -> its title, says which measures are shown; one that no animal has is left out.
    """
    table = table[table["measure"].isin(shown)]
    kept = [measure for measure in shown if measure in set(table["measure"])]
    if not kept:
        return []
    means = table.groupby(["group", "test", "measure"], sort=False)["value"].agg(["mean", "sem"]).reset_index()
    lines = ["", "| group | test | " + " | ".join(shown[measure] for measure in kept) + " |"]
    lines += ["| --- | --- |" + " --- |" * len(kept)]
    for (group, test), part in means.groupby(["group", "test"], sort=False):
        cells = {row.measure: form.format(row.mean, row.sem) for row in part.itertuples()}
        lines.append(f"| {group} | {test} | " + " | ".join(cells.get(measure, "-") for measure in kept) + " |")
    return lines


def model_and_settings(found: Mapping[str, Iterable[Recording]], settings: Sequence[str]) -> str:
    """Which model some experiments were done with, and what was set for them."""
    read = [circuit for name in found for circuit in with_overrides(load(name), settings).circuits_read]
    code = sorted({str(one.provenance["model_digest"])[:16] for each in found.values() for one in each})
    changed = f" Set for this study: {', '.join(f'`{setting}`' for setting in settings)}." if settings else ""
    return f"Parameters: `{parameter_hash(*read)}`; code: {', '.join(f'`{one}`' for one in code)}." + changed


def page(found: Mapping[str, list[Recording]], settings: Sequence[str]) -> str:
    """The page: verdicts, rates at rest from some files, then presses and glutamate of every group in every test."""
    lines = [
        "# Seeking and its inactivation: model beside paper",
        "",
        "Written by `python -m benchmarks.seeking`; do not edit.",
        "",
        "Animals are paired: every site, drug and test of an animal starts from the same trained state. "
        + model_and_settings(found, settings),
        "",
        "Classes are judged on the ratio to the paired vehicle with Fieller's 95 % interval: *blocked*, upper bound "
        "under 0.35; *reduced*, under 1, and wrong where the interval lies above 0.9; *raised*, lower bound over 2; "
        "anything between is inconclusive. What each pathway was expected to carry, and what was fitted, is in "
        "[seeking.md](seeking.md). What seeking still needs is in [next_mechanisms.md](next_mechanisms.md).",
        "",
        *evidence_section(rows_answered(found)),
    ]
    lines += resting.section(found.get("inactivation", ()))
    carried = pathways.judge(frame([each for recs in found.values() for each in recs]))
    if carried:
        lines += [
            "",
            "## What each learning pathway carries",
            "",
            "Expected before, in `results/evidence/pathways.toml`.",
            "",
        ]
        lines += [markdown(pathways.pathways_table(carried))]
    for name, recs in found.items():
        table = frame(recs)
        lines += ["", f"## {name}", "", f"{table['animal'].nunique()} animals a group."]
        lines += group_means(table, SHOWN, "{:.0f} ± {:.0f}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run, or read what is there, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--animals", type=int, help="per group and seed; a number for each experiment by default")
    parser.add_argument("--experiments", nargs="+", choices=EXPERIMENTS, default=list(EXPERIMENTS))
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument(
        "--kept", action="store_true", help="nothing is run: the page is of what benchmarks.kept has kept"
    )
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--out", type=Path, default=Path("runs/seeking"), metavar="DIR")
    parser.add_argument("--page", type=Path, default=Path("docs/inactivation.md"), metavar="FILE")
    parser.add_argument("--figure", type=Path, default=Path("docs/figures/inactivation.png"), metavar="FILE")
    given = parser.parse_args()
    if given.kept:
        if given.settings or given.animals:
            parser.error("--kept: is for what was run as shipped; --set and --animals are for runs")
        found = kept.of_all(given.experiments)
    else:
        found = {
            name: recordings(name, given.seeds, given.animals or number, given.settings, given.out, given.jobs)
            for name, number in EXPERIMENTS.items()
            if name in given.experiments
        }
    with replacing(given.page) as temporary:
        temporary.write_text(wrapped(page(found, given.settings)), encoding="utf-8")
    if "inactivation" in found:
        drawn = seeking_figure(found["inactivation"])
        with replacing(given.figure) as temporary:
            drawn.savefig(temporary, format="png", dpi=130)


if __name__ == "__main__":
    main()
