"""Whose programs are run: nothing that another user owns or could have written, and nothing of ours open to others."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from build_help import PROGRAM, compiled_times

from circuit.engine import build_cache, compiled
from circuit.engine.build_cache import CacheError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
SOMEBODY = 54321


def give_away(path) -> None:
    os.chown(path, SOMEBODY, SOMEBODY)


def open_to_all(path) -> None:
    path.chmod(path.stat().st_mode | stat.S_IWOTH)


def open_to_the_group(path) -> None:
    path.chmod(path.stat().st_mode | stat.S_IWGRP)


ways = pytest.mark.parametrize("way", [pytest.param(give_away, marks=as_root), open_to_all, open_to_the_group])


@ways
@pytest.mark.parametrize("part", ["", "builds", "quick", "locks"])
def test_a_cache_that_others_own_or_can_write_to_is_refused(cache, way, part):
    compiled.build("corticoaccumbens", 0.5)
    way(cache / part)
    for use in (compiled.build, compiled.cached):
        with pytest.raises(CacheError) as refused:
            use("corticoaccumbens", 0.5)
        said = str(refused.value)
        assert said.startswith(f"{cache / part}: ") and "name another folder in CORTICOSTRIATAL_CACHE" in said
        assert ("it belongs to user 54321" if way is give_away else "others may write to it") in said


@ways
@pytest.mark.parametrize("part", ["", "main", "static_arrays", "static_arrays/a", "manifest.json", "build.json"])
def test_a_build_that_others_own_or_can_write_to_is_built_again(cache, way, part):
    folder = compiled.build("corticoaccumbens", 0.5).folder
    way(folder / part)
    assert compiled.cached("corticoaccumbens", 0.5) is None
    assert compiled.build("corticoaccumbens", 0.5).folder == folder and compiled_times(cache) == 2
    assert (folder / part).stat().st_uid == os.geteuid() and not (folder / part).stat().st_mode & 0o022
    assert [path.name for path in (cache / "builds").iterdir()] == [folder.name]


def test_a_program_that_is_a_link_is_not_run(cache, tmp_path):
    main = compiled.build("corticoaccumbens", 0.5).folder / "main"
    (tmp_path / "elsewhere").write_text(PROGRAM)
    (tmp_path / "elsewhere").chmod(0o755)
    main.unlink()
    main.symlink_to(tmp_path / "elsewhere")
    assert compiled.cached("corticoaccumbens", 0.5) is None
    compiled.build("corticoaccumbens", 0.5)
    assert not main.is_symlink()


def test_nobody_else_can_look_into_what_is_made(cache):
    before = os.umask(0)
    try:
        compiled.build("corticoaccumbens", 0.5)
    finally:
        os.umask(before)
    folders = [cache, *(path for path in cache.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert compiled.cached("corticoaccumbens", 0.5) is not None


@as_root
def test_a_cache_that_root_owns_and_others_only_read_serves_every_user(cache, monkeypatch):
    build = compiled.build("corticoaccumbens", 0.5)
    for path in (cache, *cache.rglob("*")):  # as `chmod -R go+rX`
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.name == "main" else 0o044))
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    assert compiled.cached("corticoaccumbens", 0.5) == build


def test_a_link_to_a_cache_of_our_own_is_followed(tmp_path, monkeypatch):
    (tmp_path / "scratch").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "scratch")
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", str(tmp_path / "link"))
    assert build_cache.cache_folder() == tmp_path / "link"


def test_a_cache_named_from_here_is_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", "mine")
    assert build_cache.cache_folder() == tmp_path / "mine"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", "~/mine")
    assert build_cache.cache_folder() == tmp_path / "mine"


def test_where_no_cache_can_be_made_the_variable_is_named(tmp_path, monkeypatch, capsys):
    from protocols.cli.group import explained

    (tmp_path / "home").write_text("no folder can be made in a file")
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", str(tmp_path / "home" / "cache"))
    monkeypatch.setattr(compiled, "compiler", lambda: "c++")
    with pytest.raises(OSError) as refused:
        compiled.build("corticoaccumbens", 0.5)
    line, code = explained(refused.value)
    assert code == 2 and line.count("\n") == 0
    assert line.startswith(f"error: {tmp_path / 'home' / 'cache'}") and "CORTICOSTRIATAL_CACHE names another" in line


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_home_that_cannot_be_written_to_names_the_variable(tmp_path, monkeypatch):
    monkeypatch.delenv("CORTICOSTRIATAL_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / ".cache"))
    (tmp_path / "home").mkdir(mode=0o500)
    with (
        pytest.raises(PermissionError, match="CORTICOSTRIATAL_CACHE names another"),
        build_cache.lock(build_cache.cache_folder() / "locks" / "one.lock"),
    ):
        pass


def test_a_refused_cache_is_one_line_and_exit_code_2(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    environment = os.environ | {"CORTICOSTRIATAL_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "corticostriatal", "cache"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"error: {tmp_path / 'cache'}: others may write to it")
    assert done.stderr.count("\n") == 1


def test_a_key_that_was_overwritten_counts_as_not_there(cache):
    compiled.build("corticoaccumbens", 0.5)
    for content in (b"", b"\xff\xfe", b"a\0b", b"../locks", b"/"):
        for key in (cache / "quick").iterdir():
            key.write_bytes(content)
        assert compiled.cached("corticoaccumbens", 0.5) is None
    compiled.build("corticoaccumbens", 0.5)
    assert compiled.cached("corticoaccumbens", 0.5) is not None


def test_without_a_compiler_the_build_made_last_for_this_processor_is_taken(cache, monkeypatch):
    monkeypatch.setattr(compiled, "_compiler_version", lambda program: program or "")
    older = compiled.build("corticoaccumbens", 0.5)
    monkeypatch.setattr(compiled, "compiler", lambda: "c++ 99")
    assert compiled.cached("corticoaccumbens", 0.5) is None, "another compiler's program is another program"
    newer = compiled.build("corticoaccumbens", 0.5)
    monkeypatch.setattr(compiled, "compiler", lambda: None)
    assert compiled.cached("corticoaccumbens", 0.5) == compiled.build("corticoaccumbens", 0.5) == newer != older
    assert compiled.cached("corticoaccumbens", 0.25) is None
    monkeypatch.setattr(compiled, "_machine", lambda: "another processor or C library")
    assert compiled.cached("corticoaccumbens", 0.5) is None
