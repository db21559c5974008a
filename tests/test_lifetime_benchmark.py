"""The life and the study whose cost is compared between two checkouts."""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks import lifetime
from benchmarks.lifetime import inline, life, plasticity
from benchmarks.side_by_side import ContenderError, Cost
from benchmarks.speed_page import tables
from protocols.experiments.overrides import chosen


def experiment(words):
    """What the command would run."""
    settings = [words[place + 1] for place, word in enumerate(words) if word == "--set"]
    return chosen(words[1], settings, int(words[words.index("--animals") + 1]))


def sessions_before(test, group):
    return sum(phase.days for phase in (*group.history, *test.preceded_by))


@pytest.mark.parametrize(("sessions", "tests"), [(20, 7), (3, 1), (2, 2)])
def test_a_life_has_the_sessions_and_tests_that_are_asked_for(sessions, tests):
    found = experiment(life(sessions, tests))
    assert (found.circuit.preset, found.circuit.scale, found.animals.per_group) == ("corticostriatal", 0.5, 1)
    assert len(found.group) == 1 and len(found.test) == tests
    assert max(sessions_before(test, found.group[0]) for test in found.test) == sessions


def test_a_study_of_plasticity_is_at_full_size():
    found = experiment(plasticity(2))
    assert (found.circuit.scale, found.animals.per_group, len(found.group), len(found.test)) == (1.0, 2, 5, 2)


def test_values_in_one_line_are_read_as_they_were():
    value = {"name": "a b", "days": 10, "hours": 2.5, "on": True, "list": [{"x": 1}, {"x": 2}], "none": []}
    assert tomllib.loads(f"value = {inline(value)}")["value"] == value


def compared(monkeypatch, number):
    """A comparison in which the other checkout runs `number` programs and takes twice as long as this one's two."""

    def once(source, words, environment):
        here = source == lifetime.ROOT
        return Cost(9, 5, 1, {"programs": 3, "user": 1.0 if here else 2.0, "number": 2 if here else number})

    @contextmanager
    def checkout(commit):
        yield Path("elsewhere")

    monkeypatch.setattr(lifetime, "checkout", checkout)
    monkeypatch.setattr(lifetime, "once", once)
    monkeypatch.setattr(lifetime, "build", lambda part, source, cache: 30.0)
    return lifetime.compare("life", ["run"], "HEAD", 2)


def test_costs_of_programs_are_divided_and_the_page_says_it(monkeypatch):
    found = compared(monkeypatch, 2)
    assert found["ratio_of_programs"]["median"] == 0.5 and found["rest"]["commit"]["median"] == 2
    entry = {"asked": {"sessions": 3, "tests": 1}, "found": found, "others_on_the_machine": 0.0}
    page = tables({"lifetime, life": entry})
    assert "| life: 3 sessions, 1 tests | HEAD | 2 | 1 | 2 | 2 | 2 | 0.5 [0.5, 0.5] | 30 | 30 |" in page


def test_checkouts_that_do_not_run_as_many_programs_are_not_compared(monkeypatch):
    with pytest.raises(ContenderError, match="programs were run"):
        compared(monkeypatch, 3)
