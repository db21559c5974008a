"""The network of one preset as Brian2 objects, with every quantity that an experiment may vary left open.

Nothing here depends on an animal, a drug or a protocol, and no parameter has a value: one network is compiled once and
run for all of them. `circuit.network.inputs` makes the values of one run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brian2 import (
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    TimedArray,
    ms,
    second,
)

from circuit import parts
from circuit.apparatus import electrode
from circuit.cells import neurons
from circuit.cells.neurons import MODELS
from circuit.clock import CLOCK_BIN, CLOCK_BINS, PULSES
from circuit.extracellular import EXTRACELLULAR_LEVELS, SLOW_STEP, extracellular_space, slow_trace, timed_inputs
from circuit.rest import Rest
from circuit.wiring.preset import Preset, Projection, out_degree
from synapses import endocannabinoid, plasticity, release, tone
from synapses.parameters import declarations
from synapses.receptors import Quantum, Receptors

STEP = parts.STEP * second
FIELD_STEP = parts.FIELD_STEP * second
CELL_STEP = parts.CELL_STEP * second
SAMPLED_SYNAPSES = 100
INITIAL_LEVELS = (*EXTRACELLULAR_LEVELS, "core_medium_spiny.releases")
SAMPLED_CELLS = 4

DRIVES = {"PL_pyramidal": (neurons.PYRAMIDAL_DRIVE, 1 * ms), "core_medium_spiny": (neurons.MEDIUM_SPINY_DRIVE, 2 * ms)}
BATHED = {
    "core_medium_spiny": (
        "ampa_available",
        "nmda_available",
        "sodium_available",
        "camp",
        "depression_gate",
        "miniature_rate",
        "g_extrasynaptic",
    )
}
NO_RELEASE = Rest(("released == 0",), ("g_ampa_post", "g_nmda_post", "releases_post", "docked_at"))
RESTS = {
    "transmission": NO_RELEASE,
    "calcium_entry": Rest(plasticity.AT_REST, plasticity.KEPT_AT_REST, ("released == 0",)),
    "backpropagation": Rest(plasticity.AT_REST, plasticity.KEPT_AT_REST),
}
"""Pathway of plastic contacts -> when its events leave what alone."""
WINDOW_EDGE = ("window_edge", "pulse_window(t) != pulse_window(t - dt)")


@dataclass
class Circuit:
    """The Brian2 objects of one circuit."""

    network: Network
    groups: dict[str, Any] = field(default_factory=dict)
    timed: dict[str, TimedArray] = field(default_factory=dict)
    spikes: dict[str, SpikeMonitor] = field(default_factory=dict)
    states: dict[str, StateMonitor] = field(default_factory=dict)
    plastic: str = ""
    rests: dict[str, Rest] = field(default_factory=dict)
    """Name of a pathway -> when its events leave what alone."""
    contacts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Arrays over plastic contacts that a run leaves behind: name -> (group, variable)."""
    arrays: dict[str, int] = field(default_factory=dict)
    """Arrays over cells and contacts that a run sets, and their sizes."""
    layout: Any = None


def pulse_inputs() -> dict[str, TimedArray]:
    """The electrode's pulses, and the windows round them after which terminals are put back."""
    return {
        "pulse_times": TimedArray(np.full(PULSES, parts.NEVER) * second, dt=1 * second, name="pulse_times"),
        "pulse_strengths": TimedArray(np.zeros(PULSES), dt=1 * second, name="pulse_strengths"),
        "pulse_window": TimedArray(np.zeros(CLOCK_BINS), dt=CLOCK_BIN * second, name="pulse_window"),
    }


