"""Which modules of the project a module imports, directly or through others.

Parsing a hundred files takes longer than all else that begins a run. What a file imports is therefore kept in the
cache, under the hash of its content, and only files that changed are parsed.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from circuit.engine.build_cache import CacheError, cache_folder, made
from results.store.files import replacing

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("synapses", "circuit", "protocols", "results")


def imported(modules: Iterable[str]) -> set[Path]:
    """The files of some modules of the project, and of all that they import."""
    place = _place()
    known, seen = _kept(place), dict[str, list[str]]()
    waiting, found, looked_for = list(modules), dict[str, Path](), set[str]()
    while waiting:
        name = waiting.pop()
        if name in looked_for:
            continue
        looked_for.add(name)
        if (file := _file(name)) is not None:
            found[name] = file
            content, package = file.read_bytes(), file.name == "__init__.py"
            key = hashlib.sha256(content + bytes([package])).hexdigest()
            seen[key] = known[key] if key in known else list(imports(content, package))
            waiting += [name.rpartition(".")[0], *seen[key]]
    if place is not None and seen.keys() - known.keys():
        _keep(place, seen)
    return set(found.values())


def imports(content: bytes, package: bool) -> Iterator[str]:
    """Names of modules that a file may import, wherever in it; what only a type checker reads is left out.

    A package (``__init__.py``) is imported with each of its modules; what its own functions import, a run does not ask
    for.
    """
    waiting: list[ast.AST] = [ast.parse(content)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (node.module, *(f"{node.module}.{each.name}" for each in node.names))
        elif not (package and isinstance(node, ast.FunctionDef)):
            waiting += ast.iter_child_nodes(node)


def _file(module: str) -> Path | None:
    """The file of a module of the project; None if it is none of its modules."""
    path = ROOT.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py") if module.partition(".")[0] in PACKAGES else ()
    return next((file for file in candidates if file.is_file()), None)


def _place() -> Path | None:
    """Where it is kept for this checkout and these rules; None without a cache that is ours alone."""
    with suppress(CacheError, OSError):
        rules = hashlib.sha256(f"{ROOT}\n".encode() + Path(__file__).read_bytes()).hexdigest()[:32]
        return cache_folder() / "imports" / f"{rules}.json"
    return None


def _kept(place: Path | None) -> dict[str, list[str]]:
    """Hash of a file -> what it imports; empty where nothing whole is kept."""
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(place.read_bytes()) if place is not None else {}
        whole = isinstance(found, dict) and all(isinstance(names, list) for names in found.values())
        return found if whole and all(isinstance(name, str) for names in found.values() for name in names) else {}
    return {}


def _keep(place: Path, seen: dict[str, list[str]]) -> None:
    with suppress(OSError):
        made(place.parent)
        with replacing(place) as temporary:
            temporary.write_text(json.dumps(seen), encoding="utf-8")
