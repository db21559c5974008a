"""Figures have their panels, labels and files; tables their columns."""

from pathlib import Path

import numpy as np
import pytest

from results import figures, tables
from results.recording import Identity, Measure, Recording, Series

TIMES = np.array([-60.0, -30.0, 30.0, 60.0])
GROUPS = ("control", "cocaine")


def plasticity(n: int = 3) -> list[Recording]:
    return [
        Recording(
            Identity("m", group, test, animal, 1, 1),
            series={"fepsp": Series(TIMES, np.array([100.0, 100, 120, 130]) + animal, "% of baseline")},
            measures={"fepsp": Measure(130.0 + animal, "% of baseline")},
        )
        for group in GROUPS
        for test in ("HFS", "LFS")
        for animal in range(n)
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_plasticity_has_a_course_and_dots_for_every_test(n: int, tmp_path: Path) -> None:
    figure = figures.plasticity_figure(plasticity(n))
    assert [axes.get_title(loc="left") for axes in figure.axes][::2] == ["A  HFS", "C  LFS"]
    assert all("% of baseline" in axes.get_ylabel() for axes in figure.axes)
    assert "(min)" in figure.axes[2].get_xlabel()
    drawn = [line for line in figure.axes[1].lines if len(line.get_xdata()) == n and line.get_marker() in ("o", "s")]
    assert len(drawn) >= len(GROUPS)
    png, svg = figures.save(figure, tmp_path / "out", "figure")
    assert png.read_bytes().startswith(b"\x89PNG") and "<svg" in svg.read_text()
    assert sorted(path.name for path in png.parent.iterdir()) == ["figure.png", "figure.svg"]


def test_tone_has_a_panel_per_measure_with_its_unit() -> None:
    measures = {"extrasynaptic_glutamate": Measure(3.0, "uM"), "mglur23_tone": Measure(0.5, "1")}
    figure = figures.tone_figure([Recording(Identity("tone", g, "rest", 0, 1, 1), measures=measures) for g in GROUPS])
    assert [axes.get_ylabel() for axes in figure.axes] == ["Extrasynaptic glutamate\n(µM)", "mGluR2/3 tone"]


def test_a_figure_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="time course"):
        figures.plasticity_figure([])
    with pytest.raises(ValueError, match="tone"):
        figures.tone_figure(plasticity())


def test_tables_are_columns_of_text() -> None:
    row = {"group": "a|b", "test": "HFS", "measure": "fepsp", "unit": "%", "n": 1, "mean": 129.96, "sem": None}
    table = tables.rows_table([row, row | {"n": 8, "sem": 2.5}])
    assert table.rows[0] == ("a|b", "HFS", "fepsp", "1", "130", "%") and table.rows[1][4] == "130 ± 2.5"
    assert "| a\\|b | HFS |" in tables.markdown(table)
    comparison = {"a": "x", "b": "y", "test": "t", "measure": "m", "effect_size": None, "p": None, "statistic": None}
    assert tables.comparisons_table([comparison]).rows[0][4:] == ("-", "-", "-")
    verdict = {
        "id": "P2b",
        "statement": "s",
        "use": "prediction",
        "model": 1.31,
        "interval": [0.8, 1.8],
        "published": 1.24,
        "unit": "d",
        "status": "not_covered",
        "cohort_power": 0.876,
    }
    assert tables.verdicts_table([verdict]).rows[0][3:] == ("1.31 [0.8, 1.8]", "1.24", "d", "not covered", "88 %", "-")
    assert tables.tally([verdict, verdict | {"status": "right"}]).rows == (("prediction", "1", "0", "0", "1"),)


def test_numbers_print_as_papers_print_them() -> None:
    assert [tables.p_value(p) for p in (None, 1e-9, 0.0312)] == ["-", "< 0.001", "0.031"]
    assert [tables.number(x) for x in (None, 0.01234, 1234.5)] == ["-", "0.0123", "1234"]


def evidence_row(name: str, use: str, status: str = "right", **more) -> dict:
    return {"id": name, "use": use, "status": status, "by_construction": False, "same_as": None, "why": None} | more


ROWS = [
    evidence_row("P1", "prediction", by_construction=True, why="put in"),
    evidence_row("P2", "prediction"),
    evidence_row("P3", "prediction", "wrong"),
    evidence_row("P4", "prediction", same_as="P2", why="the same"),
    evidence_row("P5", "informed", "inconclusive", why="missed once"),
    evidence_row("P6", "informed", why="missed once"),
    evidence_row("P7", "calibration"),
    evidence_row("P8", "plausibility", "not_covered"),
]


def test_uses_are_scored_apart_and_what_is_not_counted_stands_below() -> None:
    assert tables.tally(ROWS).rows == (
        ("calibration", "1", "0", "0", "0"),
        ("informed", "1", "0", "1", "0"),
        ("prediction", "1", "1", "0", "0"),
        ("by construction, not counted", "1", "0", "0", "0"),
        ("same as another row, not counted", "1", "0", "0", "0"),
    )
    assert tables.scores(ROWS)["prediction"] == {"right": 1, "inconclusive": 0, "wrong": 1, "not_covered": 0}


def test_a_finding_that_stands_twice_is_counted_where_it_stands_alone() -> None:
    assert tables.scores(ROWS[3:4])["prediction"]["right"] == 1


def test_the_use_and_the_reason_stand_with_a_row() -> None:
    assert [tables.use_of(row) for row in ROWS[2:5]] == ["prediction", "prediction, same as P2", "informed"]
    assert tables.reasons_table(ROWS).rows == (
        ("P1", "prediction, by construction", "put in"),
        ("P4", "prediction, same as P2", "the same"),
        ("P5, P6", "informed", "missed once"),
    )
