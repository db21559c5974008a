"""The convergence benchmark at the smallest size, and what it writes."""

from __future__ import annotations

import tomllib

from benchmarks.convergence import NONE, protocols, write
from benchmarks.convergence_page import page, table

ROWS = [
    {"protocol": name, "acceleration": a, "animals": 4, "mean": m, "interval": [m - 1, m + 1], "full": 120.0,
     "network_seconds": 100.0, "fewer_by": 18.0}
    for name, sign in (("moussawi2009 HFS", -1), ("moussawi2009 LFS", 1))
    for a, m in ((10.0, 0.2 * sign), (100.0, 1.6 * sign))
]  # fmt: skip
REPORT = {"animals": 4, "scale": 0.1, "seed": 1, "settings": [], "rows": ROWS}


def test_every_shipped_plasticity_protocol_is_measured_once():
    assert {"moussawi2009 HFS", "frequency_and_bursts three bursts", "frequency_and_bursts 30 Hz", NONE} <= set(
        protocols()
    )
    assert "moussawi2009 LFS" not in protocols()  # three bursts as well


def test_the_table_reads_back_as_it_was_measured():
    found = tomllib.loads(table(REPORT))
    assert [row["mean"] for row in found["error"]] == [-0.2, -1.6, 0.2, 1.6]
    assert found["error"][1]["interval"] == [-2.6, -0.6]


def test_the_page_says_what_is_within_the_tolerance():
    rows = [line for line in page(REPORT).splitlines() if line.startswith("| moussawi2009 HFS")]
    assert "| within |" in rows[0] and "| not within |" in rows[1]


def test_page_figure_and_table_are_written(tmp_path):
    write(REPORT, tmp_path / "convergence.md", tmp_path / "convergence.toml")
    assert (tmp_path / "figures" / "convergence.png").stat().st_size > 1000
    write(REPORT, tmp_path / "again.md", None)
    assert "figures/convergence.png" in (tmp_path / "again.md").read_text()
