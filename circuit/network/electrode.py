"""A stimulating electrode among the cells of one nucleus, a recording electrode among those of another."""

from __future__ import annotations

import numpy as np
from brian2 import NeuronGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray, ms, second

from circuit import parts
from circuit.apparatus import electrode
from circuit.clock import CLOCK_BIN, CLOCK_BINS, PULSES
from circuit.network.extracellular import extracellular_space, slow_trace
from circuit.network.objects import STEP, Circuit, among, each_in_its_region
from synapses import release, tone

FIELD_STEP = parts.FIELD_STEP * second
CELL_STEP = parts.CELL_STEP * second
SAMPLED_SYNAPSES = 100
SAMPLED_CELLS = 4  # two of them with D1 receptors, as cells are laid out
WINDOW_EDGE = ("window_edge", "pulse_window(t) != pulse_window(t - dt)")
BATHED = {
    "medium_spiny": (
        "ampa_available",
        "nmda_available",
        "sodium_available",
        "camp",
        "depression_gate",
        "miniature_rate",
        "g_extrasynaptic",
    ),
    "relay": ("sodium_available",),
}
"""What the extracellular space hands to cells of a kind; to others, `nmda_available` and `sodium_available`."""


def timed_inputs() -> dict[str, TimedArray]:
    """The electrode's pulses, and the windows round them after which terminals are put back."""
    return {
        "pulse_times": TimedArray(np.full(PULSES, parts.NEVER) * second, dt=1 * second, name="pulse_times"),
        "pulse_strengths": TimedArray(np.zeros(PULSES), dt=1 * second, name="pulse_strengths"),
        "pulse_window": TimedArray(np.zeros(CLOCK_BINS), dt=CLOCK_BIN * second, name="pulse_window"),
    }


def stand_around(circuit: Circuit) -> None:
    """The extracellular space of the recorded nucleus, the electrode and the field."""
    extracellular_space(circuit, tone.READ_OUT + release.MINIATURES)
    circuit.groups["electrode"] = NeuronGroup(
        1,
        electrode.EQUATIONS,
        threshold=electrode.THRESHOLD,
        reset=electrode.RESET,
        dt=STEP,
        namespace=circuit.timed,
        name="electrode",
    )
    circuit.spikes["electrode"] = SpikeMonitor(circuit.groups["electrode"], name="electrode_spikes")
    circuit.groups["field"] = NeuronGroup(1, "potential : amp", dt=FIELD_STEP, name="field")


def connect(circuit: Circuit) -> None:
    """What the bath holds, whom a pulse reaches, and what the field picks up."""
    groups, layout = circuit.groups, circuit.layout
    for kind in layout.kinds:
        # There is one space, whose drugs reach every cell once a millisecond.
        felt = BATHED.get(circuit.plan.table.like(kind), ("nmda_available", "sodium_available"))
        code = "\n".join(f"{name}_post = {name}_pre" for name in felt)
        circuit.hand_on("extracellular", kind, f"bath_of_{kind}", code)
    place = layout.ranges[circuit.plan.stimulated]
    reach = Synapses(
        groups["electrode"],
        groups[place.kind],
        on_pre=electrode.ON_PULSE,
        dt=STEP,
        namespace=circuit.timed,
        name="reach",
    )
    reach.connect(condition=among(place, "j"))
    recorded = groups["medium_spiny"]  # a current is kept, since a sum would work its exponential out cell by cell
    recorded.run_regularly("I_field = I_afferent", dt=FIELD_STEP, when="before_groups", name="field_current")
    pickup = Synapses(
        recorded,
        groups["field"],
        "potential_post = -I_field_pre/N_incoming : amp (summed)",
        dt=FIELD_STEP,
        name="pickup",
    )
    pickup.connect(condition=each_in_its_region(circuit, "j", "i"))
    pipette = Synapses(
        groups["electrode"],
        recorded,
        on_pre=electrode.INTO_CELLS,
        dt=STEP,
        namespace=circuit.timed,
        name="pipette",
    )
    pipette.connect()
    groups.update(reach=reach, pipette=pipette, pickup=pickup)


def initialise(circuit: Circuit) -> None:
    """Medium spiny cells start in an up or a down state, or at the holding potential."""
    cells = circuit.groups["medium_spiny"]
    cells.v = "rest + clamped*(holding - rest)"
    cells.up = "int(rand() < up_fraction)"
    cells.g_drive = "down_drive + up*(up_drive - down_drive)"


def monitors(circuit: Circuit) -> dict[str, StateMonitor]:
    """The field, the slow states, a sample of cells and of plastic contacts."""
    groups = circuit.groups
    pathway = next(each for each in circuit.layout.pathways.values() if each.plastic)
    total = len(pathway.targets)
    sample = np.linspace(0, total - 1, min(SAMPLED_SYNAPSES, total)).astype(int)
    return {
        "field": StateMonitor(groups["field"], "potential", record=[0], dt=FIELD_STEP, when="end", name="field_trace"),
        "slow": slow_trace(groups["extracellular"]),
        "cells": StateMonitor(
            groups["medium_spiny"],
            ["v", "I_afferent"],
            record=list(range(SAMPLED_CELLS)),
            dt=CELL_STEP,
            when="end",
            name="cell_trace",
        ),
        "contacts": StateMonitor(
            groups[pathway.name], list(parts.LEARNT), record=sample, dt=500 * ms, when="end", name="contact_trace"
        ),
    }
