"""The verb `infer`: posteriors of known parameters, what data cannot tell, folders that go on, one-line errors."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from typer.testing import CliRunner

from circuit.parameters import ModelParameters
from protocols.analysis.ranges import moved
from protocols.cli.main import app
from protocols.errors import InputError
from protocols.experiments.experiment import load
from protocols.inference.answer import experiment_for
from protocols.inference.check import as_measured, check, truths
from protocols.inference.points import measured, simulated_at_rest
from protocols.inference.posterior import Data, Fitted, data_of, design, fit, predictive, sample, values_at, weighed
from protocols.inference.summary import fits, rows, sentences
from protocols.runs.lines import Lines
from results.recording import Identity, Measure, Recording
from results.statistics.posterior import coverage, log_likelihood, rank, spread_of, told, weights

pytest.importorskip("arviz_base", reason="the extra 'infer' is not installed")
TWO = ("homeostasis.xc_maximum=300..800", "homeostasis.other_afferents=0.15..0.9")
HEAD = "group,test,measure,value,unit,animal\n"


def call(*arguments):
    return CliRunner().invoke(app, ["infer", *map(str, arguments)])


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Eight control animals whose exchanger is known, in closed form."""
    monkeypatch.chdir(tmp_path)
    experiment, lines = load("tone"), [HEAD.strip()]
    (group,) = (one for one in experiment.group if one.name == "control")
    own = ModelParameters.shipped().with_values({"homeostasis.xc_maximum": 550.0})
    for animal in range(8):
        found = measured(experiment, group, experiment.test[0], own.of_animal(7000 + animal))
        lines.append(
            f"control,rest,extrasynaptic_glutamate,{found['extrasynaptic_glutamate'].value * 1e3:.4g},nM,rat {animal}"
        )
    Path("data.csv").write_text("\n".join(lines) + "\n")
    return Path("data.csv")


# ---- the mathematics, with animals that are no rats -----------------------------------------------------------------


def toy(points, animals, moved_, shares, seed):
    """Animals of two groups with two measures each: one depends on the first parameter, one on both, and a third
    parameter does nothing. Animals differ more where the second parameter is large."""
    rng, rows = np.random.default_rng(seed), []
    for point, (a, b, _) in enumerate(shares[:points]):
        for group, shift in (("x", 0.0), ("y", 0.5)):
            for animal in range(animals):
                own, other = rng.normal(size=2)
                sd = 0.1 * np.exp(0.5 * b)
                one, two = np.exp(1 + a + shift + sd * own), np.exp(a * b + 0.2 * (0.6 * own + 0.8 * other))
                rows += [[point, group, "t", animal, "one", one, "1"], [point, group, "t", animal, "two", two, "1"]]
    return pd.DataFrame(rows, columns=["point", "group", "test", "animal", "measure", "value", "unit"])


def toy_question():
    return moved(["release.half=0.4..0.6", "release.maximum=0.5..0.7", "release.recovery=100..300"])


def toy_data(values=1.0):
    columns = (("t", "one"), ("t", "two"))
    return {name: Data(columns, ("1", "1"), np.full((6, 2), values)) for name in "xy"}


@pytest.fixture(scope="module")
def fitted():
    asked = toy_question()
    return fit(toy(64, 4, asked, design(64, asked), 1), toy_data(), asked, 4096)


def test_ranks_are_uniform_and_intervals_hold_what_they_say(fitted):
    asked = toy_question()
    true = truths(80, asked)
    found = check(toy(80, 6, asked, true, 2), toy_data(), fitted, true).document()
    for row in found["parameters"]:
        assert row["p"] > 0.001, row["parameter"]
        for level, held in row["coverage"].items():  # within what chance does in all but one of a thousand
            low, high = binom.interval(0.999, 80, float(level))
            assert low <= 80 * held <= high, row["parameter"]
    assert found["least_draws"] >= 50


def test_what_no_measure_depends_on_cannot_be_told_and_what_one_does_can(fitted):
    table = toy(1, 6, (), np.array([[0.7, 0.3, 0.1]]), 5)
    data = as_measured(table, toy_data())
    posterior = sample(data, fitted)
    first, _, third = rows(fitted, posterior)
    assert first["data"] == "tell" and first["interval"][0] < 0.54 < first["interval"][1]
    assert third["data"] == "cannot tell" and third["width"] > 0.9
    said = sentences(rows(fitted, posterior), fits(data, predictive(data, fitted, posterior)))
    assert any(line.startswith("release.recovery: the data cannot tell") for line in said)
    assert not any("cannot reproduce" in line for line in said)


def test_data_beyond_what_any_parameters_give_are_named(fitted):
    data = toy_data(400.0)
    posterior = sample(data, fitted)
    measures = fits(data, predictive(data, fitted, posterior))
    assert any("cannot reproduce" in line for line in sentences(rows(fitted, posterior), measures))


