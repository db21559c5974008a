"""The README's first figure, the table below it and the page of evidence are of one and the same model: this one."""

from __future__ import annotations

import hashlib
import json
import re

from benchmarks.first_page import FIGURE, ROOT, STAMP, between_marks, table
from circuit.parameters import parameter_hash

STAMPED = json.loads(STAMP.read_text(encoding="utf-8"))
MADE_BY = "make them again: python -m benchmarks.rounds plasticity, then python -m benchmarks.first_page"


def test_the_first_figure_and_its_table_are_of_the_parameters_of_the_code():
    assert STAMPED["parameters"] == parameter_hash(), MADE_BY
    assert hashlib.sha256(FIGURE.read_bytes()).hexdigest() == STAMPED["figure"], MADE_BY


def test_the_table_says_what_the_runs_of_the_figure_gave():
    assert between_marks((ROOT / "README.md").read_text(encoding="utf-8")) == table(STAMPED["rows"]), MADE_BY
    assert len(STAMPED["rows"]) == 10 and all(row["n"] == 40 for row in STAMPED["rows"])


def test_the_page_of_evidence_is_of_the_same_parameters():
    page = (ROOT / "docs" / "plasticity.md").read_text(encoding="utf-8")
    assert re.findall(r"Parameters: `(\w+)`", page) == [parameter_hash()], MADE_BY
    stated = {f"{row['mean']:.3g}" for row in STAMPED["rows"] if row["group"] == "control"}
    assert all(re.search(rf"\| P[13]a \|.*\| {value} \[", page) for value in stated)
