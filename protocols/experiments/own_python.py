"""Cells and plastic rules that a circuit's rows take from a Python file, as ``plasticity = "stdp.py:pair_based"``.

The file holds dictionaries of text, as a Brian2 script holds its equations. It is read and not run: values are plain
texts, numbers, lists and dictionaries, and what else stands in the file is left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protocols.errors import InputError, cut, nearest, read_text

PLACES = (("population", "cell", "cell"), ("projection", "plasticity", "rule"))
"""Rows, their key that may name a file, and the list of rows to which what is read there is added."""
ENDING = ".py"


def with_python_files(rows: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The rows of an own circuit, in which what they take from Python files stands among them.

    Parameters
    ----------
    rows : mapping
        As a circuit's own file has them.
    folder : Path
        Files are looked for there.

    Raises
    ------
    InputError
        In one line that begins with the row: no such file, nothing of that name in it, or no plain values.
    """
    found = dict(rows)
    for part, key, kind in PLACES:
        if not isinstance(rows.get(part, []), list):
            continue
        read: dict[str, dict[str, Any]] = {}
        changed = []
        for place, row in enumerate(rows.get(part, [])):
            name = row.get(key) if isinstance(row, dict) else None
            if not isinstance(name, str) or f"{ENDING}:" not in name:
                changed.append(row)
                continue
            try:
                entry = _entry(folder, name)
            except InputError as problem:
                raise InputError(f"{part}.{place}.{key}: {problem}") from None
            if read.setdefault(entry["name"], entry) != entry:
                raise InputError(f"{part}.{place}.{key}: '{cut(name)}': another file gives '{entry['name']}' already")
            changed.append({**row, key: entry["name"]})
        if read:
            found |= {part: changed, kind: [*rows.get(kind, []), *read.values()]}
    return found


def _entry(folder: Path, named: str) -> dict[str, Any]:
    """What a file calls by a name, as a row."""
    file, _, name = named.rpartition(":")
    tables = _tables(read_text(folder / file), file)
    if name not in tables:
        raise InputError(
            f"{file} holds no '{cut(name)}'{nearest(name, tables) if tables else '; it holds no dictionary'}"
        )
    try:
        value = _plain(tables[name])
    except ValueError as problem:
        raise InputError(
            f"{file}: '{cut(name)}' holds {problem}, and may hold texts, numbers, lists and tables"
        ) from None
    if "name" in value:
        raise InputError(f"{file}: '{cut(name)}' needs no name; its variable is its name")
    return {"name": name, **value, "file": Path(file).name}


def _tables(text: str, file: str) -> dict[str, ast.expr]:
    """Variable of a file -> the dictionary that it is set to."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError) as problem:
        raise InputError(f"{file}: is not Python: {getattr(problem, 'msg', problem)}") from None
    return {
        target.id: each.value
        for each in statements
        if isinstance(each, ast.Assign) and (isinstance(each.value, ast.Dict) or _calls_dict(each.value))
        for target in each.targets
        if isinstance(target, ast.Name)
    }


def _calls_dict(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args


def _plain(node: ast.expr) -> Any:
    """The value of a literal, in which ``dict(a=1)`` is one too.

    Raises
    ------
    ValueError
        Naming what is none.
    """
    if isinstance(node, ast.Dict):
        return {_key(key): _plain(value) for key, value in zip(node.keys, node.values, strict=True)}
    if isinstance(node, ast.Call) and _calls_dict(node):
        return {_key(each.arg): _plain(each.value) for each in node.keywords}
    if isinstance(node, ast.List | ast.Tuple):
        return [_plain(each) for each in node.elts]
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if isinstance(value, str | int | float):
        return value
    raise ValueError(f"'{cut(ast.unparse(node))}'")


def _key(key: ast.expr | str | None) -> str:
    found = key.value if isinstance(key, ast.Constant) else key
    if not isinstance(found, str):
        raise ValueError("a key that is no text")
    return found
