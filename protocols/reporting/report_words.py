"""Rows of the report's tables about groups and tests; `results.store.experiment_words` has the words."""

from __future__ import annotations

from typing import Any

from protocols.animals.history import Group
from protocols.assays.kinds import Test
from protocols.record import Record
from results.store import experiment_words as words


def document(record: Record) -> dict[str, Any]:
    """A table of an experiment as its document has it."""
    return record.model_dump(mode="json")


def group_words(group: Group) -> tuple[str, ...]:
    """Name, history, drugs, interventions, and changed proteins of a group."""
    content = document(group)
    return (
        group.name,
        "; ".join(map(words.phase, content["history"])) or "none: naive",
        "; ".join(map(words.treatment, content["treatment"])) or "none",
        "; ".join(words.interventions(content)) or "nothing",
        "; ".join(words.changes(content)) or "none",
    )


def test_words(test: Test) -> tuple[str, ...]:
    """Name, kind, site and settings of a test."""
    left_out = {"name", "kind", "site", "day"}
    given = {key: value for key, value in document(test).items() if key not in left_out}
    return test.name, test.kind.replace("_", " "), test.site, words.settings(given)
