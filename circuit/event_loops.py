"""Loops over the contacts that spikes reach, rewritten to cost less: more than half of a network's time goes there.

Three things are done to what Brian2 writes. Contacts lie in memory cell by cell, but are reached in the order of their
delays, so that nearly each of them waits for memory: what a loop will read `AHEAD` contacts later is asked for in
advance. The place of a delay in the queue of spikes is found without a division. And what an event does not change is
left alone, weights of a contact at rest and conductances where nothing was released: where it is said under which
condition variables keep their values (`Rest`), the statements that only serve those variables are put behind it. The
first two change no bit; the third leaves out the rounding of values that do not change. What Brian2 writes in another
form than the one known stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synapses import plasticity

AHEAD = 8  # contacts; memory takes about as long as they do
FEWEST = 3  # arrays over contacts that make a loop worth it
HEAD = "            const size_t _idx = (*_spiking_synapses)[_spiking_synapse_idx];\n"
BODY = re.compile(
    re.escape(HEAD) + r".*?            const size_t _vectorisation_idx = _idx;\n\s*\n(?P<body>.*?)\n(?=\n        \}\n)",
    re.DOTALL,
)
STORE = re.compile(r"\s*_ptr_array_\w+\[\w+\] = (?P<name>\w+);")
COMPUTE = re.compile(r"\s*(?P<new>(?:const )?(?:double|float|int32_t|int64_t|char|bool) )?(?P<name>\w+) [-+*/]?= .*;")
NAME = re.compile(r"[A-Za-z_]\w*")
IN_ADVANCE = """            if (_spiking_synapse_idx + {ahead} < _num_spiking_synapses) {{
                const size_t _ahead = (*_spiking_synapses)[_spiking_synapse_idx + {ahead}];
{arrays}
            }}
"""
DIVIDED = "queue[(offset+delay)%queue.size()].push_back(synaptic_index);"
COMPARED = """const size_t later = offset + delay;
                    queue[later < queue.size() ? later : later - queue.size()].push_back(synaptic_index);"""


@dataclass(frozen=True)
class Rest:
    """When an event leaves variables as they are.

    Attributes
    ----------
    condition : sequence of str
        Comparisons that all hold then.
    kept : sequence of str
        The variables that keep their values.
    idle : sequence of str
        Comparisons; where they hold as well, the event changes nothing at all, but for decay that can wait.
    """

    condition: Sequence[str]
    kept: Sequence[str]
    idle: Sequence[str] = ()


NO_RELEASE = Rest(("released == 0",), ("g_ampa_post", "g_nmda_post", "releases_post", "docked_at"))
RESTS = {
    "transmission": NO_RELEASE,
    "pre": NO_RELEASE,
    "light": NO_RELEASE,
    "calcium_entry": Rest(plasticity.AT_REST, plasticity.KEPT_AT_REST, ("released == 0",)),
    "backpropagation": Rest(plasticity.AT_REST, plasticity.KEPT_AT_REST),
}
"""Pathway -> when its events leave what alone."""


def quicken(folder: Path) -> None:
    """Rewrite the loops over contacts of a program that Brian2 generated in a folder."""
    queue = folder / "brianlib" / "spikequeue.h"
    queue.write_text(queue.read_text(encoding="utf-8").replace(DIVIDED, COMPARED), encoding="utf-8")
    for path in (folder / "code_objects").glob("*_codeobject.cpp"):
        text = path.read_text(encoding="utf-8")
        if HEAD in text:
            pathway = next((name for name in RESTS if path.stem.endswith(f"_{name}_codeobject")), None)
            rested = with_rest(text, RESTS[pathway]) if pathway else text
            path.write_text(in_advance(rested), encoding="utf-8")


def in_advance(text: str) -> str:
    """A loop that asks for memory in advance; unchanged if it reads few arrays over contacts."""
    arrays = sorted(set(re.findall(r"(_ptr_array_\w+)\[_idx\]", text)))
    if len(arrays) < FEWEST:
        return text
    asked = "\n".join(f"                __builtin_prefetch(&{array}[_ahead]);" for array in arrays)
    return text.replace(HEAD, HEAD + IN_ADVANCE.format(ahead=AHEAD, arrays=asked))


def with_rest(text: str, rest: Rest) -> str:
    """A loop that leaves variables at rest alone; unchanged if a statement is not understood.

    Statements are sorted by what they serve. Those that only lead to variables in `rest.kept` stand together behind the
    condition, in their order.
    """
    loop = BODY.search(text)
    body = _statements(loop["body"]) if loop else None
    asked = set(NAME.findall(" ".join((*rest.condition, *rest.idle))))
    if loop is None or body is None or not asked <= set(NAME.findall(text)):
        return text
    inside = _serving(body, rest.kept)
    computed = [k for k in inside if not body[k].moves]
    if not computed or not any(body[k].stores for k in inside):
        return text
    # Gathered in one place they must see what they saw: nothing between them may change a variable.
    if any(k not in inside and not body[k].new for k in range(computed[0], computed[-1])):
        return text
    at_rest = " && ".join(rest.condition)
    first = [k for k, each in enumerate(body) if each.moves and each.new and each.name in asked]
    others = [k for k in range(len(body)) if k not in inside and k not in first]
    lines = [
        *(body[k].text for k in first),
        *([f"            if ({' && '.join(rest.idle)} && {at_rest}) continue;"] if rest.idle else []),
        *(body[k].text for k in others if k < computed[-1]),
        f"            if (!({at_rest})) {{",
        *(f"    {body[k].text}" for k in inside),
        "            }",
        *(body[k].text for k in others if k > computed[-1]),
    ]
    begin, end = loop.span("body")
    return text[:begin] + "\n".join(lines) + text[end:]


@dataclass(frozen=True)
class _Statement:
    """A line of a loop: a variable that is made, changed, or stored in an array."""

    text: str
    name: str
    new: bool
    stores: bool

    @property
    def moves(self) -> bool:
        """Whether a value is only read from an array or written to it."""
        return "_ptr_array" in self.text


def _statements(body: str) -> list[_Statement] | None:
    found = []
    for line in body.splitlines():
        stored, computed = STORE.fullmatch(line), COMPUTE.fullmatch(line)
        if stored:
            found.append(_Statement(line, stored["name"], False, True))
        elif computed:
            found.append(_Statement(line, computed["name"], computed["new"] is not None, False))
        elif line.strip():
            return None
    return found


def _serving(body: Sequence[_Statement], kept: Sequence[str]) -> list[int]:
    """Places of the statements that lead to nothing but the variables `kept`."""
    inside: list[int] = []
    needed: set[str] = set()
    for k in reversed(range(len(body))):
        if body[k].name not in kept if body[k].stores else body[k].name in needed:
            needed |= set(NAME.findall(body[k].text))
        else:
            inside.append(k)
    return inside[::-1]
