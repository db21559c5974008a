"""The inputs of one session of the whole circuit: wiring, cells, weights, tones, drugs, silencing, the stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from circuit import awake, behaviour
from circuit.inputs import check_finite
from circuit.layout import Layout
from circuit.network import CLOCK_BINS
from circuit.parameters import ModelParameters
from synapses.adaptation import AdaptedState
from synapses.dopamine import d2_activation
from synapses.homeostasis import SteadyState
from synapses.parameters import ParameterGroup
from synapses.pharmacology import CHANNELS, Exposure
from synapses.plasticity import depression_gate
from synapses.tone import mglur5_efficacy, mglur23_efficacy

PERCEIVED = {
    "hippocampus": ("context_a", "context_b"),
    "BLA": ("cue", "food_cue", "reward", "nothing"),
    "CeA": ("stress",),
    "VTA_dopamine": ("reward",),
    "SN_dopamine": ("reward",),
    "VTA_interneuron": ("press",),
    "sensorimotor_pyramidal": ("lever_active", "lever_inactive"),
}
"""What the cells of a population are tuned to, in turn."""


@dataclass(frozen=True)
class Silencing:
    """What is taken out of the circuit.

    Attributes
    ----------
    agonist, blocked : dict
        Population -> per cell, 1 where a GABA agonist was infused or spikes are blocked.
    cut : dict
        Projection -> per contact, what is left of transmission.
    """

    agonist: Mapping[str, np.ndarray] = field(default_factory=dict)
    blocked: Mapping[str, np.ndarray] = field(default_factory=dict)
    cut: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Weights:
    """State of all plastic contacts: pathway -> variable -> values."""

    values: Mapping[str, Mapping[str, np.ndarray]]

    @classmethod
    def naive(cls, layout: Layout) -> Weights:
        """Weights before anything was learnt."""
        return cls(
            {
                name: {"rho": np.ones(len(pathway.targets)), "potentiation": np.zeros(len(pathway.targets))}
                for name, pathway in layout.pathways.items()
                if pathway.plastic
            }
        )


@dataclass(frozen=True)
class Body:
    """The animal that comes to the session: adapted state, pools and tones, also a naive animal's, drugs on board."""

    state: AdaptedState
    steady: SteadyState
    naive: SteadyState
    exposure: Exposure


def session_inputs(
    layout: Layout,
    parameters: ModelParameters,
    body: Body,
    weights: Weights,
    stage: np.ndarray,
    silencing: Silencing | None = None,
) -> dict[str, float | np.ndarray]:
    """Values of everything the network leaves open, in SI units, keyed ``object.variable``.

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
    """
    p, silenced = parameters, silencing or Silencing()
    inputs: dict[str, float | np.ndarray] = {}

    def give(target: str, *groups: ParameterGroup, without: tuple[str, ...] = ()) -> None:
        for group in groups:
            inputs.update({f"{target}.{n}": float(v) for n, v in group.quantities().items() if n not in without})

    _extracellular(inputs, give, p, body)
    give("session", p.behaviour)
    kinetics = _cocaine()
    inputs |= {f"session.{name}": value for name, value in kinetics.items()}
    inputs["session.in_blood"] = inputs["session.in_brain"] = 0.0
    inputs["session.previous"] = 1.0  # the first cue of a session comes whatever the animal does
    give("dopamine_level", p.dopamine)
    _cells(inputs, give, p, body, layout, silenced)
    _contacts(inputs, give, p, body, layout, weights, silenced)
    epochs = np.zeros((behaviour.EPOCHS, len(behaviour.STAGE)))
    epochs[: len(stage)] = stage
    inputs["stage.values"] = epochs
    pace = stage[0, 0] * 60 / behaviour.EPOCH
    inputs["biological_offset.values"] = np.zeros(CLOCK_BINS)
    inputs["biological_rate.values"] = np.full(CLOCK_BINS, pace)
    inputs["exposures.values"] = np.stack([np.asarray(getattr(body.exposure, n), float) for n in CHANNELS], axis=1)
    check_finite(inputs)
    return inputs


def _cocaine() -> dict[str, float]:
    from synapses.pharmacology import drugs

    drug = drugs()["cocaine"]
    return {
        "absorption": np.log(2) / drug.absorption,
        "elimination": np.log(2) / drug.half_life,
        "brain_level": drug.level * 1e-3,
    }


def _extracellular(inputs: dict, give: object, p: ModelParameters, body: Body) -> None:
    give("extracellular", p.homeostasis, p.tone, p.release)  # type: ignore[operator]
    micromolar, state, steady = 1e-3, body.state, body.steady
    inputs |= {
        "extracellular.xct": state.xct,
        "extracellular.glt1": state.glt1,
        "extracellular.mglur23_efficacy": mglur23_efficacy(state, p.tone),
        "extracellular.mglur5_efficacy": mglur5_efficacy(state),
        "extracellular.perisynaptic_site": float(p.tone.perisynaptic_site),
        "extracellular.mglur23_clamped": 0.0,
        "extracellular.mglur5_clamped": 0.0,
        "extracellular.contacts": 0.0,
        "extracellular.gate_half": p.plasticity.gate_half,
        "extracellular.gate_exponent": p.plasticity.gate_exponent,
        "extracellular.extrasynaptic": steady.extrasynaptic * micromolar,
        "extracellular.perisynaptic": steady.perisynaptic * micromolar,
        "extracellular.mglur23_tone": steady.mglur23_tone,
        "extracellular.mglur5_tone": steady.mglur5_tone,
        "extracellular.release_rate": steady.release_rate,
    }


