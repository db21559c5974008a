"""The words for an experiment, and the days on which drugs are given."""

import pytest

from protocols.animals.days import treatment_days
from protocols.experiments.experiment import load
from protocols.experiments.shipped import shipped
from results.store import experiment_words as words
from results.store.experiment_document import days_given


def test_treatments_are_named_with_their_route_and_time():
    nac = {"drug": "NAC", "dose": "100 mg/kg"}
    assert words.treatment(nac | {"at": "-2.5 h"}) == "NAC 100 mg/kg, -2.5 h from the start of the test"
    assert words.treatment(nac | {"day": 17.0, "at": "-30 min"}) == "NAC 100 mg/kg, day 17, -30 min from its session"
    repeated = nac | {"day": 13.0, "every": "24 h", "times": 7}
    assert words.treatment(repeated) == "NAC 100 mg/kg, day 13, every 24 h 7 times"
    assert words.treatment(nac | {"phase": "extinction"}) == "NAC 100 mg/kg, with every session of extinction"
    site = {"drug": "TTX", "concentration": "1 uM", "at": "0 s", "duration": "1 h"}
    assert words.treatment(site) == "TTX 1 uM at the site, 0 s from the start of the test for 1 h"
    assert words.treatment(site | {"site": "DLS"}) == "TTX 1 uM in DLS, 0 s from the start of the test for 1 h"
    probe = {"drug": "MPEP", "perfusate": "50 uM", "at": "-1 h"}
    assert words.treatment(probe) == "MPEP 50 uM through the probe, -1 h from the start of the test"
    through = "MPEP 50 uM through a probe in NAc shell, -1 h from the start of the test"
    assert words.treatment(probe | {"site": "NAc shell"}) == through
    virus = {"expression": {"GLT-1": {"factor": 0.5, "day": 3.0, "site": "NAc core"}}}
    assert words.changes(virus) == ["GLT-1 x 0.5 in NAc core from day 3"]


def test_interventions_say_where_how_much_and_when():
    group = {
        "inactivation": [{"nucleus": "PL", "agent": "muscimol", "fraction": 0.5, "hemisphere": "left"}],
        "stimulation": [{"projection": "PL->NAc core", "frequency": "20 Hz", "at": "30 min", "duration": "20 min"}],
    }
    assert words.interventions(group) == [
        "PL: muscimol, 50 %, left hemisphere, all of the test",
        "PL->NAc core: stimulated at 20 Hz, 100 %, from 30 min for 20 min",
    ]


def test_every_shipped_experiment_has_words_for_all_of_its_groups():
    for name in shipped():
        for group in load(name).model_dump(mode="json")["group"]:
            texts = [*map(words.phase, group["history"]), *map(words.treatment, group["treatment"])]
            texts += [*words.interventions(group), *words.changes(group)]
            assert all(texts) and not any("None" in text for text in texts), name


@pytest.mark.parametrize("name", ["huang2026", "nac_daily", "ceftriaxone", "spine_dynamics"])
def test_documents_and_groups_give_the_same_days(name):
    for group in load(name).group:
        phases = [(phase.phase, phase.days) for phase in group.history]
        for one in group.treatment:
            if one.to_the_test:
                continue
            late, apart = (time.to("h") / 24 if time is not None else 0.0 for time in (one.at, one.every))
            days = days_given(phases, one.phase, one.day, late, apart, one.times)
            assert days == pytest.approx(treatment_days(one, group, 0.0))


def test_a_phase_gives_a_dose_on_each_of_its_days():
    history = [("self_administration", 2), ("extinction", 3), ("abstinence", 4), ("extinction", 1)]
    assert days_given(history, "extinction", None, -0.5, 0.0, 1) == [1.5, 2.5, 3.5, 8.5]
    assert days_given(history, None, 3.0, 0.25, 2.0, 3) == [3.25, 5.25, 7.25]
