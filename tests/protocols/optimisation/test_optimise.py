"""Optimisation: it finds a known optimum, keeps limits, and goes on after a kill as if there had been none."""

import json
import signal
import subprocess

import numpy as np
import pytest
from called import call, refused
from scipy.optimize import brentq
from study_help import called, command, contents, environment, wait_for

import corticostriatal as cs
from protocols.errors import InputError
from protocols.experiments.experiment import load as experiment_named
from protocols.experiments.model import parameters
from protocols.experiments.overrides import with_overrides
from protocols.experiments.shipped import OPTIMISATIONS, shipped
from protocols.optimisation.outcomes import AtRest
from protocols.optimisation.problem import load, problem
from protocols.optimisation.proposals import first
from protocols.optimisation.search import search
from protocols.optimisation.surrogate import front
from protocols.runs.lines import Lines
from protocols.studies.study import Study
from protocols.studies.study_folder import StudyFolder
from synapses.calibrated import calibrated

optuna = pytest.importorskip("optuna")
pytest.importorskip("sklearn")

DOSE = 'group."cocaine+NAC".treatment.NAC.dose'
TIME = 'group."cocaine+NAC".treatment.NAC.at'
GLUTAMATE = {"measure": "extrasynaptic_glutamate", "group": "cocaine+NAC", "over": "control", "test": "rest"}
HEAD = {"name": "known", "experiment": "tone", "at_rest": True, "budget": 20}
DOSES = {DOSE: {"low": "5 mg/kg", "high": "400 mg/kg", "scale": "log"}}
SIMULATED = """
[optimise]
name = "fake"
experiment = "moussawi2009"
budget = 9
start = 4
together = 2
confirm = 2
[set]
"animals.per_group" = 2
[free]
"parameters.release.maximum" = {low = 0.5, high = 0.7}
'group."cocaine+NAC".treatment.NAC.dose' = {low = "10 mg/kg", high = "300 mg/kg", scale = "log"}
[[objective]]
goal = "most"
measure = "fepsp"
group = "cocaine+NAC"
over = "control"
test = "HFS"
[reference]
"parameters.release.maximum" = 0.6
'group."cocaine+NAC".treatment.NAC.dose' = "0 mg/kg"
"""


def closest(seed, **more):
    document = {
        "optimise": HEAD | {"seed": seed},
        "free": DOSES,
        "objective": [GLUTAMATE | {"goal": "closest", "target": 0.0}],
    }
    return problem(document | more)


def best(asked):
    found = search(asked, AtRest(asked), Lines())
    return found, found.points[found.surrogate.best()]


@pytest.fixture(scope="module")
def equal_dose():
    """The dose (mg/kg) after which glutamate is that of controls, by a root of the closed form."""
    from protocols.animals.rest import at_rest

    def level(name, experiment):
        group = experiment.group_named(name)
        day = experiment.test_day(group, experiment.test[0])
        return at_rest(group, day, parameters(experiment)).at["NAc core"].steady.extrasynaptic

    def miss(dose):
        given = with_overrides(experiment_named("tone"), [f'{DOSE}="{dose} mg/kg"'])
        return level("cocaine+NAC", given) - level("control", given)

    return brentq(miss, 5, 400, rtol=1e-4)


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_known_optimum_is_found_within_five_percent_in_twenty_points(equal_dose, seed):
    found, at = best(closest(seed))
    assert len(found.points) == 20
    assert float(at[DOSE].split()[0]) == pytest.approx(equal_dose, rel=0.05)


def test_the_least_dose_that_keeps_a_limit_is_the_dose_at_the_limit(equal_dose):
    asked = problem(
        {
            "optimise": HEAD | {"budget": 16},
            "free": DOSES,
            "objective": [{"goal": "least", "values": [DOSE]}, GLUTAMATE | {"goal": "most"}],
            "constraint": [GLUTAMATE | {"low": 0.0}],
        }
    )
    found = search(asked, AtRest(asked), Lines())
    kept = [float(p[DOSE].split()[0]) for p, value in zip(found.points, found.seen, strict=True) if value[2] >= 0]
    assert equal_dose * 0.999 <= min(kept) <= equal_dose * 1.15


def test_the_sampler_of_optuna_searches_within_ranges_and_limits():
    limit = GLUTAMATE | {"high": -0.5}
    asked = closest(2, optimise=HEAD | {"sampler": "tpe", "budget": 9, "start": 4}, constraint=[limit])
    found, at = best(asked)
    assert len({point[DOSE] for point in found.points}) == 9
    assert all(5 <= float(point[DOSE].split()[0]) <= 400 for point in found.points)
    assert found.seen[found.points.index(at), 1] <= -0.5


