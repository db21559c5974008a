"""Chances of verdicts: they are what other cohorts of the same size give."""

from typing import Any

import numpy as np
import pytest

from results.evidence.chances import chances
from results.evidence.comparison import compare, judge
from results.evidence.table import Evidence
from results.tables import chances_of

KINDS = ("right", "inconclusive", "wrong")


def claim(kind: str, **more: Any) -> Evidence:
    two = len(more.get("groups", ["a"])) == 2
    unit = "d" if kind == "effect" else "1" if kind == "class" or (kind == "none" and two) else "%"
    base = {"id": "X1", "statement": "s", "claim": kind, "unit": unit, "experiment": "e", "test": "t", "measure": "m",
            "groups": ["a"], "source": "s", "provenance": "seen", "use": "prediction"}  # fmt: skip
    return Evidence.model_validate(base | more)


def rows(**groups: Any) -> list[dict[str, Any]]:
    return [
        {"group": name, "test": "t", "measure": "m", "unit": "%", "n": len(values), "values": list(values)}
        for name, values in groups.items()
    ]


def quantiles(mean: float, sd: float, n: int) -> np.ndarray:
    """Values with exactly this mean and standard deviation."""
    drawn = np.linspace(-1, 1, n)
    return mean + sd * drawn / drawn.std(ddof=1)


PAIR = ["a", "b"]
CLAIMS = {
    "sign of one": (claim("sign", value="up", reference=100.0), (106.0,)),
    "none of one": (claim("none", tolerance=0.1, reference=100.0), (103.0,)),
    "value": (claim("value", value=[90.0, 104.0]), (101.0,)),
    "sign of two": (claim("sign", value="down", groups=PAIR), (92.0, 100.0)),
    "none of two": (claim("none", tolerance=0.1, groups=PAIR), (104.0, 100.0)),
    "class": (claim("class", value="reduced", groups=PAIR), (90.0, 100.0)),
    "no reduction": (claim("class", value="reduced", groups=PAIR), (99.0, 100.0)),
    "effect": (claim("effect", value=1.2, tolerance=0.4, groups=PAIR), (109.0, 100.0)),
}
SD = 10.0


@pytest.mark.parametrize(("n", "near"), [(5, 0.14), (20, 0.07)])
@pytest.mark.parametrize("name", CLAIMS)
def test_the_chances_are_the_verdicts_of_simulated_cohorts(name: str, n: int, near: float) -> None:
    evidence, means = CLAIMS[name]
    names = PAIR[: len(means)]
    told = judge(evidence, rows(**{g: quantiles(mean, SD, n) for g, mean in zip(names, means, strict=True)}), [])
    assert told.chances is not None and told.n == n
    rng = np.random.default_rng(1)
    cohorts = 150 if name == "effect" else 1000  # an interval of d takes longer
    found = [
        judge(evidence, rows(**{g: rng.normal(mean, SD, n) for g, mean in zip(names, means, strict=True)}), []).status
        for _ in range(cohorts)
    ]
    for kind in KINDS:
        assert getattr(told.chances, kind) == pytest.approx(found.count(kind) / cohorts, abs=near), kind


@pytest.mark.parametrize(
    ("estimate", "interval", "region", "wanted"),
    [
        (0.1, (0.05, 0.15), (-np.inf, 0.35), (1, 0, 0)),
        (0.9, (0.8, 1.0), (-np.inf, 0.35), (0, 0, 1)),
        (0.35, (0.01, 0.69), (-np.inf, 0.35), (0.025, 0.95, 0.025)),
        (1.0, (0.2, 1.8), (0.7, 1.3), (0, 0.99, 0.01)),
        (5.0, (5.0, 5.0), (4.0, 6.0), (1, 0, 0)),
        (3.0, (3.0, 3.0), (4.0, 6.0), (0, 0, 1)),
    ],
)
def test_chances_of_clear_and_unclear_cases(estimate, interval, region, wanted) -> None:
    told = chances(estimate, interval, region, np.inf)
    assert told is not None
    assert (told.right, told.inconclusive, told.wrong) == pytest.approx(wanted, abs=0.01)


def test_ratios_are_worked_with_as_logarithms() -> None:
    told = chances(0.5, (0.25, 1.0), (2.0, np.inf), np.inf, ratio=True)  # as far below 2 as two half-widths
    assert told is not None and told.wrong == pytest.approx(0.975, abs=0.001)


def test_a_wide_interval_can_be_neither_right_nor_wrong_and_the_table_says_so() -> None:
    evidence = claim("class", value="blocked", groups=PAIR, within=True)
    found = rows(a=[10.0, 60.0, 20.0, 50.0, 35.0], b=[100.0, 90.0, 110.0, 95.0, 105.0])
    row = compare([evidence], {"e": {"rows": found, "comparisons": []}})[0]
    assert row["status"] == "inconclusive" and row["chances"]["inconclusive"] > 0.9
    shares = [round(100 * row["chances"][kind]) for kind in KINDS]
    assert chances_of(row) == f"{shares[0]} / {shares[1]} / {shares[2]} %, n 5"


def test_what_has_no_interval_or_no_verdict_has_no_chances() -> None:
    sign = claim("sign", value="up", reference=100.0)
    one = compare([sign], {"e": {"rows": rows(a=[130.0]), "comparisons": []}})[0]
    assert one["chances"] is None and one["n"] == 1 and chances_of(one) == "-"
    shown = claim("value", value=[90.0, 110.0], use="plausibility")
    assert judge(shown, rows(a=quantiles(100, 10, 5)), []).chances is None
    assert chances_of({"id": "P1a", "status": "right"}) == "-"  # a row stored before there were chances
