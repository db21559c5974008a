"""A measure that a test does not have is refused after one animal, whose run is kept for those that follow."""

from __future__ import annotations

import pytest
from study_help import ENGINE

from protocols.analysis import exchange
from protocols.analysis.measured import refuse_unmeasured
from protocols.analysis.power import Question, plan_cohorts
from protocols.errors import InputError
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.progress import Lines

TOLD = "--measure: no measure 'feps'; did you mean 'fepsp'"


def test_a_measure_that_is_there_passes_and_its_animal_joins_the_others(tmp_path):
    experiment = with_overrides(load("homer2"), ["animals.per_group=3"])
    refuse_unmeasured("fepsp", experiment, "wild type", "rest", Lines(), tmp_path, **ENGINE)
    first = next(tmp_path.glob("runs/*.h5"))
    before = first.stat().st_mtime_ns
    assert len(run_batch(experiment, Lines(), tmp_path, 1, **ENGINE).recordings) == experiment.runs
    assert first.stat().st_mtime_ns == before


def test_exchange_and_power_refuse_a_misspelt_measure_after_one_run(tmp_path):
    asked = exchange.question(load("moussawi2009"), "cocaine", "control", "HFS")
    with pytest.raises(InputError, match=TOLD):
        exchange.answer(asked, Lines(), tmp_path / "exchange", 1, "feps", **ENGINE)
    question = Question(("control", "cocaine"), "HFS", "feps")
    with pytest.raises(InputError, match=TOLD):
        plan_cohorts("moussawi2009", question, Lines(), animals=3, jobs=1, out=tmp_path / "power", **ENGINE)
    for folder in ("exchange", "power"):
        assert len(list((tmp_path / folder / "runs").glob("*.h5"))) == 1, folder
