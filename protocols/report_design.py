"""The design of an experiment as the report draws it: what each group goes through, and what is not as by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from circuit.parameters import ModelParameters
from circuit.wiring import wiring
from protocols.assays import Test
from protocols.circuit_page import drawn
from protocols.days import given_on
from protocols.errors import dotted, entry_name
from protocols.evoked_assays import Plasticity
from protocols.experiment import Acceleration, Animals, Circuit, Experiment, Model, load, shipped
from protocols.history import Abstinence, DrugTaking, Group, Injections, Phase, Treatment
from protocols.interventions import Inactivation, Intervention, Stimulation
from protocols.model import parameters
from protocols.plan import document
from protocols.resting_assays import Microdialysis
from protocols.session_assays import Seeking
from results.report_design import Design, Line, Mark, Silenced, Span
from results.tables import Table

CLOSE = 0.06  # of a history; marks closer than this share a label
PHASES = {
    "self_administration": "self-administration",
    "second_order": "second-order schedule",
    "injections": "injections",
    "yoked_saline": "yoked saline",
    "abstinence": "abstinence",
    "extinction": "extinction",
    "food": "food training",
}


def design(experiment: Experiment) -> Design:
    """Lines of time, groups and tests in words, and the circuit with what is silenced in it."""
    whole = experiment.circuit.preset == "corticostriatal"
    days, hours = _days(experiment), _test_day(experiment)
    return Design(
        tuple(line for line in (days, hours) if line.spans),
        Table(
            ("group", "history", "drugs", "silenced or stimulated", "proteins and thought experiments"),
            tuple(_group_words(group) for group in experiment.group),
        ),
        Table(("test", "kind", "site", "what is done"), tuple(_test_words(test) for test in experiment.test)),
        tuple(drawn(wiring())) if whole else (),
        tuple(_silenced(experiment)) if whole else (),
    )


def phase_words(phase: Phase) -> str:
    """A phase in words, with its length and dose."""
    what = PHASES[phase.phase]
    if phase.phase == "self_administration":
        what += f" of {phase.drug}, {phase.dose} an infusion"
    if phase.phase == "second_order":
        what += f" of {phase.drug}, {phase.dose} every {phase.ratio} presses"
    if phase.phase == "injections":
        what += f" of {phase.drug}, {phase.dose} {phase.per_day} a day"
    if phase.phase == "extinction" and phase.context != "training":
        what += " in another box"
    hours = "" if isinstance(phase, Abstinence | Injections) else f" of {phase.hours:g} h"
    return f"{what}, {phase.days} days{hours}"


def treatment_words(given: Treatment) -> str:
    """A treatment in words: drug, amount, way, time."""
    way = "" if given.dose else " at the site" if given.concentration else " through the probe"
    from_what = "the start of the test" if given.to_the_test else "its session"
    when = "" if given.at is None else f"{given.at} from {from_what}"
    if given.day is not None:
        when = f"day {given.day:g}" + (f", {when}" if when else "")
    if given.phase is not None:
        when = f"with every session of {PHASES[given.phase]}" + (f", {given.at} from it" if given.at else "")
    if given.every is not None:
        when += f", every {given.every} {given.times} times"
    long = f" for {given.duration}" if given.duration else ""
    return f"{_amount(given)}{way}, {when}{long}"


def _amount(given: Treatment) -> str:
    return f"{given.drug} {given.dose or given.concentration or given.perfusate}"


def intervention_words(given: Intervention) -> str:
    """What is done to a place: how, how much of it, on which side, when."""
    how = "silenced"
    if isinstance(given, Inactivation):
        how = given.agent
    elif isinstance(given, Stimulation):
        how = f"stimulated at {given.frequency}"
    parts = [how, "all cells" if given.fraction == 1 and given.nucleus else f"{100 * given.fraction:g} %"]
    if given.hemisphere != "both":
        parts.append(f"{given.hemisphere} hemisphere")
    if isinstance(given, Inactivation) and given.replaced:
        parts.append(f"drive replaced at {given.replaced}")
    begin, length = given.at, given.duration
    parts.append("all of the test" if begin is None else f"from {begin}" + (f" for {length}" if length else ""))
    return ", ".join(parts)


def _place(given: Intervention) -> str:
    return given.nucleus or given.projection or ""


def _group_words(group: Group) -> tuple[str, ...]:
    interventions = (*group.inactivation, *group.stimulation)
    further = [
        f"{name} x {changed.factor:g}" + (f" from day {changed.day:g}" if changed.day is not None else "")
        for name, changed in group.expression.items()
    ]
    further += [f"{site} does not learn" for site in group.unlearning]
    further += [f"tone of {receptor} held" for receptor in group.tone_clamp]
    return (
        group.name,
        "; ".join(map(phase_words, group.history)) or "none: naive",
        "; ".join(map(treatment_words, group.treatment)) or "none",
        "; ".join(f"{_place(given)}: {intervention_words(given)}" for given in interventions) or "nothing",
        "; ".join(further) or "none",
    )


def _test_words(test: Test) -> tuple[str, ...]:
    left_out = ("name", "kind", "site", "day")
    given = test.model_dump(mode="json", exclude_none=True, exclude=set(left_out))
    return test.name, test.kind.replace("_", " "), test.site, _words(given)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        parts = ((key, _words(one)) for key, one in value.items() if one not in (None, "", [], {}))
        return ", ".join(f"{key.replace('_', ' ')} {text}" for key, text in parts)
    if isinstance(value, list):
        nested = any(isinstance(one, dict) for one in value)
        return "; ".join(f"({_words(one)})" for one in value) if nested else " to ".join(map(_words, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _days(experiment: Experiment) -> Line:
    """Histories over days, and when the tests are; where tests have phases of their own, a row for each test."""
    spans: list[Span] = []
    marks: list[Mark] = []
    ways = {(test.day, test.preceded_by if isinstance(test, Seeking) else ()) for test in experiment.test}
    together = len(ways) == 1
    rows = [group.name for group in experiment.group]
    for group in experiment.group:
        day = 0.0
        phases = [*group.history]
        if together and isinstance(experiment.test[0], Seeking):
            phases += experiment.test[0].preceded_by
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
            for phase in test.preceded_by if isinstance(test, Seeking) else ():
                spans.append(_phase_span(row, day, phase))
                day += phase.days
            at = max(experiment.test_day(group, test) for group in experiment.group)
            marks.append(Mark(row, at, "test", f"day {at:g}, test: {test.name}"))
    if not spans:
        return Line("", "", (), ())
    return Line("History", "Day", tuple(rows), tuple(spans), tuple(marks))


def _drugs_on_days(group: Group, end: float) -> Iterator[Mark]:
    """What a group is given on days of its history; doses close together share one label, the first's place."""
    doses = sorted(
        ((on, given) for given in group.treatment if not given.to_the_test for on in given_on(given, group, 0.0)),
        key=lambda dose: dose[0],
    )
    clusters: list[list[tuple[float, Treatment]]] = []
    for dose in doses:
        if clusters and dose[0] - clusters[-1][-1][0] <= CLOSE * max(end, 1.0):
            clusters[-1].append(dose)
        else:
            clusters.append([dose])
    for cluster in clusters:
        label = ", ".join(dict.fromkeys(given.drug for _, given in cluster))
        for place, (on, given) in enumerate(cluster):
            yield Mark(group.name, on, "drug", treatment_words(given), label if place == len(cluster) - 1 else "")


