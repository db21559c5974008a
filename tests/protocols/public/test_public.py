"""``import corticostriatal``: what completes, what answers, and how results show and draw themselves."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from called import call
from matplotlib.figure import Figure

import corticostriatal as cs
from protocols.errors import InputError
from protocols.experiments.experiment import load
from protocols.public.shown import MOST, table
from protocols.runs.notebook import Cell
from protocols.runs.workers import Done
from results import recording

ROOT = Path(__file__).parents[3]
PUBLIC = {
    "Circuit", "Experiment", "Recording", "Results", "Study", "compare", "design", "drugs", "exchange", "experiments",
    "infer", "load", "network", "optimise", "overlay", "parameters", "power", "predict", "predictions", "report", "run",
    "sensitivity", "sweep", "validate",
}  # fmt: skip
LONGEST = 200  # signs of a short form


def test_the_tab_key_finds_what_there_is_and_nothing_else():
    assert {name for name in dir(cs) if not name.startswith("__")} == PUBLIC == set(cs.__all__)
    assert all(callable(getattr(cs, name)) for name in PUBLIC)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_everything_says_what_it_does_and_is_typed(name):
    one = getattr(cs, name)
    assert len(inspect.getdoc(one) or "") > 30
    if inspect.isfunction(one):
        signature = inspect.signature(one)
        assert signature.return_annotation is not inspect.Signature.empty
        assert all(part.annotation is not inspect.Parameter.empty for part in signature.parameters.values())


def test_importing_loads_neither_simulator_nor_tables():
    code = "import sys, corticostriatal; assert not {'brian2', 'pandas', 'numpy', 'matplotlib'} & set(sys.modules)"
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr


def test_a_type_checker_knows_the_public_names(tmp_path):
    pytest.importorskip("mypy")
    script = tmp_path / "script.py"
    script.write_text(
        "import corticostriatal as cs\n"
        "reveal_type(cs.run)\nreveal_type(cs.Experiment.load('tone'))\nreveal_type(cs.load('x').plot())\n"
        "reveal_type(cs.predict('cue').said)\ncs.run(7)\n"
    )
    environment = dict(os.environ, MYPYPATH=str(ROOT))
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(script)]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900).stdout
    for known in ("def (experiment:", "protocols.public.experiment.Experiment", "matplotlib.figure.Figure", "str"):
        assert re.search(rf'Revealed type is ".*{re.escape(known)}', said), said
    assert 'Argument 1 to "run" has incompatible type "int"' in said


@pytest.fixture
def folder(at_once, tmp_path):
    """Runs of an experiment, without a network."""
    assert call("run", "moussawi2009", "--animals", 2, "--jobs", 1, "--out", "there").exit_code == 0
    return tmp_path / "there"


def test_short_forms_are_short(folder):
    results = cs.load(folder)
    one = next(iter(results))
    series = one.series["fepsp"]
    for shown in (results, one, series, one.measures["fepsp"], cs.Experiment.load("moussawi2009"), cs.Circuit(),
                  cs.Study.load("nac_dose")):  # fmt: skip
        assert len(repr(shown)) < LONGEST and len(str(shown)) < LONGEST and "array(" not in repr(shown)
    assert repr(one) == "Recording(moussawi2009, control, HFS, animal 0: 2 measures, 1 series)"
    assert repr(series) == "Series(30 samples from -600 to 1200 s, % of baseline)"


def test_records_of_a_recording_say_how_much_they_hold():
    trace = recording.Trace(np.zeros((3, 120)), -0.01, 5e-4, "pA", np.arange(3.0), "field")
    assert repr(trace) == "Trace(3 sweeps of 120 samples every 0.5 ms, pA, field)"
    assert repr(recording.Spikes([0.1], [3], 16)) == "Spikes(1 spikes of 16 cells)"
    assert repr(recording.Curve([1, 2], [3, 4], "ms", "pA")) == "Curve(2 points, pA against ms)"
    assert repr(recording.SynapseSample([1, 2], "1")) == "SynapseSample(2 synapses, 1)"


def test_results_and_recordings_draw_and_show_themselves(folder):
    results = cs.load(folder)
    assert isinstance(results.plot(), Figure) and isinstance(results.plot("bars", group="cocaine"), Figure)
    page = results._repr_html_()
    assert "<table>" in page and "cocaine+NAC+MPEP" in page and "data:image/png;base64," in page
    one = next(iter(results))
    assert isinstance(one, cs.Recording) and isinstance(one.plot(), Figure)
    assert "% of baseline" in one._repr_html_() and "data:image/png" in one._repr_html_()
    with pytest.raises(InputError, match="did you mean 'bars'"):
        results.plot("bar")
    with pytest.raises(InputError, match="did you mean 'raster'"):
        one.plot("rasters")


def test_a_table_escapes_its_cells_and_counts_what_it_leaves_out():
    shown = table(("a<b",), [("<script>",)] * (MOST + 2))
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "and 2 more" in shown


def test_an_experiment_is_read_changed_shown_and_drawn():
    experiment = cs.Experiment.load("moussawi2009", set='group."cocaine+NAC".treatment.NAC.dose="30 mg/kg"')
    page = experiment._repr_html_()
    assert isinstance(experiment, cs.Experiment) and "NAC 30 mg/kg" in page and "12 d self_administration" in page
    assert isinstance(experiment.plot(), Figure)
    again = cs.Experiment.of(experiment.model_dump(mode="json"))
    assert again == experiment and again.name == "moussawi2009"


def test_an_experiment_that_is_run_is_the_one_that_workers_know(at_once, monkeypatch):
    import protocols.runs.batch as batch

    seen = []
    monkeypatch.setattr(batch, "run_batch", lambda experiment, *_, **__: seen.append(type(experiment)) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cs.run(cs.Experiment.load("tone"))
    assert seen == [type(load("tone"))]


def test_a_circuit_shows_cells_and_projections(tmp_path):
    circuit = cs.Circuit("corticoaccumbens")
    assert circuit.nuclei == ["PL", "NAc core"] and "core_fast_spiking" in set(circuit.populations["name"])
    assert set(circuit.projections.columns) >= {"source", "target", "in_degree", "delay", "reference"}
    assert "PL_pyramidal (240 pyramidal)" in circuit._repr_html_() and isinstance(cs.Circuit().plot(), Figure)
    (tmp_path / "mine.toml").write_text('population = [{name = "PVT", cell = "relay", number = 64}]\n')
    assert cs.Circuit(tmp_path / "mine.toml").nuclei[-1] == "PVT"
    assert cs.Circuit(cs.Experiment.load("inactivation")).nuclei == cs.Circuit().nuclei
    with pytest.raises(InputError, match="did you mean 'corticostriatal'"):
        cs.Circuit("corticostriatum")
    drawn = cs.Circuit(tmp_path / "mine.toml").plot().axes[0]
    assert "PVT" in {text.get_text() for text in drawn.texts}


def test_lists_are_tables():
    assert {"parameter", "unit", "source"} <= set(cs.parameters().columns) and len(cs.parameters()) > 100
    assert "NAC" in set(cs.drugs()["name"]) and "moussawi2009" in set(cs.experiments()["name"])


def test_power_of_stored_runs_answers_in_words_numbers_and_a_figure(at_once):
    assert call("run", "moussawi2009", "--animals", 4, "--jobs", 1, "--out", "there").exit_code == 0
    answer = cs.power("there", ("control", "cocaine"), "HFS", largest=6)
    assert answer.said.startswith("control against cocaine, HFS, fepsp") and isinstance(answer.plot(), Figure)
    assert answer.table["set"].tolist() == ["as given"] and "data:image/png" in answer._repr_html_()
    assert repr(answer) == answer.said
    with pytest.raises(InputError, match="give the two groups"):
        cs.power("there", "control", "HFS")


def test_sensitivity_at_rest_is_a_table():
    pytest.importorskip("SALib")
    answer = cs.sensitivity(
        "tone", ["homeostasis.xc_maximum=600..800", "release.half=0.45..0.55"], points=4, at_rest=True
    )
    assert {"outcome", "parameter", "total"} <= set(answer.table.columns) and isinstance(answer.plot(), Figure)


def test_an_overlay_holds_both_sides(folder, tmp_path):
    (tmp_path / "mine.csv").write_text("group,test,measure,value,unit,animal\n" + "".join(
        f"control,HFS,fepsp,{120 + n},% of baseline,rat {n}\n" for n in range(4)))  # fmt: skip
    answer = cs.overlay(folder, tmp_path / "mine.csv")
    (row,) = answer.table.to_dict("records")
    assert (row["group"], row["data_n"], row["model_n"], row["data_mean"]) == ("control", 4, 2, 121.5)
    assert isinstance(answer.plot(), Figure)


def test_a_report_gives_its_path(folder):
    pytest.importorskip("plotly")
    assert cs.report(folder).read_text(encoding="utf-8").lower().startswith("<!doctype html>")


class Run:
    label = "control, HFS, animal 0"


def test_a_notebook_shows_one_bar_that_moves():
    shown = []
    bar = Cell(shown.append)
    bar.say("compiling <the circuit>")
    assert "compiling &lt;the circuit&gt;" in shown[-1]
    bar.begin(2, 0)
    for _ in range(2):
        bar.done(Done(Run(), 1.0))
    bar.end()
    assert '<progress value="2" max="2"></progress> 2 of 2' in shown[-1]


def test_a_notebook_keeps_what_failed(capsys):
    bar = Cell(lambda _: None)
    bar.begin(1, 0)
    bar.done(Done(Run(), 1.0, "the membrane exploded"))
    assert capsys.readouterr().err == "failed: control, HFS, animal 0: the membrane exploded\n"
