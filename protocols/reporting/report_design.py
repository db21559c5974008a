"""The design of an experiment as the report draws it: histories, tests, and silenced sites."""

from __future__ import annotations

from collections.abc import Iterator

from circuit.wiring.table import wiring
from protocols.experiments.experiment import Experiment
from protocols.reporting.circuit_page import drawn
from protocols.reporting.report_timelines import days, test_day
from protocols.reporting.report_words import document, group_words, test_words
from results.report.design import Design, Silenced
from results.store import experiment_words as words
from results.tables import Table


def design(experiment: Experiment) -> Design:
    """Lines of time, groups and tests in words, and the circuit with what is silenced in it."""
    lines = days(experiment), test_day(experiment)
    pictured = experiment.whole and experiment.circuit.own is None  # the picture knows the places of shipped nuclei
    return Design(
        tuple(line for line in lines if line.spans),
        Table(
            ("group", "history", "drugs", "silenced or stimulated", "proteins and thought experiments"),
            tuple(group_words(group) for group in experiment.group),
        ),
        Table(("test", "kind", "site", "what is done"), tuple(test_words(test) for test in experiment.test)),
        tuple(drawn(wiring())) if pictured else (),
        tuple(_silenced(experiment)) if pictured else (),
    )


def _silenced(experiment: Experiment) -> Iterator[Silenced]:
    for group in experiment.group:
        for given in (*group.inactivation, *group.stimulation):
            ends = tuple(given.projection.split("->")) if given.projection else None
            yield Silenced(group.name, given.nucleus or "", ends, words.intervention(document(given)))  # type: ignore[arg-type]
