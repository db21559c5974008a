"""A circuit of one's own: rows beside the experiment, errors in one line, and runs that hold what they were made of."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from brian2 import second
from called import call, refused

from circuit.wiring.layout import lay_out
from circuit.wiring.own import in_use, registered
from circuit.wiring.plan import plan, presets
from protocols.analysis import hand_over
from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import with_overrides
from protocols.runs.plan import document
from protocols.simulation.digest import experiment_hash
from protocols.simulation.simulate import prepare, simulate
from protocols.studies import study_plan
from protocols.studies.study import Study
from results import store
from results.recording import Identity

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "circuit.md"
BLOCKS = dict(
    re.findall(r"<!-- runs in tests: (.*?) -->\n```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
)
MINE = BLOCKS["mine.toml"]
REST = """
[experiment]
name = "mine"
{circuit}
scale = 0.05
engine = "runtime"
[animals]
per_group = 1
[[group]]
name = "control"
history = [{{phase = "yoked_saline", days = 2, hours = 2}}]
[[test]]
name = "rest"
kind = "tone"
duration = "2 min"
site = "NAc core"
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The page's circuit beside an experiment of a test at rest."""
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(MINE, encoding="utf-8")
    Path("exp.toml").write_text(REST.format(circuit=BLOCKS["experiment"]), encoding="utf-8")
    return tmp_path


def test_a_nucleus_is_added_in_twelve_lines():
    lines = [line for name in ("mine.toml", "experiment") for line in BLOCKS[name].splitlines() if line.strip()]
    assert len(lines) <= 12 and "PVT" in MINE


def test_the_pages_circuit_runs(mine):
    experiment = load("exp.toml")
    assert "PVT->NAc core" in experiment.circuit.chosen.table.plastic_sites
    with in_use(experiment.circuit.digest):
        pathway = plan("PVT->NAc core")
    assert pathway.stimulated == "PVT" and pathway.table.nuclei == ["NAc core", "PVT"]
    recording = simulate(Identity("mine", "control", "rest", 0, 3, 4), experiment, prepare(experiment))
    assert 0 < recording.measures["extrasynaptic_glutamate"].value < 50
    assert plan("PL->NAc core").name == "PL->NAc core"  # the shipped circuit is in use again


def test_a_nucleus_that_does_not_learn_fires_beside_the_pathway(mine):
    rows = MINE.replace("plastic = true", "conductance = 0.5")
    Path("mine.toml").write_text(rows, encoding="utf-8")
    animal = hand_over.network(load("exp.toml"), "control", "rest")
    animal.run(0.3 * second)
    assert animal["PVT"].N == 16 and animal.spikes["relay"].num_spikes > 0


def test_animals_keep_the_contacts_that_they_have_without_the_rows(mine):
    with in_use(load("exp.toml").circuit.digest):
        own = lay_out(load("exp.toml").circuit.chosen.table, 0.1, 5)
    shipped = lay_out(presets()["corticoaccumbens"].table, 0.1, 5)
    for row in shipped.wiring.projection:
        (name, places), (own_name, own_places) = shipped.contacts(row), own.contacts(row)
        assert np.array_equal(shipped.pathways[name].targets[places], own.pathways[own_name].targets[own_places])


def test_rows_that_are_there_are_changed_in_what_is_given():
    changed = {"population": [{"name": "PL_pyramidal", "number": 480}], "projection": []}
    own = with_own(changed)
    before, after = (
        presets()["corticoaccumbens"].table.named("PL_pyramidal"),
        own.circuit.chosen.table.named("PL_pyramidal"),
    )
    assert after == before.model_copy(update={"number": 480})


def test_what_is_left_out_takes_its_projections_along():
    table = with_own({"without": ["core_fast_spiking"]}).circuit.chosen.table
    assert "core_fast_spiking" not in {row.name for row in table.population}
    assert not [row for row in table.projection if "core_fast_spiking" in (row.source, row.target)]


