"""Folders of an earlier version, when all modules lay in one folder: they are read, reported and gone on with.

``earlier/experiment`` lacks one of its two runs; of the four of ``earlier/study`` one failed and one is missing.
"""

import json
import shutil
from pathlib import Path

import pytest
from called import call, refused
from study_help import Quiet

import corticostriatal as cs
from protocols.runs.pool import local
from protocols.runs.rerun import rerun
from protocols.runs.workers import SIMULATE, named
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import Options, sweep
from results import store

EARLIER = Path(__file__).parents[1] / "earlier"


@pytest.fixture
def experiment(tmp_path):
    return Path(shutil.copytree(EARLIER / "experiment", tmp_path / "experiment"))


@pytest.fixture
def study(tmp_path):
    return Path(shutil.copytree(EARLIER / "study", tmp_path / "study"))


def counts(folder, tmp_path):
    """What status says of a folder."""
    assert call("status", folder, "--json", tmp_path / "status.json").exit_code == 0
    found = json.loads((tmp_path / "status.json").read_text())
    return {name: found[name] for name in ("planned", "done", "running", "failed", "missing", "other")}


def test_status_counts_their_runs(experiment, study, tmp_path):
    of_both = {"running": 0, "other": 0, "missing": 1}
    assert counts(experiment, tmp_path) == {"planned": 2, "done": 1, "failed": 0, **of_both}
    assert counts(study, tmp_path) == {"planned": 4, "done": 2, "failed": 1, **of_both}
    assert "failed, 1 x: ArithmeticError: the membrane exploded" in call("status", study).stdout


def test_their_measures_are_read(experiment, study):
    assert set(cs.load(experiment).measures["animal"]) == {0}
    assert len(set(cs.load(study).measures["subject"])) == 2


def test_a_study_goes_on_with_both_versions_if_that_is_allowed(study):
    assert "was begun with another version of the code" in refused("resume", study)
    before = {file: file.read_bytes() for file in study.glob("runs/*/*.h5")}
    folder = StudyFolder.start(StudyFolder.open(study).study, study, mixed=True)
    end = sweep(folder, local(1), Quiet(), Options(retry=True))
    assert (end.done, end.planned, end.other) == (4, 4, 0)
    assert all(file.read_bytes() == content for file, content in before.items())


def test_an_experiment_is_refused_and_replaced_by_force_alone(experiment, tmp_path):
    document = json.loads((experiment / "experiment.json").read_text())["experiment"]
    asked = cs.Experiment.model_validate(document)
    with pytest.raises(ValueError, match=r"runs of drugs with another version of the code.*--force to replace them"):
        cs.run(asked, out=experiment, jobs=1)
    assert counts(experiment, tmp_path)["done"] == 1


def test_a_run_names_the_function_that_simulated_it_as_it_was_called_then(experiment):
    (file,) = experiment.glob("runs/*.h5")
    assert store.provenance(file, "conduct") == "protocols.conduct:conduct"
    assert named("protocols.conduct:conduct") is named(SIMULATE)
    assert rerun(file).repeated.identity == store.read(file).identity
