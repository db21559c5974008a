"""The C++ that the engine's device writes for a piece of the network: which loops are written otherwise than by Brian2.

Loops over scattered contacts ask for memory in advance, loops leave alone what is at rest, a step of cells leaves out
what it can (`circuit.engine.step`), conditions are asked part by part, random numbers are drawn before a loop, and
expressions have the precision that they need. What Brian2 does not write as is known here is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

import brian2
import numpy as np
from brian2.codegen.generators.cpp_generator import CPPCodeGenerator
from brian2.core.functions import Function
from brian2.core.variables import ArrayVariable, Constant
from brian2.devices.device import get_device
from brian2.groups.neurongroup import NeuronGroup
from brian2.utils.stringtools import get_identifiers, stripped_deindented_lines, word_substitute

from circuit.engine import step
from circuit.engine.functions import Renderer, drawn_before, first_part, holds_times, narrowed
from circuit.rest import NAME, Rest, RestError, Step, while_resting, with_rest

BLOCK = 64  # cells that are searched for a spike together
SPAN = 4 * BLOCK  # cells of which a step says whether one may spike
AHEAD = 8  # contacts; memory takes about as long as they do
FEWEST = 3  # arrays over contacts that make asking for them in advance worth it


class Refused(NotImplementedError):
    """A network that the device does not take."""


class UnknownForm(Refused):
    """This Brian2 does something otherwise than the device knows."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Brian2 {brian2.__version__}: {what}; corticostriatal does not know this version")


