"""An experiment in words: phases, treatments, interventions and settings, from its document.

The figure of a design, the report and the NWB export all use these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PHASES = {
    "self_administration": "self-administration",
    "second_order": "second-order schedule",
    "injections": "injections",
    "conditioning": "place conditioning",
    "yoked_saline": "yoked saline",
    "food": "food training",
    "extinction": "extinction",
    "abstinence": "abstinence",
}
"""Phase -> its name."""
WITH = {"conditioning": "with"}
"""Phase -> the word between its name and its drug, where that is not 'of'."""


def phase(given: Mapping[str, Any]) -> str:
    """A phase of a history, with its dose and length."""
    kind = given["phase"]
    what = PHASES.get(kind, kind)
    if given.get("drug"):
        rate = {
            "second_order": f"every {given.get('ratio')} presses",
            "injections": f"{given.get('per_day')} a day",
            "conditioning": "every other day",
        }
        what += f" {WITH.get(kind, 'of')} {given['drug']}, {given['dose']} {rate.get(kind, 'an infusion')}"
    elif kind == "conditioning":
        what += " with vehicle in both boxes"
    if kind == "extinction" and given.get("context", "training") != "training":
        what += " in another box"
    if kind == "conditioning":
        return f"{what}, {given['days']:g} days of {given['minutes']:g} min"
    hours = "" if kind in ("abstinence", "injections") else f" of {given['hours']:g} h"
    return f"{what}, {given['days']:g} days{hours}"


def amount(treatment: Mapping[str, Any]) -> str:
    """A drug and its amount."""
    return f"{treatment['drug']} {_first(treatment, 'dose', 'concentration', 'perfusate')}"


def treatment(given: Mapping[str, Any]) -> str:
    """A treatment: drug, amount, route, time."""
    route = "" if given.get("dose") else _to_a_site(given)
    at, day, phase_name = (given.get(key) for key in ("at", "day", "phase"))
    when = "" if at is None else f"{at} from {'the start of the test' if day is None else 'its session'}"
    if day is not None:
        when = f"day {day:g}" + (f", {when}" if when else "")
    if phase_name is not None:
        when = f"with every session of {PHASES.get(phase_name, phase_name)}" + (f", {at} from it" if at else "")
    repeated = f", every {given['every']} {given['times']} times" if given.get("every") else ""
    lasting = f" for {given['duration']}" if given.get("duration") else ""
    return f"{amount(given)}{route}, {when}{repeated}{lasting}"


def _to_a_site(given: Mapping[str, Any]) -> str:
    """How a drug gets to a nucleus, and to which; without a site of its own, to that of the test."""
    site = given.get("site")
    if given.get("concentration"):
        return f" in {site}" if site else " at the site"
    return f" through a probe in {site}" if site else " through the probe"


def place(intervention: Mapping[str, Any]) -> str:
    """The nucleus or projection that is silenced or stimulated."""
    return str(_first(intervention, "nucleus", "projection"))


def intervention(given: Mapping[str, Any]) -> str:
    """A silencing or stimulation: method, share, side, time."""
    method = given.get("agent") or (f"stimulated at {given['frequency']}" if given.get("frequency") else "silenced")
    share = 1.0 if given.get("fraction") is None else given["fraction"]
    parts = [method, "all cells" if share == 1 and given.get("nucleus") else f"{100 * share:g} %"]
    if given.get("hemisphere", "both") != "both":
        parts.append(f"{given['hemisphere']} hemisphere")
    if given.get("replaced"):
        parts.append(f"drive replaced at {given['replaced']}")
    lasting = f" for {given['duration']}" if given.get("duration") else ""
    parts.append("all of the test" if given.get("at") is None else f"from {given['at']}{lasting}")
    return ", ".join(parts)


def interventions(group: Mapping[str, Any]) -> list[str]:
    """Everything that is silenced or stimulated in a group, with its place."""
    both = (*(group.get("inactivation") or ()), *(group.get("stimulation") or ()))
    return [f"{place(one)}: {intervention(one)}" for one in both]


def changes(group: Mapping[str, Any]) -> list[str]:
    """Changed proteins and thought experiments of a group."""
    found = []
    for protein, changed in (group.get("expression") or {}).items():
        own = changed if isinstance(changed, Mapping) else {"factor": changed}
        since = f" from day {own['day']:g}" if own.get("day") is not None else ""
        where = f" in {own['site']}" if own.get("site") else ""
        found.append(f"{protein} x {own['factor']:g}{where}{since}")
    found += [f"{site} does not learn" for site in group.get("unlearning") or ()]
    found += [f"tone of {receptor} clamped" for receptor in group.get("tone_clamp") or ()]
    return found + [borrowed(exchange) for exchange in group.get("exchange") or ()]


def borrowed(exchange: Mapping[str, Any]) -> str:
    """What is borrowed from a twin, and the twin's history."""
    what = " and ".join(exchange["take"])
    where = f" of {', '.join(exchange['sites'])}" if exchange.get("sites") else ""
    phases = [f"{phase['days']} d {phase['phase'].replace('_', ' ')}" for phase in exchange.get("history") or ()]
    drugs = [f"under {name}" for name in dict.fromkeys(one["drug"] for one in exchange.get("treatment") or ())]
    return f"{what}{where} as after {', '.join([*(phases or ['no history']), *drugs])}"


def settings(content: Any) -> str:
    """Keys and values of a part of the document in one line, without what is empty."""
    if isinstance(content, Mapping):
        parts = ((key, settings(value)) for key, value in content.items() if value not in (None, "", [], {}, ()))
        return ", ".join(f"{str(key).replace('_', ' ')} {text}" for key, text in parts if text)
    if isinstance(content, list | tuple):
        nested = any(isinstance(one, Mapping) for one in content)
        return "; ".join(f"({settings(one)})" for one in content) if nested else " to ".join(map(settings, content))
    return f"{content:g}" if isinstance(content, float) else str(content)


def _first(given: Mapping[str, Any], *keys: str) -> Any:
    return next((given[key] for key in keys if given.get(key)), "")
