"""A step of all cells of a group: what of it need not be read or written cell by cell.

A step of simple cells takes as long as reading and writing their state. So less is touched, and touched once:

* Cells in their refractory period keep some of their variables. They are few. They wait in a line, in which the period
  of the first ends first; the loop goes over all cells as if none waited, and what the waiting ones keep is put back.
* What decays by the same factor in all cells is held as a number of each cell times one of all (*alike*). A step
  changes the one of all.
* Whether a cell can have reached its threshold is asked of values that were just worked out, block by block; the search
  for spikes goes over blocks where one may be.

Here is found out where this is right. `circuit.engine.generator` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from brian2.core.variables import ArrayVariable, Subexpression
from brian2.groups.group import CodeRunner
from brian2.groups.neurongroup import NeuronGroup, StateUpdater, Thresholder
from brian2.monitors.spikemonitor import EventMonitor
from brian2.monitors.statemonitor import StateMonitor
from brian2.parsing.sympytools import str_to_sympy
from brian2.synapses.synapses import StateUpdater as ContactUpdater
from brian2.utils.stringtools import get_identifiers, word_substitute

OPEN = "not_refractory"
REFRACTORY = re.compile(rf"\b({OPEN}|lastspike)(_pre|_post)?\b")
HARMLESS = (StateUpdater, ContactUpdater, Thresholder, EventMonitor, StateMonitor)
"""What may come between a step of cells and the search for their spikes: it changes no variable of theirs."""


@dataclass(frozen=True)
class Aside:
    """Cells that wait out their refractory period apart.

    Attributes
    ----------
    over : statement
        Of whether a cell's period is over.
    kept : tuple of str
        Variables that keep their values until then.
    statements : tuple
        A step of the other cells.
    """

    over: Any
    kept: tuple[str, ...]
    statements: tuple[Any, ...]


def may_wait(objects: Iterable[Any]) -> set[str]:
    """Groups whose refractory period is one number, where nothing but their own step and search looks after it."""
    objects = list(objects)
    texts: list[str] = []
    for each in objects:
        if isinstance(each, NeuronGroup):
            texts += each.event_codes.values()
        elif isinstance(each, CodeRunner) and not isinstance(each, StateUpdater | Thresholder):
            texts += [str(getattr(each, name, "") or "") for name in ("code", "abstract_code")]
    if any(REFRACTORY.search(text) for text in texts):
        return set()
    groups = [each for each in objects if isinstance(each, NeuronGroup)]
    return {each.name for each in groups if each._refractory is not False and not isinstance(each._refractory, str)}


def asked_within(objects: Sequence[Any]) -> set[str]:
    """Groups between whose step and whose search for spikes nothing changes their variables.

    Parameters
    ----------
    objects : sequence
        Of the network, in the order in which they run.
    """
    places = {each.name: k for k, each in enumerate(objects)}
    found = set()
    for group in objects:
        if not isinstance(group, NeuronGroup) or "spike" not in group.thresholder or group.state_updater is None:
            continue
        step, search = group.state_updater, group.thresholder["spike"]
        first, last = places.get(step.name, -1), places.get(search.name, -1)
        between = [each for each in objects[first + 1 : last] if isinstance(each, CodeRunner)]
        if 0 <= first < last and step.clock is search.clock and all(isinstance(each, HARMLESS) for each in between):
            found.add(group.name)
    return found


def decaying_alike(objects: Iterable[Any]) -> dict[ArrayVariable, str]:
    """Variables of cells whose equation is themselves times what all cells share -> what that is called in C++."""
    found = {}
    for group in objects:
        if not isinstance(group, NeuronGroup) or group.equations.is_stochastic:
            continue
        for name, expression in group.equations.diff_eq_expressions:
            others = get_identifiers(expression.code) - {name}
            shared = all(
                each not in group.variables
                or (group.variables[each].scalar and not isinstance(group.variables[each], Subexpression))
                for each in others
            )
            held = "unless refractory" in group.equations[name].flags
            if shared and not held and proportional(expression.code, name):
                found[group.variables[name]] = f"alike_{group.name}_{name}"
    return found


def proportional(text: str, name: str) -> bool:
    """Whether an expression is a variable times what does not hold it. Calls, which may draw, are not looked into."""
    if re.search(r"\w\(", text):
        return False
    expression = str_to_sympy(text)
    own = [each for each in expression.free_symbols if each.name == name]
    if len(own) != 1:
        return False
    return bool(own[0] not in expression.diff(own[0]).free_symbols and expression.subs(own[0], 0) == 0)


def without_decay(
    statements: Sequence[Any], names: Iterable[str], shared: Callable[[str], bool]
) -> tuple[list[Any], dict[str, str]]:
    """A step without the statements by which variables decay alike, and for each its factor, as an expression.

    Parameters
    ----------
    statements : sequence of statement
    names : iterable of str
        Variables whose equations say so.
    shared : callable
        Whether all cells share what has a name.
    """
    statements, factors = list(statements), {}
    for name in names:
        setting = [each for each in statements if each.var == name]
        if len(setting) != 1 or setting[0].op != "=":
            continue
        made = [each for each in statements if each.var == setting[0].expr and each.op == ":="]
        uses = [each for each in statements if setting[0].expr in get_identifiers(each.expr)]
        if len(made) != 1 or uses != setting:
            continue
        text = made[0].expr
        if all(map(shared, get_identifiers(text) - {name})) and proportional(text, name):
            factors[name] = word_substitute(text, {name: "1.0"})
            statements = [each for each in statements if each not in (setting[0], made[0])]
    return statements, factors


def aside(statements: Sequence[Any], conditional: Mapping[str, str]) -> Aside | None:
    """How waiting cells are put aside; None if more hangs on them than the variables that they keep.

    Parameters
    ----------
    statements : sequence of statement
    conditional : mapping
        Variable -> what has to hold for it to change.
    """
    own = [each for each in statements if each.var == OPEN]
    kept = {name for name, condition in conditional.items() if condition == OPEN}
    if len(own) != 1 or own[0] is not statements[0] or "lastspike" not in get_identifiers(own[0].expr):
        return None
    hanging: set[str] = {OPEN}
    others = [_open(each) for each in statements[1:]]
    for before, after in zip(statements[1:], others, strict=True):
        if after is None:
            return None
        if hanging & get_identifiers(before.expr) or before.var in kept:
            hanging.add(before.var)
    made = {each.var for each in statements if each.op == ":="}
    changed = {each.var for each in statements} & kept
    if hanging - made - kept - {OPEN} or any(conditional.get(each.var, OPEN) != OPEN for each in statements):
        return None
    return Aside(own[0], tuple(sorted(changed)), tuple(others))


def _open(statement: Any) -> Any | None:
    """A statement as it is for a cell that does not wait; None if that is not known."""
    told = list(statement.used_boolean_variables or ())
    if OPEN not in get_identifiers(statement.expr):
        return statement
    if told != [OPEN]:
        return None
    simple = copy(statement)
    simple.expr = statement.boolean_simplified_expressions[((OPEN, True),)]
    simple.used_boolean_variables = None
    return None if OPEN in get_identifiers(simple.expr) else simple


def lasting(statements: Sequence[Any], constant: Collection[str]) -> set[str]:
    """What of the code before a loop stays the same for a whole run and takes a call to work out."""
    known, found = set(constant), set()
    for each in statements:
        if each.op == ":=" and get_identifiers(each.expr) <= known:
            known.add(each.var)
            if "(" in re.sub(r"(?<!\w)\(", "", each.expr) or "**" in each.expr:
                found.add(each.var)
    return found
