"""When the arrays over contacts come and go in a program, so that it holds no more memory than a step needs.

Brian2 makes all arrays of a contact with the contact and keeps them to the end. Half of them serve the start alone:
latencies, from which delays are made; delays, from which the queues of events are made; which cell a contact comes
from, where no loop asks for it. Here an array is made, filled with zeros as Brian2 would, before the first step that
touches it, and given back after the last. What a run leaves behind stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from brian2.core.variables import ArrayVariable

Entry = tuple[str, Any]
"""Of the queue of a standalone device: what is done, and with what."""
CONNECTING = ("synapses_create_generator", "synapses_create_array")
"""Templates of what makes contacts. From Brian2 2.11 on such code names all arrays over contacts, and sizes them."""
MADE_BY_CONNECTING = ("_synaptic_pre", "_synaptic_post")
"""Source and target, which `connect` makes contact by contact."""
SET_BY_NAME = ("set_by_constant", "set_by_array", "set_array_by_array", "set_by_single_value", "resize_array")
ARGUMENTS = "set_from_command_line(args)"
"""Where a program reads what a run gives it."""


def with_lifetimes(
    queue: Sequence[Entry],
    arrays: Mapping[ArrayVariable, str],
    sizes: Mapping[ArrayVariable, str],
    given: Iterable[ArrayVariable],
    written: Iterable[ArrayVariable],
) -> list[Entry]:
    """The steps of a program, and between them the making and giving back of arrays over contacts.

    Parameters
    ----------
    queue : sequence of tuple
        The device's queue.
    arrays : mapping
        Array over contacts -> its name in C++.
    sizes : mapping
        The same -> the number of contacts, in C++.
    given : iterable
        Those that a run sets.
    written : iterable
        Those that it leaves behind.

    Returns
    -------
    list of tuple
    """
    given, lasting = set(given), set(written)
    first: dict[int, list[str]] = {}
    last: dict[int, list[str]] = {}
    touched = [_touched(entry, given) for entry in queue]
    for variable, name in arrays.items():
        at = [k for k, (variables, names) in enumerate(touched) if variable in variables or name in names]
        if variable in lasting:
            at.append(len(queue))
        if not at:
            continue
        if variable.name not in MADE_BY_CONNECTING:
            first.setdefault(at[0], []).append(f"{name}.resize({sizes[variable]});")
        last.setdefault(at[-1], []).append(f"decltype({name})().swap({name});")
    lines: list[Entry] = []
    for k, entry in enumerate(queue):
        lines += [("insert_code", line) for line in sorted(first.get(k, ()))]
        lines.append(entry)
        lines += [("insert_code", line) for line in sorted(last.get(k, ()))]
    return lines


def _touched(entry: Entry, given: set[ArrayVariable]) -> tuple[set[ArrayVariable], set[str]]:
    """Variables that a step reads or sets, and names of such in C++."""
    does, what = entry
    if does == "before_run_code_object":
        (code,) = what
        return set(code.variables.values()) | _sources(code), set()
    if does in ("run_code_object", "after_run_code_object"):
        (code,) = what
        connects = code.template_name in CONNECTING
        return {each for name, each in code.variables.items() if not connects or name in MADE_BY_CONNECTING}, set()
    if does == "run_network":
        network, _ = what
        every = [code for each in network.sorted_objects if each.active for code in each._code_objects]
        return set().union(*map(_while_running, every)), set()
    if does in SET_BY_NAME:
        return set(), {what[0]}
    if does == "insert_code" and ARGUMENTS in what:
        return given, set()
    return set(), set()


def _sources(code: Any) -> set[ArrayVariable]:
    """The cell that an event comes from at each contact, by which a queue is ordered as it is made."""
    return {code.owner.synapse_sources} if code.template_name == "synapses_push_spikes" else set()


def _while_running(code: Any) -> set[ArrayVariable]:
    """Variables of a piece of code, as it runs: delays are read once before, to make the queue."""
    used = set(code.variables.values())
    return used - {code.variables["delay"]} if code.template_name == "synapses_push_spikes" else used
