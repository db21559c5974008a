"""Plastic rules of one's own, as rows of a circuit: how contacts learn where an electrode stimulates.

A rule has variables at each contact, and statements at each spike of the source cell, as it arrives, and of the target
cell. It changes the two weights that every plastic contact has: AMPA efficacy ``rho`` and presynaptic potentiation
``potentiation``. Release, receptors and tones stay. Its text is data (`circuit.wiring.own_text`), and units and names
in it are checked when the row is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import model_validator

from circuit.precision import TIME
from circuit.wiring.dimensions import (
    BASES,
    NUMBER,
    WORDS,
    Dimension,
    check_expression,
    check_statements,
    dimension,
    divided,
)
from circuit.wiring.own_text import BEGINS, OwnText, Plain, quantities, statements

CALCIUM = "calcium"
"""The rule that the model has (`synapses.plasticity`)."""
WEIGHTS = ("rho", "potentiation")
"""What a rule changes."""
READ = {
    "t": BASES["second"], "released": NUMBER, "residual_pre": NUMBER, "v_pre": BASES["volt"], "v_post": BASES["volt"],
    "nmda_available_post": NUMBER, "unblocked_post": NUMBER, "nmda_decay_post": BASES["second"],
    "depression_gate_post": NUMBER, "camp_post": NUMBER, "is_d1_post": NUMBER, "ampa_surface_post": NUMBER,
}  # fmt: skip
"""What else its statements may read: whether the spike released a vesicle, residual calcium of the axon, and the cells
on both sides."""
TIMED = ("biological_rate",)
"""Biological time over network time, at a time: where it is more than 1, one spike stands for so many."""
TAKEN = (
    "N",
    "i",
    "j",
    "dt",
    "lastupdate",
    "latency",
    "delay",
    "docked_at",
    "docked_in",
    "rand",
    "pre",
    "post",
    "e",
    "pi",
)
"""Names that Brian2 or the contact has for itself."""
EQUATION = re.compile(r"(.*?):\s*([a-z1]+(?:\s*/\s*[a-z]+)?)\s*(\([a-z ,-]*\))?\s*")


class OwnRule(OwnText):
    """A plastic rule of one's own.

    Its equations are variables at a contact, a line each: ``dx/dt = -x/tau : 1 (event-driven)``, or ``x : 1``. They
    start at 0.
    """

    on_pre: Plain = ""
    """What happens when a spike of the source cell has arrived and transmitter, if any, is released."""
    on_post: Plain = ""
    """What happens when the target cell fires."""

    @model_validator(mode="after")
    def _consistent(self) -> OwnRule:
        given = {name: dimension(unit) for name, (_, unit) in quantities(self.parameters).items()}
        found = _variables(self.equations)
        for name in (*given, *found):
            if name in (*READ, *WEIGHTS, *TIMED, *TAKEN, *WORDS) or (name in given and name in found):
                where = "parameters" if name in given else "equations"
                raise ValueError(f"{where}.{name}: there is a variable of that name already")
            if name.endswith(("_pre", "_post")):
                raise ValueError(f"{name}: names that end in _pre and _post are those of the cells on both sides")
        for flow, own in found.values():
            if flow:
                _told("equations", check_expression, flow, given | _dimensions(found), divided(own, BASES["second"]))
        known = READ | dict.fromkeys(WEIGHTS, NUMBER) | given | _dimensions(found)
        for where in ("on_pre", "on_post"):
            _told(where, check_statements, getattr(self, where), known, (*WEIGHTS, *found), TIMED)
        if not any(re.search(rf"\b{name}\s*[-+*/]?=", self.on_pre + "\n" + self.on_post) for name in WEIGHTS):
            raise ValueError(f"neither on_pre nor on_post sets {' or '.join(WEIGHTS)}, so nothing is learnt")
        return self


def _variables(equations: str) -> dict[str, tuple[str, Dimension]]:
    """Variable -> how fast it changes, empty where only events change it, and its dimension."""
    found: dict[str, tuple[str, Dimension]] = {}
    for text in statements(equations):
        begun, parts = BEGINS.match(text), EQUATION.fullmatch(text)
        if begun is None or parts is None:
            raise ValueError(f"equations: '{text[:60]}' cannot be read; write dx/dt = -x/tau : 1 (event-driven)")
        name, unit, flags = begun[1] or begun[2], parts[2], parts[3] or ""
        flow = text[begun.end() : parts.end(1)].strip() if begun[1] else ""
        if begun[2] and "=" in parts[1]:
            raise ValueError(f"equations.{name}: is worked out at no event; write it out where it is used")
        if flow and flags != "(event-driven)":
            raise ValueError(f"equations.{name}: must be (event-driven), so that it costs nothing between spikes")
        if not flow and flags:
            raise ValueError(f"equations.{name}: takes no {flags}; numbers that stay are parameters")
        if name in found:
            raise ValueError(f"equations.{name}: there is a variable of that name already")
        if dimension(unit) == BASES["second"] and not TIME.fullmatch(name):
            raise ValueError(f"equations.{name}: call it t_{name}; a variable in seconds is a time, kept more exactly")
        found[name] = flow, dimension(unit)
    return found


def _dimensions(variables: Mapping[str, tuple[str, Dimension]]) -> dict[str, Dimension]:
    return {name: each for name, (_, each) in variables.items()}


def _told(where: str, check: Callable[..., None], *arguments: Any) -> None:
    try:
        check(*arguments)
    except ValueError as problem:
        raise ValueError(f"{where}: {problem}") from None
