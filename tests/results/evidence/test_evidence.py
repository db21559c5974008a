"""The evidence table is whole, validated, and judges no recalled number."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from results.evidence.table import Evidence, joined, load, select
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
    wanted = {"G": 11, "K": 10, "P": 14, "R": 10, "I": 9, "B": 9, "H": 4, "D": 8, "L": 2, "M": 2, "N": 2}
    assert roots == {f"{letter}{number}" for letter, last in wanted.items() for number in range(1, last + 1)}


def test_no_recalled_number_is_judged() -> None:
    for row in TABLE:
        if row.provenance == "recalled" and isinstance(row.value, (float, tuple)):
            assert row.use in ("plausibility", "input"), row.id


def test_no_parameter_may_be_fitted_to_inactivations_or_huang() -> None:
    assert {row.use for row in TABLE if row.id[0] in "IH"} == {"prediction", "informed"}


INFORMED = (
    "I1-prime I1-stress I3-prime I3-stress R2b R6-nac R6-mglur23-agonist R6-mglur5-antagonist R6-ceftriaxone R7 R8 R3g "
    "G10a G10b G10-cue G10-prime H1a H1b H1c H2-cue H2-prime H2-context H2-spontaneous H3a H3b H4a H4b D1a D1b D1c "
    "I7-prime I7-cue I2-extinguished I2-abstinence I2-before I6 I6-cue I6-prime I6-before"
)


def test_rows_whose_miss_shaped_a_mechanism_are_no_predictions() -> None:
    assert {row.id for row in TABLE if row.use == "informed"} == set(INFORMED.split())


def test_every_row_that_is_not_counted_or_no_longer_predicted_says_why() -> None:
    silent = [row.id for row in TABLE if (row.by_construction or row.same_as or row.use == "informed") and not row.why]
    assert silent == []


def test_what_an_equation_or_the_structure_gives_is_by_construction() -> None:
    built = {row.id for row in TABLE if row.by_construction}
    assert built >= {"G8a", "G8b", "G11a", "G11b", "P6c", "P7b", "P7c"}


def test_a_finding_that_stands_twice_counts_once() -> None:
    assert {row.id: row.same_as for row in TABLE if row.same_as} == {
        "D5d": "D5b",
        "P11b": "P2a",
        "R2b": "I1-prime",
        "R6-ceftriaxone": "G10-cue",
    }


def test_the_page_of_the_score_counts_the_rows_that_there_are() -> None:
    compared = [row for row in TABLE if row.experiment and row.claim != "input"]
    built, same = sum(row.by_construction for row in compared), sum(row.same_as is not None for row in compared)
    words = " ".join((Path(__file__).parents[3] / "docs" / "score.md").read_text(encoding="utf-8").split())
    assert f"Of {len(TABLE)} rows this version can compare {len(compared)} with the model" in words
    assert (
        f"Of these, {built + same} are judged and shown but not counted" in words
        and f"In {built} an equation, a constant or the structure of the model gives the result" in words
    )


def test_reinstated_glutamate_is_read_against_extinction_in_the_same_box() -> None:
    rows = [row for row in TABLE if row.id.startswith(("R1-", "R2a")) and row.measure == "core_glutamate_percent"]
    assert {row.test for row in rows} == {"cue", "stress", "prime", "food cue"}
    assert {row.reference_test for row in rows} == {"extinction"} and all(row.reference is None for row in rows)
    assert {row.groups[0] for row in rows if row.test == "cue"} == {"cocaine", "yoked saline", "food"}


@pytest.mark.parametrize("row", [row for row in TABLE if row.experiment], ids=lambda row: row.id)
def test_a_row_names_groups_and_tests_of_its_experiment(row: Evidence) -> None:
    file = Path(__file__).parents[3] / "protocols" / "experiments" / f"{row.experiment}.toml"
    experiment = tomllib.loads(file.read_text(encoding="utf-8"))
    there = {(group["name"], test["name"]) for group in experiment["group"] for test in experiment["test"]}
    assert set(row.runs) <= there


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
        ({"use": "informed"}, "needs why"),
        ({"same_as": "P1"}, "names the row itself"),
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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, None),
        ({"same_as": "P9"}, "names P9, which is not in the table"),
        ({"use": "prediction"}, "must have the same use"),
        ({"same_as": "P3"}, "P3, which must have the same use and be counted"),
    ],
)
def test_a_row_is_the_same_as_one_that_is_counted_under_the_same_use(change: dict, message: str | None) -> None:
    first = Evidence.model_validate(BASE)
    built = Evidence.model_validate(BASE | {"id": "P3", "by_construction": True})
    second = Evidence.model_validate(BASE | {"id": "P2", "same_as": "P1"} | change)
    if message is None:
        assert joined([first, built], [second]) == (first, built, second)
        return
    with pytest.raises(ValueError, match=message):
        joined([first, built], [second])


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
