"""Claims: one holder at a time, and a dead one does not stand in the way."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from protocols import claims

ROOT = Path(__file__).parents[2]
HOLD = "import sys, time; from protocols import claims; from pathlib import Path; c = claims.take(Path(sys.argv[1])); "
HOLD += "print('mine', flush=True); time.sleep(600)"


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
