"""Dimensions of what a user's statements work out, so that a wrong unit or an unknown name is told before a run.

A dimension is the powers of second, volt and ampere. Brian2 asks the same when it builds a circuit; here it is asked
when the file is read, without Brian2, and the answer names the row and the statement.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from fractions import Fraction

from synapses.documents import nearest

Dimension = tuple[Fraction, ...]
"""Powers of second, volt and ampere."""


def _of(*powers: int) -> Dimension:
    return tuple(map(Fraction, powers))


NUMBER = _of(0, 0, 0)
BASES = {
    "1": NUMBER, "second": _of(1, 0, 0), "hertz": _of(-1, 0, 0), "volt": _of(0, 1, 0), "amp": _of(0, 0, 1),
    "siemens": _of(0, -1, 1), "farad": _of(1, -1, 1),
}  # fmt: skip
WORDS = {
    **{name: each for name, each in BASES.items() if name != "1"},
    "ms": BASES["second"], **dict.fromkeys(("Hz", "kHz"), BASES["hertz"]), "mV": BASES["volt"],
    **dict.fromkeys(("pA", "nA"), BASES["amp"]), **dict.fromkeys(("nS", "uS"), BASES["siemens"]),
    **dict.fromkeys(("pF", "nF"), BASES["farad"]),
}  # fmt: skip
"""Units that an expression may hold, by the names that Brian2 knows."""
OF_NUMBERS = ("exp", "log", "tanh")
KEEPING = ("abs", "clip")


def dimension(unit: str) -> Dimension:
    """The dimension of a unit in Brian2's words, such as ``"volt/second"``."""
    first, *others = (BASES[part.strip()] for part in unit.split("/"))
    for other in others:
        first = divided(first, other)
    return first


def divided(first: Dimension, other: Dimension) -> Dimension:
    """The dimension of a quotient."""
    return tuple(a - b for a, b in zip(first, other, strict=True))


def check_statements(
    text: str, known: Mapping[str, Dimension], settable: Collection[str], timed: Collection[str]
) -> None:
    """Refuse statements that use what is not there, set what they may not, or join what does not fit.

    Parameters
    ----------
    text : str
        Statements as ``rho = clip(rho + step, 0, 2)``, a line each or parted by semicolons.
    known : mapping
        Variables and parameters that may be read.
    settable : collection of str
        Those that may be set. Any new name may be set as well, for the statements that follow.
    timed : collection of str
        Functions of time that give a number.

    Raises
    ------
    ValueError
        In one line that names the statement.
    """
    local = dict(known)
    for statement in _parsed(text):
        told = ast.unparse(statement)[:60]
        target: ast.expr
        value: ast.expr
        if isinstance(statement, ast.AugAssign):
            target, value = statement.target, ast.BinOp(statement.target, statement.op, statement.value)
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        else:
            raise ValueError(f"'{told}' is no statement; write rho = ...")
        if not isinstance(target, ast.Name):
            raise ValueError(f"'{told}' sets no variable")
        if target.id in known and target.id not in settable:
            raise ValueError(f"'{told}' sets {target.id}, which can only be read")
        found = expression(value, local, timed, told)
        if local.setdefault(target.id, found) != found:
            raise ValueError(f"'{told}' gives {target.id}, in {named(local[target.id])}, a value in {named(found)}")


def _parsed(text: str) -> list[ast.stmt]:
    lines = [line.strip() for line in re.sub(r"#.*", "", text).splitlines()]
    try:
        return ast.parse("\n".join(line for line in lines if line)).body
    except SyntaxError as problem:
        raise ValueError(f"'{(problem.text or '').strip()[:60]}' cannot be read: {problem.msg}") from None


def check_expression(text: str, known: Mapping[str, Dimension], wanted: Dimension) -> None:
    """Refuse an expression that uses what is not there, or has another dimension than is wanted.

    Raises
    ------
    ValueError
        In one line.
    """
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as problem:
        raise ValueError(f"'{text.strip()[:60]}' cannot be read: {problem.msg}") from None
    found = expression(node, known, (), text.strip()[:60])
    if found != wanted:
        raise ValueError(f"'{text.strip()[:60]}' is in {named(found)}, not in {named(wanted)}")


