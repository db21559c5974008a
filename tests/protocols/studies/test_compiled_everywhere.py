"""Where the driver runs compiled circuits, every machine does, since results of the two engines differ."""

import pytest
from study_help import small

from circuit.engine.compiled import Build
from circuit.engine.prepared import PreparedCircuit
from protocols.runs.workers import Unable
from protocols.simulation.digest import code_digest
from protocols.studies import study_worker
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import Options, _compiled

BUILT = PreparedCircuit(0.1, {"PL->NAc core": Build(None)})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A study whose circuit is prepared as `prepared` says."""
    import fake_engine

    study_worker._shared.cache_clear()
    found = StudyFolder.start(small(tmp_path), tmp_path / "out")
    monkeypatch.setattr(fake_engine, "prepare", lambda experiment, say: found_here["prepared"])
    found_here = {"prepared": BUILT}
    return found, found_here


def conditions(folder):
    parts = (str(folder.path), folder.stamp, 0, code_digest(), "fake_engine:prepare", "fake_engine:simulate", ())
    return study_worker.Conditions(*parts, compiled=True)


def test_the_driver_knows_that_it_runs_compiled_circuits(folder):
    found, here = folder
    runs = list(found.planned().values())
    asked = Options(prepare="fake_engine:prepare")
    assert _compiled(found, runs, asked, Silent()) is True
    here["prepared"] = PreparedCircuit(0.1)
    assert _compiled(found, runs, asked, Silent()) is False


def test_a_machine_without_them_is_refused(folder):
    found, here = folder
    run = next(iter(found.planned().values()))
    assert conditions(found).work(run).prepared is BUILT
    study_worker._shared.cache_clear()
    here["prepared"] = PreparedCircuit(0.1)
    with pytest.raises(Unable, match="has no compiler and finds no compiled circuit"):
        conditions(found).work(run)


class Silent:
    def say(self, line):
        pass
