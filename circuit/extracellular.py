"""The extracellular space of both circuits: pools of glutamate, the tones they set, and drugs over time."""

from __future__ import annotations

import numpy as np
from brian2 import NeuronGroup, Quantity, StateMonitor, TimedArray, ms, second

from circuit.clock import CLOCK_BIN, CLOCK_BINS, EXPOSURE_BIN, EXPOSURE_BINS
from synapses import homeostasis, release, spillover, tone
from synapses.parameters import declarations
from synapses.pharmacology import CHANNELS

SLOW_STEP = 1 * ms
# State variables that a run starts at the animal's own steady state.
EXTRACELLULAR_LEVELS = (
    "extracellular.extrasynaptic",
    "extracellular.perisynaptic",
    "extracellular.mglur23_tone",
    "extracellular.mglur5_tone",
    "extracellular.release_rate",
    "extracellular.extrasynaptic_bound",
)
EXTRACELLULAR = (
    homeostasis.EQUATIONS
    + tone.EQUATIONS
    + spillover.EQUATIONS
    + "".join(f"    {name} : 1\n" for name in (*CHANNELS, "camp", "depression_gate"))
    + "    miniature_rate : Hz\n    contacts : 1 (shared, constant)\n"
)
DRUGS_ON_BOARD = "\n".join(
    f"{name} = exposures(biological_offset(t) + biological_rate(t)*t, {column})" for column, name in enumerate(CHANNELS)
)


def timed_inputs() -> dict[str, TimedArray]:
    """Arrays over time that a run of every circuit sets: the biological clock and the drugs on board."""
    return {
        "biological_offset": TimedArray(np.zeros(CLOCK_BINS) * second, dt=CLOCK_BIN * second, name="biological_offset"),
        "biological_rate": TimedArray(np.ones(CLOCK_BINS), dt=CLOCK_BIN * second, name="biological_rate"),
        "exposures": TimedArray(np.zeros((EXPOSURE_BINS, len(CHANNELS))), dt=EXPOSURE_BIN * second, name="exposures"),
    }


def extracellular_space(timed: dict[str, TimedArray], read_out: str, more: str = "") -> NeuronGroup:
    """The pools of glutamate and the tones they set, refreshed by the drugs on board.

    Parameters
    ----------
    timed : dict
        As `timed_inputs` gives them.
    read_out : str
        What is computed from tone every few milliseconds.
    more : str
        Further equations.
    """
    space = NeuronGroup(
        1,
        EXTRACELLULAR
        + declarations(homeostasis.Homeostasis, tone.Tone, release.Release, spillover.Spillover)
        + "    gate_half : 1 (shared, constant)\n    gate_exponent : 1 (shared, constant)\n"
        + more,
        method="euler",
        dt=SLOW_STEP,
        namespace=timed,
        name="extracellular",
        events={"refresh": "True"},
    )
    space.run_regularly(DRUGS_ON_BOARD, dt=50 * ms, when="start", name="drugs_on_board")
    space.run_regularly(read_out, dt=5 * ms, when="start", order=1, name="tone_read_out")
    return space


def slow_trace(space: NeuronGroup, dt: Quantity = 50 * ms) -> StateMonitor:
    """Pools, tones and release over time."""
    return StateMonitor(
        space,
        ["extrasynaptic", "perisynaptic", "mglur23_tone", "mglur5_tone", "camp", "depression_gate", "release_rate"],
        record=[0],
        dt=dt,
        when="end",
        name="slow_trace",
    )