def test_further_rounds_find_the_posterior_that_more_draws_find(fitted):
    table = toy(1, 6, (), np.array([[0.2, 0.8, 0.5]]), 8)
    data = as_measured(table, toy_data())
    asked = toy_question()
    few = Fitted(fitted.populations, asked, fitted.shares[:256],
                       {g: tuple(part[:256] for part in seen) for g, seen in fitted.seen.items()})  # fmt: skip
    once, often = weighed(data, fitted, enough=0), weighed(data, few, enough=100)
    assert once.rounds == 1 and often.rounds > 1
    for place in range(2):
        means = [one.weight @ one.shares[:, place] for one in (once, often)]
        assert means[0] == pytest.approx(means[1], abs=0.05)


def test_the_likelihood_is_that_of_a_normal_distribution_and_skips_what_is_missing():
    from scipy.stats import multivariate_normal

    mean, error, sd = np.array([[1.0, 2.0]]), np.array([[0.3, 0.1]]), np.array([[0.5, 0.4]])
    correlation = np.array([[1.0, 0.3], [0.3, 1.0]])
    data = np.array([[1.2, 1.9], [0.8, np.nan]])
    own = np.outer(sd, sd) * correlation
    cov = np.zeros((3, 3))
    cov[:2, :2], cov[2, 2] = own, own[0, 0]
    for i, a in enumerate((0, 1, 0)):
        for j, b in enumerate((0, 1, 0)):
            cov[i, j] += error[0, a] ** 2 * (a == b)
    wanted = multivariate_normal([1.0, 2.0, 1.0], cov).logpdf([1.2, 1.9, 0.8])
    assert log_likelihood(data, mean, error, sd, correlation) == pytest.approx(wanted, rel=1e-6)


def test_the_spread_between_animals_is_found_with_few_of_them():
    rng = np.random.default_rng(3)
    shares = rng.random((400, 1))
    sd = 0.2 * np.exp(0.7 * shares)
    spread = spread_of(shares, (sd[:, None] * rng.normal(size=(400, 3, 1))))
    assert spread.at(np.array([[0.0], [1.0]])).ravel() == pytest.approx([0.2, 0.2 * np.exp(0.7)], rel=0.15)
    with pytest.raises(ValueError, match="do not differ"):
        spread_of(shares, np.ones((400, 3, 1)))


def test_ranks_widths_and_coverage_of_known_samples():
    even = (np.arange(100) + 0.5) / 100
    assert rank(even, weights(np.zeros(100)), 0.25) == pytest.approx(0.25)
    assert coverage(even, 0.9) == 0.9 and coverage(np.zeros(10), 0.9) == 0
    assert told(even)[1] == "cannot tell" and told(0.4 + 0.2 * even)[1] == "tell"


# ---- animals in closed form -----------------------------------------------------------------------------------------


def test_no_net_flux_in_closed_form_is_the_level_without_a_probe():
    experiment, own = load("basal_glutamate"), ModelParameters.shipped()
    (test,) = (one for one in experiment.test if one.name == "no net flux")
    for group in experiment.group[:2]:
        found = measured(experiment, group, test, own)
        assert found["extracellular_glutamate"].value == pytest.approx(found["extrasynaptic_glutamate"].value, rel=0.1)
    other = next(one for one in experiment.test if one.name == "reverse dialysis")
    blocked = next(one for one in experiment.group if one.name == "control+TTX")
    assert 60 < measured(experiment, blocked, other, own)["dialysate_change"].value < 95


def test_points_are_simulated_once_and_animals_differ(tmp_path):
    experiment = experiment_for("tone", _file(tmp_path, "control,rest,xct,1,1,a"))
    values = values_at(moved(TWO), design(3, moved(TWO)))
    table = simulated_at_rest(experiment, values, 2, tmp_path / "p", Lines())
    times = {file: file.stat().st_mtime_ns for file in (tmp_path / "p").iterdir()}
    assert simulated_at_rest(experiment, values, 2, tmp_path / "p", Lines()).equals(table)
    assert times == {file: file.stat().st_mtime_ns for file in (tmp_path / "p").iterdir()}
    glutamate = table[table["measure"] == "extrasynaptic_glutamate"]["value"]
    assert len(set(glutamate)) == 6


def _file(folder, *lines):
    file = folder / "own.csv"
    file.write_text(HEAD + "\n".join(lines) + "\n")
    return file


