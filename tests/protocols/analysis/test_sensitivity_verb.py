"""The verb `sensitivity`: ranges, the closed form, a study that goes on where it was stopped, bad input in one line."""

import json
from dataclasses import replace
from pathlib import Path

import fake_engine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from circuit.parameters import ModelParameters
from protocols.analysis.ranges import moved
from protocols.analysis.sensitivity import experiment_for, outcomes, question
from protocols.analysis.sensitivity_at_rest import closed_form
from protocols.cli.main import app
from protocols.errors import InputError
from protocols.runs.workers import Work, do
from protocols.studies.points import study_of, table_of
from protocols.studies.study_folder import StudyFolder
from results.recording import Measure
from synapses.calibrated import calibrated

pytest.importorskip("SALib", reason="the extra 'sensitivity' is not installed")

AT_ONCE = fake_engine.simulate
TWO = ("--parameters", "homeostasis.xc_maximum=500..900", "--parameters", "adaptation.xct_change=-0.9..-0.6")


pytestmark = pytest.mark.usefixtures("at_once")


def call(*arguments):
    return CliRunner().invoke(app, ["sensitivity", *map(str, arguments)])


def test_without_a_word_every_calibrated_parameter_moves_over_what_fits():
    found = moved(())
    assert {one.name: (one.range.low, one.range.high) for one in found} == calibrated().ranges
    assert all(one.path == f"parameters.{one.name}" and one.unit for one in found)


def test_ranges_are_given_or_found_and_any_path_of_the_file_can_be_moved():
    given_, known, allowed, other = moved(
        [
            "release.half=0.4..0.6:log",
            "tone.ags3_inhibition",
            "release.maximum",
            "test.HFS.induction.frequency=10 Hz..80 Hz",
        ]
    )
    assert (given_.range.low, given_.range.high, given_.range.scale) == (0.4, 0.6, "log")
    assert (known.range.low, known.range.high) == calibrated().ranges["tone.ags3_inhibition"]
    record = ModelParameters.shipped().record("release.maximum")
    assert (allowed.range.low, allowed.range.high) == (record.low, record.high)
    assert other.path == "test.HFS.induction.frequency" and not other.parameter
    assert other.range.at(0.5) == "45.0 Hz"


@settings(max_examples=25)
@given(st.text(max_size=30))
def test_whatever_is_written_is_a_range_or_one_line(text):
    try:
        assert len(moved([text])) == 1
    except InputError as problem:
        assert "\n" not in str(problem) and str(problem).startswith("--parameters")


def test_the_closed_form_gives_the_rows_of_the_calibration_and_what_a_network_would_start_from():
    asked = question(moved(["homeostasis.xc_maximum=600..800", "release.half=0.45..0.55"]), "sobol", 4)
    experiment = experiment_for("tone", asked, (), None, None)
    table, fitted = closed_form(experiment, asked)
    assert {row for one in fitted for row in one.evidence} == {"G1", "G2", "G3", "G4a", "G5b", "G6a", "G9b"}
    blocked = next(one for one in fitted if one.evidence == ("G2",))
    assert blocked.unit == "% of baseline" and 20 < blocked.values.mean() < 70  # blocking the exchanger leaves about 40
    assert len(table) == 4 * 4 * 7 * 8
    assert all(one.values.shape == (16, 1) for one in (*fitted, *outcomes(table, experiment, asked)))
    xct = table[table["measure"] == "xct"].groupby("group")["value"].agg(np.ptp)
    controls = xct.index.str.startswith("control")
    assert (xct[controls] == 0).all()  # neither parameter moves an animal that took nothing
    assert xct[~controls].between(1e-6, 0.1).all()  # after cocaine tone acts back on the trace


