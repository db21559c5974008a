"""The inputs of a session: what the animal perceives and takes, what is silenced, what happens in each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from circuit.apparatus import operant_box
from circuit.apparatus.cue_value import VALUES
from circuit.cells.kinds import PERCEPTS
from circuit.clock import CLOCK_BINS
from circuit.network.inputs import (
    Body,
    Inputs,
    Weights,
    check_finite,
    cortical_drive,
    fill,
    given,
    shared_inputs,
)
from circuit.parameters import ModelParameters
from circuit.parts import NEVER
from circuit.wiring.layout import Layout
from circuit.wiring.plan import Plan
from circuit.wiring.table import Population
from synapses.dopamine import OF_THE_CELL, autoreceptor_activation, room
from synapses.drug_files import drugs
from synapses.regions import CORE
from synapses.reward import acting_back
from synapses.spines import cycling

NO_ACTION = 1e9  # uM, a potency that nothing reaches


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


def session_inputs(
    plan: Plan,
    layout: Layout,
    parameters: ModelParameters,
    body: Body,
    weights: Weights,
    stage: np.ndarray,
    drug: str = "cocaine",
    silencing: Silencing | None = None,
    light: Light | None = None,
    home: int = 0,
    cues: Mapping[str, float] | None = None,
) -> Inputs:
    """Values of everything the network leaves open.

    Parameters
    ----------
    plan : Plan
        Of the whole circuit.
    layout : Layout
    parameters : ModelParameters
        The animal's own.
    body : Body
    weights : Weights
    stage : ndarray, shape (epochs, len(behaviour.STAGE))
        What happens in each epoch.
    drug : str
        What a press or an injection brings.
    silencing : Silencing, optional
    light : Light, optional
    home : int
        First epochs, in the home cage, over which release is at rest; without them spines do not move.
    cues : mapping, optional
        Values of cues by the names of `circuit.apparatus.cue_value.VALUES`; 0 where it has none.
    """
    p, silenced, light = parameters, silencing or Silencing(), light or Light()
    back = acting_back(body.state, p.reward, p.dopamine.acting_back)
    pace = stage[0, operant_box.STAGE.index("minutes")] * 60 / operant_box.EPOCH
    epochs = np.zeros((operant_box.EPOCHS, len(operant_box.STAGE)))
    epochs[: len(stage)] = stage
    inputs = shared_inputs(plan, layout, p, body, weights)
    inputs |= _extracellular(plan, p, body, home)
    inputs |= given("session", p.behaviour, p.cue) | given("dopamine_level", p.dopamine)
    inputs["session.satiety"] *= back.satiety
    inputs |= _kinetics(drug, p.variability.level(drug), back.evoked)
    inputs |= {
        "dopamine_level.releasing": _releasing(layout),
        "dopamine_level.blockable": _blockable(layout, p),
        "dopamine_level.d1_available": _receptors(layout, back.d1),
        "dopamine_level.d2_available": _receptors(layout, back.d2),
        "session.in_blood": np.zeros(1),
        "session.in_brain": np.zeros(1),
        "session.previous": np.ones(1),  # the first cue of a session comes whatever the animal does
        **{f"session.{name}": np.full(1, (cues or {}).get(name, 0.0)) for name in VALUES},
        "stage.values": epochs,
        "biological_offset.values": np.zeros(CLOCK_BINS),
        "biological_rate.values": np.full(CLOCK_BINS, pace),
    }
    drives = p.perception.si_values()
    drives["reward"] *= back.evoked
    _cells(inputs, layout, p, body, drives, silenced, light)
    _contacts(inputs, layout, p, silenced, light)
    check_finite(inputs)
    return inputs


def _extracellular(plan: Plan, p: ModelParameters, body: Body, home: int) -> Inputs:
    """What moves spines, of the core alone, and learning's room; the network settles in the first epoch at home."""
    cycles = [cycling(body.state) if nucleus == CORE else 0.0 for nucleus in plan.table.striatal]
    return given("extracellular", p.spines) | {
        "extracellular.naive_tone": body.naive.mglur5_tone,
        "extracellular.occlusion": p.learning.occlusion,
        "extracellular.naive_room": room(body.naive.camp, p.release),
        "extracellular.rest_begins": operant_box.EPOCH,
        "extracellular.rest_ends": home * operant_box.EPOCH if home > 1 else NEVER,
        "extracellular.actin_cycling": np.array(cycles),
    }


