"""The JSON Schema of an experiment file, whose descriptions are the texts below the keys in the source.

They are read when a schema is asked for: reading them as classes are made, as pydantic does on request, takes longer
than all else that reading an experiment needs.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import Any, get_args

from protocols.experiments.experiment import Experiment
from protocols.record import Record


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an experiment file."""
    schema = Experiment.model_json_schema()
    tables = _tables(Experiment)
    for name, part in {Experiment.__name__: schema, **schema["$defs"]}.items():
        texts = _texts(tables[name])
        for key, entry in part["properties"].items():
            if key in texts:
                entry["description"] = texts[key]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _tables(model: type[Record]) -> dict[str, type[Record]]:
    """By name: a table and all tables that it may hold."""
    waiting: list[Any] = [model]
    found: dict[str, type[Record]] = {}
    while waiting:
        kind = waiting.pop()
        if not (isinstance(kind, type) and issubclass(kind, Record)):
            waiting += get_args(kind)
        elif kind.__name__ not in found:
            found[kind.__name__] = kind
            waiting += [field.annotation for field in kind.model_fields.values()]
    return found


def _texts(table: type[Record]) -> dict[str, str]:
    """Key -> the text below it in the class, or in one that it is derived from."""
    found: dict[str, str] = {}
    for base in reversed(table.__mro__):
        if issubclass(base, Record):
            found |= _own_texts(base)
    return found


def _own_texts(table: type[Record]) -> dict[str, str]:
    """Key -> the text below it in the body of a class."""
    (made,) = ast.parse(textwrap.dedent(inspect.getsource(table))).body
    assert isinstance(made, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(made.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }
