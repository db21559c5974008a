"""The network in both engines, and the calcium rule in the network against plain integration."""

from __future__ import annotations

import numpy as np
import pytest

from circuit import compiled, runtime
from circuit.compiled import EngineError
from circuit.inputs import Timeline, run_inputs
from circuit.network import CLOCK_BIN, EXPOSURE_BIN, EXPOSURE_BINS
from circuit.parameters import ModelParameters
from circuit.preset import preset
from synapses.adaptation import AdaptedState
from synapses.homeostasis import steady_state
from synapses.pharmacology import CHANNELS, Dosing, Exposure, exposure
from synapses.plasticity import depression_gate
from synapses.receptors import magnesium_unblocked

PRESET, SCALE = "corticoaccumbens", 0.05
needs_compiler = pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")


def inputs_for(
    pulses: list[float], duration: float, parameters: ModelParameters | None = None, dosings: tuple[Dosing, ...] = ()
) -> dict:
    parameters = parameters or ModelParameters()
    state = AdaptedState()
    on_board = exposure(dosings, EXPOSURE_BIN * np.arange(EXPOSURE_BINS))
    first = Exposure(**{name: float(getattr(on_board, name)[0]) for name in CHANNELS})
    steady = steady_state(state, first, parameters.homeostasis, parameters.tone, parameters.release)
    bins = int(np.ceil(duration / CLOCK_BIN))
    timeline = Timeline(np.array(pulses), np.zeros(len(pulses), dtype=bool), np.zeros(bins), np.ones(bins), duration)
    return run_inputs(preset(PRESET), parameters, state, steady, on_board, timeline)


@pytest.fixture(scope="module")
def build() -> compiled.Build:
    return compiled.build(PRESET, SCALE)


@needs_compiler
@pytest.mark.compiled
def test_equal_seeds_give_equal_runs_and_other_seeds_do_not(build):
    inputs = inputs_for([0.2], 0.5)
    first, again, noise, structure = (build.run(inputs, 0.5, *seeds) for seeds in ((1, 2), (1, 2), (1, 3), (4, 2)))
    field = [run.states["field"]["potential"] for run in (first, again, noise, structure)]
    assert np.array_equal(field[0], field[1])
    assert not np.array_equal(field[0], field[2])
    assert not np.array_equal(field[0], field[3])


@needs_compiler
@pytest.mark.compiled
def test_a_second_build_of_one_circuit_compiles_nothing(build, monkeypatch):
    monkeypatch.setattr(compiled, "_do", lambda *_: pytest.fail("something was generated or compiled"))
    assert compiled.build(PRESET, SCALE) == build


@needs_compiler
@pytest.mark.compiled
def test_electrode_gives_exactly_the_pulses_asked_for(build):
    pulses = [0.1, 0.12, 0.14, 0.3]
    times, _ = build.run(inputs_for(pulses, 0.4), 0.4, 1, 2).spikes["electrode"]
    assert times == pytest.approx(pulses, abs=2e-4)


@needs_compiler
@pytest.mark.compiled
def test_blocking_sodium_channels_silences_every_cell(build):
    silent = build.run(inputs_for([0.2], 0.4, dosings=(Dosing("TTX", -60.0, concentration=1.0),)), 0.4, 1, 2)
    assert all(len(times) == 0 for name, (times, _) in silent.spikes.items() if name != "electrode")


@needs_compiler
@pytest.mark.compiled
def test_blocking_nmda_receptors_leaves_weights_where_they_were(build):
    train = list(0.2 + 0.02 * np.arange(50))
    changed = build.run(inputs_for(train, 1.5), 1.5, 1, 2).contacts
    blocked = build.run(inputs_for(train, 1.5, dosings=(Dosing("AP5", -60.0, concentration=1e6),)), 1.5, 1, 2).contacts
    assert changed["potentiation"].mean() > 0.01
    assert blocked["potentiation"].max() < 1e-6
    assert blocked["rho"].min() > 1 - 1e-6


