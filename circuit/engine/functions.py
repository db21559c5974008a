"""The functions of the engine's C++: what stands for exp, log, clip, powers and random numbers, and expressions in the
precision that they need (`circuit.precision`)."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
from brian2.codegen.generators.cpp_generator import CPPNodeRenderer
from brian2.core.functions import DEFAULT_FUNCTIONS
from brian2.utils.stringtools import get_identifiers

from circuit.precision import TIME

NAMES = {"exp": "exponential", "log": "logarithm", "clip": "clipped", "rand": "drawn_uniform", "randn": "drawn_normal"}
"""Brian2's function -> ours, in `templates/functions.cpp`."""
DRAWN = {"drawn_uniform": "uniforms", "drawn_normal": "normals"}
"""A function that draws -> the stream that it draws from."""


def replace_functions(code_object: type) -> None:
    """Let a class of code objects call our functions instead of Brian2's."""
    for name, ours in NAMES.items():
        DEFAULT_FUNCTIONS[name].implementations.add_implementation(code_object, code=None, name=ours)


def holds_times(text: str) -> bool:
    """Whether an expression holds a time."""
    return any(TIME.fullmatch(name) for name in get_identifiers(text))


def narrowed(statement: Any) -> Any:
    """A statement whose new variable has single precision, unless it holds a time."""
    wide = TIME.fullmatch(statement.var) or (statement.var.startswith("_lio") and holds_times(statement.expr))
    if statement.op != ":=" or statement.dtype != np.float64 or wide:
        return statement
    narrow = copy(statement)
    narrow.dtype = np.float32
    return narrow


def first_part(statement: Any) -> Any | None:
    """The first of the conditions that all have to hold in a statement; None if there is one only."""
    node = ast.parse(statement.expr, mode="eval").body
    if not isinstance(node, ast.BoolOp) or not isinstance(node.op, ast.And):
        return None
    first = copy(statement)
    first.expr, first.used_boolean_variables = ast.unparse(node.values[0]), None
    return first


class Renderer(CPPNodeRenderer):
    """An expression in C++, with our powers, and with numbers of single precision where nothing is a time."""

    def __init__(self, single: bool, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.single = single

    def render_BinOp(self, node: ast.BinOp) -> str:
        """Powers by our function; the rest as Brian2 writes it."""
        if isinstance(node.op, ast.Pow):
            return f"power({self.render_node(node.left)}, {self.render_node(node.right)})"
        return str(super().render_BinOp(node))

    def render_Constant(self, node: ast.Constant) -> str:
        """A number, marked if it has single precision."""
        text = str(super().render_Constant(node))
        floating = isinstance(node.value, float | np.floating)
        return f"{text}f" if self.single and floating else text


def drawn_before(lines: Sequence[str]) -> tuple[list[str], dict[str, tuple[str, int]]]:
    """A loop with each call that draws a random number replaced by one that was drawn before the loop.

    Parameters
    ----------
    lines : sequence of str
        C++ of a pass through the loop, whose number is `_place`.

    Returns
    -------
    list of str
    dict
        Name of an array -> (the stream that it is drawn from, numbers in each pass).
    """
    code, draws = "\n".join(lines), {}
    for function, stream in DRAWN.items():
        first, *others = code.split(f"{function}(_vectorisation_idx)")
        if others:
            draws[f"_{stream}"] = (stream, len(others))
            code = first + "".join(
                f"_{stream}[{len(others)}*_place + {number}]{part}" for number, part in enumerate(others)
            )
    return code.splitlines(), draws
