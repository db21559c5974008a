"""Folders of studies in which a file is damaged: one line that names it, or it is made again; never a traceback."""

import copy
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from study_help import FAKE, RUNS, Quiet, contents, small

from protocols.cli.main import app
from protocols.errors import InputError
from protocols.runs.pool import local
from protocols.studies import sweep
from protocols.studies.study_folder import StudyFolder

INLINE = local(1)
WRONG = (None, True, 5, -1.5, "x", "", [], {}, [[]], [{}], {"x": {"y": 1}}, ["a", 5])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A small study in which one run is missing and one was given up."""
    place = tmp_path_factory.mktemp("whole")
    folder = StudyFolder.start(small(place), place / "out")
    sweep.sweep(folder, INLINE, Quiet(), FAKE)
    first, second, *_ = folder.rows()
    (folder.path / first.file).unlink()
    (folder.path / second.file).unlink()
    folder.give_up(second, "ArithmeticError: the membrane exploded", 2)
    return folder.path


@pytest.fixture
def damaged(whole, tmp_path, at_once):
    shutil.copytree(whole, tmp_path / "out")
    return tmp_path / "out"


def said(capfd, *words):
    """Exit code and standard error of a command; what is not expected would be raised here."""
    capfd.readouterr()
    with pytest.raises(SystemExit) as end:
        app([str(word) for word in words])
    return end.value.code, capfd.readouterr().err


def done_again(folder):
    end = sweep.sweep(StudyFolder(folder), INLINE, Quiet(), replace(FAKE, retry=True))
    assert end.done == RUNS == len(contents(folder))


def places(content, depth):
    """Paths to everything in a document, down to a depth."""
    yield ()
    entries = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in list(entries)[:4] if depth < 3 else entries:
        if depth:
            yield from ((key, *rest) for rest in places(value, depth - 1))


def changed(content, path, value):
    """A copy with something else at a path."""
    if not path:
        return value
    found = copy.deepcopy(content)
    parent = found
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return found


def test_whatever_stands_in_the_plan_of_a_study_is_refused_in_one_line_or_is_a_study(whole, tmp_path):
    plan = json.loads((whole / "study.json").read_text())
    wholesome, refused = 0, 0
    for path in places(plan, 3):
        for wrong in WRONG:
            folder = tmp_path / f"{wholesome + refused}"
            folder.mkdir()
            (folder / "study.json").write_text(json.dumps(changed(plan, path, wrong)))
            try:
                StudyFolder.open(folder).status()
                wholesome += 1
            except InputError as problem:
                assert str(problem).startswith(str(folder / "study.json")) and "\n" not in str(problem), (path, wrong)
                refused += 1
    assert refused > 500 and wholesome > 10


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"null", b"[]", b"5", b'"x"', b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000,
        b'{"format": "corticostriatal study", "version": 1}', b'{"format": "another", "version": 1}',
        b'{"format": "corticostriatal study", "version": 2}', b'{"format": ["corticostriatal study"], "version": true}',
    ],
    ids=range(14),
)  # fmt: skip
@pytest.mark.parametrize("verb", ["status", "resume", "collect"])
def test_a_plan_that_is_no_plan_is_refused_in_one_line(damaged, capfd, verb, content):
    (damaged / "study.json").write_bytes(content)
    code, errors = said(capfd, verb, damaged)
    assert code == 2 and errors.startswith(f"error: {damaged / 'study.json'}: ") and errors.count("\n") == 1
    assert len(contents(damaged)) == RUNS - 2


def rewritten(index, *statements):
    with closing(sqlite3.connect(index)) as opened, opened:
        for statement in statements:
            opened.execute(statement)


INDEX_DAMAGE = {
    "empty": lambda index: index.write_bytes(b""),
    "cut off": lambda index: index.write_bytes(index.read_bytes()[:5000]),
    "zeros": lambda index: index.write_bytes(bytes(8192)),
    "a column fewer": lambda index: rewritten(index, "ALTER TABLE runs DROP COLUMN life"),
    "a column more": lambda index: rewritten(index, "ALTER TABLE runs ADD COLUMN more TEXT"),
    "another name": lambda index: rewritten(index, 'ALTER TABLE runs RENAME COLUMN "group" TO kind'),
    "a row fewer": lambda index: rewritten(index, "DELETE FROM runs WHERE rowid = 1"),
    "a text for a number": lambda index: rewritten(index, "UPDATE runs SET animal = 'x'"),
    "nothing": lambda index: rewritten(index, "UPDATE runs SET key = NULL"),
    "another key": lambda index: rewritten(index, "UPDATE runs SET key = '../../../etc/passwd' WHERE rowid = 1"),
    "another point": lambda index: rewritten(index, "UPDATE runs SET point = 99"),
    "no rows": lambda index: rewritten(index, "DROP TABLE runs"),
    "no plan": lambda index: rewritten(index, "DELETE FROM plan"),
    "a view": lambda index: rewritten(index, "ALTER TABLE runs RENAME TO r", "CREATE VIEW runs AS SELECT * FROM r"),
    "a folder": lambda index: (index.unlink(), index.mkdir()),
}


@pytest.mark.parametrize("damage", INDEX_DAMAGE.values(), ids=INDEX_DAMAGE)
def test_an_index_that_is_damaged_is_made_again(whole, damaged, capfd, damage):
    rows = StudyFolder(whole).rows()
    damage(damaged / "index.sqlite")
    assert StudyFolder(damaged).rows() == rows
    assert said(capfd, "status", damaged)[0] == 0
    assert said(capfd, "collect", damaged)[0] == 1  # a run was given up


@pytest.mark.parametrize("content", [b"", b"[]", b"5", b"{}", b'{"reason": 5}', b'{"reason": "x", "attempts": []}',
                                     b"[" * 100_000, b"\xff"], ids=range(8))  # fmt: skip
def test_a_reason_that_is_unreadable_is_said_to_be(damaged, capfd, content):
    file = next((damaged / "failed").iterdir())
    file.write_bytes(content)
    assert said(capfd, "status", damaged)[0] == 0
    assert StudyFolder(damaged).status().reasons[0]["reason"] == "the file with the reason is unreadable"
    done_again(damaged)


@pytest.mark.parametrize("name", ["runs", "claims", "failed"])
def test_a_file_in_the_place_of_a_folder_is_told_in_one_line(damaged, capfd, name):
    shutil.rmtree(damaged / name)
    (damaged / name).write_text("x")
    assert said(capfd, "status", damaged)[0] == 0
    code, errors = said(capfd, "resume", damaged)
    assert code == 2 and str(damaged / name) in errors and errors.count("\n") == 1


@pytest.mark.parametrize("damage", [
    lambda file: file.write_bytes(b""), lambda file: file.write_bytes(file.read_bytes()[:3000]),
    lambda file: file.write_bytes(b"x" * 5000), lambda file: (file.unlink(), file.mkdir()),
], ids=["empty", "cut off", "no HDF5", "a folder"])  # fmt: skip
def test_a_run_that_is_damaged_is_set_aside_by_collect_and_done_again(damaged, capfd, damage):
    file = sorted(damaged.glob("runs/*/*.h5"))[0]
    damage(file)
    code, errors = said(capfd, "collect", damaged)
    assert code == 1 and f"{file.with_suffix('.damaged')} was damaged and is set aside" in errors
    done_again(damaged)


def test_a_folder_that_cannot_be_written_to_can_still_be_looked_at(damaged, monkeypatch):
    (damaged / "index.sqlite").unlink()
    monkeypatch.setattr("results.store.study_index.write", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only")))
    assert StudyFolder(damaged).status().done == RUNS - 2
    assert not Path(damaged / "index.sqlite").exists()
