"""What a process loads: a verb that only prints starts at once, and what runs compiled circuits needs no Brian2."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

from circuit.engine import compiled
from circuit.engine.compilation import importable
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.progress import Lines
from protocols.simulation.digest import SIMULATING
from protocols.simulation.imports import ROOT, imported

needs_compiler = pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")


def loaded(script: str, *words: str) -> set[str]:
    """Packages that a script in a process of its own has loaded by its end."""
    ending = "\nimport sys\nprint(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script + ending, *words],
        env=importable(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


CALLED = """
from contextlib import suppress
from protocols.cli.main import main
with suppress(SystemExit):
    main()
"""


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("experiments",), ("show", "moussawi2009"), ("run", "--help")]
)
def test_what_only_prints_loads_neither_numpy_nor_brian(words):
    assert not loaded(CALLED, *words) & {"numpy", "brian2", "scipy", "pandas", "matplotlib", "pint", "h5py"}


def test_reading_an_experiment_loads_nothing_that_only_results_need():
    script = "from protocols.experiments.experiment import load\nload('moussawi2009')"
    assert not loaded(script) & {"brian2", "pint", "pandas", "statsmodels", "matplotlib"}


RUN = """
import sys
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import with_overrides
from protocols.runs.plan import plan
from protocols.simulation.simulate import simulate, prepare

name, *settings = sys.argv[1:]
experiment = with_overrides(load(name), [*settings, "animals.per_group=1"])
if name == "inactivation":  # one day of training before one short session
    content = experiment.model_dump(mode="json", exclude_unset=True)
    content["group"] = content["group"][:1]
    content["group"][0]["history"] = [content["group"][0]["history"][0] | {"days": 1}]
    content["test"] = [content["test"][0] | {"preceded_by": [], "hours": 0.5, "epochs": 4}]
    experiment = experiment_from(content)
recording = simulate(plan(experiment)[0].identity, experiment, prepare(experiment))
assert recording.measures
"""


@needs_compiler
@pytest.mark.compiled
@pytest.mark.parametrize(
    ("name", "preset", "scale"), [("tone", "corticoaccumbens", 0.05), ("inactivation", "corticostriatal", 0.02)]
)
def test_a_run_of_a_compiled_circuit_loads_no_brian(name, preset, scale):
    compiled.build(preset, scale)
    found = loaded(RUN, name, f"circuit.scale={scale}")
    assert "numpy" in found and not found & {"brian2", "sympy", "pint", "pandas", "statsmodels", "matplotlib"}


@needs_compiler
@pytest.mark.compiled
def test_a_worker_loads_nothing_that_sums_up_shows_or_draws(tmp_path, monkeypatch):
    compiled.build("corticoaccumbens", 0.05)
    (tmp_path / "loaded").mkdir()
    monkeypatch.setenv("LOADED", str(tmp_path / "loaded"))
    experiment = with_overrides(load("tone"), ["circuit.scale=0.05", "animals.per_group=1"])
    batch = run_batch(experiment, Lines(), tmp_path / "out", jobs=2, simulate="spying_engine:simulate")
    workers = {file.name: set(file.read_text().split()) for file in (tmp_path / "loaded").iterdir()}
    assert len(batch.recordings) == experiment.runs and workers and str(os.getpid()) not in workers
    for found in workers.values():
        assert {"numpy", "results.store", "circuit.engine.compiled"} <= found
        assert not found & {"brian2", "sympy", "pint", "pandas", "statsmodels", "matplotlib", "distributed", "typer"}
        assert not found & {"results.statistics", "results.figures", "results.evidence", "results.report"}


@needs_compiler
@pytest.mark.compiled
def test_a_whole_run_loads_neither_tables_nor_figures(tmp_path):
    compiled.build("corticoaccumbens", 0.05)
    words = ("run", "tone", "--animals", "1", "--jobs", "1", "--set", "circuit.scale=0.05")
    found = loaded(CALLED, *words, "--out", str(tmp_path / "out"))
    assert "numpy" in found and not found & {"brian2", "sympy", "pint", "pandas", "statsmodels", "matplotlib"}
    assert (tmp_path / "out" / "summary.json").is_file()


def test_no_module_that_a_run_may_import_needs_brian():
    """Whatever the run: modules that it imports only on some occasions count as well."""
    needing = {
        file.relative_to(ROOT).as_posix()
        for file in imported(SIMULATING)
        for node in ast.parse(file.read_bytes()).body
        if (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "brian2")
        or (isinstance(node, ast.Import) and any(each.name.partition(".")[0] == "brian2" for each in node.names))
    }
    assert needing == set()
