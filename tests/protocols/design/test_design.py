"""Designs: the simulated figures rank the candidates, and a wrong file is refused in one line."""

from dataclasses import replace

import pytest
from called import call, refused

from protocols.design.candidates import Candidate, load
from protocols.design.ranking import conditions, design, figure, laid_out
from results.figures.questions.design import design_figure
from synapses.calibrated import calibrated

SETS = 1 + len(calibrated().ensemble)
"""The shipped set of parameters, and those that fit as well."""
ENGINE = {"prepare": "telling_engine:prepare", "simulate": "telling_engine:simulate"}
CANDIDATES = """
[design]
name = "few"
models = ["tone=perisynaptic"]
animals = 6
pool = 3
set_animals = 1
[[candidate]]
name = "cocaine"
experiment = "moussawi2009"
groups = ["cocaine", "control"]
test = "HFS"
measure = "fepsp"
[[candidate]]
name = "uptake blocked"
experiment = "moussawi2009"
groups = ["cocaine+NAC", "control"]
test = "HFS"
measure = "fepsp"
[candidate.axes]
'group."cocaine+NAC".treatment.NAC.drug' = ["TBOA", "NAC"]
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "few.toml"
    path.write_text(CANDIDATES)
    return path


def test_the_experiment_in_which_rivals_differ_comes_first(file, tmp_path):
    found = design(load(file), tmp_path / "out", jobs=1, **ENGINE)
    first, *others = found["candidates"]
    assert first["candidate"] == "uptake blocked, NAC.drug = TBOA" and first["bits"] > 0.9
    assert len(others) == 2 and all(one["bits"] < 0.01 for one in others)
    default, rival = first["models"]
    assert (
        rival["figure"] - default["figure"] == pytest.approx(20) and rival["power"] > 0.99 and default["power"] is None
    )
    assert rival["by_set"] == pytest.approx([rival["figure"]] * SETS)

    bars, _ = design_figure(found).axes
    assert [bar.get_width() for bar in bars.patches] == [one["bits"] for one in found["candidates"]]


@pytest.mark.slow
@pytest.mark.compiled
def test_blocked_uptake_tells_the_site_of_mglur23_better_than_ltp_after_cocaine_and_nac(tmp_path):
    asked = load("rivals", {"models": ["tone=perisynaptic"], "pool": 4, "set_animals": 0})
    chosen = ("glutamate with uptake blocked", "LTP after cocaine", "LTP after NAC against controls")
    few = asked.file.model_copy(update={"candidate": tuple(c for c in asked.file.candidate if c.name in chosen)})
    found = design(replace(asked, file=few), tmp_path / "out", jobs=1)
    assert len(found["candidates"]) == 3 and found["candidates"][0]["candidate"] == chosen[0]


def test_a_rival_keeps_its_own_values_under_every_set_of_parameters(file):
    asked = load(file, {"models": ["tone=no_ags3"]})
    ours = [one for one in conditions(asked, {}) if one.model == "tone=no_ags3"]
    assert len(ours) == SETS
    assert all(one.values["parameters.tone.ags3_inhibition"] == 0 for one in ours)
    assert len({one.values["parameters.release.half"] for one in ours}) == SETS


def test_every_shipped_rival_takes_part_unless_some_are_named():
    names = {one.model for one in conditions(load("rivals"), {})}
    assert {"default", "tone=perisynaptic", "expression=postsynaptic", "pools=one"} <= names


def test_shipped_candidates_are_possible_experiments():
    asked = load("rivals", {"models": ["pools=one"], "pool": 3, "set_animals": 0})
    assert len(asked.variants) > 10
    assert laid_out(asked, [asked.variants[0]]).size == 12


def test_the_figure_of_a_ratio_has_the_error_of_its_two_means():
    one = Candidate(name="r", experiment="e", groups=("a", "b"), test="t", measure="m", form="ratio")
    a, b = {0: 4.0, 1: 6.0}, {0: 9.0, 1: 11.0}
    found = figure(one, [[a, b], [{0: 8.0}, {0: 9.0}]], animals=8)
    assert found.mean == 0.5 and found.shifts == (pytest.approx(8 / 9 - 4 / 9),)
    assert found.error == pytest.approx(0.5 * (2 / 8 / 25 + 2 / 8 / 100) ** 0.5)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'groups = ["cocaine", "control"]',
            'groups = ["cocain", "control"]',
            "candidate.cocaine.groups: no group 'cocain'",
        ),
        ('groups = ["cocaine", "control"]', 'groups = ["cocaine"]', "candidate.cocaine.groups: 1 given"),
        ('test = "HFS"', 'test = "HFSS"', "candidate.cocaine.test: no test 'HFSS'"),
        ("tone=perisynaptic", "tone=perisinaptic", "perisinaptic"),
        ("pool = 3", "pool = 2", "design.pool: 2 is not allowed"),
        ('name = "uptake blocked"', 'name = "cocaine"', "'cocaine' is there twice"),
        ('experiment = "moussawi2009"', 'experiment = "mousawi2009"', "candidate.cocaine.experiment"),
        ("[design]", "[desing]", "desing"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(file, old, new, said):
    assert old in CANDIDATES
    file.write_text(CANDIDATES.replace(old, new))
    assert said in refused("design", file, "--dry-run")


def test_a_wrong_setting_is_told_as_a_setting_and_not_as_the_file(file):
    said = refused("design", file, "--set", "group.cocain.x=7", "--dry-run")
    assert said.startswith("error: --set group.cocain.x=7: group.cocain.x = 7: group has no entry 'cocain'"), said
    assert str(file) not in said


def test_the_cost_is_told_before_anything_runs(file):
    answer = call("design", file, "--dry-run")
    assert answer.exit_code == 0 and "3 candidates" in answer.stdout and "default, tone=perisynaptic" in answer.stdout
