"""The network in both engines, and the calcium rule in the network against plain integration."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from benchmarks.oracles import PRESET, SCALE, both_engines, clock_driven, event_driven, inputs_for
from circuit.engine import compiled, runtime
from circuit.engine.compilation import importable
from circuit.engine.compiled import EngineError
from circuit.engine.generate import _without_order_of_clocks
from circuit.network.inputs import InputsError
from synapses.pharmacology import Dosing

PLASTIC = "pyramidal_to_medium_spiny_plastic"
needs_compiler = pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")


@pytest.fixture(scope="module")
def build() -> compiled.Build:
    return compiled.build(PRESET, SCALE)


@needs_compiler
@pytest.mark.compiled
def test_equal_seeds_give_equal_runs_and_other_seeds_do_not(build):
    one, other = (inputs_for([0.2], 0.5, structure_seed=seed) for seed in (1, 4))
    runs = ((one, 2), (one, 2), (one, 3), (other, 2))
    first, again, noise, structure = (build.run(inputs, 0.5, seed) for inputs, seed in runs)
    field = [run.states["field"]["potential"] for run in (first, again, noise, structure)]
    assert np.array_equal(field[0], field[1])
    assert not np.array_equal(field[0], field[2])
    assert not np.array_equal(field[0], field[3])


@needs_compiler
@pytest.mark.compiled
def test_a_second_build_of_one_circuit_compiles_nothing(build, monkeypatch):
    monkeypatch.setattr(compiled, "run_step", lambda *_: pytest.fail("something was generated or compiled"))
    assert compiled.build(PRESET, SCALE) == build


def test_the_slow_engine_says_nothing_and_leaves_no_log(tmp_path):
    script = (
        "from benchmarks.oracles import PRESET, inputs_for\n"
        "from circuit.engine import runtime\n"
        "runtime.run(PRESET, 0.02, inputs_for([0.0005], 0.001, scale=0.02), 0.001, 2)"
    )
    command = [sys.executable, "-c", script]
    environment = importable() | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not list(tmp_path.iterdir())


def test_the_slow_engine_refuses_an_input_that_the_circuit_does_not_have():
    with pytest.raises(InputsError, match=r"^electrode\.colour: the circuit has no such input$"):
        runtime.run(PRESET, 0.02, inputs_for([0.0005], 0.001, scale=0.02) | {"electrode.colour": 1.0}, 0.001, 2)


def test_a_circuit_generates_the_same_code_each_time(tmp_path):
    for name in ("once", "again"):
        command = [sys.executable, "-m", "circuit.engine.generate", PRESET, "0.05", "single", str(tmp_path / name)]
        compiled.run_step(command, tmp_path, compiled.importable() | compiled.SAME_ORDER)
    keys = [(tmp_path / name / "sources.sha256").read_text() for name in ("once", "again")]
    assert keys[0] == keys[1]


def test_a_program_that_does_things_in_another_order_has_another_key():
    lines = [
        b"first.resize(N);", b"set_from_command_line(args);", b"_array_a_clock_t[0] = 0.0;", b"network.add(&a, NULL);",
        b"network.add(&b, _run_b);",
    ]  # fmt: skip

    def told(*order: int) -> bytes:
        return _without_order_of_clocks(b"\n".join(lines[k] for k in order))

    assert told(1, 0, 2, 3, 4) != told(0, 1, 2, 3, 4)
    assert told(3, 0, 1, 4, 2) == told(0, 1, 2, 3, 4)  # clocks are set and added in an order that differs by itself


@needs_compiler
@pytest.mark.compiled
def test_electrode_gives_exactly_the_pulses_asked_for(build):
    pulses = [0.1, 0.12, 0.14, 0.3]
    times, _ = build.run(inputs_for(pulses, 0.4), 0.4, 2).spikes["electrode"]
    assert times == pytest.approx(pulses, abs=2e-4)


@needs_compiler
@pytest.mark.compiled
def test_blocking_sodium_channels_silences_every_cell(build):
    silent = build.run(inputs_for([0.2], 0.4, dosings=(Dosing("TTX", -60.0, concentration=1.0),)), 0.4, 2)
    assert all(len(times) == 0 for name, (times, _) in silent.spikes.items() if name != "electrode")


@needs_compiler
@pytest.mark.compiled
def test_blocking_nmda_receptors_leaves_weights_where_they_were(build):
    train = list(0.2 + 0.02 * np.arange(50))
    changed = build.run(inputs_for(train, 1.5), 1.5, 2).contacts
    blocked = build.run(inputs_for(train, 1.5, dosings=(Dosing("AP5", -60.0, concentration=1e6),)), 1.5, 2).contacts
    assert changed[f"{PLASTIC}.potentiation"].mean() > 0.01
    assert blocked[f"{PLASTIC}.potentiation"].max() < 1e-6
    assert blocked[f"{PLASTIC}.rho"].min() > 1 - 1e-6


@needs_compiler
@pytest.mark.compiled
def test_a_program_that_fails_is_reported(build, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text((build.folder / "manifest.json").read_text())
    (broken / "main").write_text("#!/bin/sh\necho out of memory >&2\nexit 1\n")
    (broken / "main").chmod(0o755)
    with pytest.raises(EngineError, match="out of memory"):
        compiled.Build(broken).run(inputs_for([0.1], 0.2), 0.2, 2)


def test_without_a_compiler_a_build_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", str(tmp_path))
    monkeypatch.setattr(compiled, "compiler", lambda: None)
    with pytest.raises(EngineError, match=r"no C\+\+ compiler"):
        compiled.build(PRESET, SCALE)


@needs_compiler
@pytest.mark.compiled
@pytest.mark.parametrize(("site", "kind"), [(PRESET, "pyramidal"), ("BLA->NAc core", "relay")])
def test_runtime_and_compiled_agree_in_what_does_not_hang_on_random_numbers(site, kind):
    """Without noise, release or synaptic drive both engines integrate one deterministic network."""
    fast, slow = both_engines(compiled.build(site, SCALE, precision="double"), name=site)
    for group in (kind, "electrode"):
        assert np.array_equal(np.sort(fast.spikes[group][0]), np.sort(slow.spikes[group][0]))
        assert np.array_equal(np.sort(fast.spikes[group][1]), np.sort(slow.spikes[group][1]))
        assert len(fast.spikes[group][0]) > 0
    for name, values in fast.states["slow"].items():
        assert values == pytest.approx(slow.states["slow"][name], rel=1e-9), name
    assert fast.states["cells"]["v"] == pytest.approx(slow.states["cells"]["v"], rel=1e-6)


def test_imposed_spikes_give_the_numbers_that_two_networks_gave():
    """The rule before there was one construction for all circuits: one contact, 147 of whose kind share a cell."""
    event = event_driven()
    assert event["rho"] == pytest.approx(0.930591256337795, rel=1e-9)
    assert event["potentiation"] == pytest.approx(0.008091091793595462, rel=1e-9)
    assert event["endocannabinoid"] == pytest.approx(6.995051401021766e-05, rel=1e-9)


def test_event_driven_rule_agrees_with_integration_in_small_steps():
    """One contact, imposed spikes, biological time running three times as fast for a part of it."""
    event, clock = event_driven(), clock_driven()
    assert clock["rho"] < 0.99
    assert event["endocannabinoid"] == pytest.approx(clock["endocannabinoid"], rel=1e-2)
    assert event["rho"] == pytest.approx(clock["rho"], abs=2e-4)
    assert event["potentiation"] == pytest.approx(clock["potentiation"], abs=2e-4)
