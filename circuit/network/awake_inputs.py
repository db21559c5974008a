"""The inputs of one session of the whole circuit: wiring, cells, weights, tones, drugs, silencing, the stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from circuit.apparatus import operant_box
from circuit.cells.awake import EQUATIONS, PERCEPTS, per_cell
from circuit.clock import CLOCK_BINS
from circuit.network.inputs import check_finite, extracellular_inputs, given, on_board
from circuit.parameters import ModelParameters
from circuit.parts import LEARNT, NEVER
from circuit.wiring.layout import KINDS, Layout
from circuit.wiring.table import Population
from synapses.adaptation import AdaptedState
from synapses.dopamine import d2_activation, room
from synapses.drug_files import drugs
from synapses.homeostasis import SteadyState
from synapses.pharmacology import Exposure
from synapses.plasticity import depression_gate
from synapses.spillover import open_outside
from synapses.spines import cycling
from synapses.tone import ToneClamp

NO_ACTION = 1e9  # uM, a potency that nothing reaches
Inputs = dict[str, Any]
"""Scalars and arrays in SI units, keyed ``object.variable``."""


@dataclass(frozen=True)
class Silencing:
    """What is taken out of the circuit.

    Attributes
    ----------
    agonist, blocked : dict
        Population -> per cell, 1 where a GABA agonist was infused or spikes are blocked.
    cut : dict
        Projection -> per contact, 1 where it is silent.
    """

    agonist: Mapping[str, np.ndarray] = field(default_factory=dict)
    blocked: Mapping[str, np.ndarray] = field(default_factory=dict)
    cut: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Light:
    """Spikes evoked in axons.

    Attributes
    ----------
    frequency, phase : dict
        Population -> per cell, spikes a second (Hz), and when in a cycle (0 to 1).
    lit : dict
        Projection -> per contact, 1 where such a spike arrives.
    """

    frequency: Mapping[str, np.ndarray] = field(default_factory=dict)
    phase: Mapping[str, np.ndarray] = field(default_factory=dict)
    lit: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Weights:
    """State of all plastic contacts: pathway -> variable -> values."""

    values: Mapping[str, Mapping[str, np.ndarray]]

    @classmethod
    def naive(cls, layout: Layout) -> Weights:
        """Weights before anything was learnt."""
        return cls(
            {
                name: {"rho": np.ones(len(pathway.targets))}
                for name, pathway in layout.pathways.items()
                if pathway.plastic
            }
        )


@dataclass(frozen=True)
class Body:
    """The animal that comes to the session.

    Attributes
    ----------
    state : AdaptedState
    steady, naive : SteadyState
        Its pools and tones, and those of a naive animal.
    exposure : Exposure
        Drugs on board.
    clamp : ToneClamp, optional
        Tones that are held.
    drug : str
        What a press or an injection brings in this session.
    """

    state: AdaptedState
    steady: SteadyState
    naive: SteadyState
    exposure: Exposure
    clamp: ToneClamp | None = None
    drug: str = "cocaine"


def session_inputs(
    layout: Layout,
    parameters: ModelParameters,
    body: Body,
    weights: Weights,
    stage: np.ndarray,
    silencing: Silencing | None = None,
    light: Light | None = None,
    home: int = 0,
) -> Inputs:
    """Values of everything the network leaves open.

    Parameters
    ----------
    layout : Layout
    parameters : ModelParameters
        The animal's own.
    body : Body
    weights : Weights
    stage : ndarray, shape (epochs, len(behaviour.STAGE))
        What happens in each epoch.
    silencing : Silencing, optional
    light : Light, optional
    home : int
        First epochs, in the home cage, over which release is at rest; without them spines do not move.
    """
    p, silenced, light = parameters, silencing or Silencing(), light or Light()
    pace = stage[0, operant_box.STAGE.index("minutes")] * 60 / operant_box.EPOCH
    epochs = np.zeros((operant_box.EPOCHS, len(operant_box.STAGE)))
    epochs[: len(stage)] = stage
    inputs = (
        extracellular_inputs(p, body.state, body.steady, body.clamp)
        | {"extracellular.contacts": 0.0, "extracellular.naive_tone": body.naive.mglur5_tone}
        | {
            "extracellular.occlusion": p.learning.occlusion,
            "extracellular.naive_room": room(body.naive.camp, p.release),
        }
        | _spines(p, body.state, home)
        | given("session", p.behaviour)
        | _kinetics(body.drug)
        | given("dopamine_level", p.dopamine)
        | {"dopamine_level.releasing": _releasing(layout), "dopamine_level.blockable": _blockable(layout, p)}
        | _cells(p, body, layout, silenced, light)
        | _contacts(p, body, layout, weights, silenced, light)
        | {
            "session.in_blood": 0.0,
            "session.in_brain": 0.0,
            "session.previous": 1.0,  # the first cue of a session comes whatever the animal does
            "stage.values": epochs,
            "biological_offset.values": np.zeros(CLOCK_BINS),
            "biological_rate.values": np.full(CLOCK_BINS, pace),
            "exposures.values": on_board(body.exposure),
        }
    )
    check_finite(inputs)
    return inputs


def _spines(p: ModelParameters, state: AdaptedState, home: int) -> Inputs:
    """What moves spines; the network settles in the first epoch at home."""
    return given("extracellular", p.spines) | {
        "extracellular.rest_begins": operant_box.EPOCH,
        "extracellular.rest_ends": home * operant_box.EPOCH if home > 1 else NEVER,
        "extracellular.actin_cycling": cycling(state),
    }


def _kinetics(name: str) -> Inputs:
    """How the drug that a session gives reaches the brain, and what it does to dopamine there."""
    drug = drugs()[name]
    uptake = next((a.potency for a in drug.actions if a.target == "dopamine transporter"), NO_ACTION)
    driving = next((a for a in drug.actions if a.target == "dopamine cell"), None)
    return {
        "session.uptake_potency": uptake * 1e-3,
        "session.drive_potency": (driving.potency if driving else NO_ACTION) * 1e-3,
        "session.drive_maximum": driving.maximum if driving else 0.0,
        "session.absorption": np.log(2) / drug.absorption,
        "session.elimination": np.log(2) / drug.half_life,
        "session.brain_level": drug.level * 1e-3,
    }


def _releasing(layout: Layout) -> np.ndarray:
    """Dopamine cells that release into each field of each hemisphere."""
    cells = [layout.ranges[row.name].number // 2 for row in layout.wiring.population for _ in row.releases]
    return np.array(2 * cells, dtype=float)


def _blockable(layout: Layout, p: ModelParameters) -> np.ndarray:
    """How much of dopamine's clearance in each field of each hemisphere the drug reaches."""
    cortical = {row.feels for row in layout.wiring.population if row.cell == "pyramidal"}
    fields = layout.wiring.fields
    return np.array(2 * [p.dopamine.cortical_block if field in cortical else 1.0 for field in fields])


