"""Events at a contact that change nothing, and loops over contacts that skip them.

Most events change little: a spike finds no vesicle, or calcium is below both thresholds. Where it is said under which
condition variables keep their values (`Rest`), the statements that only serve those variables are put behind that
condition. Only the rounding of values that do not change is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

NAME = re.compile(r"[A-Za-z_]\w*")


class RestError(ValueError):
    """A loop in which what is said to rest cannot be put behind a condition."""


@dataclass(frozen=True)
class Rest:
    """When an event leaves variables as they are.

    Attributes
    ----------
    condition : sequence of str
        Comparisons that all hold then, before the variables are worked out.
    kept : sequence of str
        The variables that keep their values.
    idle : sequence of str
        Comparisons; where they hold as well, the event changes nothing at all, but for decay that can wait.
    """

    condition: Sequence[str]
    kept: Sequence[str]
    idle: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """A line of a loop.

    Attributes
    ----------
    text : str
        As it is written in C++.
    does : str
        ``"read"`` from an array, ``"declare"``, ``"compute"``, or ``"store"`` in an array.
    name : str
        The variable that it sets or stores.
    uses : frozenset of str
        The variables whose values it needs.
    """

    text: str
    does: str
    name: str
    uses: frozenset[str] = frozenset()


def with_rest(steps: Sequence[Step], rest: Rest) -> list[str]:
    """The lines of a loop that leaves variables at rest alone.

    Parameters
    ----------
    steps : sequence of Step
        The whole loop, in order.
    rest : Rest

    Returns
    -------
    list of str

    Raises
    ------
    RestError
        If nothing serves the kept variables alone, or those statements cannot stand together.
    """
    asked = {name for text in (*rest.condition, *rest.idle) for name in NAME.findall(text)}
    inside = _serving(steps, rest.kept, asked)
    computed = [k for k in inside if steps[k].does == "compute"]
    stored = {steps[k].name for k in inside if steps[k].does == "store"}
    if missing := set(rest.kept) - stored:
        raise RestError(f"it does not change {', '.join(sorted(missing))}")
    if not computed:
        raise RestError("no statement serves nothing but what rests")
    last = computed[-1]
    _can_stand_together(steps, inside, last)
    at_rest = " && ".join(rest.condition)
    first = [k for k, step in enumerate(steps) if step.does == "read" and step.name in asked] if rest.idle else []
    if rest.idle and (changed := asked & {step.name for step in steps[:last] if step.does == "compute"}):
        raise RestError(f"{', '.join(sorted(changed))} would have to be known before anything is worked out")
    others = [k for k in range(len(steps)) if k not in inside and k not in first]
    return [
        *(steps[k].text for k in first),
        *([f"if ({' && '.join(rest.idle)} && {at_rest}) continue;"] if rest.idle else []),
        *(steps[k].text for k in others if k < last),
        f"if (!({at_rest})) {{",
        *(f"    {line}" for k in inside for line in steps[k].text.splitlines()),
        "}",
        *(steps[k].text for k in others if k > last),
    ]


def while_resting(steps: Sequence[Step], rest: Rest) -> list[str]:
    """The lines of a loop that are left while everything it goes through is at rest.

    Raises
    ------
    RestError
        If the loop does not change what is said to rest.
    """
    if missing := set(rest.kept) - {step.name for step in steps if step.does == "store"}:
        raise RestError(f"it does not change {', '.join(sorted(missing))}")
    inside = set(_serving(steps, rest.kept, set()))
    return [step.text for k, step in enumerate(steps) if k not in inside]


def _serving(steps: Sequence[Step], kept: Sequence[str], asked: set[str]) -> list[int]:
    """Places of the steps that lead to nothing but the variables `kept`."""
    inside: list[int] = []
    needed = set(asked)
    for k in reversed(range(len(steps))):
        step = steps[k]
        if step.name not in kept if step.does == "store" else step.name in needed:
            needed |= step.uses
        else:
            inside.append(k)
    return inside[::-1]


def _can_stand_together(steps: Sequence[Step], inside: Sequence[int], last: int) -> None:
    """Moved to one place, the steps must find the values that they found: none is set again in between."""
    for k in inside:
        if steps[k].does != "compute":
            continue
        for other in range(k + 1, last):
            step = steps[other]
            if other not in inside and step.does == "compute" and step.name in steps[k].uses | {steps[k].name}:
                raise RestError(f"{step.name} changes between the statements that would stand together")
