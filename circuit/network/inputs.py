"""The inputs of one run: every shared constant, initial level and array over time that the network leaves open."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from circuit.cells.neurons import MODELS
from circuit.clock import CLOCK_BINS, EXPOSURE_BINS, PULSES, Timeline
from circuit.parameters import ModelParameters
from circuit.parts import NEVER, STEP
from circuit.wiring.preset import Preset
from synapses import release
from synapses.adaptation import AdaptedState
from synapses.homeostasis import SteadyState
from synapses.parameters import ParameterGroup
from synapses.pharmacology import CHANNELS, Exposure
from synapses.spillover import occupancy
from synapses.tone import ToneClamp, mglur5_efficacy, mglur23_efficacy


class InputsError(ValueError):
    """An input that a run must not be given."""


def _padded(values: np.ndarray, length: int, last: float, what: str) -> np.ndarray:
    if len(values) > length:
        raise InputsError(
            f"{what}: {len(values)} entries, at most {length} fit; raise the acceleration or shorten the protocol"
        )
    return np.concatenate([values, np.full(length - len(values), last)])


def given(target: str, *groups: ParameterGroup, without: tuple[str, ...] = ()) -> dict[str, float | np.ndarray]:
    """The parameters of some groups as inputs of one object, in SI units."""
    return {
        f"{target}.{name}": value
        for group in groups
        for name, value in group.si_values().items()
        if name not in without
    }


def on_board(exposure: Exposure) -> np.ndarray:
    """Drugs on board as the circuit reads them, shape (bins, channels).

    Raises
    ------
    InputsError
        If the exposure has another number of bins than the compiled array.
    """
    columns = np.stack([np.asarray(getattr(exposure, name), dtype=float) for name in CHANNELS], axis=1)
    if len(columns) != EXPOSURE_BINS:
        raise InputsError(f"drugs on board: {len(columns)} bins, expected {EXPOSURE_BINS}")
    return columns


def extracellular_inputs(
    parameters: ModelParameters, state: AdaptedState, steady: SteadyState, clamp: ToneClamp | None = None
) -> dict[str, float | np.ndarray]:
    """Inputs of the extracellular space: transporters, receptors, and the levels it starts from."""
    p, held, micromolar = parameters, clamp or ToneClamp(), 1e-3
    return given("extracellular", p.homeostasis, p.tone, p.release, p.spillover) | {
        "extracellular.xct": state.xct,
        "extracellular.glt1": state.glt1,
        "extracellular.mglur23_efficacy": mglur23_efficacy(state, p.tone),
        "extracellular.mglur5_efficacy": mglur5_efficacy(state),
        "extracellular.perisynaptic_site": float(p.tone.perisynaptic_site),
        "extracellular.mglur23_clamped": float(held.mglur23 is not None),
        "extracellular.mglur5_clamped": float(held.mglur5 is not None),
        "extracellular.gate_half": p.plasticity.gate_half,
        "extracellular.gate_exponent": p.plasticity.gate_exponent,
        "extracellular.extrasynaptic": steady.extrasynaptic * micromolar,
        "extracellular.perisynaptic": steady.perisynaptic * micromolar,
        "extracellular.mglur23_tone": steady.mglur23_tone,
        "extracellular.mglur5_tone": steady.mglur5_tone,
        "extracellular.release_rate": steady.release_rate,
        "extracellular.extrasynaptic_bound": occupancy(steady.perisynaptic, p.spillover),
    }


def run_inputs(
    preset: Preset,
    parameters: ModelParameters,
    state: AdaptedState,
    steady: SteadyState,
    exposure: Exposure,
    timeline: Timeline,
    clamp: ToneClamp | None = None,
    holding: float | None = None,
) -> dict[str, float | np.ndarray]:
    """Values of everything the network leaves open, in SI units, keyed ``object.variable``.

    Parameters
    ----------
    preset : Preset
    parameters : ModelParameters
        The animal's own parameters.
    state : AdaptedState
        What its history left behind.
    steady : SteadyState
        Where its pools and tones start.
    exposure : Exposure
        Drugs on board in bins of `circuit.clock.EXPOSURE_BIN` of biological time, from the test's start.
    timeline : Timeline
    clamp : ToneClamp, optional
        Tones that stay where `steady` has them.
    holding : float, optional
        Potential, mV, at which medium spiny cells are voltage-clamped.

    Raises
    ------
    InputsError
        For a value that is not finite, or a protocol too long for the compiled arrays.
    """
    p = parameters
    inputs = extracellular_inputs(p, state, steady, clamp)
    for name in preset.cells:
        model, _ = MODELS[name]
        inputs |= given(name, next(g for g in p.groups().values() if isinstance(g, model)), p.receptors)
    inputs["PL_pyramidal.pl_drive"] = state.pl_drive
    inputs |= given("core_medium_spiny", p.endocannabinoid)
    inputs["core_medium_spiny.release_window"] = 0.02
    inputs["core_medium_spiny.releases"] = steady.release_rate
    inputs["core_medium_spiny.miniature_conductance"] = p.quantum.ampa_quantum * state.ampa * 1e-9
    inputs["core_medium_spiny.clamped"] = float(holding is not None)
    inputs["core_medium_spiny.holding"] = (holding or 0.0) * 1e-3
    for row in preset.projection:
        if row.plastic:
            inputs |= given(row.name, p.release, p.plasticity, p.quantum, without=release.OF_THE_AXON)
            for name in release.OF_THE_AXON:
                inputs[f"{row.source}.{name}"] = p.plasticity.si_values()[name]
            inputs[f"{row.name}.ampa_surface"] = state.ampa
            inputs[f"{row.name}.contacts"] = inputs["extracellular.contacts"] = float(row.in_degree)
        else:
            inputs[f"{row.name}.conductance"] = row.conductance * 1e-9
            inputs[f"{row.name}.nmda_ratio"] = p.quantum.nmda_ratio
    inputs["exposures.values"] = on_board(exposure)
    if len(timeline.pulses) > 1 and np.diff(timeline.pulses).min() < STEP:
        raise InputsError("electrode pulses: two fall into one step of the network, which delivers one pulse at a step")
    inputs["pulse_times.values"] = _padded(timeline.pulses, PULSES, NEVER, "electrode pulses")
    strengths = np.where(timeline.test, p.electrode.test, p.electrode.induction)
    if timeline.strength is not None:
        strengths = np.where(np.isnan(timeline.strength), strengths, timeline.strength)
    inputs["pulse_strengths.values"] = _padded(strengths, PULSES, 0.0, "electrode pulses")
    inputs["biological_offset.values"] = _padded(timeline.offset, CLOCK_BINS, timeline.offset[-1], "biological clock")
    inputs["biological_rate.values"] = _padded(timeline.rate, CLOCK_BINS, timeline.rate[-1], "biological clock")
    inputs["pulse_window.values"] = _padded(timeline.window, CLOCK_BINS, 0.0, "biological clock")
    check_finite(inputs)
    return inputs


def check_finite(inputs: Mapping[str, float | np.ndarray]) -> None:
    """Refuse what is not finite: the compiled program, built for speed, would pass it on in silence."""
    for name, value in inputs.items():
        if not np.all(np.isfinite(value)):
            raise InputsError(f"{name}: not a finite number")
