"""Shares of a difference, and what the causal expectations make of a table of results."""

import numpy as np
import pandas as pd
import pytest

from protocols.experiments.experiment import load
from results.evidence.causality import MARGINS, Contrast, causality_table, contrasts, judge, share

RNG = np.random.default_rng(3)


def table(**groups) -> pd.DataFrame:
    rows = [
        ("causality", group, "HFS", animal, measure, value, "% of baseline")
        for group, values in groups.items()
        for measure in MARGINS
        for animal, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["experiment", "group", "test", "animal", "measure", "value", "unit"])


def test_a_share_is_nothing_at_the_start_and_one_at_the_goal():
    start, goal = np.array([100.0, 104, 98]), np.array([130.0, 128, 131])
    assert share(start, goal, start)[0] == 0
    assert share(start, goal, goal)[0] == 1
    value, interval = share(start, goal, (start + goal) / 2)
    assert value == pytest.approx(0.5) and interval == pytest.approx((0.5, 0.5))


def test_recovered_and_induced_shares_add_up():
    start, goal, changed = (RNG.normal(level, 5, 12) for level in (100, 130, 120))
    assert share(start, goal, changed)[0] + share(goal, start, changed)[0] == pytest.approx(1)


def test_pairing_takes_the_animals_own_level_out_of_a_share():
    own = RNG.normal(0, 40, 16)
    start, goal, changed = (own + level + RNG.normal(0, 1, 16) for level in (100, 130, 115))
    value, (low, high) = share(start, goal, changed)
    assert 0.4 < low < value < high < 0.6


def test_the_interval_of_a_share_covers_the_truth_about_as_often_as_it_says():
    inside = 0
    for _ in range(60):
        own = RNG.normal(0, 10, 20)
        samples = (own + level + RNG.normal(0, 5, 20) for level in (100, 130, 121))
        low, high = share(*samples)[1]
        inside += low <= 0.7 <= high
    assert inside / 60 >= 0.82


def test_one_animal_has_a_share_without_an_interval_and_no_difference_has_none():
    assert share([100.0], [120.0], [110.0]) == (0.5, None)
    with pytest.raises(ValueError, match="no difference"):
        share([100.0, 101.0], [100.0, 101.0], [90.0, 95.0])
    with pytest.raises(ValueError, match="one size"):
        share([100.0], [120.0, 1.0], [110.0])


def test_expectations_are_judged_by_their_intervals():
    start, goal = RNG.normal(100, 1, 8), RNG.normal(130, 1, 8)
    data = table(start=start, goal=goal, mended=goal - 3, equal=start + RNG.normal(0, 0.5, 8), other=start + 20)
    wanted = [
        Contrast("mended", "HFS", "share", "mended", "start", "goal", 0.5),
        Contrast("equal is not mended", "HFS", "share", "equal", "start", "goal", 0.5),
        Contrast("equal", "HFS", "nothing", "equal", "start"),
        Contrast("other is not equal", "HFS", "nothing", "other", "start"),
        Contrast("at rest", "HFS", "none", "equal"),
        Contrast("absent", "HFS", "nothing", "absent", "start"),
    ]
    found = {(row["name"], row["measure"]): row["status"] for row in judge(data, wanted)}
    assert {name for name, _ in found} == {contrast.name for contrast in wanted} - {"absent"}
    for measure in MARGINS:
        assert [found[contrast.name, measure] for contrast in wanted[:5]] == [
            "right",
            "wrong",
            "right",
            "wrong",
            "right",
        ]


def test_noise_that_allows_either_is_inconclusive():
    start = np.array([100.0, 100, 100])
    rows = judge(
        table(start=start, changed=start + np.array([40.0, -35, 2])),
        [Contrast("?", "HFS", "nothing", "changed", "start")],
    )
    assert [row["status"] for row in rows] == ["inconclusive"] * len(MARGINS)
    assert "inconclusive" in causality_table(rows).rows[0]


def test_animals_that_lack_a_group_are_left_out_of_its_contrast():
    data = table(start=[100.0, 100.0, 100.0], changed=[101.0, 99.0])
    assert judge(data, [Contrast("pairs", "HFS", "nothing", "changed", "start")])[0]["n"] == 2


def test_every_group_and_test_that_an_expectation_names_is_in_the_experiment():
    name, wanted = contrasts()
    experiment = load(name)
    groups, tests = {group.name for group in experiment.group}, {test.name for test in experiment.test}
    used = {group for contrast in wanted for group in contrast.groups}
    assert used == groups
    assert {contrast.test for contrast in wanted} == tests


def test_groups_of_the_causal_experiment_share_the_tests_of_the_main_one():
    assert load("causality").test == load("moussawi2009").test