def _cells(inputs: dict, give: object, p: ModelParameters, body: Body, layout: Layout, silenced: Silencing) -> None:
    models = {type(group): group for group in p.groups().values()}
    for kind in awake.KINDS:
        give(kind, models[awake.EQUATIONS[kind][0]], p.receptors, without=("phi1", "phi2"))  # type: ignore[operator]
        inputs[f"{kind}.agonist_conductance"] = p.silencing.agonist_conductance * 1e-9
        for name in (*awake.PER_CELL.get(kind, ()), *awake.SILENCED):
            inputs[f"{kind}.{name}"] = np.zeros(layout.number(kind))
    inputs["dopamine.phi2_rest"] = float(d2_activation(1.0, p.dopamine))
    inputs |= {
        "pyramidal.pl_drive": 1.0,
        "medium_spiny.release_window": 0.02,
        "medium_spiny.miniature_conductance": 0.0,
        "medium_spiny.clamped": 0.0,
        "medium_spiny.holding": 0.0,
        "medium_spiny.is_d1": layout.is_d1().astype(float),
    }
    strength = {"pyramidal": p.perception.lever * 1e-9, "relay": p.perception.stimulus * 1e-12}
    strength["dopamine"] = p.perception.reward * 1e-12
    for row in layout.wiring.population:
        place = layout.ranges[row.name]
        here: dict[str, float | np.ndarray] = {
            "awake_drive": row.drive * 1e-9 * (body.state.pl_drive if row.name == "PL_pyramidal" else 1.0),
            "awake_deviation": row.deviation * 1e-9,
            "tonic": row.tonic * 1e-12,
            "noise": row.noise * 1e-12,
            "stimulated": p.perception.press * 1e-12 if row.name == "VTA_interneuron" else strength.get(row.cell, 0.0),
        }
        if row.name in PERCEIVED:
            codes = [awake.PERCEPTS.index(percept) for percept in PERCEIVED[row.name]]
            by = np.arange(place.number)
            here["tuned"] = np.array(codes)[(by if "sensorimotor" in row.name else by // 2) % len(codes)]
        if row.cell == "medium_spiny":
            core = row.name.startswith("core")
            here |= {
                "afferents": float(sum(r.in_degree for r in layout.wiring.plastic if r.target == row.name)),
                "action": 1.0 + np.arange(place.number) % 2 if row.name.startswith("DLS") else 0.0,
                "susceptibility": p.learning.habit_rate if row.name.startswith("DLS") else 1.0,
                "camp": body.steady.camp if core else body.naive.camp,
                "depression_gate": float(
                    depression_gate((body.steady if core else body.naive).mglur5_tone, p.plasticity)
                ),
                "releases": body.steady.release_rate,
            }
        here["agonist"] = silenced.agonist.get(row.name, 0.0)
        here["blocked"] = silenced.blocked.get(row.name, 0.0)
        for name, value in here.items():
            if f"{row.cell}.{name}" in inputs:
                inputs[f"{row.cell}.{name}"][place.cells] = value


def _contacts(
    inputs: dict, give: object, p: ModelParameters, body: Body, layout: Layout, weights: Weights, silenced: Silencing
) -> None:
    left = {name: np.ones(len(pathway.targets)) for name, pathway in layout.pathways.items()}
    surface = {name: np.ones(len(pathway.targets)) for name, pathway in layout.pathways.items()}
    for row in layout.wiring.projection:
        name, places = layout.contacts(row)
        if row.name in silenced.cut:
            left[name][places] = silenced.cut[row.name]
        if row.target == "core_medium_spiny" and row.plastic:
            surface[name][places] = body.state.ampa
    for name, pathway in layout.pathways.items():
        inputs[f"first_{name}.values"] = pathway.first.astype(float)
        inputs[f"targets_{name}.values"] = pathway.targets.astype(float)
        inputs[f"{name}.latency"] = pathway.delay * 1e-3
        if pathway.plastic:
            quantum = replace(p.quantum, ampa_quantum=p.perception.ampa_quantum)
            give(name, p.release, p.learning, quantum)  # type: ignore[operator]
            inputs[f"{name}.ampa_surface"] = surface[name]
            inputs[f"{name}.transmitting"] = left[name]
            for variable in awake.LEARNT:
                inputs[f"{name}.{variable}"] = weights.values[name][variable]
        else:
            inhibitory = np.array([row.transmitter == "GABA" for row in layout.wiring.projection])[pathway.projection]
            conductance = pathway.conductance * 1e-9 * left[name]
            inputs[f"{name}.excitation"] = np.where(inhibitory, 0.0, conductance)
            inputs[f"{name}.inhibition"] = np.where(inhibitory, conductance, 0.0)
            inputs[f"{name}.nmda_ratio"] = p.quantum.nmda_ratio
