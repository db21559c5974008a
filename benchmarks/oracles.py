"""Two formulations of one model, and the largest difference between their results.

* Calcium: the event-driven rule in a Brian2 network against integration in small steps, for one contact with imposed
  spikes while biological time runs three times as fast for a part of it.
* Engine: the compiled program against Brian2's numpy target, for a network without anything random.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from circuit.clock import CLOCK_BIN, CLOCK_BINS, Timeline
from circuit.engine import compiled, runtime
from circuit.network.electrode_inputs import electrode_inputs
from circuit.network.inputs import Body, Inputs
from circuit.parameters import ModelParameters
from circuit.states import states
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import plan
from protocols.animals.rest import EXPOSURE_TIMES
from synapses.adaptation import AdaptedState
from synapses.chronic import naive_rest
from synapses.homeostasis import steady_state
from synapses.pharmacology import Dosing, at_start, exposure
from synapses.plasticity import Plasticity, depression_gate
from synapses.receptors import magnesium_unblocked

PRESET, SCALE = "corticoaccumbens", 0.05
NMDA_DECAY = 160e-3  # s
COOPERATION, GATE_TONE, POTENTIAL = 0.6, 0.14, -45.0
AFFERENTS = 147  # contacts over whose cell endocannabinoid is shared out
BEFORE = np.array([20, 40, 60, 80, 200, 320]) * 1e-3
AFTER = np.array([51, 85, 206]) * 1e-3
FASTER = (1, 3, 3.0)  # bins of the clock from, to, and their rate


def naive_body(
    nuclei: Sequence[str], parameters: ModelParameters | None = None, dosings: tuple[Dosing, ...] = ()
) -> Body:
    """A naive animal with drugs on board, the same in every one of some striatal nuclei."""
    own, state = parameters or ModelParameters(), AdaptedState()
    on_board = exposure(dosings, EXPOSURE_TIMES)
    steady = {
        nucleus: steady_state(state.at(nucleus), at_start(on_board), own.homeostasis, own.tone, own.release)
        for nucleus in nuclei
    }
    naive = naive_rest(own.homeostasis, own.tone, own.release)
    return Body(state, steady, dict.fromkeys(nuclei, on_board), naive)


def inputs_for(
    pulses: list[float],
    duration: float,
    parameters: ModelParameters | None = None,
    dosings: tuple[Dosing, ...] = (),
    name: str = PRESET,
    scale: float = SCALE,
    structure_seed: int = 1,
    state: str = "anaesthetised",
) -> Inputs:
    """Inputs of a naive animal at full rate, with electrode pulses and drugs.

    Parameters
    ----------
    pulses : list of float
        Times of the electrode's pulses, s.
    duration : float
        Network time, s.
    parameters : ModelParameters, optional
    dosings : tuple of Dosing
    name : str
        A preset or a site, as `circuit.wiring.plan.plan` takes it.
    scale : float
    structure_seed : int
    state : str
        Of `circuit.states`.
    """
    chosen, parameters = plan(name), parameters or ModelParameters()
    bins = int(np.ceil(duration / CLOCK_BIN))
    none = np.zeros(bins, dtype=bool)
    timeline = Timeline(
        np.array(pulses), np.zeros(len(pulses), dtype=bool), np.zeros(bins), np.ones(bins), duration, none
    )
    body = naive_body(chosen.table.striatal, parameters, dosings)
    layout = lay_out(chosen.table, scale, structure_seed)
    return electrode_inputs(chosen, layout, parameters, body, timeline, states()[state])


def both_engines(
    build: compiled.Build, duration: float = 0.12, name: str = PRESET
) -> tuple[compiled.Output, compiled.Output]:
    """The compiled and the runtime engine on one network without noise, release or synaptic drive."""
    chosen = plan(name)
    parameters = ModelParameters().with_values(
        {
            "pyramidal.drive_deviation": 0.0,
            "medium_spiny.drive_deviation": 0.0,
            "medium_spiny.up_fraction": 0.0,
            "electrode.induction": 1.0,
            "release.spontaneous": 0.0,
        }
    )
    inputs = inputs_for([0.05, 0.07], duration, parameters, (Dosing("LY341495", -30.0, concentration=1.0),), name)
    for pathway in lay_out(chosen.table, SCALE, 1).pathways.values():
        silent = ("maximum", "ampa_quantum") if pathway.plastic else ("excitation", "inhibition")
        for variable in silent:
            if f"{pathway.name}.{variable}" in inputs:
                inputs[f"{pathway.name}.{variable}"] *= 0.0
    for kind in ("relay", "dopamine"):  # whose noise no parameter turns off
        if f"{kind}.noise" in inputs:
            inputs[f"{kind}.noise"] *= 0.0
    inputs["extracellular.extrasynaptic"] *= 1.5  # so that pools and tones change
    return build.run(inputs, duration, 2), runtime.run(name, SCALE, inputs, duration, 2)


def engine_errors() -> dict[str, float]:
    """Largest relative difference between the engines in the slow states and in the potential; spikes that differ."""
    fast, slow = both_engines(compiled.build(PRESET, SCALE, precision="double"))

    def relative(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-30)))

    slowest = max(relative(v, slow.states["slow"][n]) for n, v in fast.states["slow"].items() if np.any(v))
    potential = relative(fast.states["cells"]["v"], slow.states["cells"]["v"])
    differing = sum(not np.array_equal(np.sort(t), np.sort(slow.spikes[n][0])) for n, (t, _) in fast.spikes.items())
    return {"slow states": slowest, "membrane potential": potential, "populations whose spikes differ": differing}


def event_driven() -> dict[str, float]:
    """AMPA efficacy, potentiation and endocannabinoid of one contact after imposed spikes, by the network's code."""
    import brian2

    from circuit.network.extracellular import timed_inputs
    from circuit.network.objects import STEP
    from synapses import contact as contacts
    from synapses import plasticity, release
    from synapses.parameters import declarations
    from synapses.receptors import Quantum

    brian2.set_device("runtime")
    brian2.prefs.codegen.target = "numpy"
    rule = _rule()
    timed = timed_inputs(1)
    rates = _rates()
    starts = CLOCK_BIN * np.arange(CLOCK_BINS)
    timed["biological_rate"].values[...] = rates
    timed["biological_offset"].values[...] = np.concatenate([[0], np.cumsum(rates * CLOCK_BIN)[:-1]]) - rates * starts
    source = _firing_at(BEFORE, release.AXON, release.ON_AXON_SPIKE)
    source.residual_decay = rule.residual_decay * brian2.ms
    target = _firing_at(
        AFTER,
        "unblocked : 1\nnmda_available : 1\ndepression_gate : 1\nnmda_decay : second\n"
        "cooperation : 1\nendocannabinoid : 1\nendocannabinoid_decay : second\nafferents : 1",
    )
    target.unblocked, target.nmda_available = float(magnesium_unblocked(POTENTIAL)), 1
    target.depression_gate, target.nmda_decay = float(depression_gate(GATE_TONE, rule)), NMDA_DECAY * brian2.second
    target.cooperation, target.endocannabinoid_decay = COOPERATION, 30 * brian2.second
    contact = brian2.Synapses(
        source,
        target,
        contacts.VARIABLES
        + plasticity.VARIABLES
        + declarations(release.Release, plasticity.Plasticity, Quantum, without=release.OF_THE_AXON),
        on_pre={"arrival": "released = 1", "calcium_entry": plasticity.ON_RELEASE_CALCIUM},
        on_post={"backpropagation": plasticity.ON_POSTSYNAPTIC_SPIKE},
        method="exact",
        dt=STEP,
        namespace=timed,
    )
    contact.connect()
    for name, value in rule.quantities().items():
        if name not in release.OF_THE_AXON:
            setattr(contact, name, value)
    contact.rho, target.afferents = 1, AFFERENTS
    contact.calcium_entry.delay = rule.calcium_delay * brian2.ms
    brian2.Network(source, target, contact).run(600 * brian2.ms)
    return {
        "rho": float(contact.rho[0]),
        "potentiation": float(contact.potentiation[0]),
        "endocannabinoid": float(target.endocannabinoid[0]),
    }


