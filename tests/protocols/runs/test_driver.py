"""What the driver does with what workers say: hand out, hand out again, give up, stop."""

from concurrent.futures import Future
from contextlib import contextmanager

import pytest
from study_help import Quiet, go

from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs import driver
from protocols.runs.batch import OnlyCondition
from protocols.runs.driver import Lost, drive
from protocols.runs.plan import plan
from protocols.runs.run_folder import RunFolder
from protocols.runs.workers import Done, Unable
from protocols.studies.study_folder import opened

EXPERIMENT = with_overrides(load("tone"), ["animals.per_group=1"])


class Scripted:
    """Workers that answer what a test says, as soon as they are asked."""

    def __init__(self, answer, room=2):
        self.answer, self.places, self.asked, self.most = answer, room, [], 0
        self.out = 0

    @contextmanager
    def __call__(self, folder, runs, say):
        yield self

    def room(self):
        return self.places

    def wanted(self, runs):
        pass

    def submit(self, source, runs):
        self.asked.append([run.key for run in runs])
        self.out += 1
        self.most = max(self.most, self.out)
        future = Future()
        future.set_result(None)
        return future

    def outcome(self, future, runs):
        self.out -= 1
        return self.answer(runs, len(self.asked))


@pytest.fixture
def source(tmp_path):
    folder = RunFolder(tmp_path / "out", "x")
    folder.make()
    return OnlyCondition(folder, None, {})


def done(runs, _):
    return [Done(run, 1.0) for run in runs]


def test_each_run_is_handed_out_once_and_never_more_than_there_is_room_for(source):
    runs, workers, progress = plan(EXPERIMENT), Scripted(done), Quiet()
    drive(source, [[run] for run in runs], len(runs), workers, progress)
    assert workers.asked == [[run.key] for run in runs] and workers.most == 2
    assert progress.ended == [(run.key, None) for run in runs]


def test_runs_of_a_task_that_was_lost_are_handed_out_again_each_alone(source):
    def answer(runs, times):
        if times == 1:
            raise Lost("the connection broke", 1, final=False)
        return done(runs, times)

    runs, workers, progress = plan(EXPERIMENT)[:3], Scripted(answer), Quiet()
    drive(source, [runs], len(runs), workers, progress)
    assert workers.asked == [[run.key for run in runs], *([run.key] for run in runs)]
    assert {failure for _, failure in progress.ended} == {None}


def test_a_run_that_is_lost_for_good_fails_and_the_folder_says_why(source):
    def answer(runs, _):
        raise Lost("the connection broke", 4, final=True)

    (run, *_), progress = plan(EXPERIMENT), Quiet()
    drive(source, [[run]], 1, Scripted(answer), progress)
    assert progress.ended == [(run.key, "the connection broke")]
    assert source.folder.reason(run)["attempts"] == 4


def test_a_lost_run_whose_file_is_there_is_done(source):
    def answer(runs, _):
        (source.folder.path / runs[0].file).touch()
        raise Lost("the connection broke", 4, final=True)

    (run, *_), progress = plan(EXPERIMENT), Quiet()
    drive(source, [[run]], 1, Scripted(answer), progress)
    assert progress.ended == [(run.key, None)] and not source.folder.failed()


def test_a_run_that_another_process_is_at_work_on_comes_back_later(source, monkeypatch):
    monkeypatch.setattr(driver, "AGAIN", 0.01)

    def answer(runs, times):
        return [Done(runs[0], 0.0, waiting=True)] if times < 3 else done(runs, times)

    (run, *_), progress, workers = plan(EXPERIMENT), Quiet(), Scripted(answer)
    drive(source, [[run]], 1, workers, progress)
    assert workers.asked == [[run.key]] * 3 and progress.ended == [(run.key, None)]


def test_what_no_run_can_do_ends_all(source):
    def answer(runs, _):
        raise Unable("no space left")

    runs, workers = plan(EXPERIMENT), Scripted(answer)
    with pytest.raises(Unable, match="no space left"):
        drive(source, [[run] for run in runs], len(runs), workers, Quiet())
    assert len(workers.asked) == 2


@pytest.mark.slow
def test_a_run_that_ends_its_worker_process_every_time_fails_and_the_others_are_done(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_DIES", "cocaine 0")
    batch = go(EXPERIMENT, tmp_path / "out", jobs=2)
    ((who, why),) = [(one.run.identity.group, one.failure) for one in batch.failures]
    assert who == "cocaine"
    assert why == "its worker process was killed time and again (out of memory?); fewer --jobs or more memory may help"
    end = opened(tmp_path / "out").status()
    assert (end.failed, end.done) == (1, len(plan(EXPERIMENT)) - 1)
    assert end.reasons[0]["attempts"] == driver.KILLS
