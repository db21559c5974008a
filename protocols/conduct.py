"""One animal, one test: history -> adapted state -> steady tone -> stimulated network -> recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from circuit import compiled, runtime
from circuit.inputs import run_inputs
from circuit.network import EXPOSURE_BIN, EXPOSURE_BINS, FIELD_STEP
from circuit.parameters import ModelParameters
from circuit.preset import preset
from protocols import days
from protocols.assays import Plasticity, ThetaBurst, Tone
from protocols.contacts import contact_measures
from protocols.errors import InputError
from protocols.experiment import Experiment
from protocols.history import Group
from protocols.model import parameters
from protocols.stimulation import Stimulus, pause, test_pulses, theta_burst, train
from protocols.timeline import Acceleration, Compiled, compile_timeline
from results import measures
from results.recording import Identity, Measure, Recording, Series, Spikes, SynapseSample, Trace
from synapses.adaptation import AdaptedState, adapt
from synapses.homeostasis import cleft_peak, steady_state
from synapses.pharmacology import CHANNELS, Exposure, exposure
from synapses.release import release_probability
from synapses.tone import ToneClamp
from synapses.variability import draw

LEAD = 1.0  # s: fast variables settle before the first event of a test
RASTER = 40  # cells of each population whose spikes are kept
SWEEP = (-0.010, 0.050)  # s around a test pulse that is kept of the field


@dataclass(frozen=True)
class Prepared:
    """What every run of an experiment shares; `build` is None for the runtime engine."""

    build: compiled.Build | None


def prepare(experiment: Experiment, say: Callable[[str], None] = lambda _: None) -> Prepared:
    """Compile the experiment's circuit, or take it from the cache; without a compiler, fall back on `runtime`.

    Parameters
    ----------
    experiment : Experiment
    say : callable, optional
        Told what is being done, in one line.

    Raises
    ------
    InputError
        For what this version does not simulate, or a parameter that does not exist or is out of range.
    """
    parameters(experiment)
    if experiment.circuit.state != "anaesthetised":
        raise InputError("circuit.state: the preset corticoaccumbens is anaesthetised; awake comes with seeking")
    for group in experiment.group:
        if group.inactivation:
            raise InputError(f"group.{group.name}.inactivation: silencing a nucleus is not part of this preset yet")
    if experiment.circuit.engine == "runtime":
        return Prepared(None)
    if compiled.compiler() is None:
        say("no C++ compiler (g++ and make) was found: running on the slow engine 'runtime'")
        return Prepared(None)
    return Prepared(compiled.build(experiment.circuit.preset, experiment.circuit.scale, say))


def conduct(identity: Identity, experiment: Experiment, prepared: Prepared) -> Recording:
    """Simulate one animal in one test.

    Parameters
    ----------
    identity : Identity
        Group, test, animal and its seeds.
    experiment : Experiment
    prepared : Prepared

    Returns
    -------
    Recording
        With empty provenance but for the parameters; the caller adds the rest.
    """
    group, test = experiment.group_named(identity.group), experiment.test_named(identity.test)
    shared = parameters(experiment)
    own = shared.varied(draw(identity.structure_seed)) if experiment.animals.variability else shared
    day = experiment.test_day(group, test)
    state = days.expressed(group, adapt(days.intakes(group), day, own.adaptation))
    protocol = pause(LEAD) + _stimulus(test)
    dosings = days.dosings(group, day, LEAD)
    if protocol.duration > EXPOSURE_BIN * EXPOSURE_BINS:
        raise InputError(
            f"test.{test.name}: {protocol.duration / 3600:.1f} h is longer than a test may last, "
            f"{EXPOSURE_BIN * EXPOSURE_BINS / 3600:.1f} h"
        )
    on_board = exposure(dosings, EXPOSURE_BIN * np.arange(EXPOSURE_BINS))
    at_start = Exposure(**{name: float(getattr(on_board, name)[0]) for name in CHANNELS})
    clamp = _tone_clamp(group, own)
    steady = steady_state(state, at_start, own.homeostasis, own.tone, own.release, clamp)
    plan = compile_timeline(protocol, _acceleration(experiment), LEAD)
    chosen = preset(experiment.circuit.preset)
    inputs = run_inputs(chosen, own, state, steady, on_board, plan.timeline, clamp)
    if prepared.build is not None:
        output = prepared.build.run(inputs, plan.timeline.duration, identity.structure_seed, identity.noise_seed)
    else:
        output = runtime.run(
            experiment.circuit.preset,
            experiment.circuit.scale,
            inputs,
            plan.timeline.duration,
            identity.structure_seed,
            identity.noise_seed,
        )
    recording = _recording(identity, test, own, state, output, plan)
    engine = "compiled" if prepared.build is not None else "runtime"
    return replace(recording, provenance={**recording.provenance, "engine": engine})


def _tone_clamp(group: Group, own: ModelParameters) -> ToneClamp:
    """The tones that the group's animal would have without history and drugs, for the receptors it holds."""
    naive = steady_state(AdaptedState(), Exposure(), own.homeostasis, own.tone, own.release)
    return ToneClamp(
        naive.mglur23_tone if "mGluR2/3" in group.tone_clamp else None,
        naive.mglur5_tone if "mGluR5" in group.tone_clamp else None,
    )


