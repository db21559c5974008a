"""The C++ that the engine's device writes for a step of all cells, and expressions in the precision that they need.

What a step leaves out is found in `circuit.engine.step`. Here it is written, and so are the numbers of all cells by
which other code reads and writes what decays alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
from brian2.codegen.generators.cpp_generator import CPPCodeGenerator
from brian2.core.functions import Function
from brian2.core.variables import ArrayVariable, Constant
from brian2.devices.device import get_device
from brian2.utils.stringtools import get_identifiers, stripped_deindented_lines, word_substitute

from circuit.engine import step
from circuit.engine.functions import Renderer, holds_times

BLOCK = 64  # cells that are searched for a spike together
SPAN = 4 * BLOCK  # cells of which a step says whether one may spike


class StepGenerator(CPPCodeGenerator):
    """C++ of one code object; a step of cells leaves out what it can."""

    nobody_waits = False
    """Whether a loop is written for cells that may change all of their variables."""
    alike: set[str]
    """Variables that decay alike in all cells, as far as they are read or written here."""

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

    def translate_expression(self, expr: str) -> str:
        """An expression in C++, by our renderer."""
        single = self._single() and not holds_times(expr)
        expr = word_substitute(expr, self.func_name_replacements)
        return str(Renderer(single, auto_vectorise=self.auto_vectorise).render_expr(expr)).strip()

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
            left = list(waiting.statements)
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
        reading = super().translate_to_read_arrays(named - have, write, set())
        return list(stripped_deindented_lines("\n".join(reading)))

    def _in_double(self, expr: str) -> str:
        """An expression in C++, in double precision."""
        expr = word_substitute(expr, self.func_name_replacements)
        return str(Renderer(False, auto_vectorise=self.auto_vectorise).render_expr(expr)).strip()

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

    def _single(self) -> bool:
        """Whether this code reads or changes arrays of single precision."""
        return any(
            isinstance(each, ArrayVariable) and not each.scalar and each.dtype == np.float32
            for each in self.variables.values()
        )
