"""Verdicts: every kind of claim can come out right, wrong and inconclusive."""

import json
from typing import Any

import numpy as np
import pytest
from scipy import stats

from results.evidence.comparison import compare, judge
from results.evidence.table import Evidence, load


def animals(mean: float, sd: float, n: int = 32) -> list[float]:
    """Values with exactly this mean and standard deviation."""
    z = stats.norm.ppf((np.arange(n) + 0.5) / n)
    return list(mean + sd * z / z.std(ddof=1))


def row(group: str, values: list[float], unit: str = "% of baseline") -> dict[str, Any]:
    return {"group": group, "test": "HFS", "measure": "fepsp", "unit": unit, "n": len(values), "values": values}


def claim(kind: str, **more: Any) -> Evidence:
    base = {
        "id": "P1",
        "statement": "x",
        "claim": kind,
        "unit": "% of baseline" if kind in ("value", "sign", "none") else "d" if kind == "effect" else "1",
        "experiment": "m",
        "test": "HFS",
        "measure": "fepsp",
        "groups": ["a"],
        "source": "s",
        "provenance": "seen",
        "use": "prediction",
    }
    if len(more.get("groups", [])) == 2 and kind == "none":
        base["unit"] = "1"
    return Evidence.model_validate(base | more)


LTP = claim("sign", value="up", reference=100.0)
LTD = claim("sign", value="down", reference=100.0)
NO_LTP = claim("none", tolerance=0.1, reference=100.0)
BAND = claim("value", value=[90.0, 110.0])
WITH_SEM = claim("value", value=100.0, sem=5.0)
WITH_TOLERANCE = claim("value", value=100.0, tolerance=0.1)
OVER = claim("value", value=[90.0, float("inf")])


@pytest.mark.parametrize(
    ("evidence", "mean", "sd", "status"),
    [
        (LTP, 130, 20, "right"),
        (LTP, 80, 20, "wrong"),
        (LTP, 103, 20, "inconclusive"),
        (LTP, 100, 0, "wrong"),
        (LTD, 80, 20, "right"),
        (LTD, 130, 20, "wrong"),
        (LTD, 97, 20, "inconclusive"),
        (NO_LTP, 101, 10, "right"),
        (NO_LTP, 130, 10, "wrong"),
        (NO_LTP, 80, 10, "wrong"),
        (NO_LTP, 101, 60, "inconclusive"),
        (NO_LTP, 108, 10, "inconclusive"),
        (BAND, 100, 10, "right"),
        (BAND, 120, 10, "wrong"),
        (BAND, 110, 10, "inconclusive"),
        (WITH_SEM, 100, 10, "right"),
        (WITH_SEM, 120, 10, "wrong"),
        (WITH_SEM, 110, 10, "inconclusive"),
        (WITH_TOLERANCE, 104, 10, "right"),
        (WITH_TOLERANCE, 85, 10, "wrong"),
        (WITH_TOLERANCE, 110, 10, "inconclusive"),
        (OVER, 900, 10, "right"),
        (OVER, 80, 10, "wrong"),
    ],
)
def test_claims_on_one_group(evidence: Evidence, mean: float, sd: float, status: str) -> None:
    verdict = judge(evidence, [row("a", animals(mean, sd))], [])
    assert verdict.status == status
    assert verdict.model == pytest.approx(mean) and verdict.interval is not None


PAIR = ["a", "b"]
UP = claim("sign", value="up", groups=PAIR)
DOWN = claim("sign", value="down", groups=PAIR)
HALF = claim("ratio", value=0.5, tolerance=0.2, groups=PAIR)
SAME = claim("none", tolerance=0.1, groups=PAIR)
BLOCKED, REDUCED, NONE, RAISED = (
    claim("class", value=kind, groups=PAIR) for kind in ("blocked", "reduced", "none", "raised")
)


@pytest.mark.parametrize(
    ("evidence", "a", "b", "sd", "status"),
    [
        (UP, 120, 100, 15, "right"),
        (UP, 80, 100, 15, "wrong"),
        (UP, 102, 100, 15, "inconclusive"),
        (DOWN, 80, 100, 15, "right"),
        (DOWN, 120, 100, 15, "wrong"),
        (HALF, 50, 100, 8, "right"),
        (HALF, 90, 100, 8, "wrong"),
        (HALF, 60, 100, 8, "inconclusive"),
        (SAME, 100, 100, 8, "right"),
        (SAME, 140, 100, 8, "wrong"),
        (SAME, 107, 100, 15, "inconclusive"),
        (BLOCKED, 20, 100, 20, "right"),
        (BLOCKED, 60, 100, 20, "wrong"),
        (BLOCKED, 33, 100, 20, "inconclusive"),
        (REDUCED, 60, 100, 20, "right"),
        (REDUCED, 140, 100, 20, "wrong"),
        (REDUCED, 97, 100, 20, "inconclusive"),
        (REDUCED, 99, 100, 8, "wrong"),
        (REDUCED, 94, 100, 3, "right"),
        (NONE, 100, 100, 20, "right"),
        (NONE, 40, 100, 20, "wrong"),
        (NONE, 130, 100, 20, "inconclusive"),
        (RAISED, 300, 100, 20, "right"),
        (RAISED, 120, 100, 20, "wrong"),
        (RAISED, 205, 100, 20, "inconclusive"),
    ],
)
def test_claims_on_two_groups(evidence: Evidence, a: float, b: float, sd: float, status: str) -> None:
    assert judge(evidence, [row("b", animals(b, sd)), row("a", animals(a, sd))], []).status == status


