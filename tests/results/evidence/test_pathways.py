"""What learning pathways carry: expectations that groups of the shipped experiment can decide, and their verdicts."""

import pandas as pd
import pytest

from protocols.experiments.experiment import load
from results.evidence.pathways import expectations, judge, pathways_table


def table(without: list[float], intact: list[float], test: str = "cue", group: str = "without PL->NAc core"):
    name = expectations()[0]
    return pd.DataFrame(
        {
            "experiment": name,
            "test": test,
            "measure": "expected_presses",
            "group": [group] * len(without) + ["intact"] * len(intact),
            "animal": [*range(len(without)), *range(len(intact))],
            "value": [*without, *intact],
        }
    )


def test_every_expectation_is_about_a_group_and_a_test_of_its_experiment():
    name, intact, wanted = expectations()
    experiment = load(name)
    groups = {group.name: group.unlearning for group in experiment.group}
    assert groups[intact] == ()
    for each in wanted:
        assert groups[f"without {each.pathway}"] == (each.pathway,)
        assert each.test in [test.name for test in experiment.test]


@pytest.mark.parametrize(
    ("without", "status"),
    [([10, 12, 11, 9], "right"), ([200, 230, 190, 210], "wrong"), ([60, 140, 20, 180], "inconclusive")],
)
def test_a_verdict_needs_the_whole_interval(without, status):
    (row,) = judge(table(without, [100, 110, 95, 105]))
    assert row["status"] == status and row["n"] == 4
    assert pathways_table([row]).rows[0][-1] == status


def test_what_should_stay_is_wrong_when_it_falls():
    (row,) = judge(table([10, 12, 11, 9], [100, 110, 95, 105], "prime", "without BLA->NAc core"))
    assert (row["expected"], row["status"]) == ("stays", "wrong")


def test_one_animal_decides_nothing():
    (row,) = judge(table([10], [100]))
    assert row["interval"] is None and row["status"] == "inconclusive"


def test_other_experiments_are_left_out():
    assert judge(table([1], [2]).assign(experiment="inactivation")) == []
