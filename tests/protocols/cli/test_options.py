"""What a user of command lines expects: -h, completion, lists, dry runs, parts of an experiment, JSON in a pipe."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from called import call, refused

from protocols.animals.interventions import Inactivation
from protocols.assays.seeking import SeekingTest
from protocols.experiments.experiment import load
from protocols.public import lists

ROOT = Path(__file__).parents[3]
HEAVY = {"brian2", "h5py", "matplotlib", "pandas", "pint", "scipy", "statsmodels", "sympy", "xarray"}


def verbs():
    """Every verb, with the verbs below it."""
    for line in call("-h").stdout.split("Commands:")[1].splitlines():
        if line.startswith("  ") and line[2:3].strip():
            yield line.split()[0]


@pytest.mark.parametrize("verb", list(verbs()))
def test_every_verb_has_a_short_help(verb):
    result = call(verb, "-h")
    assert result.exit_code == 0 and "Usage:" in result.stdout and "-h, --help" in result.stdout


SAME = {
    "--json": "FILE",
    "--out": None,
    "--animals": "N",
    "--seed": "N",
    "--jobs": "N",
    "--group": "NAME",
    "--set": "PATH=VALUE",
}


def test_an_option_means_the_same_in_every_verb():
    for verb in verbs():
        for line in call(verb, "-h").stdout.splitlines():
            words = line.split()
            if words and SAME.get(words[0]):
                assert words[1] == SAME[words[0]], (verb, line)
    assert "--groups" not in call("power", "-h").stdout


def completed(words, incomplete=""):
    """What bash offers behind some words."""
    line = " ".join(["corticostriatal", *words, incomplete])
    environment = dict(
        os.environ, _CORTICOSTRIATAL_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) + 1)
    )
    command = [sys.executable, "-m", "protocols.cli"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600).stdout.split(
        "\n"
    )


@pytest.mark.parametrize(
    ("words", "incomplete", "offered"),
    [
        ([], "sw", "sweep"),
        (["run"], "mou", "moussawi2009"),
        (["run"], "pyproj", "pyproject.toml"),
        (["sweep"], "nac", "nac_dose"),
        (["list"], "nu", "nuclei"),
        (["run", "moussawi2009", "--group"], "cocaine+NAC+M", "cocaine+NAC+MPEP"),
        (["power", "moussawi2009", "--test"], "H", "HFS"),
        (["predict", "--session"], "c", "cue"),
        (["predict", "--drug"], "cef", "ceftriaxone"),
    ],
)
def test_the_shell_completes(words, incomplete, offered):
    assert offered in completed(words, incomplete)


def test_a_completion_can_be_installed():
    result = call("--help").stdout
    assert "--install-completion" in result and "--show-completion" in result


@pytest.mark.parametrize("what", list(lists.LISTS))
def test_a_list_is_a_table_and_json(what, tmp_path):
    file = tmp_path / "list.json"
    shown = call("list", what, "--json", file)
    rows = json.loads(file.read_text())
    assert shown.exit_code == 0 and rows and all(row["name"] in shown.stdout for row in rows)
    assert json.loads(call("list", what, "--json", "-").stdout) == rows


def test_an_unknown_list_is_refused_with_the_nearest():
    assert "did you mean 'drugs'?" in refused("list", "drug")


def test_every_agent_and_session_is_said_in_words():
    assert set(lists.AGENTS) == set(get_args(Inactivation.model_fields["agent"].annotation))
    assert set(lists.SESSIONS) == set(get_args(SeekingTest.model_fields["session"].annotation))


@pytest.mark.parametrize(
    "arguments",
    [["run", "nosuch.toml"], ["run", "mousawi2009"], ["run", "moussawi2009", "--group", "contrl"],
     ["sweep", "nosuch.toml"], ["sweep", "nac_dos"],
     ["collect", "nosuch"], ["status", "nosuch"], ["report", "nosuch"], ["rum"], ["list", "drug"],
     ["power", "nosuch.toml", "--group", "a", "--group", "b", "--test", "c"]],
)  # fmt: skip
def test_a_missing_file_or_a_slip_is_answered_without_loading_the_libraries(arguments):
    # Their import is what takes seconds, on any machine; time itself would judge how busy this one is.
    script = f"""
import sys
from protocols.cli.main import main
sys.argv[1:] = {arguments!r}
try:
    main()
finally:
    print(*sorted(set(sys.modules) & {HEAVY!r}))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    assert done.stdout == "\n"


