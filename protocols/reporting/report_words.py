"""A group's history, its drugs and what a test does, in words for the report."""

from __future__ import annotations

from typing import Any

from protocols.animals.history import Abstinence, Group, Injections, Phase, Treatment
from protocols.animals.interventions import Inactivation, Intervention, Stimulation
from protocols.assays.kinds import Test

PHASES = {
    "self_administration": "self-administration",
    "second_order": "second-order schedule",
    "injections": "injections",
    "yoked_saline": "yoked saline",
    "abstinence": "abstinence",
    "extinction": "extinction",
    "food": "food training",
}


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
    return f"{amount(given)}{way}, {when}{long}"


def amount(given: Treatment) -> str:
    """A drug and how much of it."""
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


def place_of(given: Intervention) -> str:
    """The nucleus or projection that something is done to."""
    return given.nucleus or given.projection or ""


def group_words(group: Group) -> tuple[str, ...]:
    """Name, history, drugs, what is silenced, and what else is special about a group."""
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
        "; ".join(f"{place_of(given)}: {intervention_words(given)}" for given in interventions) or "nothing",
        "; ".join(further) or "none",
    )


def test_words(test: Test) -> tuple[str, ...]:
    """Name, kind, site and settings of a test."""
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