def test_from_a_file_to_a_posterior_for_arviz_and_again_without_simulating(data):
    from xarray import open_datatree

    options = ("--at-rest", "--points", 32, "--animals", 3, "--check", 10, "--out", "o", "--json", "a.json")
    asked = [text for one in TWO for text in ("--parameters", one)]
    result = call("tone", data, *asked, *options)
    assert result.exit_code == 0, result.output
    found = json.loads(Path("a.json").read_text())
    assert found == json.loads(Path("o/infer.json").read_text())
    exchanger, _ = found["parameters"]
    assert exchanger["interval"][0] < 550 < exchanger["interval"][1]
    assert found["check"]["data_sets"] == 10 and "90 % interval holds" in result.stdout
    assert {line for line in found["said"]} <= set(result.stdout.splitlines()) and Path("o/infer.png").exists()
    tree = open_datatree("o/posterior.nc", engine="h5netcdf")
    assert {"posterior", "prior", "posterior_predictive", "observed_data"} <= set(tree.children)
    own = tree["observed_data"]["control, rest, extrasynaptic_glutamate"]
    assert own.shape == (8,) and 2 < float(own.mean()) < 8  # nM became uM
    assert tree["posterior"]["homeostasis.xc_maximum"].dims == ("chain", "draw")
    points = {file: file.stat().st_mtime_ns for file in Path("o/points").iterdir()}
    assert call("tone", data, *asked, *options).exit_code == 0
    assert points == {file: file.stat().st_mtime_ns for file in Path("o/points").iterdir()}
    other = call("tone", data, *asked[:2], "--at-rest", "--points", 32, "--out", "o")
    assert other.exit_code == 2 and "another question" in other.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--points", 3], "--points: 3 is too few; 16 at least"),
        (["--animals", 1], "--animals: 1 is too few"),
        (["--error", 7], "--error: 7 is no coefficient of variation"),
        (["--check", 2], "--check: 2 data sets say nothing"),
        (["--parameters", "release.hlaf"], "did you mean 'release.half'"),
        (["--parameters", "group.control.history.0.days=1..9", "--at-rest"], "is no parameter of the model"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(data, arguments, words):
    result = call("tone", data, "--parameters", TWO[0], *arguments)
    assert result.exit_code == 2 and words in result.output and result.output.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "controls,rest,xct,1,1,a",
            "line 2, column group: no group 'controls' in the experiment; did you",
        ),
        ("control,rests,xct,1,1,a", "line 2, column test: no test 'rests'"),
        ("control,rest,glutamat,1,uM,a", "line 2, column measure: no measure 'glutamat'"),
        ("control,rest,xct,one,1,a", "line 2, column value: 'one' is no number"),
        ("", "holds no measurement"),
    ],
)
def test_data_that_the_model_does_not_have_are_refused_with_their_line(tmp_path, line, words):
    result = call("tone", _file(tmp_path, line), "--parameters", TWO[0], "--at-rest", "--out", tmp_path / "o")
    assert result.exit_code == 2 and words in result.output and result.output.count("\n") == 1


def test_a_measure_in_which_animals_do_not_differ_decides_nothing_and_is_refused(tmp_path):
    file = _file(tmp_path, "control,rest,xct,1,1,a", "control,rest,xct,1.1,1,b")
    result = call(
        "tone", file, "--parameters", TWO[0], "--at-rest", "--points", 16, "--animals", 2, "--out", tmp_path / "o"
    )
    assert result.exit_code == 2 and "xct of control in rest is the same in every simulated animal" in result.output


def test_a_test_that_needs_the_network_has_no_closed_form(tmp_path):
    file = _file(tmp_path, "control,HFS,fepsp,120,% of baseline,a")
    result = call("moussawi2009", file, "--parameters", "release.half", "--at-rest", "--out", tmp_path / "o")
    assert result.exit_code == 2 and "test 'HFS' needs the network" in result.output


def test_time_courses_alone_are_no_measures():
    with pytest.raises(InputError, match="time courses alone"):
        data_of([Recording(Identity("e", "g", "t", 0, 0, 0))])


def test_an_animal_without_a_value_stays_without_one():
    two = [
        Recording(Identity("e", "g", "t", 0, 0, 0), measures={"a": Measure(1.0, "1"), "b": Measure(2.0, "uM")}),
        Recording(Identity("e", "g", "t", 1, 0, 0), measures={"b": Measure(3.0, "uM")}),
    ]
    held = data_of(two)["g"]
    assert held.columns == (("t", "a"), ("t", "b")) and held.units == ("1", "uM")
    assert np.isnan(held.values[1, 0]) and held.values[1, 1] == 3.0


# ---- animals of the network -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_once")
def test_the_network_is_run_as_a_study_and_a_field_that_follows_nothing_tells_nothing(tmp_path):
    file = _file(tmp_path, *(f"control,HFS,fepsp,{100 + n},% of baseline,rat {n}" for n in (-1, 0, 1)))
    asked = ("moussawi2009", file, "--parameters", "release.half=0.3..0.7", "--points", 16, "--animals", 3)
    size = call(*asked, "--dry-run", "--json", "size.json")
    assert size.exit_code == 0 and json.loads(Path("size.json").read_text())["runs"] == 48
    result = call(*asked, "--jobs", 1, "--json", "a.json")
    assert result.exit_code == 0, result.output
    (row,) = json.loads(Path("a.json").read_text())["parameters"]
    assert row["data"] == "cannot tell" and Path("runs/infer-moussawi2009/posterior.nc").exists()
    assert "control" in result.stdout and "release.half: the data cannot tell" in result.stdout
    refused = call(*asked[:4], "--points", 16, "--animals", 2)
    assert refused.exit_code == 2 and "another question" in refused.output
