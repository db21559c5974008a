"""The inputs of a run with an electrode: the state of the tissue, the pulses, and the clock."""

from __future__ import annotations

import numpy as np

from circuit.clock import CLOCK_BINS, PULSES, Timeline
from circuit.network.inputs import (
    Body,
    Inputs,
    InputsError,
    Weights,
    check_finite,
    cortical_drive,
    fill,
    given,
    padded,
    shared_inputs,
)
from circuit.parameters import ModelParameters
from circuit.parts import NEVER, STEP
from circuit.states import State
from circuit.wiring.layout import Layout
from circuit.wiring.own_text import quantities
from circuit.wiring.plan import Plan
from synapses import release
from synapses.plasticity import BY_ANY_RULE, Plasticity


def electrode_inputs(
    plan: Plan,
    layout: Layout,
    parameters: ModelParameters,
    body: Body,
    timeline: Timeline,
    state: State,
    weights: Weights | None = None,
    holding: float | None = None,
) -> Inputs:
    """Values of everything the network leaves open, in SI units, keyed ``object.variable``.

    Parameters
    ----------
    plan : Plan
        Of a pathway.
    layout : Layout
        The animal's wiring.
    parameters : ModelParameters
        The animal's own parameters.
    body : Body
    timeline : Timeline
    state : State
        Anaesthetised, awake, or a slice.
    weights : Weights, optional
        Those of a naive animal when left out.
    holding : float, optional
        Potential, mV, at which medium spiny cells are voltage-clamped.

    Raises
    ------
    InputsError
        For a value that is not finite, or a protocol too long for the compiled arrays.
    """
    p = parameters
    weights = Weights.naive(layout, p.plasticity.efficacy) if weights is None else weights
    inputs = shared_inputs(plan, layout, p, body, weights) | given("medium_spiny", p.endocannabinoid)
    (nucleus,) = plan.table.striatal
    inputs |= {
        "medium_spiny.miniature_conductance": p.quantum.ampa_quantum * body.state.at(nucleus).ampa * 1e-9,
        "medium_spiny.clamped": float(holding is not None),
        "medium_spiny.holding": (holding or 0.0) * 1e-3,
    }
    _background(inputs, plan, layout, p, body, state)
    fill(inputs, layout, plan.stimulated, {"recruitment_rank": layout.recruitment[plan.stimulated]})
    for name in release.OF_THE_AXON:
        inputs[f"{layout.ranges[plan.stimulated].kind}.{name}"] = p.plasticity.si_values()[name]
    for pathway in layout.pathways.values():
        if pathway.plastic:
            inputs |= given(pathway.name, p.release, p.quantum) | _rule(plan, pathway.name, p.plasticity)
    if len(timeline.pulses) > 1 and np.diff(timeline.pulses).min() < STEP:
        raise InputsError("electrode pulses: two fall into one step of the network, which delivers one pulse at a step")
    inputs["pulse_times.values"] = padded(timeline.pulses, PULSES, NEVER, "electrode pulses")
    strengths = np.where(timeline.test, p.electrode.test, p.electrode.induction)
    if timeline.strength is not None:
        strengths = np.where(np.isnan(timeline.strength), strengths, timeline.strength)
    inputs["pulse_strengths.values"] = padded(strengths, PULSES, 0.0, "electrode pulses")
    inputs["biological_offset.values"] = padded(timeline.offset, CLOCK_BINS, timeline.offset[-1], "biological clock")
    inputs["biological_rate.values"] = padded(timeline.rate, CLOCK_BINS, timeline.rate[-1], "biological clock")
    inputs["pulse_window.values"] = padded(timeline.window, CLOCK_BINS, 0.0, "biological clock")
    check_finite(inputs)
    return inputs


def _rule(plan: Plan, pathway: str, calcium: Plasticity) -> Inputs:
    """The parameters of the rule by which the contacts of a pathway learn."""
    known, own = given(pathway, calcium, without=release.OF_THE_AXON), plan.table.own_rule
    if own is None:
        return known
    needed = {f"{pathway}.{name}": known[f"{pathway}.{name}"] for name in BY_ANY_RULE}
    return needed | {f"{pathway}.{name}": value for name, (value, _) in quantities(own.parameters).items()}


def _background(inputs: Inputs, plan: Plan, layout: Layout, p: ModelParameters, body: Body, state: State) -> None:
    """What drives cells besides the afferents that are modelled, in a state."""
    adapted, table = cortical_drive(body), state.background == "table"
    there = float(state.background != "none")
    for row in plan.table.population:
        if row.cell == "medium_spiny" and state.background != "parameters":
            # Up and down states differ in nothing.
            for name in ("up_drive", "down_drive"):
                inputs[f"medium_spiny.{name}"] = row.drive * 1e-9 * there
            inputs["medium_spiny.drive_deviation"] = row.deviation * 1e-9 * there
            continue
        drive, deviation = row.drive, row.deviation
        if not table:  # interneurons get no more than what cells that are modelled give them
            drive, deviation = (p.pyramidal.drive, p.pyramidal.drive_deviation) if row.cell == "pyramidal" else (0, 0)
        here = {
            "background_drive": drive * 1e-9 * adapted.get(row.nucleus, 1.0) * there,
            "background_deviation": deviation * 1e-9 * there,
            "tonic": row.tonic * 1e-12 * there,
            "noise": row.noise * 1e-12 * there,
        }
        fill(inputs, layout, row.name, here)