def _tuned(row: Population, number: int) -> np.ndarray:
    """Percept of each cell of a population: by its lever where it knows levers, else by its context."""
    codes = np.array([PERCEPTS.index(percept) for percept in row.tuned])
    cells = np.arange(number)
    driving: np.ndarray = codes[(cells if row.drive_by == "lever" else cells // 2) % len(codes)]
    return driving


def _cells(p: ModelParameters, body: Body, layout: Layout, silenced: Silencing, light: Light) -> Inputs:
    inputs: Inputs = {}
    models = {type(group): group for group in p.groups().values()}
    for kind in KINDS:
        inputs |= given(kind, models[EQUATIONS[kind][0]], p.receptors, without=("phi1", "phi2"))
        inputs[f"{kind}.agonist_conductance"] = p.silencing.agonist_conductance * 1e-9
        for name in per_cell(kind):
            inputs[f"{kind}.{name}"] = np.zeros(layout.number(kind))
    inputs |= {
        "dopamine.phi2_rest": float(d2_activation(1.0, p.dopamine)),
        "pyramidal.pl_drive": 1.0,
        "medium_spiny.release_window": 0.02,
        "medium_spiny.miniature_conductance": 0.0,
        "medium_spiny.clamped": 0.0,
        "medium_spiny.holding": 0.0,
        "medium_spiny.is_d1": layout.is_d1().astype(float),
    }
    drives = p.perception.si_values()
    for row in layout.wiring.population:
        place = layout.ranges[row.name]
        here: dict[str, float | np.ndarray] = {
            "awake_drive": row.drive * 1e-9 * (body.state.pl_drive if row.nucleus == "PL" else 1.0),
            "awake_deviation": row.deviation * 1e-9,
            "tonic": row.tonic * 1e-12,
            "noise": row.noise * 1e-12,
            "agonist": silenced.agonist.get(row.name, 0.0),
            "blocked": silenced.blocked.get(row.name, 0.0),
            "light_frequency": light.frequency.get(row.name, 0.0),
            "light_phase": light.phase.get(row.name, 0.0),
        }
        if row.drive_by:
            here |= {"tuned": _tuned(row, place.number), "stimulated": drives[row.drive_by]}
        if row.cell == "medium_spiny":
            felt = body.steady if row.adapts else body.naive
            here |= {
                "afferents": float(sum(r.in_degree for r in layout.wiring.plastic if r.target == row.name)),
                "action": 1.0 + np.arange(place.number) % 2 if row.acts else 0.0,
                "susceptibility": p.learning.habit_rate if row.acts else 1.0,
                "camp": felt.camp,
                "potentiation_room": 1.0,
                "depression_gate": float(depression_gate(felt.mglur5_tone, p.plasticity)),
                "g_extrasynaptic": open_outside(felt.perisynaptic, p.spillover) * 1e-9,
                "releases": body.steady.release_rate,
            }
        for name, value in here.items():
            if f"{row.cell}.{name}" in inputs:
                inputs[f"{row.cell}.{name}"][place.cells] = value
    return inputs


def _contacts(
    p: ModelParameters, body: Body, layout: Layout, weights: Weights, silenced: Silencing, light: Light
) -> Inputs:
    inputs: Inputs = {}
    cut = {name: np.zeros(len(pathway.targets)) for name, pathway in layout.pathways.items()}
    lit = {name: np.zeros(len(pathway.targets)) for name, pathway in layout.pathways.items()}
    surface = {name: np.ones(len(pathway.targets)) for name, pathway in layout.pathways.items()}
    for row in layout.wiring.projection:
        name, places = layout.contacts(row)
        if row.name in silenced.cut:
            cut[name][places] = silenced.cut[row.name]
        if row.name in light.lit:
            lit[name][places] = light.lit[row.name]
        if row.plastic and layout.wiring.named(row.target).adapts:
            surface[name][places] = body.state.ampa
    for name, pathway in layout.pathways.items():
        inputs[f"first_{name}.values"] = pathway.first.astype(float)
        inputs[f"targets_{name}.values"] = pathway.targets.astype(float)
        inputs[f"{name}.latency"] = pathway.delay * 1e-3
        inputs |= {f"{name}.cut": cut[name], f"{name}.lit": lit[name]}
        if pathway.plastic:
            quantum = replace(p.quantum, ampa_quantum=p.perception.ampa_quantum)
            inputs |= given(name, p.release, p.learning, quantum)
            inputs[f"{name}.ampa_surface"] = surface[name]
            for variable in LEARNT:
                inputs[f"{name}.{variable}"] = weights.values[name][variable]
        else:
            inhibitory = np.array([row.transmitter == "GABA" for row in layout.wiring.projection])[pathway.projection]
            conductance = pathway.conductance * 1e-9
            inputs[f"{name}.excitation"] = np.where(inhibitory, 0.0, conductance)
            inputs[f"{name}.inhibition"] = np.where(inhibitory, conductance, 0.0)
            inputs[f"{name}.nmda_ratio"] = p.quantum.nmda_ratio
    return inputs