class Generator(CPPCodeGenerator):
    """C++ of one code object; loops over contacts learn what to ask for in advance and what to leave alone."""

    nobody_waits = False
    """Whether a loop is written for cells that may change all of their variables."""
    alike: set[str]
    """Variables that decay alike in all cells, as far as they are read or written here."""

    def translate_statement_sequence(
        self, scalar: Mapping[str | None, Sequence[Any]], vector: Mapping[str | None, Sequence[Any]]
    ) -> tuple[dict[str | None, str], dict[str | None, str], dict[str, Any]]:
        """Code before a loop, in the loop, and keywords of the template, as Brian2's own generator gives them."""
        device, self.alike = get_device(), set()
        if self._single():
            scalar, vector = _narrowed(scalar), _narrowed(vector)
        of_cells, whole = {}, vector
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

    def arrays_helper(self, statements: Sequence[Any]) -> tuple[set[str], set[str], set[str], dict[str, str]]:
        """As Brian2's; where nobody waits, nothing is written under a condition."""
        if not self.nobody_waits:
            known: tuple[set[str], set[str], set[str], dict[str, str]] = super().arrays_helper(statements)
            return known
        read, write, indices = self.array_read_write(statements)
        return read, write, indices, {}

    def translate_to_read_arrays(self, read: set[str], write: set[str], indices: set[str]) -> list[str]:
        """As Brian2's; a variable that decays alike is a cell's number times one of all."""
        lines: list[str] = super().translate_to_read_arrays(set(), write, indices)
        for name in sorted(read):
            (line,) = super().translate_to_read_arrays({name}, write, set())
            factor = self._factor(name)
            lines.append(f"{line[:-1]}*{factor};" if factor else line)
        return lines

    def translate_to_write_arrays(self, write: set[str]) -> list[str]:
        """As Brian2's; a variable that decays alike is a cell's number times one of all."""
        lines = []
        for name in sorted(write):
            (line,) = super().translate_to_write_arrays({name})
            factor = self._factor(name)
            lines.append(f"{line[:-1]}*{factor}_inverse;" if factor else line)
        return lines

    def _factor(self, name: str) -> str:
        """What a variable that decays alike is multiplied by here; empty if it is none."""
        found = str(get_device().alike.get(self.variables[name], ""))
        if found:
            self.alike.add(name)
        return f"_{found}" if found else ""

    def _of_all(self) -> list[str]:
        """Code before a loop: the numbers of all cells that the loop needs."""
        lines = []
        for name in sorted(self.alike):
            kind, held = self.c_data_type(self.variables[name].dtype), get_device().alike[self.variables[name]]
            lines += [f"const {kind} _{held} = corticostriatal::{held}.factor;",
                      f"const {kind} _{held}_inverse = corticostriatal::{held}.inverse;"]  # fmt: skip
        return list(dict.fromkeys(lines))

    def _lasting(self, statements: Sequence[Any], lines: Sequence[str]) -> list[str]:
        """Code before a loop, in which what stays the same for a run, and takes a call, is worked out once.

        In single precision functions are short, and stand where the compiler puts them.
        """
        if self.template_name not in ("stateupdate", "synapses") or self._single():
            return list(lines)
        constant = {
            name for name, each in self.variables.items()
            if isinstance(each, Constant) or (isinstance(each, Function) and each.stateless)
            or (isinstance(each, ArrayVariable) and each.scalar and each.constant)
        }  # fmt: skip
        once = step.lasting(statements, constant)
        return [f"static {line}" if re.match(r"const \w+ (\w+) = ", line) and line.split()[2] in once else line
                for line in lines]  # fmt: skip

    def _step_of_cells(
        self, scalar: Sequence[Any], vector: Sequence[Any]
    ) -> tuple[dict[str, Any], dict[str | None, Sequence[Any]]]:
        """Keywords of the template for a step of cells, and the statements that are left in its loop."""
        device, group = get_device(), self.owner.name
        before = {each.var for each in scalar}

        def shared(name: str) -> bool:
            return name in before or (name in self.variables and bool(getattr(self.variables[name], "scalar", True)))

        alike = [name for name, each in self.variables.items() if each in device.alike and each.owner is self.owner]
        left, factors = step.without_decay(vector, sorted(alike), shared)
        waiting = step.aside(left, self.get_conditional_write_vars()) if group in device.may_wait else None
        blocks = -(-int(self.variables["N"].get_value()) // SPAN)
        # In single precision a vector's length decides how a division is rounded: with one, machines agree.
        keywords: dict[str, Any] = {
            "span": SPAN, "blocks": blocks, "wide": blocks > 1 and not self._single(), "aside": "",
        }  # fmt: skip
        if waiting:
            device.note("aside", group, True)
            self.nobody_waits = True
            left = waiting.statements
            keywords |= {
                "aside": f"aside_{group}",
                "over": self.translate_expression(waiting.over.expr),
                "kept": [
                    (self.get_array_name(self.variables[name]), self.c_data_type(self.variables[name].dtype))
                    for name in waiting.kept
                ],
                "flags": self.get_array_name(self.variables[step.OPEN]),
                "since": self.get_array_name(self.variables["lastspike"]),
            }
        keywords["decays"] = [
            (device.alike[self.variables[name]], self._in_double(text), self.get_array_name(self.variables[name]))
            for name, text in factors.items()
        ]
        for name in factors:
            device.note("alike", f"{group}.{name}", True)
        read, write, _, _ = self.arrays_helper(left)
        device.locals_of_steps[group] = {name for name in read | write if not self.variables[name].scalar}
        return keywords, {None: left}

    def _scalars(self, statements: Sequence[Any], lines: Sequence[str]) -> list[str]:
        """What a whole step reads of all cells together, where the code before the loop does not read it already."""
        read, write, _, _ = self.arrays_helper(statements)
        named = {name for name in read - write if self.variables[name].scalar}
        have = {line.split()[2] for line in lines if line.startswith("const ")}
        return stripped_deindented_lines("\n".join(super().translate_to_read_arrays(named - have, write, set())))

    def _in_double(self, expr: str) -> str:
        """An expression in C++, in double precision."""
        expr = word_substitute(expr, self.func_name_replacements)
        return str(Renderer(False, auto_vectorise=self.auto_vectorise).render_expr(expr)).strip()

    def translate_expression(self, expr: str) -> str:
        """An expression in C++, by our renderer."""
        single = self._single() and not holds_times(expr)
        expr = word_substitute(expr, self.func_name_replacements)
        return str(Renderer(single, auto_vectorise=self.auto_vectorise).render_expr(expr)).strip()

    def _single(self) -> bool:
        """Whether this code reads or changes arrays of single precision."""
        return any(
            isinstance(each, ArrayVariable) and not each.scalar and each.dtype == np.float32
            for each in self.variables.values()
        )

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

    def _asked_of_step(self, condition: Any) -> str:
        """Let the step of cells ask a condition of each span; gives the name of its answers, empty if it cannot."""
        device, group = get_device(), self.owner.name
        names = get_identifiers(condition.expr) & self.variables.keys()
        cells = {name for name in names if isinstance(self.variables[name], ArrayVariable)}
        scalars = sorted(name for name in cells if self.variables[name].scalar)
        cells -= set(scalars)
        ours = device.locals_of_steps.get(group, set())
        if not cells:
            return ""
        if names != get_identifiers(condition.expr) - {"and", "or", "not", "True", "False"} or not cells <= ours:
            return ""
        if any(isinstance(self.variables[name], Function) for name in names) or cells & self.alike:
            return ""
        wide = max(np.dtype(self.variables[name].dtype).itemsize for name in cells)
        renamed = {name: f"_asked_{name}" for name in names - cells}
        text = copy(condition)
        text.expr = word_substitute(condition.expr, renamed)
        before = [
            f"const {self.c_data_type(self.variables[name].dtype)} {renamed[name]} = "
            f"brian::{device.get_array_name(self.variables[name], access_data=False)}[0];"
            if name in scalars
            else f"const double {renamed[name]} = {float(self.variables[name].value)!r};"
            for name in sorted(renamed)
        ]
        kind = "int64_t" if wide == 8 else "int32_t"
        device.ask(group, before, kind, self.translate_expression(text.expr))
        return f"asked_{group}"

    def _all_at_rest(self, rest: Rest) -> tuple[str, int]:
        """The condition on one target cell of contacts, in C++, and the number of these cells."""
        names = sorted({name for text in rest.condition for name in NAME.findall(text)})
        if not names or any(self.variable_indices.get(name) != "_postsynaptic_idx" for name in names):
            raise Refused(f"{_loop(get_device().pathway)}: rest is asked of something else than target cells")
        condition = " && ".join(rest.condition)
        for name in names:
            condition = re.sub(rf"\b{name}\b", f"{self.get_array_name(self.variables[name])}[_cell]", condition)
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