@pytest.mark.usefixtures("at_once")
class TestRun:
    def test_only_some_groups_and_tests_are_run(self, log):
        first = call(
            "run", "moussawi2009", "--group", "cocaine", "--test", "LFS", "--animals", 2, "--jobs", 1, "--out", "out"
        )
        assert first.exit_code == 0, first.output
        assert log() == ["cocaine LFS 0", "cocaine LFS 1"]
        second = call("run", "moussawi2009", "--group", "control", "--animals", 2, "--jobs", 1, "--out", "out")
        assert len(log()) == 6 and "cocaine " not in second.stdout.split("summary.json")[0]

    def test_a_part_has_the_animals_of_the_whole(self):
        call("run", "tone", "--animals", 2, "--jobs", 1, "--out", "whole", "--json", "whole.json")
        call("run", "tone", "--group", "cocaine", "--animals", 2, "--jobs", 1, "--out", "part", "--json", "part.json")
        whole, part = (json.loads(Path(name).read_text())["rows"] for name in ("whole.json", "part.json"))
        assert part == [row for row in whole if row["group"] == "cocaine"]

    @pytest.mark.parametrize("option", ["--group", "--test"])
    def test_a_name_that_is_not_there_is_refused(self, option):
        assert f"{option}: no {option[2:]} 'HFZ'" in refused("run", "moussawi2009", option, "HFZ")

    def test_groups_stand_in_the_order_of_the_experiment(self):
        text = call("run", "moussawi2009", "--animals", 1, "--jobs", 1, "--out", "out").stdout
        shown = [line.split()[1] for line in text.splitlines() if line.startswith("HFS")]
        assert shown == [group.name for group in load("moussawi2009").group]

    def test_what_a_number_is_and_what_comes_next_is_said(self):
        differing = call("run", "tone", "--animals", 2, "--jobs", 1, "--out", "out").stdout
        assert "mean ± SEM over n animals" in differing and "one page: corticostriatal report out" in differing
        typical = ("--set", "animals.variability=false", "--out", "typical")
        alike = call("run", "tone", "--animals", 2, "--jobs", 1, *typical).stdout
        assert "±" not in alike and "no SEM is given" in alike

    def test_a_dry_run_says_the_size_and_runs_nothing(self, log):
        result = call(
            "run", "moussawi2009", "--test", "HFS", "--animals", 3, "--out", "out", "--dry-run", "--json", "-"
        )
        size = json.loads(result.stdout)
        assert (size["runs"], size["there"], size["groups"][0], size["folder"]) == (15, 0, "control", "out")
        assert "runs    15" in result.stderr and not log() and not Path("out").exists()

    def test_a_dry_run_counts_what_is_there(self):
        call("run", "tone", "--group", "control", "--animals", 2, "--jobs", 1, "--out", "out")
        size = json.loads(call("run", "tone", "--animals", 2, "--out", "out", "--dry-run", "--json", "-").stdout)
        assert (size["runs"], size["there"]) == (14, 2)

    def test_a_dry_run_counts_the_compilation(self, monkeypatch):
        monkeypatch.setattr("circuit.engine.compiled.compiler", lambda: "g++")
        monkeypatch.setattr("circuit.engine.compiled.cached", lambda *_: None)
        new = json.loads(call("run", "tone", "--dry-run", "--json", "-").stdout)
        monkeypatch.setattr("circuit.engine.compiled.cached", lambda *_: object())
        kept = json.loads(call("run", "tone", "--dry-run", "--json", "-").stdout)
        assert (
            kept["compiling_seconds"] == 0
            and new["wall_seconds"] == kept["wall_seconds"] + new["compiling_seconds"] > 15
        )

    def test_a_quick_run_is_small_and_says_so(self):
        result = call("run", "moussawi2009", "--quick", "--jobs", 1, "--out", "out")
        assert result.exit_code == 0 and result.stdout.startswith("QUICK")
        marked = json.loads(Path("out/experiment.json").read_text())["experiment"]
        assert (marked["animals"]["per_group"], marked["circuit"]["scale"]) == (2, 0.25)

    def test_what_is_asked_for_comes_before_quick(self):
        call("run", "tone", "--quick", "--animals", 3, "--set", "circuit.scale=0.5", "--jobs", 1, "--out", "out")
        marked = json.loads(Path("out/experiment.json").read_text())["experiment"]
        assert (marked["animals"]["per_group"], marked["circuit"]["scale"]) == (3, 0.5)
