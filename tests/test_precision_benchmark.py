"""The comparison of precisions, on recordings that are made up, and what it writes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.precision import MEAN, QUESTIONS, Question, compare
from benchmarks.precision_page import NAMES, page
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from results.recording import Identity, Measure, Recording

LTP = Question("moussawi2009", ("control",), ("HFS",), {"contact_response": (-0.5, 0.5), "fepsp": None}, block=4)


def recordings(responses, fields):
    """An animal for each response of all contacts (%) and each field (%)."""
    return [
        Recording(
            Identity("moussawi2009", "control", "HFS", animal, animal, animal),
            measures={"contact_response": Measure(response, "%"), "fepsp": Measure(potential, "%")},
        )
        for animal, (response, potential) in enumerate(zip(responses, fields, strict=True))
    ]


def compared(single, double):
    """Rows of the two measures, each of them the same numbers."""
    return compare(LTP, {"single": recordings(single, single), "double": recordings(double, double)})


@pytest.mark.parametrize(
    ("shift", "limited", "free"),
    [(0.0, "held", "within its noise"), (0.3, "held", "beyond its noise"), (0.7, "broken", "beyond its noise")],
)
def test_a_difference_is_judged_by_its_limit_or_by_its_noise(shift, limited, free):
    rows = compared([110 + shift, 120.05 + shift, 130 + shift, 140 - 0.05 + shift], [110, 120, 130, 140])
    assert [row["verdict"] for row in rows] == [limited, free]
    assert [row["value"] for row in rows] == pytest.approx([shift, shift])


def test_animals_are_compared_with_themselves():
    """Animals differ by ten times the limit; differences within them do not."""
    row = compared([110.1, 120.0, 130.1, 140.0], [110, 120, 130, 140])[0]
    assert row["differ"] < 0.1 < 10 < row["spread"]
    later = recordings([110.1, 120.0, 130.1, 140.0], [1, 1, 1, 1])[::-1]
    turned = compare(LTP, {"single": later, "double": recordings([110, 120, 130, 140], [1, 1, 1, 1])})[0]
    assert turned["value"] == pytest.approx(row["value"]) and turned["differ"] == pytest.approx(row["differ"])


def test_the_mean_of_the_groups_is_taken_within_each_animal():
    """What one group has more and the other less than in double precision cancels out in every animal."""
    both = replace(LTP, groups=("control", "cocaine"))

    def of_both(control, cocaine):
        made = recordings(control, control) + recordings(cocaine, cocaine)
        names = ["control"] * len(control) + ["cocaine"] * len(cocaine)
        return [replace(one, identity=replace(one.identity, group=name)) for one, name in zip(made, names, strict=True)]

    rows = compare(both, {"single": of_both([111, 122], [99, 108]), "double": of_both([110, 120], [100, 110])})
    found = {row["group"]: row["value"] for row in rows if row["measure"] == "fepsp"}
    assert found == pytest.approx({"control": 1.5, "cocaine": -1.5, MEAN: 0.0})


def test_one_animal_decides_nothing():
    assert {row["verdict"] for row in compared([110], [110])} == {"inconclusive"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_asked_is_there_in_its_experiment(name):
    question = QUESTIONS[name]
    experiment = with_overrides(load(question.experiment), ["circuit.precision=double"])
    assert experiment.circuit.precision == "double"
    assert set(question.groups) <= {group.name for group in experiment.group}
    assert set(question.tests) <= {test.name for test in experiment.test}
    assert set(question.limits) <= set(NAMES)


def test_the_page_says_what_was_found_and_what_it_cost():
    asked = {
        "experiment": "moussawi2009", "scale": 1.0, "animals": 4, "seconds": {"single": 2.0, "double": 5.0},
        "rows": compared([110.1, 120.0, 130.1, 140.0], [110, 120, 130, 140]),
    }  # fmt: skip
    text = page({"settings": ["animals.variability=false"], "questions": {"plasticity": asked}})
    assert "4 animals a group" in text and "`animals.variability=false`" in text
    assert "| ± 0.5 | held |" in text and "| 0.40 |" in text