def construct(preset: Preset, scale: float) -> Circuit:
    """Cells, extracellular space, electrode and monitors of a preset; contacts follow in `connect`.

    Parameters
    ----------
    preset : Preset
    scale : float
        Multiplies cell numbers; in-degrees stay.

    Returns
    -------
    Circuit
    """
    numbers = preset.scaled(scale)
    timed = pulse_inputs() | timed_inputs()
    circuit = Circuit(Network(), timed=timed)
    circuit.groups["extracellular"] = extracellular_space(timed, tone.READ_OUT + release.MINIATURES)
    for name, number in numbers.items():
        parameters, equations = MODELS[name]
        spiny, projecting = name == "core_medium_spiny", name == "PL_pyramidal"
        if spiny:
            equations += "    I_field                      : amp          # what the field electrode picks up\n"
        if projecting:
            equations += release.AXON
        group = NeuronGroup(
            number,
            equations + declarations(parameters, Receptors, *([endocannabinoid.Endocannabinoid] if spiny else [])),
            method="euler",
            dt=STEP,
            name=name,
            threshold=neurons.MEDIUM_SPINY_THRESHOLD if spiny else neurons.THRESHOLD,
            reset="v = reset; u += d" + (f"; {release.ON_AXON_SPIKE}" if projecting else ""),
            namespace=timed,
            events=dict([WINDOW_EDGE]) if projecting else None,
        )
        if name in DRIVES:
            code, step = DRIVES[name]
            group.run_regularly(code, dt=step, when="start", name=f"{name}_drive")
        if spiny:  # kept, since a sum over cells would work its exponential out one cell at a time
            group.run_regularly("I_field = I_afferent", dt=FIELD_STEP, when="before_groups", name="field_current")
        circuit.groups[name] = group
        circuit.spikes[name] = SpikeMonitor(group, name=f"{name}_spikes")
    circuit.groups["electrode"] = NeuronGroup(
        1,
        electrode.EQUATIONS,
        threshold=electrode.THRESHOLD,
        reset=electrode.RESET,
        dt=STEP,
        namespace=timed,
        name="electrode",
    )
    circuit.spikes["electrode"] = SpikeMonitor(circuit.groups["electrode"], name="electrode_spikes")
    circuit.groups["field"] = NeuronGroup(1, "potential : amp", dt=FIELD_STEP, name="field")
    return circuit


def contacts(circuit: Circuit, row: Projection, numbers: dict[str, int]) -> Synapses:
    """Synapses of one projection; each source cell draws its targets at random, so contacts lie sorted by source."""
    source, target = circuit.groups[row.source], circuit.groups[row.target]
    if row.plastic:
        synapses = Synapses(
            source,
            target,
            release.VARIABLES
            + plasticity.VARIABLES
            + release.BETWEEN_PULSES_VARIABLES
            + "    latency : second\n    contacts : 1 (shared, constant)\n"
            + "    ampa_surface : 1 (shared, constant)\n"
            + declarations(release.Release, plasticity.Plasticity, Quantum, without=release.OF_THE_AXON),
            on_pre={
                "transmission": release.RELEASE + TRANSMISSION,
                "calcium_entry": plasticity.ON_RELEASE_CALCIUM,
                "between_pulses": release.ON_WINDOW_EDGE,
            },
            on_event={name: "spike" for name in ("transmission", "calcium_entry", "backpropagation")}
            | {"between_pulses": WINDOW_EDGE[0]},
            delay={"between_pulses": 0 * ms},
            on_post={"backpropagation": plasticity.ON_POSTSYNAPTIC_SPIKE},
            method="exact",
            dt=STEP,
            namespace=circuit.timed,
            name=row.name,
        )
        circuit.plastic = row.name
        circuit.rests |= {f"{row.name}_{pathway}": rest for pathway, rest in RESTS.items()}
    else:
        on_pre = (
            "g_ampa_post += conductance; g_nmda_post += nmda_ratio*conductance"
            if row.transmitter == "glutamate"
            else "g_gaba_post += conductance"
        )
        synapses = Synapses(
            source,
            target,
            "conductance : siemens (shared, constant)\nnmda_ratio : 1 (shared, constant)",
            on_pre=on_pre,
            delay=row.delay * ms,
            dt=STEP,
            name=row.name,
        )
    n, degree = numbers[row.target], out_degree(row, numbers)
    chosen = f"int(rand()*{n})" if row.source != row.target else f"(i + 1 + int(rand()*{n - 1})) % {n}"
    synapses.connect(j=f"{chosen} for _ in range({degree})")
    return synapses


TRANSMISSION = """
    g_ampa_post += ampa_quantum*ampa_surface*rho*(1 + ampa_gain*potentiation)*released
    g_nmda_post += ampa_quantum*nmda_ratio*released
    releases_post += released/(contacts*release_window_post)
"""