def _kinetics(name: str, level: float, evoked: float) -> Inputs:
    """How the drug that a session gives reaches the brain, and what it does to dopamine there; `level` is the animal's
    over that of the drug table, `evoked` the share of its effect that tolerance leaves."""
    drug = drugs()[name]
    uptake = next((a.potency for a in drug.actions if a.target == "dopamine transporter"), NO_ACTION)
    driving = next((a for a in drug.actions if a.target == "dopamine cell"), None)
    return {
        "session.uptake_potency": uptake * 1e-3 / evoked,
        "session.drive_potency": (driving.potency if driving else NO_ACTION) * 1e-3,
        "session.drive_maximum": driving.maximum * evoked if driving else 0.0,
        "session.absorption": np.log(2) / drug.absorption,
        "session.elimination": np.log(2) / drug.half_life,
        "session.brain_level": drug.level * 1e-3 * level,
    }


def _releasing(layout: Layout) -> np.ndarray:
    """Dopamine cells that release into each field of each hemisphere."""
    cells = [layout.ranges[row.name].number // 2 for row in layout.wiring.population for _ in row.releases]
    return np.array(2 * cells, dtype=float)


def _blockable(layout: Layout, p: ModelParameters) -> np.ndarray:
    """How much of dopamine's clearance in each field of each hemisphere the drug reaches."""
    return _of_fields(layout, cortical=p.dopamine.cortical_block, striatal=1.0)


def _receptors(layout: Layout, striatal: float) -> np.ndarray:
    """Availability of a receptor in each field of each hemisphere; what days change was measured in the striatum."""
    return _of_fields(layout, cortical=1.0, striatal=striatal)


def _of_fields(layout: Layout, cortical: float, striatal: float) -> np.ndarray:
    """One value for the fields of cortical cells, one for the others; both hemispheres."""
    fed = {row.feels for row in layout.wiring.population if row.cell == "pyramidal"}
    return np.array(2 * [cortical if field in fed else striatal for field in layout.wiring.fields])


def _tuned(row: Population, number: int) -> np.ndarray:
    """Percept of each cell of a population: by its lever where it knows levers, else by its context."""
    codes = np.array([PERCEPTS.index(percept) for percept in row.tuned])
    cells = np.arange(number)
    driving: np.ndarray = codes[(cells if row.drive_by == "lever" else cells // 2) % len(codes)]
    return driving


def _cells(
    inputs: Inputs,
    layout: Layout,
    p: ModelParameters,
    body: Body,
    drives: Mapping[str, float],
    silenced: Silencing,
    light: Light,
) -> None:
    """What drives each population, what it perceives, and what is done to it."""
    adapted = cortical_drive(body)
    inputs |= {f"{kind}.agonist_conductance": p.silencing.agonist_conductance * 1e-9 for kind in layout.kinds}
    inputs |= {
        "dopamine.phi_auto_rest": float(autoreceptor_activation(1.0, p.dopamine)),
        "medium_spiny.potentiation_rate": p.learning.potentiation_rate,
        "medium_spiny.depression_rate": p.learning.depression_rate,
        "medium_spiny.clamped": 0.0,
        "medium_spiny.holding": 0.0,
    }
    for row in layout.wiring.population:
        here: dict[str, float | np.ndarray] = {
            "background_drive": row.drive * 1e-9 * adapted.get(row.nucleus, 1.0),
            "background_deviation": row.deviation * 1e-9,
            "tonic": row.tonic * 1e-12,
            "noise": row.noise * 1e-12,
            "agonist": silenced.agonist.get(row.name, 0.0),
            "blocked": silenced.blocked.get(row.name, 0.0),
            "light_frequency": light.frequency.get(row.name, 0.0),
            "light_phase": light.phase.get(row.name, 0.0),
            "potentiation_room": 1.0,
            "susceptibility": p.learning.habit_rate if row.acts else 1.0,
        }
        number = layout.ranges[row.name].number
        if row.drive_by:
            here |= {"tuned": _tuned(row, number), "stimulated": drives[row.drive_by]}
        if row.acts:
            here["action"] = 1.0 + np.arange(number) % 2
        fill(inputs, layout, row.name, here)


def _contacts(inputs: Inputs, layout: Layout, p: ModelParameters, silenced: Silencing, light: Light) -> None:
    """Which contacts are silent or carry evoked spikes, and the rule of those that learn."""
    for name, pathway in layout.pathways.items():
        inputs |= {f"{name}.{switch}": np.zeros(len(pathway.targets)) for switch in ("cut", "lit")}
        if pathway.plastic:
            quantum = replace(p.quantum, ampa_quantum=p.perception.ampa_quantum)
            inputs |= given(name, p.release, p.learning, quantum, without=OF_THE_CELL)
            inputs[f"{name}.ampa_gain"] = p.plasticity.ampa_gain
    for row in layout.wiring.projection:
        name, places = layout.contacts(row)
        for switch, chosen in (("cut", silenced.cut), ("lit", light.lit)):
            if row.name in chosen:
                inputs[f"{name}.{switch}"][places] = chosen[row.name]