def test_a_point_of_a_front_is_beaten_by_none():
    losses = np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [2.0, 3.0], [2.0, 2.0]])
    assert front(losses).tolist() == [True, True, True, False, True]


def test_points_hang_on_what_was_told_and_on_nothing_else():
    long = search(closest(3), AtRest(closest(3)), Lines()).points

    class Known(AtRest):
        def planned(self):
            return long[:9]

    assert search(closest(3), Known(closest(3)), Lines()).points == long


def test_the_best_is_confirmed_on_other_animals_and_every_set_of_parameters(tmp_path):
    document = {"optimise": HEAD | {"budget": 6, "confirm": 3}, "free": DOSES, "reference": {DOSE: "0 mg/kg"}}
    found = cs.optimise(document | {"objective": [GLUTAMATE | {"goal": "closest", "target": 0.0}]}, tmp_path / "out")
    rows = found.table[found.table["setting"] == 0]
    members = [f"set {number}" for number in range(1, len(calibrated().ensemble) + 1)]
    assert list(rows["set"]) == ["shipped", *members] and (rows["n"] == 3).all()
    assert found.document["settings"][0]["objectives"][0]["status"] == "helps" and "It helps" in found.said
    assert json.loads((tmp_path / "out" / "optimise.json").read_text())["settings"] == found.document["settings"]
    curve, effect = found.plot().axes
    assert curve.get_xlabel() == effect.get_xlabel() == "NAC.dose (mg/kg)" and len(effect.get_lines()) == 2


@pytest.mark.slow
def test_a_killed_search_goes_on_to_the_same_points_and_loses_no_run(tmp_path):
    file = tmp_path / "fake.toml"
    file.write_text(SIMULATED)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert called("optimise", file, "--out", whole, "--jobs", 1).returncode == 0
    words = command("optimise", file, "--out", killed, "--jobs", 1)
    with subprocess.Popen(
        words, env=environment(FAKE_SLOW="0.1"), stderr=subprocess.DEVNULL, start_new_session=True
    ) as running:
        wait_for(lambda: len(list(killed.glob("runs/*/*.h5"))) >= 12, running)
        running.send_signal(signal.SIGKILL)
    kept = contents(killed)
    assert len(kept) >= 12
    again = called("optimise", file, "--out", killed, "--jobs", 1)
    assert again.returncode == 0, again.stderr
    assert contents(killed) == contents(whole) and kept.items() <= contents(killed).items()
    first, second = (json.loads((place / "optimise.json").read_text()) for place in (whole, killed))
    assert first["points"] == second["points"] and first["confirmed"] == second["confirmed"]
    assert "Nothing helps" in again.stdout or "It helps" in again.stdout or "It harms" in again.stdout


def test_a_search_in_the_folder_of_another_one_is_refused(tmp_path):
    file, out = tmp_path / "fake.toml", tmp_path / "out"
    file.write_text(SIMULATED)
    asked = load(file)
    StudyFolder.start(Study(asked.study, asked.base, tuple(first(asked))).checked(), out)
    file.write_text(SIMULATED.replace("release.maximum", "release.half"))
    assert "is free; choose another --out" in refused("optimise", file, "--out", out)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('goal = "most"', 'goal = "mst"', "objective.0.goal: 'mst' is not known; did you mean 'most'?"),
        ('goal = "most"', 'goal = "closest"', "objective.0.target"),
        ('group = "cocaine+NAC"', 'group = "cocain+NAC"', "did you mean 'cocaine+NAC'"),
        ("budget = 9", "budget = 3", "optimise.budget: 3 is not allowed"),
        ("start = 4", "start = 40", "optimise.start: 40 is more than the budget of 9"),
        ("low = 0.5", "low = 0.8", "is not below high"),
        ('"parameters.release.maximum" = 0.6', "", "reference"),
        ('experiment = "moussawi2009"', 'experiment = "mousawi2009"', "did you mean 'moussawi2009'"),
        ('measure = "fepsp"', "", "objective.0.measure: is missing"),
        ('measure = "fepsp"', 'values = ["x"]', "objective.0.values"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path, old, new, said):
    file = tmp_path / "wrong.toml"
    assert old in SIMULATED
    file.write_text(SIMULATED.replace(old, new))
    assert said in refused("optimise", file, "--dry-run")


def test_an_optimisation_at_rest_refuses_a_test_of_the_network():
    with pytest.raises(InputError, match="at_rest: test 'HFS' needs the network"):
        load("nac_ltp", ["optimise.at_rest=true"])


@pytest.mark.parametrize("name", shipped(OPTIMISATIONS))
def test_shipped_optimisations_can_be_read_and_costed(name):
    answer = call("optimise", name, "--dry-run")
    assert answer.exit_code == 0 and "of one core" in answer.stdout