def _firing_at(times: np.ndarray, equations: str, at_spike: str = "") -> Any:
    """One cell that fires at some times, s."""
    import brian2

    from circuit.network.objects import STEP

    return brian2.NeuronGroup(
        1,
        f"{equations}\nk : integer",
        threshold="t >= fire(k*second) - 0.01*ms",
        reset=f"k += 1\n{at_spike}",
        dt=STEP,
        namespace={"fire": brian2.TimedArray(np.append(times, 1e9) * brian2.second, dt=1 * brian2.second)},
    )


def clock_driven(step: float = 2e-6) -> dict[str, float]:
    """The same contact integrated in steps of `step` s up to its last event."""
    rule = _rule()
    gate, free = float(depression_gate(GATE_TONE, rule)), float(magnesium_unblocked(POTENTIAL))
    rates, times = _rates(), np.arange(0, 0.6, step)
    entries = {round((t + rule.calcium_delay * 1e-3) / step) for t in BEFORE}
    spikes = {round(t / step) for t in AFTER}
    c = bound = above = written = 0.0
    rho, last_event = 1.0, max(max(entries), max(spikes))
    for n in range(last_event + 1):
        t = times[n]
        if n in entries:
            c += rule.release_calcium * free
            bound += 1 - bound
        if n in spikes:
            c += rule.spike_calcium * bound
        a = rates[int(t / CLOCK_BIN + 1e-9)]
        if c > rule.potentiation_threshold:
            # Residual calcium counts as the event code reads it: as the last spike before the stretch's end left it.
            next_event = min(e for e in (*entries, *spikes) if e > n) * step if n < last_event else t
            seen = BEFORE[next_event + 1e-9 >= BEFORE]
            residual = np.exp(-(seen[-1] - seen) / (rule.residual_decay * 1e-3)).sum()
            driven = (residual / rule.residual_half) ** 4
            written += step * a * rule.potentiation_rate * driven / (1 + driven) * (1 - written)
        if c > rule.depression_threshold:
            rho -= step * a * rule.depression_rate * gate * COOPERATION * (rho - rule.depression_floor)
            above += step * a
        c *= np.exp(-step / (rule.calcium_decay * 1e-3))
        bound *= np.exp(-step / NMDA_DECAY)
    return {"rho": rho, "potentiation": written, "endocannabinoid": above / AFFERENTS / 30}


def calcium_errors() -> dict[str, float]:
    """Absolute differences between both forms in AMPA efficacy and potentiation."""
    event, clock = event_driven(), clock_driven()
    return {name: abs(event[name] - clock[name]) for name in ("rho", "potentiation")}


def _rule() -> Plasticity:
    return ModelParameters().plasticity.with_values(release_calcium=12.0, potentiation_rate=2.0, depression_rate=0.8)


def _rates() -> np.ndarray:
    rates = np.ones(CLOCK_BINS)
    rates[FASTER[0] : FASTER[1]] = FASTER[2]
    return rates
