"""Plastic rules of one's own in files: runs and studies hold them, and what is no rule is refused in one line."""

import json
from pathlib import Path

import pytest
from called import call, refused
from rule_page import ROWS, RULE, put_here, with_rule

from benchmarks.oracles import inputs_for
from circuit.engine import runtime
from circuit.engine.compilation import EngineError
from circuit.wiring.own import in_use
from circuit.wiring.plan import plan
from protocols.errors import InputError
from protocols.simulation.digest import experiment_hash
from protocols.studies.study import Study


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The page's two files, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    put_here()
    return tmp_path


@pytest.mark.usefixtures("at_once")
def test_a_run_holds_the_rule_and_is_repeated_without_the_file(page):
    small = ("--set", "circuit.scale=0.05", "--set", "circuit.engine=runtime", "--animals", 1)
    assert call("run", "tone", "--set", "circuit.preset=rule.toml", *small, "--jobs", 1, "--out", "out").exit_code == 0
    (rule,) = json.loads(Path("out/experiment.json").read_text())["experiment"]["circuit"]["own"]["rule"]
    assert rule["file"] == "stdp.py" and "arrived" in rule["on_pre"]
    Path("stdp.py").unlink()
    assert call("rerun", next(Path("out/runs").glob("*.h5"))).exit_code == 0


def test_the_hash_follows_the_text_of_the_rule(page):
    first = experiment_hash(with_rule())
    assert experiment_hash(with_rule()) == first
    Path("stdp.py").write_text(RULE.replace("0.005,", "0.006,"), encoding="utf-8")
    assert experiment_hash(with_rule()) != first


def test_a_study_varies_a_number_of_the_rule(page):
    study = {"study": {"name": "s", "experiment": "moussawi2009"}, "set": {"circuit.preset": "rule.toml"}}
    axis = {"circuit.own.rule.pair_based.parameters.window": ["10 ms", "40 ms"]}
    found = Study.of(study | {"axes": axis}, page).experiments
    assert [one.circuit.chosen.table.own_rule.parameters["window"] for one in found] == ["10 ms", "40 ms"]


def test_a_rule_needs_no_variables_of_its_own(page):
    rule = '{name = "fading", on_pre = "rho = clip(rho - 0.01*released, 0, 2)"}'
    rows = ROWS.replace("projection = [", f"rule = [{rule}]\nprojection = [").replace("stdp.py:pair_based", "fading")
    Path("rule.toml").write_text(rows, encoding="utf-8")
    own = with_rule().circuit.chosen.table.own_rule
    assert own is not None and own.name == "fading" and not own.file


BAD = {
    "no file": ((ROWS, "stdp.py:", "std.py:"), "projection.0.plasticity: std.py: No such file"),
    "no such rule": ((ROWS, ":pair_based", ":pair_base"), "stdp.py holds no 'pair_base'; did you mean 'pair_based'"),
    "no Python": ((RULE, "pair_based = dict(", "pair_based = dict(("), "stdp.py: is not Python"),
    "a value that is worked out": ((RULE, '"20 ms"', "f()"), "'pair_based' holds 'f()', and may hold texts"),
    "a misspelt key": ((RULE, "on_post", "on_pst"), "on_pst: unknown key; did you mean 'on_post'?"),
    "a missing variable": ((RULE, "depression*fired", "depression*firing"), "there is no 'firing'; did you mean 'fir"),
    "a missing parameter": ((RULE, '"growth": 0.005, ', ""), "there is no 'growth'"),
    "a unit that does not fit": ((RULE, "growth*arrived", "window*arrived"), "on_post: 'rho = clip(rho + biological"),
    "a parameter of another unit": ((RULE, '"20 ms"', '"20 mV"'), "equations: '-arrived/window' is in 1/volt"),
    "a name that exists": ((RULE.replace("window", "released"), "", ""), "released: there is a variable of that name"),
    "a name of a cell": ((RULE.replace("fired", "spike_post"), "", ""), "names that end in _pre and _post"),
    "a rule that exists": ((RULE.replace("pair_based", "calcium"), "", ""), "rule.calcium.name: there is a rule of"),
    "a variable that is only read": ((RULE, "arrived += 1", "v_post = -60*mV"), "sets v_post, which can only be read"),
    "a variable that costs every step": ((RULE, "(event-driven)", ""), "must be (event-driven)"),
    "a time in single precision": (
        (RULE, "darrived/dt = -arrived/window : 1 (event-driven)", "last : second"),
        "t_last",
    ),
    "nothing that learns": ((RULE.replace("rho", "fired"), "", ""), "nothing is learnt"),
    "code": ((RULE, "arrived += 1", "arrived += rho.real"), "'rho.real' cannot stand in an equation"),
    "an unknown function": ((RULE, "clip(rho +", "clap(rho +"), "no function 'clap' of 3 values; did you mean 'clip'"),
    "no rule of that name": ((ROWS, "stdp.py:pair_based", "calcum"), "no rule 'calcum'; did you mean 'calcium'"),
    "contacts that do not learn": (
        (ROWS, 'target = "core_medium_spiny"', 'target = "core_medium_spiny", plastic = false, conductance = 1.0'),
        "contacts learn where plastic = true",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_rule_is_refused_in_one_line(page, case):
    (text, old, new), told = BAD[case]
    name = "rule.toml" if text == ROWS else "stdp.py"
    if name == "stdp.py" and "calcium = dict" in text:
        Path("rule.toml").write_text(ROWS.replace("pair_based", "calcium"), encoding="utf-8")
    assert old in text
    Path(name).write_text(text.replace(old, new) if old else text, encoding="utf-8")
    with pytest.raises(InputError) as problem:
        with_rule()
    assert told in str(problem.value) and "\n" not in str(problem.value)
    assert str(problem.value).startswith("rule.toml: ") and len(str(problem.value)) < 800


def test_the_command_line_refuses_it_with_exit_code_2(page):
    Path("stdp.py").write_text(RULE.replace("growth*arrived", "window*arrived"), encoding="utf-8")
    line = refused("run", "moussawi2009", "--set", "circuit.preset=rule.toml")
    assert "rule.pair_based.on_post: 'rho = clip(rho + biological_rate(t) * window * arrived, lowe" in line
    assert "joins no unit and second" in line


def test_what_brian2_refuses_is_told_in_its_words(page):
    Path("stdp.py").write_text(RULE.replace("-arrived/window", "-arrived**2/window"), encoding="utf-8")
    with in_use(with_rule().circuit.digest):
        name = plan("PL->NAc core").name
        inputs = inputs_for([0.0005], 0.001, name=name, scale=0.02)
    with pytest.raises(EngineError) as problem:
        runtime.run(name, 0.02, inputs, 0.001, 1)
    told = str(problem.value)
    assert told.startswith("Brian2 refuses the equations of this circuit: ")
    assert "event-driven" in told or "arrived**2/window" in told  # releases name the one or the other
    assert "Traceback" not in told


def test_two_rules_at_one_site_are_refused(page):
    more = '{name = "PL_deep", nucleus = "PL", cell = "relay", number = 16}'
    joined = '{source = "PL_deep", target = "core_medium_spiny", transmitter = "glutamate", in_degree = 4, delay = 5.0,'
    rows = ROWS.replace("projection = [", f"population = [{more}]\nprojection = [\n {joined} plastic = true}},")
    Path("rule.toml").write_text(rows, encoding="utf-8")
    with pytest.raises(InputError, match="an electrode reaches both"):
        with_rule()