def connect(circuit: Circuit, preset: Preset, scale: float) -> None:
    """Add the wiring, the electrode's reach, the field and the release seen by the extracellular space."""
    numbers = preset.scaled(scale)
    groups = circuit.groups
    for row in preset.projection:
        groups[row.name] = contacts(circuit, row, numbers)
        if row.plastic:
            groups[
                row.name
            ].latency = f"clip({row.delay} + {row.delay_deviation}*randn(), {row.delay / 2}, {row.delay * 2})*ms"
    for name in MODELS:
        # What the extracellular space holds reaches every cell once a millisecond.
        felt = BATHED.get(name, ("nmda_available", "sodium_available"))
        bath = Synapses(
            groups["extracellular"],
            groups[name],
            on_pre="\n".join(f"{v}_post = {v}_pre" for v in felt),
            on_event="refresh",
            dt=SLOW_STEP,
            name=f"bath_of_{name}",
        )
        bath.connect()
        groups[bath.name] = bath
    reach = Synapses(
        groups["electrode"],
        groups["PL_pyramidal"],
        on_pre=electrode.ON_PULSE,
        dt=STEP,
        namespace=circuit.timed,
        name="reach",
    )
    reach.connect()
    medium_spiny = groups["core_medium_spiny"]
    spill = Synapses(
        medium_spiny,
        groups["extracellular"],
        "release_rate_post = releases_pre/N_incoming : Hz (summed)",
        dt=SLOW_STEP,
        name="spill",
    )
    spill.connect()
    pickup = Synapses(
        medium_spiny,
        groups["field"],
        "potential_post = -I_field_pre/N_incoming : amp (summed)",
        dt=FIELD_STEP,
        name="pickup",
    )
    pickup.connect()
    groups.update(reach=reach, spill=spill, pickup=pickup)
    # Individual differences between cells, drawn with the structure.
    groups["PL_pyramidal"].recruitment_rank = "rand()"
    medium_spiny.is_d1 = f"int(i < {numbers['core_medium_spiny'] // 2})"


def initialise(circuit: Circuit) -> None:
    """Initial values that follow from the run's parameters; call after those are set."""
    groups = circuit.groups
    for name in MODELS:
        if name in groups:
            groups[name].v = "rest"
    groups["core_medium_spiny"].v = "rest + clamped*(holding - rest)"
    groups["PL_pyramidal"].g_drive = "drive*pl_drive"
    groups["core_medium_spiny"].up = "int(rand() < up_fraction)"
    groups["core_medium_spiny"].g_drive = "down_drive + up*(up_drive - down_drive)"
    plastic = groups[circuit.plastic]
    plastic.rho = "efficacy"
    plastic.transmission.delay = "latency"
    plastic.calcium_entry.delay = "latency + calcium_delay"


def monitor(circuit: Circuit, preset: Preset, scale: float) -> None:
    """What a run records besides spikes: the field, the slow states, a sample of cells and of plastic contacts."""
    numbers = preset.scaled(scale)
    groups = circuit.groups
    row = next(row for row in preset.projection if row.plastic)
    total = numbers[row.source] * out_degree(row, numbers)
    sample = np.linspace(0, total - 1, min(SAMPLED_SYNAPSES, total)).astype(int)
    half = numbers["core_medium_spiny"] // 2
    sampled_cells = [*range(SAMPLED_CELLS // 2), *range(half, half + SAMPLED_CELLS // 2)]
    circuit.states = {
        "field": StateMonitor(groups["field"], "potential", record=[0], dt=FIELD_STEP, when="end", name="field_trace"),
        "slow": slow_trace(groups["extracellular"]),
        "cells": StateMonitor(
            groups["core_medium_spiny"],
            ["v", "I_afferent"],
            record=sampled_cells,
            dt=CELL_STEP,
            when="end",
            name="cell_trace",
        ),
        "contacts": StateMonitor(
            groups[row.name], ["rho", "potentiation"], record=sample, dt=500 * ms, when="end", name="contact_trace"
        ),
    }


def collect(circuit: Circuit) -> Network:
    """The network with all objects added."""
    circuit.network.add(*circuit.groups.values(), *circuit.spikes.values(), *circuit.states.values())
    return circuit.network
