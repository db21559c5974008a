"""Claims: one holder at a time, and a dead one does not stand in the way."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from protocols.errors import InputError
from protocols.runs import claims

ROOT = Path(__file__).parents[3]
HOLD = "import sys, time; from protocols.runs import claims; from pathlib import Path; "
HOLD += "c = claims.take(Path(sys.argv[1])); print('mine', flush=True); time.sleep(600)"


def test_what_is_claimed_is_not_claimed_again_until_it_is_released(tmp_path):
    first = claims.take(tmp_path / "a")
    assert first is not None and claims.living(tmp_path / "a")
    assert claims.take(tmp_path / "a") is None
    first.release()
    assert not claims.living(tmp_path / "a")
    with claims.take(tmp_path / "a"):
        assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert not list(tmp_path.iterdir())


def test_of_many_that_claim_at_once_one_gets_it(tmp_path):
    got, ready = [], threading.Barrier(8)

    def go():
        ready.wait()
        got.append(claims.take(tmp_path / "a"))

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(claim is not None for claim in got) == 1


def test_the_claim_of_a_killed_process_is_free_at_once(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "a")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "mine\n"
        assert claims.take(tmp_path / "a") is None
        process.kill()
    assert not claims.living(tmp_path / "a")
    with claims.take(tmp_path / "a") as claim:
        assert json.loads((tmp_path / "a").read_text())["token"] == claim.token


def test_a_claim_of_another_machine_lives_as_long_as_its_heart_beats(tmp_path):
    file = tmp_path / "a"
    file.write_text(json.dumps({"host": "far", "where": "far", "pid": 1, "started": "1", "token": "x"}))
    assert claims.living(file) and claims.take(file) is None
    assert claims.holder(file) == "process 1 on far"
    long_ago = file.stat().st_mtime - claims.STALE - 1
    os.utime(file, (long_ago, long_ago))
    assert not claims.living(file)
    claim = claims.take(file)
    assert claim is not None
    claim.release()


def test_a_claim_that_was_taken_over_is_not_released_by_its_first_holder(tmp_path):
    first = claims.take(tmp_path / "a")
    (tmp_path / "a").write_text(json.dumps({"where": "far", "pid": 1, "token": "other"}))
    first.release()
    assert json.loads((tmp_path / "a").read_text())["token"] == "other"


def of_this_machine(**changed):
    """A claim of a process of ours that lives, with some entries changed; None leaves one out."""
    return json.dumps({name: value for name, value in {**claims._here(), **changed}.items() if value is not None})


ODD = {
    "empty": "",
    "cut off": '{"host": "he',
    "no table": "[1, 2]",
    "a number": "7",
    "not text": "\udcff\udcfe",
    "deeply nested": "[" * 100_000,
    "a number of too many digits": '{"pid": ' + "9" * 5000 + "}",
    "no process": of_this_machine(pid=None),
    "a list for a process": of_this_machine(pid=[1]),
    "a text for a process": of_this_machine(pid="../../etc"),
    "true for a process": of_this_machine(pid=True),
    "a negative process": of_this_machine(pid=-1),
    "no start": of_this_machine(started=None),
    "no place": of_this_machine(where=None),
    "a table for a place": of_this_machine(where={}),
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_a_claim_that_tells_no_process_is_judged_by_its_heartbeat(tmp_path, content):
    file = tmp_path / "a"
    file.write_bytes(content.encode(errors="surrogateescape"))
    assert claims.living(file) and claims.take(file) is None
    assert isinstance(claims.holder(file), str)
    for shift in (-claims.STALE - 5, claims.STALE + 60):  # a heart that beats in the future is as odd
        moment = time.time() + shift
        os.utime(file, (moment, moment))
        assert not claims.living(file)
    with claims.take(file) as claim:
        assert json.loads(file.read_text())["token"] == claim.token
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_place_of_a_claim_is_moved_out_of_the_way_once_it_is_old(tmp_path):
    place = tmp_path / "a"
    place.mkdir()
    assert claims.take(place) is None
    os.utime(place, (1.0, 1.0))
    with claims.take(place):
        assert place.is_file()


def test_a_claim_is_on_the_disk_before_it_counts(tmp_path, monkeypatch):
    order = []
    sync, link = os.fsync, os.link
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("fsync"), sync(handle)))
    monkeypatch.setattr(os, "link", lambda *names: (order.append("link"), link(*names)))
    claims.take(tmp_path / "a").release()
    assert order == ["fsync", "link"]


def test_who_wants_what_one_holds_for_a_moment_waits(tmp_path):
    inside, over = [], []

    def go(name):
        with claims.exclusive(tmp_path / "a"):
            inside.append(name)
            assert len(inside) - len(over) == 1
            time.sleep(0.05)
            over.append(name)

    threads = [threading.Thread(target=go, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(over) == [0, 1, 2, 3]


def test_waiting_for_what_is_never_released_ends(tmp_path):
    with (
        claims.take(tmp_path / "a"),
        pytest.raises(InputError, match=r"a: process \d+ on .* has held this"),
        claims.exclusive(tmp_path / "a", 0.1),
    ):
        pass
