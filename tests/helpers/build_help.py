"""A compiler that is none, and an empty cache for what it makes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from circuit.engine import build_cache, compiled

PROGRAM = "#!/bin/sh\nexit 0\n"


def generate(command, folder, environment):
    """In place of Brian2: a circuit whose sources hang on its scale."""
    target = Path(command[-1])
    (target / "static_arrays").mkdir(parents=True)
    (target / "static_arrays" / "a").write_bytes(bytes(1000))
    (target / "sources.sha256").write_text(f"sources at {command[-3]} in {command[-2]} precision")
    (target / "manifest.json").write_text("{}")


def compile_nothing(folder):
    """In place of the compiler: notes that it ran, waits as long as it is told, writes a program."""
    with Path(os.environ["COMPILED_LOG"]).open("a") as log:
        log.write("compiled\n")
    (folder / "half.o").write_text("half")
    time.sleep(float(os.environ.get("COMPILING_TAKES", 0)))
    (folder / "main").write_text(PROGRAM)
    (folder / "main").chmod(0o755)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and a compiler that is none; `log` of it counts what was compiled."""
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COMPILED_LOG", str(tmp_path / "log"))
    monkeypatch.delenv("CORTICOSTRIATAL_CACHE_LIMIT", raising=False)
    monkeypatch.setattr(compiled, "run_step", generate)
    monkeypatch.setattr(compiled, "compile_program", compile_nothing)
    monkeypatch.setattr(compiled, "compiler", lambda: "c++")
    monkeypatch.setattr(build_cache, "_HELD", {})
    return tmp_path / "cache"


def compiled_times(cache: Path) -> int:
    return len((cache.parent / "log").read_text().splitlines())