def _stimulus(test: Plasticity | Tone) -> Stimulus:
    if isinstance(test, Tone):
        return pause(test.duration.si)
    induction = test.induction
    once = (
        theta_burst(induction.frequency.si, induction.pulses, induction.bursts, induction.burst_frequency.si)
        if isinstance(induction, ThetaBurst)
        else train(induction.frequency.si, induction.pulses)
    )
    whole = once.repeat(induction.trains, induction.interval.si if induction.interval else None)
    every = test.pulse_every.si
    return test_pulses(every, test.baseline.si) + whole + test_pulses(every, test.after.si)


def _acceleration(experiment: Experiment) -> Acceleration:
    given = experiment.acceleration
    return Acceleration(
        given.maximum, given.window_before.si, given.window_after.si, given.pulse_group, given.uncompressed,
        given.after_induction, given.induction_memory.si,
    )  # fmt: skip


def _recording(
    identity: Identity,
    test: Plasticity | Tone,
    own: ModelParameters,
    state: AdaptedState,
    output: compiled.Output,
    plan: Compiled,
) -> Recording:
    start, length = LEAD, 0.0
    if isinstance(test, Plasticity):
        start, length = LEAD + test.baseline.si, test.induction.length

    def from_induction(biological: np.ndarray) -> np.ndarray:
        """Time from the induction, which is left out: negative before it, positive after it, 0 during it."""
        return np.where(biological < start, biological - start, np.maximum(biological - start - length, 0.0))

    slow = output.states["slow"]
    time = from_induction(plan.to_biological(slow["t"]))
    series = {
        "extrasynaptic_glutamate": Series(time, slow["extrasynaptic"][0] * 1e3, "uM", "extrasynaptic glutamate"),
        "perisynaptic_glutamate": Series(time, slow["perisynaptic"][0] * 1e3, "uM", "perisynaptic glutamate"),
        "mglur23_tone": Series(time, slow["mglur23_tone"][0], "1", "tone on mGluR2/3"),
        "mglur5_tone": Series(time, slow["mglur5_tone"][0], "1", "tone on mGluR5"),
        "camp": Series(time, slow["camp"][0], "1", "presynaptic cAMP drive"),
        "depression_gate": Series(time, slow["depression_gate"][0], "1", "opening of the gate on depression"),
    }
    contact_time = from_induction(plan.to_biological(output.states["contacts"]["t"]))
    series["rho_sample"] = Series(
        contact_time, output.states["contacts"]["rho"].mean(axis=0), "1", "AMPA efficacy, sample mean"
    )
    series["potentiation_sample"] = Series(
        contact_time,
        output.states["contacts"]["potentiation"].mean(axis=0),
        "1",
        "presynaptic potentiation, sample mean",
    )
    spikes = {name: _sampled(times, cells) for name, (times, cells) in output.spikes.items()}
    sample = {
        "rho": SynapseSample(output.states["contacts"]["rho"][:, -1], "1", "AMPA efficacy at the end"),
        "potentiation": SynapseSample(
            output.states["contacts"]["potentiation"][:, -1], "1", "presynaptic potentiation at the end"
        ),
    }
    traces, found = {}, _resting(output, own, state)
    if isinstance(test, Plasticity):
        traces["field"] = _field(output, plan, from_induction)
        window = (test.window[0].si, test.window[1].si)
        found |= measures.plasticity(traces["field"], test_window=window)
        series["fepsp"] = measures.time_course(traces["field"])
        found |= contact_measures(output, own)
    provenance = {
        "parameters": {f"{r.group}.{r.name}": r.value for r in own.records()},
        "state": vars(state),
        "network_seconds": plan.timeline.duration,
    }
    return Recording(identity, traces, series, spikes, sample, found, provenance)


