"""Predictions laid down: each can be refuted, none is changed later, and measurements are scored against them."""

import pytest
from called import call, refused

from protocols.design import predictions as asking
from protocols.design.candidates import Variant
from protocols.design.predictions import definitions, joined, laid_down, verdict
from protocols.design.predictions_page import page, results_table
from protocols.design.ranking import laid_out

MEASURED = """
[[measured]]
prediction = "N1"
value = {value}
sem = 2.0
source = "a laboratory"
"""


def test_every_prediction_names_a_possible_experiment_and_what_would_refute_it():
    file, folder = definitions()
    asked = asking._as_design(file, folder)
    for one in file.prediction:
        assert laid_out(asked, [Variant(one, {})]).size > 0
        assert one.refuted_above is not None or one.refuted_below is not None


def test_every_prediction_was_laid_down_with_its_date_and_parameters():
    file, _ = definitions()
    rows = laid_down()
    assert {one.id for one in file.prediction} == {row["id"] for row in rows}
    for row in rows:
        assert row["low"] <= row["mean"] <= row["high"] and len(row["parameters"]) == 12 and row["date"] >= "2026-11-30"
        assert row["shown_by_shipped"], f"{row['id']}: the model does not show what is predicted"


def test_the_page_of_the_site_is_that_of_the_file():
    from pathlib import Path

    docs = Path(asking.__file__).parents[2] / "docs" / "laid_down.md"
    assert docs.read_text(encoding="utf-8") == page(laid_down())
    assert len(results_table(laid_down()).rows) == len(laid_down())


def test_what_was_laid_down_is_never_changed():
    before = [{"id": "N1", "parameters": "aa", "mean": 1.0}]
    rows = [{"id": "N1", "parameters": "aa", "mean": 2.0}, {"id": "N1", "parameters": "bb", "mean": 3.0}]
    assert joined(before, rows) == [*before, rows[1]]


@pytest.mark.parametrize(
    ("interval", "said"), [((80, 90), "held"), ((97, 99), "refuted"), ((90, 97), "undecided"), ((-9, -6), "refuted")]
)
def test_a_measurement_decides_only_where_its_whole_interval_does(interval, said):
    assert verdict({"refuted_above": 95.0, "refuted_below": -5.0}, interval) == said


@pytest.mark.parametrize(("value", "said"), [(70.0, "held"), (110.0, "refuted"), (95.0, "undecided")])
def test_measurements_are_scored_on_the_command_line(tmp_path, monkeypatch, value, said):
    row = {
        "id": "N1",
        "parameters": "a" * 12,
        "date": "2026-11-30",
        "mean": 80.0,
        "low": 75.0,
        "high": 85.0,
        "unit": "%",
    }
    monkeypatch.setattr(asking, "laid_down", lambda: [row | {"refuted_above": 95.0}])
    file = tmp_path / "measured.toml"
    file.write_text(MEASURED.format(value=value))
    answer = call("predictions", "--against", file)
    assert answer.exit_code == 0 and said in answer.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"N1"', '"N99"', "measured.0.prediction: no prediction 'N99'"),
        ("sem = 2.0", "sem = 0.0", "measured.0.sem: 0.0 is not allowed"),
        ("sem = 2.0", "", "sem"),
        ("value", "valeu", "valeu"),
    ],
)
def test_a_wrong_file_of_measurements_is_refused_in_one_line(tmp_path, old, new, said):
    file = tmp_path / "measured.toml"
    text = MEASURED.format(value=80.0)
    assert old in text
    file.write_text(text.replace(old, new))
    assert said in refused("predictions", "--against", file)


def test_options_that_exclude_each_other_are_refused():
    assert "--ship: is for --lay-down" in refused("predictions", "--ship")
