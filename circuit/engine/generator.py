"""The C++ that the engine's device writes for a piece of the network: which loops are written otherwise than by Brian2.

Loops over scattered contacts ask for memory in advance, loops leave alone what is at rest, a step of cells leaves out
what it can (`circuit.engine.step_generator`), conditions are asked part by part, and random numbers are drawn before a
loop. What Brian2 does not write as is known here is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import brian2
from brian2.core.functions import Function
from brian2.devices.device import get_device
from brian2.groups.neurongroup import NeuronGroup
from brian2.utils.stringtools import get_identifiers, stripped_deindented_lines

from circuit.engine.functions import drawn_before, first_part, narrowed
from circuit.engine.step_generator import BLOCK, SPAN, StepGenerator
from circuit.rest import NAME, Rest, RestError, Step, while_resting, with_rest

AHEAD = 8  # contacts; memory takes about as long as they do
FEWEST = 3  # arrays over contacts that make asking for them in advance worth it


class Refused(NotImplementedError):
    """A network that the device does not take."""


class UnknownForm(Refused):
    """This Brian2 does something otherwise than the device knows."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Brian2 {brian2.__version__}: {what}; corticostriatal does not know this version")


class Generator(StepGenerator):
    """C++ of one code object; loops over contacts learn what to ask for in advance and what to leave alone."""

    def translate_statement_sequence(
        self, scalar: Mapping[str | None, Sequence[Any]], vector: Mapping[str | None, Sequence[Any]]
    ) -> tuple[dict[str | None, str], dict[str | None, str], dict[str, Any]]:
        """Code before a loop, in the loop, and keywords of the template, as Brian2's own generator gives them."""
        device, self.alike = get_device(), set()
        if self._single():
            scalar, vector = _narrowed(scalar), _narrowed(vector)
        of_cells: dict[str, Any] = {}
        whole = vector
        if self.template_name == "stateupdate" and isinstance(self.owner, NeuronGroup) and set(vector) == {None}:
            of_cells, vector = self._step_of_cells(scalar[None], vector[None])
        before, inside, keywords = super().translate_statement_sequence(scalar, vector)
        if of_cells:
            before[None] += self._scalars(whole[None], before[None])
        keywords |= {"of_cells": bool(of_cells), **of_cells}
        if self.template_name in ("threshold", "synapses", "stateupdate"):
            if set(inside) != {None}:
                raise UnknownForm("a loop has several parts")
            statements, rest = vector[None], device.rests.get(device.pathway)
        if self.template_name == "threshold":
            keywords |= self._threshold(statements)
            device.note("blocks", self.name, keywords["in_blocks"])
            device.note("asked", self.owner.name, bool(keywords["asked"]))
        if self.template_name == "synapses":
            arrays = self._over_contacts(statements) if device.scattered else []
            keywords["in_advance"] = arrays if len(arrays) >= FEWEST else []
            keywords["ahead"] = AHEAD
            device.note("ahead", device.pathway, bool(keywords["in_advance"]))
            if rest:
                inside[None] = _told(with_rest, self._steps(statements, inside[None]), rest)
                device.note("rest", device.pathway, True)
        if self.template_name == "stateupdate":
            keywords["at_rest"] = ""
            if rest:
                keywords["resting_code"] = _told(while_resting, self._steps(statements, inside[None]), rest)
                keywords["at_rest"], keywords["cells"] = self._all_at_rest(rest)
                device.note("rest", device.pathway, True)
        if self.template_name in ("synapses", "stateupdate"):
            # Passes that draw for themselves, as a Poisson number does, know each other by the generator's state.
            keywords["draws"], keywords["independent"] = {}, self._draws() <= {"rand", "randn"}
            if keywords["independent"]:
                inside[None], keywords["draws"] = drawn_before(inside[None])
        before = {name: [*self._of_all(), *self._lasting(scalar[name], lines)] for name, lines in before.items()}
        return before, inside, keywords

    def _draws(self) -> set[str]:
        """Functions that draw random numbers."""
        return {name for name, each in self.variables.items() if isinstance(each, Function) and not each.stateless}

    def _threshold(self, statements: Sequence[Any]) -> dict[str, Any]:
        """How cells are searched for spikes: in blocks, each first by the first part of the condition."""
        cells = self.variables["N"].get_value()
        found = {"in_blocks": bool(cells >= BLOCK and not self._draws()), "block": BLOCK, "first_code": []}
        found |= {"span": SPAN, "asked": "", "aside": ""}
        asked = first_part(statements[-1])
        if found["in_blocks"] and asked is not None and len(statements) == 1:
            read, write, indices, _ = self.arrays_helper([asked])
            read = {name for name in read if not self.variables[name].scalar}
            found["first_code"] = stripped_deindented_lines("\n".join(
                self.translate_to_read_arrays(read, write, indices) + self.translate_to_statements([asked], {})
            ))  # fmt: skip
        device, group = get_device(), self.owner.name
        if self.name.startswith(f"{group}_spike_"):
            if group in device.loops["aside"]:
                found["aside"] = f"aside_{group}"
            if found["in_blocks"] and group in device.asked_within and len(statements) == 1:
                found["asked"] = self._asked_of_step(asked or statements[0])
        return found

    def _all_at_rest(self, rest: Rest) -> tuple[str, int]:
        """The condition on one target cell of contacts, in C++, and the number of these cells."""
        names = sorted({name for text in rest.condition for name in NAME.findall(text)})
        if not names or any(self.variable_indices.get(name) != "_postsynaptic_idx" for name in names):
            raise Refused(f"{_loop(get_device().pathway)}: rest is asked of something else than target cells")
        condition = " && ".join(rest.condition)
        for name in names:
            factor = self._factor(name)
            value = f"{self.get_array_name(self.variables[name])}[_cell]"
            condition = re.sub(rf"\b{name}\b", f"({value}*{factor})" if factor else value, condition)
        return condition, self.variables[names[0]].size

    def _over_contacts(self, statements: Sequence[Any]) -> list[str]:
        """Names in C++ of the arrays that a loop reads or writes contact by contact."""
        read, write, indices, _ = self.arrays_helper(statements)
        return sorted(
            self.get_array_name(self.variables[name])
            for name in read | write | indices
            if self.variable_indices[name] == "_idx" and not self.variables[name].scalar
        )

    def _steps(self, statements: Sequence[Any], written: Sequence[str]) -> list[Step]:
        """The loop, line by line; refused if Brian2 wrote it otherwise than is known."""
        read, write, indices, conditional = self.arrays_helper(statements)
        read = {name for name in read if name in write or not self.variables[name].scalar}
        if conditional:
            raise UnknownForm(f"{_loop(get_device().pathway)} writes under a condition")

        def place(name: str) -> frozenset[str]:
            return frozenset({self.variable_indices[name]} & indices)

        def line(found: Sequence[str]) -> str:
            return "\n".join(found)

        steps = [
            *(
                Step(line(self.translate_to_read_arrays({name}, write, set())), "read", name, place(name))
                for name in (*sorted(indices), *sorted(read))
            ),
            *(
                Step(line(self.translate_to_declarations(set(), {name}, set())), "declare", name)
                for name in sorted(write - read - indices)
            ),
            *(
                Step(
                    line(self.translate_to_statements([each], {})), "compute", each.var,
                    frozenset(get_identifiers(each.expr)) | ({each.var} if each.op != ":=" else set()),
                )
                for each in statements
            ),
            *(
                Step(line(self.translate_to_write_arrays({name})), "store", name, place(name) | {name})
                for name in sorted(write)
            ),
        ]  # fmt: skip
        if stripped_deindented_lines("\n".join(step.text for step in steps)) != written:
            raise UnknownForm(f"{_loop(get_device().pathway)} is not written as known")
        return steps


def _told(way: Callable[[Sequence[Step], Rest], list[str]], steps: Sequence[Step], rest: Rest) -> list[str]:
    """A loop that leaves alone what rests."""
    try:
        return way(steps, rest)
    except RestError as problem:
        raise Refused(f"{_loop(get_device().pathway)}: {problem}") from None


def _narrowed(blocks: Mapping[str | None, Sequence[Any]]) -> dict[str | None, list[Any]]:
    """Statements whose new variables have single precision, but for times."""
    return {name: [narrowed(each) for each in block] for name, block in blocks.items()}


def _loop(pathway: str) -> str:
    return f"the loop over contacts of {pathway}"
