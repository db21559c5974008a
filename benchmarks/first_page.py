"""The README's first figure and the table of the main experiment, both from the same runs.

    python -m benchmarks.first_page

Uses the runs of ``python -m benchmarks.rounds plasticity``, and does those that are missing. Writes the figure, the
table between its marks in README.md, and a file with the parameters and the verdicts on the evidence. A test checks
that these agree with each other, with the page of evidence and with the parameters of the code.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.rounds import ROUNDS
from benchmarks.seeking import recordings, verdicts
from protocols.experiments.experiment import load
from results import figures
from results.recording import Recording
from results.statistics import inference
from results.statistics.summary import frame
from results.store.files import replacing

ROOT = Path(__file__).resolve().parent.parent
EXPERIMENT = "moussawi2009"
FIGURE = ROOT / "docs" / "figures" / f"{EXPERIMENT}.png"
STAMP = FIGURE.with_suffix(".json")
MARKS = f"<!-- {EXPERIMENT}: python -m benchmarks.first_page -->", f"<!-- end of {EXPERIMENT} -->"
HEADS = {"HFS": "after a tetanus (HFS)", "LFS": "after low-frequency stimulation (LFS)"}


def parameters() -> str:
    """The hash of the parameters that the experiment reads."""
    return load(EXPERIMENT).parameter_hash


def rows(found: Sequence[Recording]) -> list[dict[str, Any]]:
    """Mean and 95 % interval of the field, % of baseline, of each group in each test."""
    table = frame(list(found))
    kept = table[table["measure"] == "fepsp"]
    made = []
    for (group, test), part in kept.groupby(["group", "test"], sort=False):
        interval = inference.mean_interval(part["value"].to_numpy())
        assert interval is not None, "an interval needs two animals"
        made.append(
            {"group": group, "test": test, "n": len(part), "mean": float(part["value"].mean())}
            | dict(zip(("low", "high"), interval, strict=True))
        )
    return made


def table(found: Sequence[dict[str, Any]]) -> str:
    """The rows in Markdown, a line a group."""
    tests = list(dict.fromkeys(row["test"] for row in found))
    lines = ["| | " + " | ".join(HEADS[test] for test in tests) + " |", "| --- |" + " --- |" * len(tests)]
    for group in dict.fromkeys(row["group"] for row in found):
        cells = [
            f"{row['mean']:.0f} [{row['low']:.0f}, {row['high']:.0f}]"
            for test in tests
            for row in found
            if row["group"] == group and row["test"] == test
        ]
        lines.append(f"| {group} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def between_marks(text: str) -> str:
    """The text between the marks of a page.

    Raises
    ------
    ValueError
        If a mark is missing.
    """
    return text[text.index(MARKS[0]) + len(MARKS[0]) : text.index(MARKS[1])].strip()


def main(arguments: Sequence[str] | None = None) -> None:
    """Do the runs or read them, and write figure, table and stamp."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/plasticity"), metavar="DIR")
    parser.add_argument("--jobs", type=int)
    asked = parser.parse_args(arguments)
    given = ROUNDS["plasticity"]
    found = recordings(EXPERIMENT, given.seeds, given.animals[EXPERIMENT], given.settings, asked.out, asked.jobs)
    figures.save(figures.plasticity_figure(found), FIGURE.parent, FIGURE.stem, ["png"])
    made = rows(found)
    stamp = {
        "experiment": EXPERIMENT, "parameters": parameters(), "seeds": list(given.seeds),
        "settings": list(given.settings), "rows": made,
        "evidence": verdicts({EXPERIMENT: found}).splitlines()[2:],
        "figure": hashlib.sha256(FIGURE.read_bytes()).hexdigest(),
    }  # fmt: skip
    with replacing(STAMP) as temporary:
        temporary.write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    with replacing(readme) as temporary:
        temporary.write_text(text.replace(between_marks(text), table(made)), encoding="utf-8")


if __name__ == "__main__":
    main()