def expression(node: ast.expr, known: Mapping[str, Dimension], timed: Collection[str], told: str) -> Dimension:
    """The dimension of an expression.

    Raises
    ------
    ValueError
        If a name is unknown, or parts do not fit.
    """

    def same(*parts: ast.expr) -> Dimension:
        first, *others = (of(part) for part in parts)
        for other in others:
            if other != first:
                raise ValueError(f"'{told}' joins {named(first)} and {named(other)}")
        return first

    def number(part: ast.expr) -> None:
        if (found := of(part)) != NUMBER:
            raise ValueError(f"'{told}': {ast.unparse(part)[:40]} is in {named(found)}, and must be a number")

    def of(part: ast.expr) -> Dimension:
        if isinstance(part, ast.Constant) and isinstance(part.value, int | float):
            return NUMBER
        if isinstance(part, ast.Name):
            if part.id not in known and part.id not in WORDS:
                raise ValueError(f"'{told}': there is no '{part.id}'{nearest(part.id, list(known))}")
            return known[part.id] if part.id in known else WORDS[part.id]
        if isinstance(part, ast.UnaryOp):
            return of(part.operand)
        if isinstance(part, ast.BinOp):
            return joined(part)
        if isinstance(part, ast.Compare):
            same(part.left, *part.comparators)
            return NUMBER
        if isinstance(part, ast.BoolOp):
            for each in part.values:
                number(each)
            return NUMBER
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and not part.keywords:
            return called(part.func.id, part.args)
        raise ValueError(f"'{told}': '{ast.unparse(part)[:40]}' cannot stand in an equation")

    def joined(part: ast.BinOp) -> Dimension:
        if isinstance(part.op, ast.Add | ast.Sub | ast.Mod):
            return same(part.left, part.right)
        if isinstance(part.op, ast.Pow):
            return power(part)
        left, right = of(part.left), of(part.right)
        if isinstance(part.op, ast.Mult):
            return tuple(a + b for a, b in zip(left, right, strict=True))
        if isinstance(part.op, ast.Div):
            return divided(left, right)
        raise ValueError(f"'{told}': '{ast.unparse(part)[:40]}' cannot stand in an equation")

    def power(part: ast.BinOp) -> Dimension:
        number(part.right)
        if (base := of(part.left)) == NUMBER:
            return NUMBER
        try:
            exponent = Fraction(str(ast.literal_eval(part.right)))
        except ValueError:
            raise ValueError(f"'{told}': a quantity with a unit is raised to a power that is no number") from None
        return tuple(exponent * each for each in base)

    def called(name: str, given: list[ast.expr]) -> Dimension:
        if name == "rand" and not given:
            return NUMBER
        if not given:
            raise ValueError(f"'{told}': {name}() needs a value")
        if name in timed and len(given) == 1:
            if (found := of(given[0])) != BASES["second"]:
                raise ValueError(f"'{told}': {name} is asked at a time, not at {named(found)}")
            return NUMBER
        if name == "int" and len(given) == 1:
            number(given[0])
            return NUMBER
        if name == "sqrt" and len(given) == 1:
            return tuple(each / 2 for each in of(given[0]))
        if name in OF_NUMBERS and len(given) == 1:
            number(given[0])
            return NUMBER
        if name in KEEPING and len(given) == (3 if name == "clip" else 1):
            return same(*given)
        functions = [*OF_NUMBERS, *KEEPING, "int", "sqrt", "rand", *timed]
        raise ValueError(f"'{told}': no function '{name}' of {len(given)} values{nearest(name, functions)}")

    return of(node)


def named(powers: Dimension) -> str:
    """A dimension in words, as ``"volt/second"``."""
    for word, each in BASES.items():
        if each == powers:
            return "no unit" if word == "1" else word
    for word, each in BASES.items():
        for below in ("second", "volt", "amp"):
            if divided(each, BASES[below]) == powers:
                return f"{word}/{below}"
    return " ".join(f"{word}^{power}" for word, power in zip(("second", "volt", "amp"), powers, strict=True) if power)
