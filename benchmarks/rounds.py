"""Experiments over several seeds: every row of evidence that they answer, its verdict, and what each group did.

    python -m benchmarks.rounds plasticity          plasticity, release and glutamate      -> docs/plasticity.md
    python -m benchmarks.rounds by_region           plasticity by region and day            -> docs/by_region.md
    python -m benchmarks.rounds weeks               treatments, histories, spines, dopamine -> docs/weeks.md

Each run is a file, so a round that was stopped goes on from there. With --kept the page is made from the tables that
`benchmarks.kept` has kept.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import kept
from benchmarks.prose import wrapped
from benchmarks.seeking import evidence_section, group_means, model_and_settings, recordings, rows_answered
from protocols.experiments.experiment import load
from results.evidence import table as published
from results.figures import DRAWINGS, save
from results.recording import Recording
from results.statistics.summary import frame
from results.store.files import replacing
from results.tables import counted


@dataclass(frozen=True)
class Round:
    """A round of experiments.

    Attributes
    ----------
    title : str
    question : str
        The page on the question of the experiments; Markdown.
    animals : mapping
        Experiment -> animals in a group at each seed: one where a run is long.
    seeds : sequence of int
    settings : sequence of str
        ``PATH=VALUE``, for all of them.
    each_seed : str
        Experiment whose verdicts are counted seed by seed too; "" for none.
    figure : str
        Kind of figure that is drawn of the first experiment; "" for none. Then findings are listed with their sources,
        too, misses first.
    """

    title: str
    question: str
    animals: Mapping[str, int]
    seeds: Sequence[int] = (1, 2, 3, 4, 5)
    settings: Sequence[str] = ()
    each_seed: str = ""
    figure: str = ""


ROUNDS = {
    "plasticity": Round(
        "Plasticity, release and glutamate: model beside paper",
        "What the model is: [model](model.md); how it was fitted: [calibration](calibration.md).",
        {"moussawi2009": 8, "frequency_and_bursts": 4, "basal_glutamate": 4, "release_and_ratio": 4, "tone": 8},
        (101, 102, 103, 104, 105),
        ("circuit.scale=0.25",),
        "moussawi2009",
    ),
    "by_region": Round(
        "LTP and LTD in core, shell and DLS: model beside paper",
        "What days of cocaine change in each region: [regions](../synapses/regions.toml); "
        "what a state is: [model](model.md).",
        {"plasticity_by_region": 4, "release_by_region": 4},
        (101, 102),
        ("circuit.scale=0.25",),
        figure="sites",
    ),
    "weeks": Round(
        "Weeks and treatments: model beside paper",
        "What the experiments ask and what their misses say: [treatments](treatments.md), [spines](spines.md), "
        "[dopamine](dopamine.md).",
        {
            "huang2026": 6,
            "nac_daily": 6,
            "ceftriaxone": 6,
            "spine_dynamics": 1,
            "spines_and_seeking": 1,
            "homer2": 4,
            "drug_classes": 4,
            "dopamine_and_tolerance": 1,
        },
    ),
}
SHOWN = {
    "fepsp": "field in the window, % of baseline",
    "fepsp_time_course": "field, all sweeps after, % of baseline",
    "contact_response": "response of all contacts, % of baseline",
    "active_presses": "active presses",
    "expected_presses": "presses called for",
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


SITES_SAID = (
    "A column for each projection, a row for each induction. Points are means with 95 % intervals over animals; days "
    "count from the last intake."
)


def page(name: str, found: Mapping[str, Sequence[Recording]], given: Round) -> str:
    """Verdicts, then what each group did in each test."""
    rows = rows_answered(found)
    lines = [
        f"# {given.title}",
        "",
        f"Written by `python -m benchmarks.rounds {name}`; do not edit. {given.question}",
        "",
        f"Seeds {', '.join(map(str, given.seeds))}; an animal is the same in all groups. "
        f"Intervals are 95 % over animals. {model_and_settings(found, given.settings)}",
        "",
        *evidence_section(rows),
    ]
    if given.figure:
        lines += _misses_first(rows)
        lines += ["", f"![{given.title.partition(':')[0]}](figures/{name}.png)", "", SITES_SAID]
    if given.each_seed in found:
        lines += _seed_by_seed(found[given.each_seed], given)
    for name, each in found.items():
        table = frame(list(each))
        lines += ["", f"## {name}", "", f"{table['animal'].nunique()} animals a group; mean ± SEM."]
        lines += group_means(table, SHOWN, "{:.3g} ± {:.2g}")
    return "\n".join(lines) + "\n"


def _misses_first(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Each finding with its verdict and its source, misses first."""
    sources = {row.id: row.source for row in published.load()}
    order = ("wrong", "inconclusive", "right")
    ordered = sorted(rows, key=lambda row: order.index(row["status"]) if row["status"] in order else 3)
    lines = ["", "## Misses first, with sources", ""]
    return lines + [f"* {row['id']}, {row['status']}: {row['statement']} {sources[row['id']]}." for row in ordered]


