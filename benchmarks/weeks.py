"""Treatments, drug histories and spines over several seeds: every row of evidence on days and weeks, and its verdict.

    python -m benchmarks.weeks --seeds 1 2 3 4 5 --out runs/weeks

Each run is a file, so a study that was stopped goes on from there. The page goes to docs/weeks.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.seeking import model_and_settings, recordings, verdicts
from results.files import replacing
from results.recording import Recording
from results.summary import frame

ANIMALS = {
    "huang2026": 1,
    "nac_daily": 1,
    "ceftriaxone": 1,
    "spine_dynamics": 1,
    "homer2": 4,
    "drug_classes": 4,
    "dopamine_and_tolerance": 1,
}
"""Experiment -> animals in a group at each seed: one where a run is long."""
SHOWN = {
    "active_presses": "active presses",
    "inactive_presses": "inactive presses",
    "core_glutamate_basal": "glutamate at rest, uM",
    "extrasynaptic_glutamate": "glutamate at rest, uM",
    "xct": "xCT of naive",
    "glt1_uptake": "GLT-1 of naive",
    "mglur23_tone": "mGluR2/3 tone",
    "mglur5_tone": "mGluR5 tone",
    "spine_head_45_min": "spine heads at 45 min, %",
    "spine_head_120_min": "at 120 min, %",
    "surface_ampa_30_min": "surface AMPA at 30 min, %",
    "dopamine_peak": "dopamine, % above basal",
    "reward_felt": "reward felt, % of naive",
}


def page(found: Mapping[str, Sequence[Recording]], seeds: Sequence[int], settings: Sequence[str]) -> str:
    """Verdicts, then what each group did in each test."""
    lines = [
        "# Weeks and treatments: model beside paper",
        "",
        "Written by `python -m benchmarks.weeks`; do not edit. What the experiments ask and what their misses say: "
        "[treatments](treatments.md), [spines](spines.md), [dopamine](dopamine.md).",
        "",
        f"Seeds {', '.join(map(str, seeds))}; an animal is the same in all groups. Intervals are 95 % over animals. "
        + model_and_settings(settings),
        "",
        "## Evidence",
        "",
        verdicts(found),
    ]
    for name, each in found.items():
        table = frame(list(each))
        lines += ["", f"## {name}", "", f"{table['animal'].nunique()} animals a group; mean ± SEM."]
        table = table[table["measure"].isin(SHOWN)]
        if table.empty:
            continue
        kept = [measure for measure in SHOWN if measure in set(table["measure"])]
        means = table.groupby(["group", "test", "measure"], sort=False)["value"].agg(["mean", "sem"]).reset_index()
        lines += ["", "| group | test | " + " | ".join(SHOWN[measure] for measure in kept) + " |"]
        lines += ["| --- | --- |" + " --- |" * len(kept)]
        for (group, test), part in means.groupby(["group", "test"], sort=False):
            cells = {row.measure: f"{row.mean:.3g} ± {row.sem:.2g}" for row in part.itertuples()}
            lines.append(f"| {group} | {test} | " + " | ".join(cells.get(measure, "-") for measure in kept) + " |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, or read what is there, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--experiments", nargs="+", choices=list(ANIMALS), default=list(ANIMALS))
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--out", type=Path, default=Path("runs/weeks"), metavar="DIR")
    parser.add_argument("--page", type=Path, default=Path("docs/weeks.md"), metavar="FILE")
    given = parser.parse_args(arguments)
    found = {
        name: recordings(name, given.seeds, ANIMALS[name], given.settings, given.out, given.jobs)
        for name in given.experiments
    }
    with replacing(given.page) as temporary:
        temporary.write_text(page(found, given.seeds, given.settings), encoding="utf-8")


if __name__ == "__main__":
    main()