@needs_compiler
@pytest.mark.compiled
def test_a_program_that_fails_is_reported(build, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text((build.folder / "manifest.json").read_text())
    (broken / "main").write_text("#!/bin/sh\necho out of memory >&2\nexit 1\n")
    (broken / "main").chmod(0o755)
    with pytest.raises(EngineError, match="out of memory"):
        compiled.Build(broken).run(inputs_for([0.1], 0.2), 0.2, 1, 2)


def test_without_a_compiler_a_build_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", str(tmp_path))
    monkeypatch.setattr(compiled, "compiler", lambda: None)
    with pytest.raises(EngineError, match=r"no C\+\+ compiler"):
        compiled.build(PRESET, SCALE)


@needs_compiler
@pytest.mark.compiled
def test_runtime_and_compiled_agree_in_what_does_not_hang_on_random_numbers(build):
    """Without noise, release or synaptic drive both engines integrate one deterministic network."""
    parameters = ModelParameters().with_values(
        {
            "pyramidal.drive_deviation": 0.0,
            "medium_spiny.drive_deviation": 0.0,
            "medium_spiny.up_fraction": 0.0,
            "electrode.induction": 1.0,
            "release.spontaneous": 0.0,
        }
    )
    inputs = inputs_for([0.05, 0.07], 0.12, parameters, (Dosing("LY341495", -30.0, concentration=1.0),))
    for row in preset(PRESET).projection:
        if row.plastic:
            inputs[f"{row.name}.maximum"] = inputs[f"{row.name}.ampa_quantum"] = 0.0
        else:
            inputs[f"{row.name}.conductance"] = 0.0
    inputs["extracellular.extrasynaptic"] *= 1.5  # pools and tones have somewhere to go
    fast = build.run(inputs, 0.12, 1, 2)
    slow = runtime.run(PRESET, SCALE, inputs, 0.12, 1, 2)
    for population in ("PL_pyramidal", "electrode"):
        assert np.array_equal(np.sort(fast.spikes[population][0]), np.sort(slow.spikes[population][0]))
        assert len(fast.spikes[population][0]) > 0
    for name, values in fast.states["slow"].items():
        assert values == pytest.approx(slow.states["slow"][name], rel=1e-9), name
    assert fast.states["cells"]["v"] == pytest.approx(slow.states["cells"]["v"], rel=1e-6)


def test_event_driven_rule_agrees_with_integration_in_small_steps():
    """One contact, imposed spikes, biological time running three times as fast in between."""
    import brian2

    from circuit import network
    from synapses import plasticity, release
    from synapses.parameters import declarations
    from synapses.receptors import Quantum

    brian2.set_device("runtime")
    brian2.prefs.codegen.target = "numpy"
    rule = ModelParameters().plasticity.with_values(release_calcium=12.0, potentiation_rate=2.0, depression_rate=0.8)
    cooperation = 0.6
    gate, potential, nmda_decay = float(depression_gate(0.14, rule)), -45.0, 160e-3
    before, after = np.array([20, 40, 60, 80, 200, 320]) * 1e-3, np.array([51, 85, 206]) * 1e-3
    timed = network.timed_inputs()
    rates = np.ones(network.CLOCK_BINS)
    rates[1:3] = 3.0  # a = 3 from 50 to 150 ms of network time
    starts = CLOCK_BIN * np.arange(network.CLOCK_BINS)
    timed["biological_rate"].values[...] = rates
    timed["biological_offset"].values[...] = np.concatenate([[0], np.cumsum(rates * CLOCK_BIN)[:-1]]) - rates * starts
    source = brian2.SpikeGeneratorGroup(1, [0] * len(before), before * brian2.second, dt=network.STEP)
    target = brian2.NeuronGroup(
        1,
        "unblocked : 1\nnmda_available : 1\ndepression_gate : 1\nnmda_decay : second\nk : integer\n"
        "cooperation : 1\nendocannabinoid : 1\nendocannabinoid_decay : second",
        threshold="t >= fire(k*second) - 0.01*ms",
        reset="k += 1",
        dt=network.STEP,
        namespace={"fire": brian2.TimedArray(np.append(after, 1e9) * brian2.second, dt=1 * brian2.second)},
    )
    target.unblocked, target.nmda_available = float(magnesium_unblocked(potential)), 1
    target.depression_gate, target.nmda_decay = gate, nmda_decay * brian2.second
    target.cooperation, target.endocannabinoid_decay = cooperation, 30 * brian2.second
    arrive = "released = 1; residual = residual*exp(-(t - t_spike)/residual_decay) + 1; t_spike = t"
    contact = brian2.Synapses(
        source,
        target,
        release.VARIABLES
        + plasticity.VARIABLES
        + "    contacts : 1 (shared, constant)\n"
        + declarations(release.Release, plasticity.Plasticity, Quantum),
        on_pre={"arrival": arrive, "calcium_entry": plasticity.ON_RELEASE_CALCIUM},
        on_post={"backpropagation": plasticity.ON_POSTSYNAPTIC_SPIKE},
        method="exact",
        dt=network.STEP,
        namespace=timed,
    )
    contact.connect()
    for name, value in rule.quantities().items():
        setattr(contact, name, value)
    contact.rho, contact.contacts = 1, 147
    contact.calcium_entry.delay = rule.calcium_delay * brian2.ms
    brian2.Network(source, target, contact).run(600 * brian2.ms)
    # A last event far away would settle the rest; here every crossing lies before the last one or is integrated below.
    step = 2e-6
    times = np.arange(0, 0.6, step)
    entries = {round((t + rule.calcium_delay * 1e-3) / step) for t in before}
    spikes = {round(t / step) for t in after}
    c = bound = 0.0
    above = 0.0
    rho, written, last_event = 1.0, 0.0, max(max(entries), max(spikes))
    for n in range(last_event + 1):
        t = times[n]
        if n in entries:
            c += rule.release_calcium * float(magnesium_unblocked(potential))
            bound += 1 - bound
        if n in spikes:
            c += rule.spike_calcium * bound
        a = rates[int(t / CLOCK_BIN + 1e-9)]
        driven = 0.0
        if c > rule.potentiation_threshold:
            # Residual calcium counts as the event code reads it: as the last spike before the stretch's end left it.
            next_event = min(e for e in (*entries, *spikes) if e > n) * step if n < last_event else t
            seen = before[before <= next_event + 1e-9]
            residual = np.exp(-(seen[-1] - seen) / (rule.residual_decay * 1e-3)).sum()
            driven = (residual / rule.residual_half) ** 4
            driven = driven / (1 + driven)
        if c > rule.depression_threshold:
            rho -= step * a * rule.depression_rate * gate * cooperation * (rho - rule.depression_floor)
            above += step * a
        written += (
            step * a * rule.potentiation_rate * driven * (1 - written) if c > rule.potentiation_threshold else 0.0
        )
        c *= np.exp(-step / (rule.calcium_decay * 1e-3))
        bound *= np.exp(-step / nmda_decay)
    assert rho < 0.99
    assert target.endocannabinoid[0] == pytest.approx(above / 147 / 30, rel=1e-2)
    assert contact.rho[0] == pytest.approx(rho, abs=2e-4)
    assert contact.potentiation[0] == pytest.approx(written, abs=2e-4)
