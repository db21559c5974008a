"""The cache of compiled circuits: broken entries, killed builds, two builders, its bound, and builds in use."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time

import pytest
from build_help import PROGRAM, compile_nothing, compiled_times, generate
from hypothesis import given
from hypothesis import strategies as st

from circuit.engine import build_cache, compiled


def _build_elsewhere(seconds: float, then: float = 0.0) -> None:
    os.environ["COMPILING_TAKES"] = str(seconds)
    compiled.run_step, compiled.compile_program = generate, compile_nothing
    compiled.compiler = lambda: "c++"
    compiled.build("corticoaccumbens", 0.5)
    time.sleep(then)


def released(monkeypatch) -> None:
    """As if the processes that used the builds had ended."""
    for handle in build_cache._HELD.values():
        handle.close()
    monkeypatch.setattr(build_cache, "_HELD", {})


def start(*arguments: float) -> multiprocessing.Process:
    process = multiprocessing.get_context("fork").Process(target=_build_elsewhere, args=arguments)
    process.start()
    return process


def wait_for(condition) -> None:
    end = time.monotonic() + 300  # only a hang takes as long
    while not condition():
        assert time.monotonic() < end, "waited 300 s for what did not come"
        time.sleep(0.05)


@pytest.mark.parametrize("damage", ["truncate", "flip", "remove array", "no record", "broken record", "not executable"])
def test_a_broken_build_is_built_again(cache, damage):
    folder = compiled.build("corticoaccumbens", 0.5).folder
    main, record = folder / "main", folder / build_cache.RECORD
    if damage == "truncate":
        main.write_text(PROGRAM[:5])
    elif damage == "flip":
        main.write_text(PROGRAM.replace("0", "1"))
    elif damage == "remove array":
        (folder / "static_arrays" / "a").unlink()
    elif damage == "no record":
        record.unlink()
    elif damage == "broken record":
        record.write_text(record.read_text()[:40])
    else:
        main.chmod(0o644)
        os.utime(main)
    assert compiled.cached("corticoaccumbens", 0.5) is None
    assert compiled.build("corticoaccumbens", 0.5).folder == folder
    assert main.read_text() == PROGRAM and compiled_times(cache) == 2
    assert compiled.cached("corticoaccumbens", 0.5) is not None


def test_a_whole_build_is_not_built_again(cache):
    folders = {compiled.build("corticoaccumbens", 0.5).folder for _ in range(3)}
    assert len(folders) == compiled_times(cache) == 1


def test_a_build_that_was_killed_leaves_nothing_and_the_next_one_finishes(cache):
    process = start(600)
    wait_for(lambda: list(cache.glob("builds/making-*/circuit/half.o")))
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert not build_cache.entries(cache)
    folder = compiled.build("corticoaccumbens", 0.5).folder
    assert build_cache.whole(folder)
    assert [path.name for path in (cache / "builds").iterdir()] == [folder.name]


def test_a_build_under_way_is_not_taken_for_a_leftover(cache):
    process = start(1)
    wait_for(lambda: list(cache.glob("builds/making-*/circuit/half.o")))
    compiled.build("corticoaccumbens", 0.7)
    process.join()
    assert process.exitcode == 0
    assert len(build_cache.entries(cache)) == 2


def test_two_processes_that_want_one_build_build_it_once(cache):
    processes = [start(0.5) for _ in range(3)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert compiled_times(cache) == 1


def test_the_build_used_longest_ago_is_removed_when_the_cache_is_full(cache, monkeypatch):
    folders = []
    for place, scale in enumerate((0.1, 0.2, 0.3)):
        folders.append(compiled.build("corticoaccumbens", scale).folder)
        os.utime(folders[-1] / build_cache.RECORD, (1000 + place, 1000 + place))
    released(monkeypatch)
    compiled.cached("corticoaccumbens", 0.1)
    released(monkeypatch)
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE_LIMIT", f"{3.5 * build_cache.entries(cache)[0].size:.0f} B")
    compiled.build("corticoaccumbens", 0.4)
    left = {entry.circuit for entry in build_cache.entries(cache)}
    assert left == {f"PL->NAc core at scale {scale}" for scale in (0.1, 0.3, 0.4)}
    named = {cache / "builds" / key.read_text() for key in (cache / "quick").iterdir()}
    assert named == {entry.folder for entry in build_cache.entries(cache)}


def test_a_build_in_use_is_not_removed_by_another_process(cache):
    process = start(0, 600)
    wait_for(lambda: (cache / "quick").is_dir() and any((cache / "quick").iterdir()))  # made last of all
    removed, busy = build_cache.clear(cache)
    assert not removed and [entry.in_use for entry in busy] == [True]
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert len(build_cache.clear(cache)[0]) == 1
    assert not build_cache.entries(cache) and not list((cache / "quick").iterdir())


def test_only_what_nobody_used_for_a_while_is_removed(cache, monkeypatch):
    for scale, age in ((0.1, 40), (0.2, 20)):
        folder = compiled.build("corticoaccumbens", scale).folder
        os.utime(folder / build_cache.RECORD, (time.time() - 86400 * age,) * 2)
    released(monkeypatch)
    removed, _ = build_cache.clear(cache, time.time() - 86400 * 30)
    assert [entry.circuit for entry in removed] == ["PL->NAc core at scale 0.1"]


def test_a_cache_that_cannot_be_written_to_still_gives_its_builds(cache, monkeypatch):
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    folder = compiled.build("corticoaccumbens", 0.5).folder
    released(monkeypatch)
    for path in (cache, cache / "locks", *(cache / "locks").iterdir()):
        path.chmod(0o555)
    assert compiled.cached("corticoaccumbens", 0.5) == compiled.Build(folder)


@given(st.integers(1, 10**13))
def test_a_size_reads_as_it_is_shown(size):
    assert build_cache.size_of(build_cache.shown_size(size)) == pytest.approx(size, rel=5e-3)


@pytest.mark.parametrize("text", ["", "1", "GB", "-1 GB", "1 XB", "1e3 GB", "one GB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(build_cache.SizeError, match="is not a size such as '500 MB'"):
        build_cache.size_of(text)


def test_a_bound_that_cannot_be_read_is_told_before_anything_is_compiled(cache, monkeypatch):
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE_LIMIT", "much")
    with pytest.raises(build_cache.SizeError, match="CORTICOSTRIATAL_CACHE_LIMIT: 'much' is not a size"):
        compiled.build("corticoaccumbens", 0.5)
    assert not (cache.parent / "log").exists()


def test_the_verb_shows_and_clears(cache, monkeypatch, capsys, tmp_path):
    from protocols.cli.main import app

    def verb(*words):
        with pytest.raises(SystemExit) as left:
            app(list(words))
        return left.value.code, capsys.readouterr()

    code, said = verb("cache")
    assert code == 0 and said.out.startswith("0 compiled circuits, 0 B of 1 GB, in ")
    folder = compiled.build("corticoaccumbens", 0.5).folder
    code, said = verb("cache", "--json", str(tmp_path / "cache.json"))
    assert code == 0 and "PL->NAc core at scale 0.5" in said.out and "in use" in said.out
    document = json.loads((tmp_path / "cache.json").read_text())
    assert document["rows"][0]["key"] == folder.name and document["bytes"] == document["rows"][0]["bytes"] > 1000
    code, said = verb("cache", "clear")
    assert code == 0 and "removed 0" in said.out and "a process uses it" in said.err
    released(monkeypatch)
    assert "removed 0" in verb("cache", "clear", "--older-than", "30d")[1].out
    assert "removed 0" in verb("cache", "clear", "--down-to", "1 MB")[1].out
    (folder / "main").write_text("")
    assert "broken: will be built again" in verb("cache")[1].out
    assert "removed 1" in verb("cache", "clear")[1].out
    for words, line in (
        (("--older-than", "30"), "error: --older-than: "),
        (("--older-than", "30 MB"), "error: --older-than: "),
        (("--down-to", "30d"), "error: --down-to: '30d' is not a size"),
    ):
        code, said = verb("cache", "clear", *words)
        assert code == 2 and said.err.startswith(line) and said.err.count("\n") == 1