def with_own(rows, preset="corticoaccumbens"):
    """The experiment `moussawi2009` with rows in its own file."""
    found = document(load("moussawi2009"))
    return experiment_from(
        {**found, "circuit": {**found["circuit"], "preset": preset, "own": {"extends": preset, **rows}}}
    )


GOOD = tomllib.loads(MINE)["projection"][0]
BAD = {
    "an unknown target": ({"projection": [GOOD | {"target": "core_medium_spin"}]}, "did you mean 'core_medium_spiny'?"),
    "an unknown kind": ({"population": [{"name": "X", "cell": "relais", "number": 16}]}, "population.X.cell"),
    "a misspelt key": ({"projection": [GOOD | {"in_degre": 3}]}, "in_degre: unknown key; did you mean 'in_degree'?"),
    "no source": ({"projection": [{"target": "PVT"}]}, "projection.0.source: missing"),
    "no size": ({"projection": [{k: v for k, v in GOOD.items() if k != "plastic"}]}, "conductance: missing"),
    "learning where nothing learns": (
        {"projection": [GOOD | {"target": "PL_pyramidal"}]},
        "plastic: contacts learn that",
    ),
    "a spiny nucleus elsewhere": (
        {"population": [{"name": "X", "cell": "medium_spiny", "number": 16}]},
        "'X' is no region of the striatum",
    ),
    "infinite": ({"population": [{"name": "PVT", "cell": "relay", "number": 16, "tonic": np.inf}]}, "must be finite"),
    "nothing to leave out": ({"without": ["PL_pyramidial"]}, "did you mean 'PL_pyramidal'?"),
    "nothing that learns": ({"without": ["PL_pyramidal_to_core_medium_spiny"]}, "no projection is left that learns"),
    "an unknown percept": (
        {"population": [{"name": "PVT", "cell": "relay", "number": 16, "tuned": ["ceu"], "drive_by": "stimulus"}]},
        "did you mean 'cue'?",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_rows_that_give_no_circuit_are_refused_in_one_line(case):
    rows, told = BAD[case]
    if case in ("an unknown target", "a misspelt key", "no size", "learning where nothing learns"):
        rows = {"population": tomllib.loads(MINE)["population"], **rows}
    with pytest.raises(InputError) as problem:
        with_own(rows)
    assert told in str(problem.value) and "\n" not in str(problem.value)


def test_a_wrong_file_is_refused_in_a_line_that_names_it(mine):
    Path("mine.toml").write_text(MINE.replace("core_medium_spiny", "core_medium_spin"), encoding="utf-8")
    line = refused("run", "exp.toml")
    assert line.startswith("error: exp.toml: mine.toml: projection.PVT_to_core_medium_spin.target: no cells")
    Path("mine.toml").unlink()
    assert "mine.toml: No such file" in refused("run", "exp.toml")


def test_an_unknown_preset_is_refused_with_the_nearest():
    line = refused("run", "tone", "--set", "circuit.preset=corticoacumbens")
    assert "did you mean 'corticoaccumbens'?" in line and "FILE.toml" in line


def test_the_hash_is_that_of_the_content_and_not_of_the_file(mine):
    first = experiment_hash(load("exp.toml"))
    Path("below").mkdir()
    for name in ("exp.toml", "mine.toml"):
        Path(f"below/{name}").write_text(Path(name).read_text(encoding="utf-8"), encoding="utf-8")
    assert experiment_hash(load("below/exp.toml")) == first != experiment_hash(load("tone"))
    Path("mine.toml").write_text(MINE.replace("number = 64", "number = 96"), encoding="utf-8")
    assert experiment_hash(load("exp.toml")) != first


def test_experiments_without_rows_are_written_as_before():
    assert "own" not in document(load("moussawi2009"))["circuit"]


def test_a_setting_names_the_file_or_changes_a_row(mine):
    own = with_overrides(load("moussawi2009"), ["circuit.preset=mine.toml", "circuit.scale=0.1"])
    assert own.circuit.chosen.added == ("PVT",)
    larger = with_overrides(own, ["circuit.own.population.PVT.number=128"])
    assert larger.circuit.chosen.table.named("PVT").number == 128
    assert with_overrides(own, ["circuit.preset=corticoaccumbens"]).circuit.own is None


def test_the_whole_circuit_is_extended_too():
    habenula = [{"name": "LHb", "cell": "relay", "number": 64, "tonic": 55.0, "noise": 30.0}]
    joined = {"source": "LHb", "target": "VTA_interneuron", "transmitter": "glutamate", "in_degree": 10, "delay": 5.0}
    rows = {
        "extends": "corticostriatal",
        "population": habenula,
        "projection": [joined | {"conductance": 0.5}],
        "without": [],
    }
    digest = registered(rows)
    with in_use(digest):
        assert plan("corticostriatal").table.nuclei[-1] == "LHb" and plan("corticostriatal").apparatus == "operant box"
        assert plan("PL->NAc core").table.nuclei == ["PL", "NAc core"]
    assert plan("corticostriatal").name == "corticostriatal" != plan(f"corticostriatal@{digest}").name


@pytest.mark.parametrize("file", ["mine.toml", "exp.toml"])
def test_the_circuit_of_a_file_is_drawn(mine, file):
    assert call("figure", file, "--format", "png", "--out", "drawn").exit_code == 0
    assert Path("drawn/circuit.png").exists()
    assert "holds no runs" in refused("figure", file, "--kind", "bars")


@pytest.mark.usefixtures("at_once")
class TestFolders:
    def test_a_run_holds_the_rows_and_is_repeated_without_the_file(self, mine):
        assert call("run", "exp.toml", "--jobs", 1, "--out", "out").exit_code == 0
        marked = json.loads(Path("out/experiment.json").read_text())["experiment"]
        assert marked["circuit"]["own"]["population"][0]["name"] == "PVT"
        Path("mine.toml").unlink()
        (file,) = Path("out/runs").glob("*.h5")
        held = json.loads(store.provenance(file, "experiment"))
        assert experiment_from(held).circuit.chosen.added == ("PVT",)
        assert call("rerun", file).exit_code == 0
        assert call("status", "out").exit_code == 0

    def test_an_axis_names_files_of_circuits_and_the_study_keeps_them(self, mine):
        Path("less.toml").write_text(MINE.replace("number = 64", "number = 32"), encoding="utf-8")
        axes = {"circuit.preset": ["mine.toml", "less.toml", "corticoaccumbens"]}
        study = {"study": {"name": "s", "experiment": "exp.toml"}, "axes": axes}
        Path("s.toml").write_text(
            """
[study]
name = "s"
experiment = "exp.toml"
[axes]
"circuit.preset" = ["mine.toml", "less.toml", "corticoaccumbens"]
""",
            encoding="utf-8",
        )
        assert call("sweep", "s.toml", "--out", "out", "--jobs", 1).exit_code == 0
        for file in ("mine.toml", "less.toml", "exp.toml", "s.toml"):
            Path(file).unlink()
        found, _ = study_plan.study(Path("out"))
        added = [one.circuit.chosen.table.numbers(1).get("PVT") for one in found.experiments]
        assert added == [64, 32, None] and found.size == 3
        assert call("collect", "out").exit_code == 0
        with pytest.raises(InputError, match=r"circuit.preset = 'mine.toml': .*mine.toml: No such file"):
            Study.of({**study, "study": {"name": "s", "experiment": "tone"}}, mine)

    def test_a_study_finds_the_circuit_beside_its_experiment_and_keeps_it(self, mine):
        study = {
            "study": {"name": "s", "experiment": "exp.toml"},
            "axes": {"circuit.own.population.PVT.number": [32, 64]},
        }
        found = Study.of(study, mine)
        numbers = [one.circuit.chosen.table.named("PVT").number for one in found.experiments]
        assert numbers == [32, 64] and found.size == 2
        Path("mine.toml").unlink()
        assert [
            one.circuit.chosen.table.named("PVT").number
            for one in Study(found.file, found.base, found.points).experiments
        ]
