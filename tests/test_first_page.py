"""The README's first figure, the table below it and the page of evidence are of one and the same model: this one."""

from __future__ import annotations

import hashlib
import json

from benchmarks.first_page import FIGURE, ROOT, STAMP, between_marks, parameters, table

STAMPED = json.loads(STAMP.read_text(encoding="utf-8"))
MADE_BY = "make them again: python -m benchmarks.rounds plasticity, then python -m benchmarks.first_page"


def test_the_first_figure_and_its_table_are_of_the_parameters_of_the_code():
    assert STAMPED["parameters"] == parameters(), MADE_BY
    assert hashlib.sha256(FIGURE.read_bytes()).hexdigest() == STAMPED["figure"], MADE_BY


def test_the_table_says_what_the_runs_of_the_figure_gave():
    assert between_marks((ROOT / "README.md").read_text(encoding="utf-8")) == table(STAMPED["rows"]), MADE_BY
    assert len(STAMPED["rows"]) == 10 and all(row["n"] == 40 for row in STAMPED["rows"])


def judged(line: str) -> tuple[str, str, str]:
    """Id, mean and verdict of a row of evidence; ends of intervals come from resampling."""
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    return cells[0], cells[3].partition(" [")[0], cells[6]


def test_the_page_of_evidence_says_what_the_runs_of_the_figure_gave():
    page = (ROOT / "docs" / "plasticity.md").read_text(encoding="utf-8").splitlines()
    told = {judged(line) for line in page if line.startswith("| P") and line.count("|") >= 9}
    found = {judged(line) for line in STAMPED["evidence"]}
    verdicts = {verdict for *_, verdict in found}
    assert len(found) >= 16 and len(verdicts) > 1
    assert verdicts <= {"right", "wrong", "inconclusive", "not covered"}
    assert found - told == set(), MADE_BY