@pytest.mark.parametrize(
    ("difference", "n", "status"),
    [
        (1.24, 32, "right"),
        (0.8, 32, "right"),
        (0.6, 32, "inconclusive"),
        (2.0, 32, "inconclusive"),
        (3.5, 32, "wrong"),
        (0.0, 300, "wrong"),
        (-1.24, 32, "wrong"),
        (1.24, 3, "inconclusive"),
        (1.24, 1, "inconclusive"),
    ],
)
def test_an_effect_needs_its_sign_and_its_size(difference: float, n: int, status: str) -> None:
    evidence = claim("effect", value=1.24, tolerance=0.4, groups=PAIR, cohort=[16, 13])
    rows = [
        row("a", animals(difference, 1.0, n) if n > 1 else [1.24]),
        row("b", animals(0.0, 1.0, n) if n > 1 else [0.0]),
    ]
    comparison = {"a": "b", "b": "a", "test": "HFS", "measure": "fepsp", "statistic": "F(1, 62) = 24.6"}
    verdict = judge(evidence, rows, [comparison])
    assert verdict.status == status
    assert verdict.statistic == "F(1, 62) = 24.6"
    if n > 1:
        assert verdict.model == pytest.approx(difference) and verdict.cohort_power is not None
    if difference == 1.24 and n == 32:
        assert verdict.cohort_power == pytest.approx(0.89, abs=0.05)


def test_one_animal_is_inconclusive() -> None:
    verdict = judge(LTP, [row("a", [130.0])], [])
    assert (verdict.status, verdict.model, verdict.interval, verdict.text) == ("inconclusive", 130.0, None, "130")


def test_what_the_experiments_lack_is_not_covered() -> None:
    assert judge(UP, [row("a", animals(1, 1))], []).status == "not_covered"
    assert judge(LTP, [], []).text == "-"
    assert judge(LTP, [row("a", animals(1, 1)) | {"test": "LFS"}], []).status == "not_covered"


def test_plausibility_is_shown_and_not_judged() -> None:
    recalled = claim("value", value=[125.0, 150.0], use="plausibility", provenance="recalled")
    verdict = judge(recalled, [row("a", animals(300, 1))], [])
    assert verdict.status == "not_covered" and verdict.model == pytest.approx(300)


def test_a_measure_in_another_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="the model in pA"):
        judge(LTP, [row("a", animals(130, 1), "pA")], [])


def test_the_whole_table_is_compared_in_plain_json() -> None:
    evidence = load()
    summary = {"rows": [row("control", animals(130, 15)), row("cocaine", animals(100, 15))], "comparisons": []}
    table = compare(evidence, {"moussawi2009": summary})
    assert json.loads(json.dumps(table, allow_nan=False)) == table
    assert list(table[0])[:8] == ["id", "use", "claim", "statement", "model", "published", "unit", "status"]
    status = {line["id"]: line["status"] for line in table}
    assert len(status) == len(evidence)
    assert (status["P1a"], status["P2a"], status["P3a"], status["G1"]) == (
        "right",
        "right",
        "not_covered",
        "not_covered",
    )


def test_one_group_is_held_against_itself_in_another_test() -> None:
    evidence = claim("sign", value="down", groups=["a", "a"], reference_test="LFS")
    rows = [row("a", animals(70, 5)), row("a", animals(90, 5)) | {"test": "LFS"}]
    verdict = judge(evidence, rows, [])
    assert verdict.status == "right" and verdict.model == pytest.approx(-20)
    assert judge(evidence, rows[:1], []).status == "not_covered"


def test_the_same_animals_measured_twice_are_judged_by_their_pairs():
    """A small change in animals that differ much: lost between groups, seen within animals."""
    before = animals(400, 100, 8)
    after = [value * 0.9 for value in before]
    rows = [row("a", after, "pA"), row("b", before, "pA")]
    between = claim("sign", value="down", groups=["a", "b"], unit="pA")
    within = claim("sign", value="down", groups=["a", "b"], unit="pA", within=True)
    assert judge(between, rows, []).status == "inconclusive"
    assert judge(within, rows, []).status == "right"
    same = claim("none", tolerance=0.2, groups=["a", "b"], within=True)
    assert judge(same, rows, []).status == "right"
    assert judge(claim("none", tolerance=0.05, groups=["a", "b"], within=True), rows, []).status == "wrong"
