"""Time lines of the report: days of history, and the day of the test, group by group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from protocols.animals.days import treatment_days
from protocols.animals.history import Group, Phase, drug_of
from protocols.animals.interventions import Inactivation
from protocols.animals.treatments import Treatment
from protocols.experiments.experiment import Experiment
from protocols.reporting.report_words import document
from results.report.timeline import Line, Mark, Span
from results.store import experiment_words as words

CLOSE = 0.06  # of a line's length; marks closer than this share a label


def days(experiment: Experiment) -> Line:
    """Histories over days, and when the tests are; where tests have phases of their own, a row for each test."""
    spans: list[Span] = []
    marks: list[Mark] = []
    ways = {(test.day, test.phases_before()) for test in experiment.test}
    together = len(ways) == 1
    rows = [group.name for group in experiment.group]
    for group in experiment.group:
        day = 0.0
        phases = [*group.history, *(experiment.test[0].phases_before() if together else ())]
        for phase in phases:
            spans.append(_phase_span(group.name, day, phase))
            day += phase.days
        marks += _drugs_on_days(group, day)
        if together:
            at = experiment.test_day(group, experiment.test[0])
            tests = ", ".join(test.name for test in experiment.test)
            marks.append(Mark(group.name, at, "test", f"day {at:g}, test: {tests}"))
    if not together:
        for test in experiment.test:
            row = f"test: {test.name}"
            rows.append(row)
            day = max(float(group.days) for group in experiment.group)
            for phase in test.phases_before():
                spans.append(_phase_span(row, day, phase))
                day += phase.days
            at = max(experiment.test_day(group, test) for group in experiment.group)
            marks.append(Mark(row, at, "test", f"day {at:g}, test: {test.name}"))
    if not spans:
        return Line("", "", (), ())
    return Line("History", "Day", tuple(rows), tuple(spans), tuple(marks))


def _drugs_on_days(group: Group, end: float) -> Iterator[Mark]:
    """Drugs of a group on days of its history."""
    doses = [
        (on, given) for given in group.treatment if not given.to_the_test for on in treatment_days(given, group, 0.0)
    ]
    return _doses(group.name, doses, CLOSE * max(end, 1.0), lambda given: given.drug)


def _doses(
    row: str, doses: Sequence[tuple[float, Treatment]], close: float, named: Callable[[Treatment], str]
) -> Iterator[Mark]:
    """A mark for each dose; doses no further apart than `close` share one label, the last one's."""
    clusters: list[list[tuple[float, Treatment]]] = []
    for dose in sorted(doses, key=lambda dose: dose[0]):
        if clusters and dose[0] - clusters[-1][-1][0] <= close:
            clusters[-1].append(dose)
        else:
            clusters.append([dose])
    for cluster in clusters:
        label = ", ".join(dict.fromkeys(named(given) for _, given in cluster))
        for place, (on, given) in enumerate(cluster):
            yield Mark(row, on, "drug", words.treatment(document(given)), label if place == len(cluster) - 1 else "")


def _phase_span(row: str, day: float, phase: Phase) -> Span:
    kind = words.PHASES[phase.phase]
    drug = drug_of(phase)
    kind += f" {words.WITH.get(phase.phase, 'of')} {drug}" if drug else ""
    if phase.phase == "extinction" and phase.context != "training":
        kind += " in another box"
    return Span(
        row,
        day,
        day + phase.days,
        kind,
        f"day {day:g} to {day + phase.days:g}: {words.phase(document(phase))}",
        f"{drug} {phase.days} d" if drug else f"{phase.days} d",
        phase.phase,
    )


def test_day(experiment: Experiment) -> Line:
    """Every test on its own clock, with the drugs and interventions of groups."""
    longest = max(test.length for test in experiment.test)
    given = [
        treatment.at.si
        for group in experiment.group
        for treatment in group.treatment
        if treatment.at is not None and treatment.to_the_test
    ]
    seconds, unit = (3600.0, "h") if longest - min([0.0, *given]) > 4 * 3600 else (60.0, "min")
    if max(longest, *map(abs, given), 0.0) > 5400:
        seconds, unit = 3600.0, "h"
    rows: list[str] = []
    spans: list[Span] = []
    marks: list[Mark] = []
    for test in experiment.test:
        row = f"test: {test.name}"
        rows.append(row)
        for begin, end, kind in test.stretches():
            said = f"{begin / seconds:.4g} to {end / seconds:.4g} {unit}: {kind}"
            spans.append(Span(row, begin / seconds, end / seconds, kind, said, look=kind))
    for group in experiment.group:
        own = [treatment for treatment in group.treatment if treatment.to_the_test]
        interventions = (*group.inactivation, *group.stimulation)
        if not own and not interventions:
            continue
        row = f"group: {group.name}"
        rows.append(row)
        doses = [((one.at.si if one.at else 0.0) / seconds, one) for one in own]
        marks += _doses(
            row, doses, CLOSE * (longest - min([0.0, *given])) / seconds, lambda given: words.amount(document(given))
        )
        for one in interventions:
            begin, end = (min(max(edge, 0.0), longest) / seconds for edge in one.while_)
            kind, content = "silenced" if isinstance(one, Inactivation) else "stimulated", document(one)
            spans.append(Span(row, begin, end, kind, f"{words.place(content)}: {words.intervention(content)}"))
    return Line("Day of the test", f"Time from the start of the test ({unit})", tuple(rows), tuple(spans), tuple(marks))