def _phase_span(row: str, day: float, phase: Phase) -> Span:
    kind = PHASES[phase.phase]
    kind += f" of {phase.drug}" if isinstance(phase, DrugTaking | Injections) else ""
    if phase.phase == "extinction" and phase.context != "training":
        kind += " in another box"
    return Span(
        row,
        day,
        day + phase.days,
        kind,
        f"day {day:g} to {day + phase.days:g}: {phase_words(phase)}",
        f"{phase.days} d",
    )


def _test_day(experiment: Experiment) -> Line:
    """Every test on its own clock, and what groups are given on it."""
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
    rows, spans, marks = [], [], []
    for test in experiment.test:
        row = f"test: {test.name}"
        rows.append(row)
        for begin, end, kind in _stretches(test):
            said = f"{begin / seconds:.4g} to {end / seconds:.4g} {unit}: {kind}"
            spans.append(Span(row, begin / seconds, end / seconds, kind, said))
    for group in experiment.group:
        own = [treatment for treatment in group.treatment if treatment.to_the_test]
        interventions = (*group.inactivation, *group.stimulation)
        if not own and not interventions:
            continue
        row = f"group: {group.name}"
        rows.append(row)
        for treatment in own:
            at = treatment.at.si if treatment.at else 0.0
            marks.append(Mark(row, at / seconds, "drug", treatment_words(treatment), _amount(treatment)))
        for one in interventions:
            begin, end = (min(max(edge, 0.0), longest) / seconds for edge in one.while_)
            kind = "silenced" if isinstance(one, Inactivation) else "stimulated"
            spans.append(Span(row, begin, end, kind, f"{_place(one)}: {intervention_words(one)}"))
    return Line("Day of the test", f"Time from the start of the test ({unit})", tuple(rows), tuple(spans), tuple(marks))


