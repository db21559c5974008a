"""The summary of an experiment: rows, comparisons, plain JSON."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from results.recording import Identity, Measure, Recording, Series
from results.statistics.summary import TIME_COURSE, frame, summarise, write_json

TIMES = np.array([-60.0, -30.0, 30.0, 60.0, 90.0])
RNG = np.random.default_rng(2)


def recording(group: str, animal: int, level: float, test: str = "HFS") -> Recording:
    values = np.where(TIMES > 0, level, 100.0) + RNG.normal(0, 3, 5)
    return Recording(
        Identity("moussawi2009", group, test, animal, 1, animal),
        series={"fepsp": Series(TIMES, values, "% of baseline")},
        measures={"fepsp": Measure(values[-1], "% of baseline")},
    )


RECORDINGS = [
    recording(group, animal, level + 5 * animal)
    for group, level in (("cocaine", 95.0), ("control", 130.0))
    for animal in (2, 0, 1)
]


def test_rows_and_comparisons_have_the_form_of_the_design() -> None:
    summary = summarise("moussawi2009", "0.1", {"animals": 1}, 3.0, RECORDINGS, control="control")
    assert list(summary) == ["experiment", "version", "seeds", "wall_seconds", "rows", "comparisons"]
    row = summary["rows"][0]
    assert list(row) == ["group", "test", "measure", "unit", "n", "mean", "sem", "values"]
    assert (row["group"], row["n"]) == ("control", 3)
    expected = [r.measures["fepsp"].value for a in range(3) for r in RECORDINGS[3:] if r.identity.animal == a]
    assert row["values"] == expected and row["mean"] == pytest.approx(np.mean(expected))
    assert list(summary["comparisons"][0]) == ["a", "b", "test", "measure", "effect_size", "p", "statistic"]


def test_the_time_course_is_compared_by_the_between_group_f() -> None:
    summary = summarise("m", "0", {}, 0.0, RECORDINGS, control="control")
    (found,) = [c for c in summary["comparisons"] if c["measure"] == TIME_COURSE]
    means = [[r.series["fepsp"].values[2:].mean() for r in half] for half in (RECORDINGS[3:], RECORDINGS[:3])]
    reference = stats.ttest_ind(*means)
    assert (found["a"], found["b"]) == ("control", "cocaine")
    assert found["p"] == pytest.approx(reference.pvalue)
    assert found["effect_size"] == pytest.approx(reference.statistic * np.sqrt(2 / 3)) and found["effect_size"] > 0
    assert found["statistic"].startswith("F(1, 4) = ")


def test_one_animal_gives_none_and_no_nan(tmp_path: Path) -> None:
    summary = summarise("m", "0", [1], 0.0, [RECORDINGS[0], RECORDINGS[3]])
    assert {row["sem"] for row in summary["rows"]} == {None}
    assert all(c["p"] is None and c["effect_size"] is None for c in summary["comparisons"])
    assert json.loads(write_json(tmp_path / "summary.json", summary).read_text()) == summary


def test_every_pair_of_groups_is_compared_in_every_test() -> None:
    more = [recording(g, a, 90.0 + a, t) for g in ("x", "y", "z") for t in ("HFS", "LFS") for a in range(2)]
    comparisons = summarise("m", "0", {}, 0.0, more)["comparisons"]
    assert len(comparisons) == 3 * 2 * 2
    assert [c["test"] for c in comparisons] == ["HFS"] * 6 + ["LFS"] * 6


def test_contradictions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="animal 2 occurs twice in group 'cocaine'"):
        summarise("m", "0", {}, 0.0, [*RECORDINGS, RECORDINGS[0]])
    other = Recording(Identity("m", "x", "HFS", 0, 1, 1), measures={"fepsp": Measure(1.0, "pA")})
    with pytest.raises(ValueError, match="different units"):
        summarise("m", "0", {}, 0.0, [*RECORDINGS, other])
    short = Recording(
        Identity("m", "x", "HFS", 0, 1, 1), series={"fepsp": Series(TIMES[:4], TIMES[:4], "% of baseline")}
    )
    with pytest.raises(ValueError, match="different sweep times"):
        summarise("m", "0", {}, 0.0, [*RECORDINGS, short])
    with pytest.raises(ValueError):
        write_json(tmp_path / "x.json", {"x": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_the_frame_has_a_row_per_animal_group_test_and_measure() -> None:
    table = frame(RECORDINGS)
    who = ["experiment", "group", "test", "animal", "subject", "structure_seed"]
    assert list(table.columns) == [*who, "measure", "value", "unit"]
    assert (table.groupby("subject")[["group", "animal"]].nunique() == 1).all(axis=None)
    assert len(table) == len(RECORDINGS) * 2
    assert not table.duplicated(["group", "test", "animal", "measure"]).any()
