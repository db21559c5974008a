"""What a run of any circuit sets: parameters, wiring, cells, weights, tones and drugs, in SI units.

`circuit.network.electrode_inputs` and `circuit.network.session_inputs` add what their apparatus needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from circuit.cells.kinds import CELLS, per_cell
from circuit.clock import EXPOSURE_BINS
from circuit.parameters import ModelParameters
from circuit.wiring.layout import OPENS, Layout, Pathway
from circuit.wiring.own_text import quantities
from circuit.wiring.plan import Plan
from synapses.adaptation import AdaptedState
from synapses.homeostasis import SteadyState
from synapses.parameters import ParameterGroup
from synapses.pharmacology import CHANNELS, Exposure
from synapses.plasticity import depression_gate
from synapses.regions import regions
from synapses.spillover import occupancy, open_outside
from synapses.tone import ToneClamp, mglur5_efficacy, mglur23_efficacy

RELEASE_WINDOW = 0.02  # s over which a cell's releases are averaged
Inputs = dict[str, Any]
"""Scalars and arrays in SI units, keyed ``object.variable``."""


class InputsError(ValueError):
    """An input that a run must not be given."""


@dataclass(frozen=True)
class Weights:
    """State of all plastic contacts: pathway -> variable -> values."""

    values: Mapping[str, Mapping[str, np.ndarray]]

    @classmethod
    def naive(cls, layout: Layout, efficacy: float = 1.0) -> Weights:
        """Weights before anything was learnt."""
        return cls(
            {
                name: {
                    "rho": np.full(len(pathway.targets), efficacy),
                    "potentiation": np.zeros(len(pathway.targets)),
                }
                for name, pathway in layout.pathways.items()
                if pathway.plastic
            }
        )

    def within(self, whole: Layout, part: Layout) -> Weights:
        """The weights of a part of the circuit, whose contacts are those of the whole."""
        found = Weights.naive(part)
        for row in part.wiring.plastic:
            name, places = part.contacts(row)
            whole_row = next(each for each in whole.wiring.plastic if each.name == row.name)
            from_name, from_places = whole.contacts(whole_row)
            for variable, values in self.values[from_name].items():
                found.values[name][variable][places] = values[from_places]
        return found


@dataclass(frozen=True)
class Body:
    """The animal that comes to a test.

    Attributes
    ----------
    state : AdaptedState
    steady : mapping from str to SteadyState
        Striatal nucleus -> its pools and tones, where the run starts.
    exposure : mapping from str to Exposure
        Striatal nucleus -> drugs on board, in bins of `circuit.clock.EXPOSURE_BIN` from the test's start.
    naive : SteadyState
        Pools and tones of a naive animal.
    clamp : ToneClamp
        Tones that stay where `steady` has them.
    """

    state: AdaptedState
    steady: Mapping[str, SteadyState]
    exposure: Mapping[str, Exposure]
    naive: SteadyState
    clamp: ToneClamp = field(default_factory=ToneClamp)


def given(target: str, *groups: ParameterGroup, without: tuple[str, ...] = ()) -> Inputs:
    """The parameters of some groups as inputs of one object, in SI units."""
    return {
        f"{target}.{name}": value
        for group in groups
        for name, value in group.si_values().items()
        if name not in without
    }


def padded(values: np.ndarray, length: int, last: float, what: str) -> np.ndarray:
    """An array of the length that was compiled, its end filled.

    Raises
    ------
    InputsError
        If it is longer than that.
    """
    if len(values) > length:
        raise InputsError(
            f"{what}: {len(values)} entries, at most {length} fit; raise the acceleration or shorten the protocol"
        )
    return np.concatenate([values, np.full(length - len(values), last)])


def shared_inputs(plan: Plan, layout: Layout, parameters: ModelParameters, body: Body, weights: Weights) -> Inputs:
    """What either apparatus needs.

    Parameters
    ----------
    plan : Plan
    layout : Layout
        The animal's wiring.
    parameters : ModelParameters
        The animal's own.
    body : Body
    weights : Weights

    Raises
    ------
    InputsError
        If an exposure has another number of bins than the compiled array.
    """
    inputs = _extracellular(plan, parameters, body) | _cells(plan, layout, parameters, body)
    for pathway in layout.pathways.values():
        inputs |= _contacts(plan, layout, parameters, pathway)
        if pathway.plastic:
            inputs |= {f"{pathway.name}.{name}": values for name, values in weights.values[pathway.name].items()}
    return inputs


def cortical_drive(body: Body) -> dict[str, float]:
    """Cortical nucleus -> background drive of its cells relative to a naive animal, where days change it."""
    return {region.afferent: body.state.at(name).drive for name, region in regions().items()}


def _on_board(exposures: list[Exposure]) -> np.ndarray:
    """Drugs on board as the circuit reads them, shape (bins, regions times channels)."""
    columns = [np.asarray(getattr(each, name), dtype=float) for each in exposures for name in CHANNELS]
    if any(len(column) != EXPOSURE_BINS for column in columns):
        raise InputsError(f"drugs on board: {len(columns[0])} bins, expected {EXPOSURE_BINS}")
    return np.stack(columns, axis=1)


def _extracellular(plan: Plan, p: ModelParameters, body: Body) -> Inputs:
    """Transporters and receptors of each region, and the levels it starts from."""
    micromolar, nuclei, held = 1e-3, plan.table.striatal, body.clamp
    tissue = [body.state.at(nucleus) for nucleus in nuclei]
    steady = [body.steady[nucleus] for nucleus in nuclei]
    per_region = {
        "xct": [each.xct for each in tissue],
        "glt1": [each.glt1 for each in tissue],
        "mglur23_efficacy": [mglur23_efficacy(each, p.tone) for each in tissue],
        "mglur5_efficacy": [mglur5_efficacy(each) for each in tissue],
        "extrasynaptic": [each.extrasynaptic * micromolar for each in steady],
        "perisynaptic": [each.perisynaptic * micromolar for each in steady],
        "mglur23_tone": [each.mglur23_tone for each in steady],
        "mglur5_tone": [each.mglur5_tone for each in steady],
        "release_rate": [each.release_rate for each in steady],
        "extrasynaptic_bound": [occupancy(each.perisynaptic, p.spillover) for each in steady],
        "contacts": [float(plan.table.afferents(plan.table.spiny(nucleus).name)) for nucleus in nuclei],
    }
    return (
        given("extracellular", p.homeostasis, p.tone, p.release, p.spillover)
        | {f"extracellular.{name}": np.array(values) for name, values in per_region.items()}
        | {
            "extracellular.perisynaptic_site": float(p.tone.perisynaptic_site),
            "extracellular.mglur23_clamped": float(held.mglur23 is not None),
            "extracellular.mglur5_clamped": float(held.mglur5 is not None),
            "extracellular.gate_half": p.plasticity.gate_half,
            "extracellular.gate_exponent": p.plasticity.gate_exponent,
            "exposures.values": _on_board([body.exposure[nucleus] for nucleus in nuclei]),
        }
    )


def _cells(plan: Plan, layout: Layout, p: ModelParameters, body: Body) -> Inputs:
    """Parameters of every kind of cell, its arrays, and what medium spiny cells start from."""
    inputs: Inputs = {}
    models = {type(group): group for group in p.groups().values()}
    boxed = plan.apparatus == "operant box"
    for kind in layout.kinds:
        without = ("phi1", "phi2") if boxed else ()
        like = plan.table.like(kind)
        inputs |= given(kind, models[CELLS[like].parameters], p.receptors, without=without)
        if (own := plan.table.own_cell(kind)) is not None:
            inputs |= {f"{kind}.{name}": value for name, (value, _) in quantities(own.parameters).items()}
        for name in per_cell(like, plan.apparatus, kind == plan.recruited):
            inputs[f"{kind}.{name}"] = np.zeros(layout.number(kind))
    if "medium_spiny" in layout.kinds:
        inputs |= {"medium_spiny.release_window": RELEASE_WINDOW, "medium_spiny.is_d1": layout.is_d1().astype(float)}
    for row in plan.table.population:
        if row.cell == "medium_spiny":
            steady = body.steady[row.nucleus]
            here = {
                "afferents": float(plan.table.afferents(row.name)),
                "ampa_surface": body.state.at(row.nucleus).ampa,
                "camp": steady.camp,
                "depression_gate": float(depression_gate(steady.mglur5_tone, p.plasticity)),
                "g_extrasynaptic": open_outside(steady.perisynaptic, p.spillover) * 1e-9,
                "releases": steady.release_rate,
            }
            fill(inputs, layout, row.name, here)
    return inputs


def fill(inputs: Inputs, layout: Layout, population: str, values: Mapping[str, float | np.ndarray]) -> None:
    """Set arrays over the cells of one population; what its kind does not have is left out."""
    place = layout.ranges[population]
    for name, value in values.items():
        if (array := inputs.get(f"{place.kind}.{name}")) is not None:
            array[place.cells] = value


def _contacts(plan: Plan, layout: Layout, p: ModelParameters, pathway: Pathway) -> Inputs:
    """Where contacts are, when spikes reach them, and what fixed ones open."""
    name, boxed = pathway.name, plan.apparatus == "operant box"
    inputs: Inputs = {
        f"first_{name}.values": pathway.first.astype(float),
        f"targets_{name}.values": pathway.targets.astype(float),
        f"{name}.latency": (pathway.delay if boxed else pathway.latency) * 1e-3,
    }
    if not pathway.plastic:
        opened = np.array([OPENS[row.transmitter] for row in layout.wiring.projection])[pathway.projection]
        for conductance in pathway.opens:
            inputs[f"{name}.{conductance}"] = np.where(opened == conductance, pathway.conductance * 1e-9, 0.0)
        if "excitation" in pathway.opens:
            inputs[f"{name}.nmda_ratio"] = p.quantum.nmda_ratio
    return inputs


def check_finite(inputs: Mapping[str, float | np.ndarray]) -> None:
    """Refuse what is not finite: the compiled program, built for speed, would pass it on in silence."""
    for name, value in inputs.items():
        if not np.all(np.isfinite(value)):
            raise InputsError(f"{name}: not a finite number")