def _stretches(test: Test) -> Iterator[tuple[float, float, str]]:
    """Begin, end, s, and name of what follows each other in a test; later ones lie over earlier ones."""
    if isinstance(test, Plasticity):
        start, end = test.baseline.si, test.baseline.si + test.induction_length
        yield 0.0, start, "baseline"
        yield start, end, "induction"
        yield end, test.length, "after"
        yield end + test.window[0].si, end + test.window[1].si, "outcome measured"
    elif isinstance(test, Microdialysis):
        start = test.baseline.si
        yield 0.0, start, "baseline"
        if test.after is not None:
            yield start, test.length, "after"
            window = test.window
            if window is not None:
                yield start + window[0].si, start + window[1].si, "outcome measured"
        else:
            length = test.samples_each * test.sample.si
            for place, perfused in enumerate(test.no_net_flux):
                yield start + place * length, start + (place + 1) * length, f"{perfused} perfused"
    elif isinstance(test, Seeking):
        yield 0.0, test.length, "session"
    else:
        yield 0.0, test.length, test.kind.replace("_", " ")


def _silenced(experiment: Experiment) -> Iterator[Silenced]:
    for group in experiment.group:
        for given in (*group.inactivation, *group.stimulation):
            ends = tuple(given.projection.split("->")) if given.projection else None
            yield Silenced(group.name, given.nucleus or "", ends, intervention_words(given))  # type: ignore[arg-type]


def away_from_default(experiment: Experiment) -> Table:
    """Parameters of the model that the experiment sets, or a hypothesis of its choice, beside their defaults."""
    usual = {f"{record.group}.{record.name}": record for record in ModelParameters.shipped().records()}
    rows = []
    for record in parameters(experiment).records():
        path = f"{record.group}.{record.name}"
        if record.value != usual[path].value:
            unit = "" if record.unit == "1" else record.unit
            bounds = f"{record.low:g} to {record.high:g}"
            rows.append((path, f"{record.value:g}", f"{usual[path].value:g}", unit, bounds, record.description))
    return Table(("parameter", "here", "default", "unit", "range", "what it is"), tuple(rows))


def settings_away_from_default(experiment: Experiment) -> list[tuple[str, Any, Any]]:
    """Settings of circuit, model, acceleration and animals that differ from what a file gets that does not say them."""
    usual = {"circuit": Circuit(), "model": Model(), "acceleration": Acceleration(), "animals": Animals()}
    found = []
    for part, default in usual.items():
        own, other = getattr(experiment, part).model_dump(mode="json"), default.model_dump(mode="json")
        found += [(f"{part}.{key}", own[key], other[key]) for key in own if own[key] != other[key]]
    return found


def away_from_shipped(experiment: Experiment) -> list[tuple[str, Any, Any]] | None:
    """What differs from the shipped experiment of the same name; None where there is none."""
    if experiment.name not in shipped():
        return None
    own, other = _flat(document(experiment)), _flat(document(load(experiment.name)))
    paths = list(dict.fromkeys([*own, *other]))
    return [(path, own.get(path), other.get(path)) for path in paths if own.get(path) != other.get(path)]


def _flat(node: Any, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Single values by dotted path, entries of lists by their names."""
    if isinstance(node, dict):
        found: dict[str, Any] = {}
        for key, value in node.items():
            found |= _flat(value, (*path, key))
        return found
    if isinstance(node, list) and any(isinstance(one, dict) for one in node):
        found = {}
        for place, entry in enumerate(node):
            found |= _flat(entry, (*path, entry_name(entry, place)))
        return found
    return {dotted(path): node}
