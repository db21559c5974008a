"""What files import is kept: it is the same as what parsing them gives, whatever lies in the cache."""

from __future__ import annotations

import pytest

from circuit.engine.build_cache import FOLDER_VARIABLE
from protocols.simulation import imports
from protocols.simulation.digest import SIMULATING


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of its own, and the list of the files that are parsed."""
    folder, parsed, parse = tmp_path / "cache", [], imports.imports
    folder.mkdir(mode=0o700)
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr(imports, "imports", lambda *file: parsed.append(file) or parse(*file))
    return folder, parsed


def test_what_was_parsed_once_is_not_parsed_again(cache):
    _, parsed = cache
    first = imports.imported(SIMULATING)
    assert len(parsed) > 50
    parsed.clear()
    assert imports.imported(SIMULATING) == first and not parsed


def test_a_file_that_changed_is_parsed_again(cache, monkeypatch):
    _, parsed = cache
    before = imports.imported(SIMULATING)
    parsed.clear()
    changed = imports.ROOT / "protocols" / "simulation" / "simulate.py"
    read = type(changed).read_bytes
    added = b"\nimport results.figures.drawing\n"
    monkeypatch.setattr(type(changed), "read_bytes", lambda path: read(path) + (added if path == changed else b""))
    drawing = imports.ROOT / "results" / "figures" / "drawing.py"
    assert drawing not in before and drawing in imports.imported(SIMULATING)
    assert (read(changed) + added, False) in parsed


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b'{"a": [1]}', b"\xff", b"[" * 100_000])
def test_what_is_kept_and_damaged_is_not_used(cache, content):
    folder, _ = cache
    before = imports.imported(SIMULATING)
    (kept,) = folder.glob("imports/*.json")
    kept.write_bytes(content)
    assert imports.imported(SIMULATING) == before
    assert kept.read_bytes() != content


def test_without_a_cache_that_is_ours_alone_everything_is_parsed(cache):
    folder, parsed = cache
    before = imports.imported(SIMULATING)
    folder.chmod(0o777)
    parsed.clear()
    assert imports.imported(SIMULATING) == before and len(parsed) > 50
