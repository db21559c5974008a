"""The extracellular space of each striatal nucleus: pools of glutamate, the tones they set, and drugs over time.

Regions share nothing but the drugs that reach all of them. Each has its own pools, transporters and receptors, takes up
what its own medium spiny cells' contacts release, and hands its tones to those cells alone.
"""

from __future__ import annotations

import numpy as np
from brian2 import NeuronGroup, Quantity, StateMonitor, Synapses, TimedArray, ms, second

from circuit.clock import CLOCK_BIN, CLOCK_BINS, EXPOSURE_BIN, EXPOSURE_BINS
from circuit.network.objects import Circuit, each_in_its_region
from synapses import homeostasis, release, spillover, tone
from synapses.parameters import declarations
from synapses.pharmacology import CHANNELS

SLOW_STEP = 1 * ms
PER_REGION = (
    *("extrasynaptic", "perisynaptic", "mglur23_tone", "mglur5_tone", "release_rate", "extrasynaptic_bound"),
    *("xct", "glt1", "mglur23_efficacy", "mglur5_efficacy", "contacts"),
)
"""What a run sets region by region: the levels that the region starts from, and what days changed there."""
EXTRACELLULAR = (
    homeostasis.EQUATIONS
    + tone.EQUATIONS
    + spillover.EQUATIONS
    + "".join(f"    {name} : 1\n" for name in (*CHANNELS, "camp", "depression_gate"))
    + "    miniature_rate : Hz\n    contacts : 1 (constant)\n"
)
DRUGS_ON_BOARD = "\n".join(
    f"{name} = exposures(biological_offset(t) + biological_rate(t)*t, {column} + {len(CHANNELS)}*i)"
    for column, name in enumerate(CHANNELS)
)


def timed_inputs(regions: int) -> dict[str, TimedArray]:
    """Arrays over time that a run of every circuit sets: the biological clock, and the drugs on board of each region,
    one region after the other."""
    columns = regions * len(CHANNELS)
    return {
        "biological_offset": TimedArray(np.zeros(CLOCK_BINS) * second, dt=CLOCK_BIN * second, name="biological_offset"),
        "biological_rate": TimedArray(np.ones(CLOCK_BINS), dt=CLOCK_BIN * second, name="biological_rate"),
        "exposures": TimedArray(np.zeros((EXPOSURE_BINS, columns)), dt=EXPOSURE_BIN * second, name="exposures"),
    }


def extracellular_space(circuit: Circuit, read_out: str, more: str = "", per_region: tuple[str, ...] = ()) -> None:
    """The pools of glutamate and the tones they set, refreshed by the drugs on board.

    Parameters
    ----------
    circuit : Circuit
    read_out : str
        What is computed from tone every few milliseconds.
    more : str
        Further equations.
    per_region : tuple of str
        Constants of these that a run sets region by region.
    """
    regions = len(circuit.plan.table.striatal)
    space = NeuronGroup(
        regions,
        EXTRACELLULAR
        + declarations(homeostasis.Homeostasis, tone.Tone, release.Release, spillover.Spillover)
        + "    gate_half : 1 (shared, constant)\n    gate_exponent : 1 (shared, constant)\n"
        + more,
        method="euler",
        dt=SLOW_STEP,
        namespace=circuit.timed,
        name="extracellular",
        events={"refresh": "True"},
    )
    space.run_regularly(DRUGS_ON_BOARD, dt=50 * ms, when="start", name="drugs_on_board")
    space.run_regularly(read_out, dt=5 * ms, when="start", order=1, name="tone_read_out")
    circuit.groups["extracellular"] = space
    circuit.arrays |= {f"extracellular.{name}": regions for name in (*PER_REGION, *per_region)}


def spill(circuit: Circuit) -> None:
    """The release that each region's extracellular space sees: per contact, the mean over its medium spiny cells."""
    seen = Synapses(
        circuit.groups["medium_spiny"],
        circuit.groups["extracellular"],
        "release_rate_post = releases_pre/N_incoming : Hz (summed)",
        dt=SLOW_STEP,
        name="spill",
    )
    seen.connect(condition=each_in_its_region(circuit, "j", "i"))
    circuit.groups["spill"] = seen


def slow_trace(space: NeuronGroup, dt: Quantity = 50 * ms) -> StateMonitor:
    """Pools, tones and release of every region over time."""
    return StateMonitor(
        space,
        ["extrasynaptic", "perisynaptic", "mglur23_tone", "mglur5_tone", "camp", "depression_gate", "release_rate"],
        record=True,
        dt=dt,
        when="end",
        name="slow_trace",
    )