def _seed_by_seed(found: Sequence[Recording], given: Round) -> list[str]:
    """Verdicts on one experiment's rows, counted for each seed alone."""
    animals = given.animals[given.each_seed]
    kinds = ("right", "inconclusive", "wrong")
    lines = ["", f"## {given.each_seed}, seed by seed", "", f"{animals} animals a group at each seed.", ""]
    lines += ["| seed | " + " | ".join(kinds) + " |", "| --- |" + " --- |" * len(kinds)]
    for place, seed in enumerate(given.seeds):
        own = [each for each in found if each.identity.animal // animals == place]
        told = Counter(row["status"] for row in counted(rows_answered({given.each_seed: own})))
        lines.append(f"| {seed} | " + " | ".join(str(told[kind]) for kind in kinds) + " |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, or read what is there, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("round", choices=list(ROUNDS))
    parser.add_argument("--seeds", type=int, nargs="+", help="those of the round by default")
    parser.add_argument("--animals", type=int, help="per group and seed; a number for each experiment by default")
    parser.add_argument("--experiments", nargs="+", metavar="NAME", help="all of the round by default")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument(
        "--kept", action="store_true", help="nothing is run: the page is of what benchmarks.kept has kept"
    )
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--out", type=Path, metavar="DIR", help="runs/<round> by default")
    parser.add_argument("--page", type=Path, metavar="FILE", help="docs/<round>.md by default")
    asked = parser.parse_args(arguments)
    given = ROUNDS[asked.round]
    if unknown := set(asked.experiments or ()) - set(given.animals):
        parser.error(f"--experiments: {sorted(unknown)} not in this round; it has {', '.join(given.animals)}")
    animals = {name: asked.animals or number for name, number in given.animals.items()}
    settings = (*given.settings, *asked.settings)
    given = replace(given, animals=animals, seeds=asked.seeds or given.seeds, settings=settings)
    out, target = asked.out or Path("runs") / asked.round, asked.page or Path("docs") / f"{asked.round}.md"
    if asked.kept:
        if asked.settings or asked.animals or asked.seeds:
            parser.error("--kept: is for what was run as shipped; --set, --animals and --seeds are for runs")
        found = kept.of_all(asked.experiments or given.animals)
        given = replace(given, seeds=sorted({one.provenance["seed"] for each in found.values() for one in each}))
    else:
        found = {
            name: recordings(name, given.seeds, given.animals[name], given.settings, out, asked.jobs)
            for name in asked.experiments or given.animals
        }
    with replacing(target) as temporary:
        temporary.write_text(wrapped(page(asked.round, found, given)), encoding="utf-8")
    if given.figure:
        first = next(iter(found))
        designed = {"experiment": load(first).model_dump_json()}  # of which a figure reads sites and days
        drawn = DRAWINGS[given.figure].draw([replace(one, provenance=designed) for one in found[first]])
        save(drawn, target.parent / "figures", asked.round, ["png"])


if __name__ == "__main__":
    main()
