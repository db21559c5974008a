"""The evidence table is whole, validated, and judges no recalled number."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from results.evidence.table import Evidence, load, select
from results.statistics.inference import effect_from_f

TABLE = load()
BASE = {
    "id": "P1",
    "statement": "x",
    "claim": "sign",
    "value": "up",
    "unit": "% of baseline",
    "reference": 100.0,
    "experiment": "e",
    "test": "t",
    "groups": ["control"],
    "measure": "fepsp",
    "source": "s",
    "provenance": "seen",
    "use": "calibration",
}


def test_every_row_of_the_evidence_is_there() -> None:
    roots = {re.match(r"[A-Z]\d+", row.id).group() for row in TABLE}  # type: ignore[union-attr]
    wanted = {"G": 11, "K": 10, "P": 14, "R": 10, "I": 6, "B": 5, "H": 4, "D": 8}
    assert roots == {f"{letter}{number}" for letter, last in wanted.items() for number in range(1, last + 1)}


def test_no_recalled_number_is_judged() -> None:
    for row in TABLE:
        if row.provenance == "recalled" and isinstance(row.value, (float, tuple)):
            assert row.use in ("plausibility", "input"), row.id


def test_inactivations_and_huang_are_predictions() -> None:
    assert {row.use for row in TABLE if row.id[0] in "IH"} == {"prediction"}


@pytest.mark.parametrize("row", [row for row in TABLE if row.claim == "effect"], ids=lambda row: row.id)
def test_sizes_follow_from_the_published_f(row: Evidence) -> None:
    f = float(re.search(r"= ([\d.]+)", row.statistic or "").group(1))  # type: ignore[union-attr]
    assert row.cohort and row.value == pytest.approx(effect_from_f(f, *row.cohort), rel=0.03)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "Extra inputs"),
        ({"claim": "value"}, "cannot have the value"),
        ({"claim": "value", "value": 130.0}, "needs a tolerance"),
        ({"claim": "value", "value": [3.0, 2.0]}, "is empty"),
        ({"claim": "value", "value": [1.0, 2.0], "provenance": "recalled"}, "recalled"),
        ({"claim": "effect", "value": -1.0, "tolerance": 0.4}, "cannot have the value"),
        ({"claim": "none", "value": None}, "needs a tolerance"),
        ({"claim": "ratio", "value": 0.5, "tolerance": 0.2}, "cannot be read from 1 groups"),
        ({"reference": None}, "needs a reference or a second group"),
        ({"measure": None}, "needs a test, groups and a measure"),
        ({"reference_test": "LFS"}, "a reference test needs two groups"),
        ({"use": "input"}, "both be input"),
        ({"claim": "none", "value": None, "tolerance": 0.1, "groups": ["a", "b"], "unit": "uM"}, "has the unit 1"),
        ({"id": "five"}, "pattern"),
    ],
)
def test_rows_that_make_no_sense_are_refused(change: dict, message: str) -> None:
    Evidence.model_validate(BASE)
    with pytest.raises(ValidationError, match=message):
        Evidence.model_validate(BASE | change)


def test_two_rows_cannot_share_an_id(tmp_path: Path) -> None:
    row = '[[evidence]]\nid="D8"\nstatement="x"\nclaim="input"\nunit="1"\nsource="s"\nprovenance="seen"\nuse="input"\n'
    path = tmp_path / "twice.toml"
    path.write_text(row)
    assert len(load(path)) == 1
    path.write_text(row + row)
    with pytest.raises(ValidationError, match="D8 occurs twice"):
        load(path)


def test_rows_are_selected_by_id_or_by_the_id_that_they_are_part_of() -> None:
    assert [row.id for row in select(TABLE, ["P5"])] == ["P5a", "P5b"]
    assert {row.id for row in select(TABLE, ["P1"])} == {"P1a", "P1b"}
    assert [row.id for row in select(TABLE, ["I1-cue", "G1"])] == ["G1", "I1-cue"]
    assert select(TABLE, []) == TABLE
    with pytest.raises(ValueError, match=r"no evidence 'P5x'; did you mean 'P5\w'"):
        select(TABLE, ["P5x"])


def test_a_reference_test_is_that_of_the_second_group() -> None:
    row = Evidence.model_validate(BASE | {"reference": None, "groups": ["a", "a"], "reference_test": "three"})
    assert row.runs == (("a", "t"), ("a", "three"))


def test_what_is_built_in_is_judged_and_marked() -> None:
    row = Evidence.model_validate(BASE | {"by_construction": True})
    assert row.by_construction and not Evidence.model_validate(BASE).by_construction
    with pytest.raises(ValidationError, match="an input is taken over"):
        Evidence.model_validate(
            BASE | {"claim": "input", "use": "input", "value": None, "reference": None, "by_construction": True}
        )


@pytest.mark.parametrize(
    "change",
    [
        {"value": float("nan")}, {"value": (float("nan"), 2.0)}, {"value": (-float("inf"), 2.0)}, {"value": True},
        {"value": "5"}, {"sem": float("inf")}, {"tolerance": "0.1"}, {"reference": float("nan")},
        {"cohort": (0, 5)}, {"within": "yes"},
    ],
)  # fmt: skip
def test_what_is_no_number_is_no_finding(change):
    row = {"id": "L1", "statement": "s", "claim": "value", "value": 2.0, "tolerance": 0.1, "unit": "1", "source": "s",
           "provenance": "seen", "use": "prediction"}  # fmt: skip
    Evidence.model_validate(row)
    Evidence.model_validate(row | {"value": [5.0, float("inf")]})
    with pytest.raises(ValidationError):
        Evidence.model_validate(row | change)
