"""Brian2's equations and code as mathematics: the strings that are simulated, in MathML, which browsers draw.

Nothing is simplified or reordered, except that a minus before a factor is written before the whole product. A parameter
is shown by the symbol of its record, a variable of the model by its name.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from latex2mathml.converter import convert

GREEK = frozenset(
    """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega
    """.split()  # noqa: SIM905
)
UNITS = frozenset("second ms volt mV siemens nS amp pA Hz mmolar umolar".split())  # noqa: SIM905
_SHORT = {"second": "s", "volt": "V", "siemens": "S", "amp": "A", "mmolar": "mM", "umolar": "µM"}
# Arrays over time that a run sets: b and a of the biological clock U = b + a t.
_CLOCK = {"biological_offset": "b", "biological_rate": "a"}
_COMPARISONS = {ast.Gt: ">", ast.Lt: "<", ast.GtE: r"\geq", ast.LtE: r"\leq", ast.Eq: "=", ast.NotEq: r"\neq"}
_SUM, _PRODUCT, _POWER, _ATOM = range(4)


@dataclass(frozen=True)
class Statement:
    """One line of code as the simulator runs it: target, operator (``=``, ``+=``, ...) and expression."""

    target: str
    operator: str
    expression: str


def statements(code: str) -> list[Statement]:
    """The assignments of a block of Brian2 code, in order.

    Raises
    ------
    ValueError
        For a line that is no assignment.
    """
    found = []
    for node in ast.parse(textwrap.dedent(code.strip("\n"))).body:
        if isinstance(node, ast.Assign):
            found.append(Statement(ast.unparse(node.targets[0]), "=", ast.unparse(node.value)))
        elif isinstance(node, ast.AugAssign):
            sign = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/="}[type(node.op)]
            found.append(Statement(ast.unparse(node.target), sign, ast.unparse(node.value)))
        else:
            raise ValueError(f"not an assignment: {ast.unparse(node)}")
    return found


def symbol(text: str) -> str:
    """LaTeX of a parameter's symbol such as ``tau_AMPA``, ``[Mg]`` or ``q_NMDA/q_AMPA``.

    A sign after the underscore belongs to the subscript, up to the end: ``EC50_2/3`` is one symbol.
    """
    if re.fullmatch(r"[A-Za-z]+_[A-Za-z]+/[A-Za-z]+_[A-Za-z]+", text):
        above, below = text.split("/")
        return rf"\left({symbol(above)} / {symbol(below)}\right)"
    if text.startswith("[") and text.endswith("]"):
        return rf"\left[{_base(text[1:-1])}\right]"
    base, _, index = text.partition("_")
    return _base(base) + (rf"_{{\text{{{index}}}}}" if index else "")


def _base(name: str) -> str:
    if name in GREEK:
        return f"\\{name}"
    return name if len(name) == 1 else rf"\text{{{name}}}"


def variable(name: str, symbols: Mapping[str, str]) -> str:
    """LaTeX of a name in an equation: a parameter's symbol, a unit, or the name itself."""
    if name in UNITS and name not in symbols:
        return rf"\text{{{_SHORT.get(name, name)}}}"
    for ending in ("_post", "_pre"):  # of a contact: the cell after it, the cell before it
        if name.endswith(ending):
            inner = symbol(symbols[name]) if name in symbols else variable(name.removesuffix(ending), {})
            return rf"{{{inner}}}^{{\text{{{ending[1:]}}}}}"
    if name in symbols:
        return symbol(symbols[name])
    base, _, index = name.partition("_")
    letters = base.rstrip("0123456789")
    if len(letters) == 1 or letters in GREEK:
        index = " ".join(part for part in (base.removeprefix(letters), index.replace("_", " ")) if part)
        return _base(letters) + (rf"_{{\text{{{index}}}}}" if index else "")
    return rf"\text{{{name.replace('_', ' ')}}}"


def _bracketed(text: str, brackets: str = "()") -> str:
    """Text in brackets, which grow with what is higher than a line."""
    opening, closing = brackets[0], brackets[1]
    tall = any(part in text for part in (r"\frac", r"\left", r"\sqrt"))
    return rf"\left{opening}{text}\right{closing}" if tall else f"{opening}{text}{closing}"


