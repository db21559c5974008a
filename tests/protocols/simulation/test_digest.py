"""What decides a run is derived: nothing that a run goes through is left out, and a change in it makes other runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from circuit.engine import compiled
from protocols.experiments.experiment import load
from protocols.simulation import digest, imports

# A run through the network and one in closed form: what is imported by then must be in the digest.
WENT_THROUGH = """
import json, sys
from pathlib import Path
from protocols.simulation import simulate
from protocols.experiments.overrides import chosen
from protocols.experiments.experiment import experiment_from
from protocols.runs.plan import plan
for name in ("release_and_ratio", "dopamine_and_tolerance"):
    settings = ["circuit.scale=0.05"] if name == "release_and_ratio" else []
    experiment = experiment_from(chosen(name, settings, 1, 1).model_dump(mode="json", exclude_unset=True))
    kind = "paired_pulse" if settings else "reward"
    run = next(run for run in plan(experiment) if experiment.test_named(run.identity.test).kind == kind)
    prepared = simulate.prepare(experiment)
    said = simulate.simulate(run.identity, experiment, prepared).provenance
    if settings:
        assert said["engine"] == "compiled" and len(said["loops"]["rest"]) == 3 and said["loops"]["ahead"], said
root = Path(sys.argv[1])
files = [Path(m.__file__).resolve() for m in sys.modules.values() if getattr(m, "__file__", None)]
ours = [root / package for package in sys.argv[2:]]
files = [file for file in files if any(file.is_relative_to(folder) for folder in ours)]
print(json.dumps(sorted(file.relative_to(root).as_posix() for file in files)))
"""
CHOOSING = {"protocols/experiments/overrides.py", "protocols/experiments/__init__.py"}
"""What chooses an experiment; its content has a hash of its own."""


@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
def test_every_file_that_a_run_goes_through_is_in_the_digest():
    command = [sys.executable, "-c", WENT_THROUGH, str(digest.ROOT), *imports.PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=compiled.importable())
    assert done.returncode == 0, done.stderr[-2000:]
    through = {name for name in json.loads(done.stdout.splitlines()[-1]) if name.endswith(".py")}
    assert {
        "protocols/simulation/simulate.py",
        "circuit/network/inputs.py",
        "synapses/release.py",
        "results/recording.py",
    } <= through
    assert through - digest.sources().keys() - CHOOSING == set()


def test_the_model_is_in_the_digest_whole_parameters_and_templates_too():
    for name in (
        "synapses/drugs.toml", "synapses/calibrated.toml", "circuit/wiring/presets.toml", "circuit/states.toml",
        "circuit/wiring/corticostriatal.toml",
        "circuit/engine/templates/synapses.cpp", "circuit/engine/device.py", "circuit/engine/generate.py",
        "protocols/animals/interventions.py", "protocols/animals/history.py", "protocols/stimulation/inductions.py",
        "protocols/runs/plan.py",
        "protocols/assays/seeking.py", "protocols/assays/plasticity.py", "results/measures/field_response.py",
        "results/measures/dialysis.py",
    ):  # fmt: skip
        assert name in digest.sources(), name
    for name in digest.sources():
        assert (digest.ROOT / name).is_file(), name


def test_what_only_shows_results_is_not_in_the_digest():
    for name in (
        "results/figures/catalogue.py",
        "results/evidence/table.py",
        "protocols/cli/main.py",
        "protocols/reporting/report.py",
    ):
        assert name not in digest.sources() and (digest.ROOT / name).is_file()


@pytest.fixture
def forgetful():
    """Everything that is worked out once is worked out again, before and after."""

    def forget():
        for kept in (digest.sources, digest.code, digest.code_digest, digest.model_digest, compiled.model_files):
            kept.cache_clear()

    forget()
    yield forget
    forget()


def digests() -> tuple[str, str, str]:
    return digest.code_digest(), digest.model_digest(), digest.experiment_hash(load("tone"))


def test_other_versions_of_the_packages_make_other_runs(forgetful, monkeypatch):
    before = digests()
    for name in digest.COMPUTING:
        forgetful()
        real = digest.version
        monkeypatch.setattr(digest, "version", lambda each, name=name, real=real: "0.0" if each == name else real(each))
        assert all(a != b for a, b in zip(before, digests(), strict=True)), name
        monkeypatch.undo()


@pytest.mark.parametrize(
    "name", ["protocols/animals/rest.py", "synapses/drugs.toml", "circuit/engine/templates/synapses.cpp"]
)
def test_a_change_in_one_file_makes_other_runs(forgetful, monkeypatch, name):
    before = digests()
    forgetful()
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"#" if path == digest.ROOT / name else b""))
    assert all(a != b for a, b in zip(before, digests(), strict=True))


def test_a_rival_refitted_leaves_the_runs_of_other_experiments_valid(forgetful, monkeypatch):
    before = digests()
    forgetful()
    read = Path.read_bytes
    file = digest.ROOT / digest.HYPOTHESES
    assert file.is_file()
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"#" if path == file else b""))
    code, model, experiment = digests()
    assert code != before[0] and (model, experiment) == before[1:]


def test_the_key_of_a_program_looks_into_every_folder_of_the_model(monkeypatch):
    before = compiled.quick_key("corticoaccumbens", 0.5, "")
    read = Path.read_bytes
    deep = [path for path in compiled.model_files() if path.parent.name == "templates"]
    assert {path.name for path in deep} >= {"network.cpp", "synapses.cpp", "makefile"}
    for file in (*deep, digest.ROOT / "synapses" / "drugs.toml"):
        monkeypatch.setattr(Path, "read_bytes", lambda path, file=file: read(path) + (b" " if path == file else b""))
        assert compiled.quick_key("corticoaccumbens", 0.5, "") != before, file.name
        monkeypatch.undo()
