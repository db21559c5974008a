"""The command line: bad input is one line on standard error and exit code 2; what is asked for is printed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from called import call, refused

from protocols.experiments.experiment import experiment_from, load

ROOT = Path(__file__).parents[3]


pytestmark = pytest.mark.usefixtures("at_once")


def edited(tmp_path, old, new):
    assert call("new", "mine.toml").exit_code == 0
    text = Path("mine.toml").read_text(encoding="utf-8")
    assert old in text
    Path("mine.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return "mine.toml"


BAD_FILES = {
    "a typo in a key": ("baseline =", "basline =", "test.HFS.basline: unknown key; did you mean 'baseline'?"),
    "a voltage for a frequency": ('frequency = "50 Hz"', 'frequency = "50 mV"', "'50 mV' is not a frequency"),
    "an unknown drug": ('drug = "cocaine"', 'drug = "cocain"', "did you mean 'cocaine'?"),
    "a test before its history ends": ("# day = 30", "day = 20", "test.HFS.day: day 20 comes before the history"),
    "no animals": ("per_group = 8", "per_group = -1", "animals.per_group: -1 is not allowed"),
    "an infinite parameter": ("# [parameters]", '[parameters]\n"release.maximum" = inf\n#', "must be finite"),
    "not TOML": ("[circuit]", "[circuit", "is not TOML"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_in_one_line(tmp_path, case):
    old, new, told = BAD_FILES[case]
    line = refused("run", edited(tmp_path, old, new))
    assert told in line and "mine.toml" in line


BAD_CALLS = {
    "unknown experiment": (["run", "mousawi2009"], "did you mean 'moussawi2009'?"),
    "no such file": (["run", "none.toml"], "none.toml: No such file"),
    "-1 animals": (["run", "tone", "--animals", "-1"], "'--animals'"),
    "unknown path": (["run", "tone", "--set", "circuit.scal=2"], "circuit.scal: unknown key; did you mean 'scale'"),
    "unknown group": (["run", "tone", "--set", "group.contrl.history=[]"], "no entry 'contrl'; did you mean 'control'"),
    "a word for a number": (["run", "tone", "--set", "animals.seed=seven"], "--set animals.seed=seven: animals.seed: "),
    "no value": (["run", "tone", "--set", "animals.seed"], "is not PATH=VALUE"),
    "dots alone": (["run", "tone", "--set", ".=1"], "a part of its path is empty"),
    "two dots": (["run", "tone", "--set", "circuit..scale=1"], "a part of its path is empty"),
    "dots in a search": (["optimise", "nac_ltp", "--set", ".=1"], "a part of its path is empty"),
    "not finite": (["run", "tone", "--set", "parameters.release.maximum=nan"], "parameters.release.maximum"),
    "unknown evidence": (["validate", "P999"], "no evidence 'P999'; did you mean"),
    "unknown format": (["parameters", "--format", "xml"], "--format: 'xml' is not known"),
    "unknown verb": (["rum"], "No such command 'rum'"),
    "unknown option": (["run", "tone", "--animal", "3"], "--animal"),
    "output below a file": (["run", "tone", "--out", "/dev/null/x"], "/dev/null"),
    "output in /proc": (["run", "tone", "--out", "/proc/x"], "/proc/x"),
    "JSON nowhere": (["run", "tone", "--json", "/proc/x.json"], "/proc/x.json"),
    "a site outside the striatum": (
        ["run", "tone", "--set", "group.control+TTX.treatment.TTX.site=VTA"],
        "treatment.TTX.site: the circuit has no striatal nucleus 'VTA'",
    ),
    "a moment for a session": (
        ["run", "noncontingent", "--set", "group.*.history.conditioning.minutes=1e-300"],
        "minutes: 1e-300 is not allowed: it should be greater than or equal to 1",
    ),
    "no groups": (["run", "tone", "--set", "group=[]"], "group: holds 0 entries; 1 at least"),
    "a file for a folder": (["run", "tone", "--dry-run", "--out", __file__], "is a file"),
    "a file for a calibration": (["calibrate", "--out", __file__], "is a file"),
    "a misspelt parameter": (
        ["sensitivity", "tone", "--parameters", "x"],
        "--parameters x: no such parameter; corticostriatal parameters lists them; or give it a range",
    ),
    "not a file to write": (["new", "mine.txt"], "name it FILE.toml"),
}


@pytest.mark.parametrize("case", BAD_CALLS)
def test_a_bad_call_is_refused_in_one_line(case):
    arguments, told = BAD_CALLS[case]
    assert told in refused(*arguments)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "locked" in refused("run", "tone", "--out", tmp_path / "locked" / "out")


@pytest.mark.parametrize("arguments", [["run", "mousawi2009"], ["run", "tone", "--out", "/proc/x"]])
def test_a_real_process_is_refused_in_one_line(arguments):
    command = [sys.executable, "-m", "protocols.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_help_and_lists_load_no_simulator():
    code = "import sys; from protocols.cli.main import app; app(['--help'], standalone_mode=False)"
    code += "\nassert 'brian2' not in sys.modules and 'numpy' not in sys.modules"
    command = [
        sys.executable,
        "-c",
        f"import sys\ntry:\n    {code.splitlines()[0]}\nexcept SystemExit: pass\n" + code.splitlines()[1],
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr


def test_experiments_are_listed_with_their_size():
    text = call("experiments").stdout
    assert "moussawi2009" in text and "5 x 2" in text and "doi:10.1038/nn.2250" in text


@pytest.mark.parametrize("name", ["moussawi2009", "tone"])
def test_what_show_prints_is_the_experiment(tmp_path, name):
    (tmp_path / "shown.toml").write_text(call("show", name).stdout, encoding="utf-8")
    assert load(tmp_path / "shown.toml") == load(name)


def test_show_says_what_a_study_is():
    assert "'nac_dose' is a study" in refused("show", "nac_dose")


def test_new_writes_a_valid_experiment_once(tmp_path):
    assert call("new", "a_b.toml").exit_code == 0
    assert load(tmp_path / "a_b.toml").name == "a-b"
    assert "is there already" in refused("new", "a_b.toml")


def test_the_commented_lines_of_the_template_are_valid_too(tmp_path):
    assert call("new", "mine.toml").exit_code == 0
    text = Path("mine.toml").read_text(encoding="utf-8").split("# [[test]]")[0]
    keys = (
        "# scale",
        "# engine",
        "# pairing",
        "# variability",
        "# [parameters]",
        '# "release',
        "# treatment",
        "#     {",
        "# ]",
        "# day",
    )
    lines = [line[2:] if line.startswith(keys) else line for line in text.splitlines()]
    Path("all.toml").write_text("\n".join(lines), encoding="utf-8")
    experiment = load("all.toml")
    assert experiment.group[1].treatment[1].drug == "LY341495" and experiment.test[0].day == 30


def test_the_schema_describes_itself_and_accepts_only_known_keys():
    schema = json.loads(call("schema").stdout)
    assert schema["$schema"].endswith("2020-12/schema")
    known = {f"#/$defs/{name}" for name in schema["$defs"]}
    types = {"string", "number", "integer", "boolean", "array", "object", "null"}

    def check(node):
        if isinstance(node, dict):
            assert node.get("$ref", next(iter(known))) in known
            assert not isinstance(node.get("type"), str) or node["type"] in types
            if node.get("type") == "object" and "properties" in node:
                assert node["additionalProperties"] is False
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            check(child)

    check(schema)


def test_run_prints_a_table_and_writes_json():
    result = call("run", "tone", "--animals", 2, "--jobs", 1, "--out", "out", "--json", "figures.json")
    assert result.exit_code == 0, result.output
    for shown in ("control+(S)-4-CPG", "±", "corticostriatal figure out"):
        assert shown in result.stdout
    assert json.loads(Path("figures.json").read_text()) == json.loads(Path("out/summary.json").read_text())


def test_a_failed_run_gives_exit_code_1(monkeypatch):
    monkeypatch.setenv("FAKE_FAILS", "control 0")
    result = call("run", "tone", "--animals", 1, "--jobs", 1, "--out", "out")
    assert result.exit_code == 1
    assert "failed: control, rest, animal 0: ArithmeticError: the membrane exploded" in result.stderr


def test_an_engine_that_cannot_be_built_gives_exit_code_1(monkeypatch):
    import fake_engine

    from circuit.engine.compiled import EngineError

    def broken(experiment, say):
        raise EngineError("building the circuit failed:\n make: no rule")

    monkeypatch.setattr(fake_engine, "prepare", broken)
    result = call("run", "tone", "--animals", 1, "--out", "out")
    assert (result.exit_code, result.stderr) == (1, "error: building the circuit failed: make: no rule\n")


@pytest.mark.slow
def test_validate_runs_what_the_evidence_needs_and_says_what_is_not_covered():
    result = call("validate", "--quick", "--animals", 2, "--jobs", 1, "--out", "out", "--json", "verdicts.json")
    assert result.exit_code == 0, result.output
    assert "QUICK" in result.stdout and "no experiment covers them yet: " in result.stdout
    written = json.loads(Path("verdicts.json").read_text())
    assert written["quick"] is True
    assert {row["status"] for row in written["rows"]} <= {"right", "wrong", "inconclusive", "not_covered"}


@pytest.mark.parametrize("style", ["md", "csv", "json"])
def test_parameters_carry_unit_range_and_source(style):
    text = call("parameters", "--format", style).stdout
    assert "assumed" in text and "doi:" in text and text.endswith("\n")


def test_the_resolved_experiment_round_trips_through_json():
    experiment = load("moussawi2009")
    assert experiment_from(json.loads(experiment.model_dump_json())) == experiment