def _sampled(times: np.ndarray, cells: np.ndarray) -> Spikes:
    """Spikes of every n-th cell, so that about `RASTER` cells are kept, numbered as in the circuit."""
    size = int(cells.max()) + 1 if len(cells) else 0
    every = max(1, size // RASTER)
    kept = cells % every == 0
    return Spikes(times[kept], cells[kept], size, f"network time; every {every}. cell")


def _field(output: compiled.Output, plan: Compiled, from_induction: Callable[[np.ndarray], np.ndarray]) -> Trace:
    """Sweeps of the field around the test pulses, in pA."""
    step = float(FIELD_STEP)
    first, last = (round(edge / step) for edge in SWEEP)
    centre = np.rint(plan.timeline.pulses[plan.test] / step).astype(int)
    potential = output.states["field"]["potential"][0] * 1e12
    sweeps = potential[centre[:, None] + np.arange(first, last)[None, :]]
    return Trace(
        sweeps,
        SWEEP[0],
        step,
        "pA",
        from_induction(plan.biological[plan.test]),
        "mean glutamatergic current of medium spiny cells, a sink negative",
    )


def _resting(output: compiled.Output, own: ModelParameters, state: AdaptedState) -> dict[str, Measure]:
    """Levels and tones before any induction: the mean over the recording's first quarter, after the lead."""
    slow = output.states["slow"]
    early = (slow["t"] > LEAD) & (slow["t"] < max(slow["t"][-1] / 4, LEAD + 1))
    level = {name: float(values[0][early].mean()) for name, values in slow.items() if name != "t"}
    homeostasis = own.homeostasis
    cleft = level["perisynaptic"] * homeostasis.cleft_exchange / (homeostasis.cleft_exchange + homeostasis.cleft_uptake)
    potential = output.states["cells"]["v"] * 1e3
    potential = potential[:, output.states["cells"]["t"] < slow["t"][early][-1]]
    return {
        "extrasynaptic_glutamate": Measure(level["extrasynaptic"] * 1e3, "uM"),
        "perisynaptic_glutamate": Measure(level["perisynaptic"] * 1e3, "uM"),
        "cleft_glutamate": Measure(cleft * 1e6, "nM"),
        "cleft_glutamate_peak": Measure(cleft_peak(homeostasis), "mM"),
        "mglur23_tone": Measure(level["mglur23_tone"], "1"),
        "mglur5_tone": Measure(level["mglur5_tone"], "1"),
        "release_probability": Measure(float(release_probability(level["camp"], 0.0, own.release)), "1"),
        "glt1_uptake": Measure(state.glt1, "1"),
        "xct": Measure(state.xct, "1"),
        "medium_spiny_down": Measure(float(potential[potential < -70].mean()), "mV"),
        "medium_spiny_up": Measure(float(potential[potential >= -70].mean()), "mV"),
    }