def test_at_rest_what_sets_the_exchanger_carries_glutamate_and_nothing_else_does():
    result = call(
        "tone", "--at-rest", "--points", 32, "--group", "control", *TWO[:2],
        "--parameters", "plasticity.depression_rate", "--measure", "extrasynaptic_glutamate", "--json", "a.json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    found = json.loads(Path("a.json").read_text())
    assert found == json.loads(Path("runs/sensitivity-tone/sensitivity.json").read_text())
    basal = next(row for row in found["outcomes"] if row["evidence"] == ["G1"])
    exchanger, depression = basal["indices"]
    assert exchanger["total"] == pytest.approx(1, abs=0.15) and exchanger["total_interval"][0] > 0.5
    assert depression["total"] == 0
    assert basal["noise_share"] is None and found["closed_form"] and "G1" in result.stdout
    assert Path("runs/sensitivity-tone/sensitivity.png").exists()


def linear(identity, experiment, prepared):
    """Twice one parameter plus another, plus an animal's own level and noise."""
    one, other = (experiment.parameters[name] for name in ("release.half", "release.potentiation_gain"))
    own, noise = (np.random.default_rng([identity.structure_seed, k]).normal() for k in (1, hash((one, other)) % 2**31))
    value = 2 * one + other + 5 * own + 0.05 * noise
    return replace(AT_ONCE(identity, experiment, prepared), measures={"release_probability": Measure(value, "1")})


@pytest.mark.slow
def test_the_points_are_a_study_whose_runs_are_done_once(tmp_path, monkeypatch):
    spans = ["release.half=0.4..0.6", "release.potentiation_gain=0.4..0.6"]
    asked = question(moved(spans), "sobol", 32, ("control", "cocaine"))
    experiment = experiment_for("tone", asked, (), 3, 7)
    study = study_of(experiment, asked.values(), "sensitivity")
    assert study.size == 32 * 4 * 2 * 3
    folder = StudyFolder.start(study, tmp_path / "study")
    monkeypatch.setattr(fake_engine, "simulate", linear)
    monkeypatch.setattr("results.store.files.os.fsync", lambda _: None)
    for run in folder.planned().values():
        at = study.experiments[run.point]
        assert do(Work(at, "x", None, "fake_engine:simulate", folder.path, ()), run).failure is None
    table = table_of(folder.path)
    assert len(table) == study.size
    found = {one.label: one for one in outcomes(table, experiment, asked)}
    assert found["control"].values.shape == (128, 3)
    difference = found["cocaine - control"]
    assert difference.evidence == ("P8b",) and np.allclose(difference.values, 0)  # the same animals in both groups
    # what is there is not done again: the verb itself finds every run, and makes the indices
    result = call(
        "tone", "--points", 32, "--animals", 3, "--seed", 7, "--group", "control", "--group", "cocaine",
        "--parameters", spans[0], "--parameters", spans[1], "--out", "study", "--json", "a.json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    rows = {row["label"]: row for row in json.loads(Path("a.json").read_text())["outcomes"]}
    first, second = rows["control"]["indices"]
    assert first["total"] == pytest.approx(0.8, abs=0.15) and second["total"] == pytest.approx(0.2, abs=0.1)
    assert 0 < rows["control"]["noise_share"] < 0.3
    assert rows["cocaine - control"]["indices"] is None and "does not vary" in result.stdout


def test_the_size_of_a_seeking_analysis_is_told_before_anything_runs():
    spans = ("--parameters", "behaviour.motor_half=15..30", "--parameters", "behaviour.vigour=2..5")
    words = ("--test", "cue", "--group", "vehicle", "--points", 4, "--animals", 2, "--dry-run", "--json", "a.json")
    result = call("inactivation", *spans, *words)
    assert result.exit_code == 0, result.output
    size = json.loads(Path("a.json").read_text())
    assert size["points"] == 16 and size["runs"] == 32 and size["processor_seconds"] > 0
    assert not Path("runs").exists()


BAD = {
    "a typo": (["tone", "--parameters", "release.haf", *TWO], "no such parameter; did you mean 'release.half'?"),
    "a typo with a range": (
        ["tone", "--parameters", "release.haf=0.4..0.6", *TWO],
        "no such parameter; did you mean 'release.half'? corticostriatal parameters lists them",
    ),
    "no range": (["tone", "--parameters", "release.half=", *TWO], "write PATH=LOW..HIGH"),
    "upside down": (["tone", "--parameters", "release.half=0.6..0.4", *TWO], "0.6 is not below high = 0.4"),
    "outside": (["tone", "--parameters", "release.half=0.4..60", *TWO], "60 is outside the allowed range"),
    "a log of 0": (["tone", "--parameters", "tone.ags3_inhibition=0..1:log", *TWO], "a logarithmic range needs"),
    "twice": (["tone", *TWO, *TWO], "is named twice"),
    "one": (["tone", *TWO[:2]], "1 is too few"),
    "method": (["tone", *TWO, "--method", "sobl"], "'sobl' is not known; did you mean 'sobol'"),
    "points": (["tone", *TWO, "--points", "12"], "nearest: 8 or 16"),
    "nothing to count": (["tone", *TWO, "--at-rest", "--dry-run"], "nothing is simulated"),
    "group": (["tone", *TWO, "--group", "contrl"], "--group: no group 'contrl'; did you mean 'control'"),
    "measure": (
        ["tone", *TWO, "--at-rest", "--points", "4", "--measure", "xtc"],
        "no measure 'xtc'; did you mean 'xct'",
    ),
    "not at rest": (["moussawi2009", *TWO, "--at-rest"], "test 'HFS' needs the network"),
    "no parameter": (
        ["tone", *TWO, "--at-rest", "--parameters", "test.rest.duration=1 min..2 min"],
        "'test.rest.duration' is no parameter of the model",
    ),
    "an impossible point": (
        ["tone", *TWO, "--points", "4", "--parameters", "test.rest.duraton=1 min..2 min"],
        "unknown key; did you mean 'duration'",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_exit_code_2(case):
    arguments, told = BAD[case]
    result = call(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1 and told in result.stderr
