"""What long work tells on standard error."""

import threading

import pytest

from protocols.runs.progress import Bar, Lines, StudyLines, heartbeat, lasting
from protocols.runs.workers import Done


class Run:
    label = "control, HFS, animal 0"


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when a test says so."""
    now = [100.0]
    monkeypatch.setattr("protocols.runs.progress.time.monotonic", lambda: now[0])
    return now


def test_a_line_tells_how_far_and_how_long_still(clock, capsys):
    lines = Lines()
    lines.begin(10, 4)
    clock[0] += 30
    lines.done(Done(Run(), 29.0))
    assert capsys.readouterr().err.splitlines()[-1] == (
        "run 5 of 10: control, HFS, animal 0 (29.0 s; about 2 min 20 s left)"
    )


def test_runs_that_were_there_do_not_count_for_the_pace(clock):
    lines = StudyLines()
    lines.begin(100, 98)
    clock[0] += 60
    lines.count = 99
    assert lines.left("") == "about 60 s left"


def test_the_last_run_leaves_nothing(clock, capsys):
    lines = Lines()
    lines.begin(1, 0)
    lines.done(Done(Run(), 1.0))
    assert capsys.readouterr().err.splitlines()[-1] == "run 1 of 1: control, HFS, animal 0 (1.0 s)"


def test_small_steps_are_told_now_and_then(clock, capsys):
    lines = Lines()
    lines.begin(1000, 0)
    for _ in range(100):
        clock[0] += 0.2
        lines.step("files")
    said = capsys.readouterr().err.splitlines()
    assert 3 <= len(said) <= 4 and said[0].endswith("files, about 3 min 20 s left")


def test_work_that_cannot_tell_how_far_it_is_repeats_what_it_does(clock):
    said, reminded = [], threading.Event()

    def say(line):
        said.append(line)
        if line.startswith("still"):
            reminded.set()

    with heartbeat(say, every=0.01) as tell:
        tell("compiling the circuit")
        assert reminded.wait(600)
    assert said[0] == "compiling the circuit" and said[1] == "still compiling the circuit: 0 s so far"
    assert not [thread for thread in threading.enumerate() if thread.name == "heartbeat"]


def test_a_bar_counts_small_steps_too():
    bar = Bar()
    bar.begin(3, 0)
    bar.step("files")
    assert bar.bar.tasks[0].completed == 1 and bar.count == 1
    bar.end()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (45.2, "45 s"),
        (99.4, "99 s"),
        (100, "1 min 40 s"),
        (118, "2 min"),
        (140, "2 min 20 s"),
        (594, "9 min 50 s"),
        (600, "10 min"),
        (7200, "2.0 h"),
    ],
)
def test_times_read_as_one_says_them(seconds, text):
    assert lasting(seconds) == text


def test_a_line_is_written_whole_so_that_a_signal_cannot_cut_it_off_from_its_end(monkeypatch):
    written = []

    class Error:
        def write(self, text):
            written.append(text)

        def flush(self):
            pass

    monkeypatch.setattr("protocols.runs.progress.sys.stderr", Error())
    Lines().say("one line")
    assert written == ["one line\n"]


def test_the_start_of_workers_does_not_count_for_the_pace(clock, capsys):
    lines = Lines()
    lines.begin(16, 0)
    clock[0] += 140
    lines.done(Done(Run(), 2.0))
    assert capsys.readouterr().err.splitlines()[-1].endswith("(2.0 s; about 30 s left)")