class _Latex(ast.NodeVisitor):
    """LaTeX and binding strength of an expression."""

    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols

    def within(self, node: ast.AST, strength: int) -> str:
        """LaTeX of a part, in brackets where it binds more weakly than its surroundings."""
        text, own = self.visit(node)
        return text if own >= strength else _bracketed(text)

    def free(self, node: ast.AST) -> str:
        return str(self.visit(node)[0])

    def generic_visit(self, node: ast.AST) -> tuple[str, int]:
        raise ValueError(f"no mathematics for {ast.unparse(node)}")

    def visit_Name(self, node: ast.Name) -> tuple[str, int]:
        return variable(node.id, self.symbols), _ATOM

    def visit_Constant(self, node: ast.Constant) -> tuple[str, int]:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            return rf"\text{{{node.value!r}}}", _ATOM
        digits, _, exponent = f"{node.value:g}".partition("e")
        if not exponent:
            return digits, _ATOM
        power = f"10^{{{int(exponent)}}}"
        return (power, _POWER) if digits == "1" else (rf"{digits} \cdot {power}", _PRODUCT)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> tuple[str, int]:
        if isinstance(node.op, ast.Not):
            return rf"\text{{not }} {self.within(node.operand, _ATOM)}", _PRODUCT
        sign = "-" if isinstance(node.op, ast.USub) else "+"
        return sign + self.within(node.operand, _PRODUCT), _SUM

    def visit_BinOp(self, node: ast.BinOp) -> tuple[str, int]:
        opposite = _without_minus(node)
        if opposite is not None:
            return f"-{self.within(opposite, _PRODUCT)}", _SUM
        if isinstance(node.op, ast.Add):
            return f"{self.within(node.left, _SUM)} + {self.within(node.right, _SUM)}", _SUM
        if isinstance(node.op, ast.Sub):
            return f"{self.within(node.left, _SUM)} - {self.within(node.right, _PRODUCT)}", _SUM
        if isinstance(node.op, ast.Mult):
            # A dot before a figure and between words; elsewhere a thin space.
            dot = r"\cdot" if isinstance(node.right, ast.Constant) or self._words_meet(node) else r"\,"
            return f"{self.within(node.left, _PRODUCT)} {dot} {self.within(node.right, _PRODUCT)}", _PRODUCT
        if isinstance(node.op, ast.Div):
            return rf"\frac{{{self.free(node.left)}}}{{{self.free(node.right)}}}", _PRODUCT
        if isinstance(node.op, ast.Pow):
            return rf"{{{self.within(node.left, _ATOM)}}}^{{{self.free(node.right)}}}", _POWER
        if isinstance(node.op, ast.Mod):
            return rf"{self.within(node.left, _PRODUCT)} \; \text{{mod}} \; {self.within(node.right, _PRODUCT)}", _SUM
        return self.generic_visit(node)

    def _words_meet(self, node: ast.BinOp) -> bool:
        """Whether a product joins names that are written out as words."""
        left, right = node.left, node.right
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):
            left = left.right
        sides = [self.free(side) for side in (left, right) if isinstance(side, ast.Name)]
        return any(side.startswith((r"\text{", r"{\text{")) for side in sides)

    def visit_Compare(self, node: ast.Compare) -> tuple[str, int]:
        sign = _COMPARISONS[type(node.ops[0])]
        return f"{self.free(node.left)} {sign} {self.free(node.comparators[0])}", _SUM

    def visit_BoolOp(self, node: ast.BoolOp) -> tuple[str, int]:
        word = r" \text{ and } " if isinstance(node.op, ast.And) else r" \text{ or } "
        return word.join(self.within(value, _SUM) for value in node.values), _SUM

    def visit_Call(self, node: ast.Call) -> tuple[str, int]:
        name = ast.unparse(node.func)
        given = [self.free(argument) for argument in node.args]
        if name in _CLOCK:
            return _CLOCK[name] + _bracketed(given[0]), _ATOM
        if name == "int":  # of a condition: 1 where it holds
            return _bracketed(given[0], "[]"), _ATOM
        if name == "exp":
            return rf"e^{{{given[0]}}}", _POWER
        if name == "sqrt":
            return rf"\sqrt{{{given[0]}}}", _ATOM
        if name == "floor":
            return rf"\left\lfloor {given[0]} \right\rfloor", _ATOM
        if name == "rand":
            return r"\xi_{U}", _ATOM
        if name == "randn":
            return r"\xi_{N}", _ATOM
        word = {"log": "ln", "poisson": "Poisson"}.get(name, name.replace("_", " "))
        return rf"\text{{{word}}}" + _bracketed(", ".join(given)), _ATOM


def _without_minus(node: ast.expr) -> ast.expr | None:
    """A product or quotient without the minus it begins with; None where it begins with none."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        left = _without_minus(node.left)
        return None if left is None else ast.BinOp(left, node.op, node.right)
    return None


def latex(expression: str, symbols: Mapping[str, str] | None = None) -> str:
    """LaTeX of an expression in Brian2's syntax.

    Parameters
    ----------
    expression : str
    symbols : mapping of str to str, optional
        Symbols of the parameters, by name.

    Raises
    ------
    ValueError
        For syntax that has no mathematical form here.
    """
    tree = ast.parse(" ".join(expression.split()), mode="eval").body
    return _Latex(symbols or {}).free(tree)


def mathml(formula: str) -> str:
    """MathML of a LaTeX formula, to stand in a line or a cell of a table."""
    return str(convert(formula, display="inline")).replace("<math ", '<math displaystyle="true" ', 1)
