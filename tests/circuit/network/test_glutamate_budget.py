"""Glutamate is conserved in every region: what is supplied is cleared or kept, and no region gives any to another."""

from __future__ import annotations

import brian2
import numpy as np
import pytest

from circuit.apparatus import operant_box
from circuit.clock import CLOCK_BINS
from circuit.network import build
from circuit.network.inputs import Weights
from circuit.network.session_inputs import session_inputs
from circuit.parameters import ModelParameters
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import WHOLE, plan
from protocols.animals.history import Group
from protocols.animals.rest import Rest, at_rest
from protocols.experiments.experiment import load
from synapses.homeostasis import extrasynaptic_flows, perisynaptic_flows
from synapses.pharmacology import CHANNELS, Exposure

OWN = ModelParameters.shipped()
REGIONS = plan(WHOLE).table.striatal
CLOSED = 1e-6
"""What may be missing, relative to what passes through."""


def animal(*treatment: dict, group: str = "cocaine") -> Rest:
    """An animal of the main experiment in every region, with other drugs on board."""
    source = load("moussawi2009").group_named(group)
    given = Group.model_validate({"name": group, "history": source.history, "treatment": list(treatment)})
    return at_rest(given, float(given.days), OWN, regions=REGIONS)


DRUGS = {
    "none": (),
    "NAC": ({"drug": "NAC", "dose": "100 mg/kg", "at": "-2.5 h"},),
    "cystine in the shell": ({"drug": "cystine", "concentration": "5 uM", "site": "NAc shell", "at": "-1 h"},),
    "TBOA in the DLS": ({"drug": "TBOA", "concentration": "50 uM", "site": "DLS", "at": "-1 h"},),
}


def at_its_start(exposure: Exposure) -> Exposure:
    return Exposure(**{name: float(np.asarray(getattr(exposure, name))[0]) for name in CHANNELS})


def both_flows(rest: Rest, region: str, levels: tuple[float, float, float, float]):
    """Flows into the extrasynaptic and into the perisynaptic pool, uM/s of each, at E, S, tone and release."""
    extrasynaptic, perisynaptic, tone, release = levels
    tissue, drugs = rest.state.at(region), at_its_start(rest.at[region].exposure)
    return (
        extrasynaptic_flows(extrasynaptic, perisynaptic, tone, release, tissue, drugs, OWN.homeostasis),
        perisynaptic_flows(extrasynaptic, perisynaptic, release, tissue, drugs, OWN.homeostasis),
    )


@pytest.mark.parametrize("drugs", DRUGS)
@pytest.mark.parametrize("group", ["control", "cocaine"])
def test_at_rest_supply_and_clearance_balance_in_every_region(group, drugs):
    rest = animal(*DRUGS[drugs], group=group)
    for region in REGIONS:
        steady = rest.at[region].steady
        levels = steady.extrasynaptic, steady.perisynaptic, steady.mglur23_tone, steady.release_rate
        for flows in both_flows(rest, region, levels):
            through = sum(abs(flow) for flow in flows.values()) / 2
            assert abs(sum(flows.values())) < CLOSED * through


def test_what_leaves_one_space_of_a_region_enters_the_other():
    outside, inside = both_flows(animal(), "NAc core", (3.0, 0.7, 0.2, 1.0))
    gained = inside["from the extrasynaptic space"] * OWN.homeostasis.volume_ratio
    assert gained == pytest.approx(-outside["to the perisynaptic space"], rel=1e-12)


def test_a_drug_at_one_site_moves_glutamate_there_alone():
    without, shell = animal(), animal(*DRUGS["cystine in the shell"])
    for region in REGIONS:
        change = shell.at[region].steady.extrasynaptic / without.at[region].steady.extrasynaptic
        assert change > 1.5 if region == "NAc shell" else change == 1


@pytest.fixture
def space():
    """The extracellular spaces of the whole circuit, with cystine in the bath of the shell alone, and the animal."""
    rest, whole = animal(*DRUGS["cystine in the shell"]), plan(WHOLE)
    brian2.prefs.codegen.target, before = "numpy", brian2.prefs.codegen.target
    circuit, layout = build.construct(whole, 0.01), lay_out(whole.table, 0.01, 1)
    stage = np.ones((2, len(operant_box.STAGE)))
    inputs = session_inputs(whole, layout, OWN, rest.body(OWN), Weights.naive(layout), stage)
    inputs["biological_rate.values"] = np.ones(CLOCK_BINS)
    for key, value in inputs.items():
        name, variable = key.split(".", 1)
        if name in circuit.timed:
            circuit.timed[name].values[...] = value
        elif name == "extracellular":
            circuit.groups[name].variables[variable].set_value(value)
    yield circuit.groups["extracellular"], rest
    brian2.prefs.codegen.target = before


@pytest.mark.slow
def test_step_by_step_the_network_keeps_the_same_books_in_every_region(space):
    """Levels, release and drugs that differ from region to region, away from rest, against the closed form's flows."""
    spaces, rest = space
    for name, values in {"extrasynaptic": [1, 6, 3], "perisynaptic": [0.2, 2, 0.6]}.items():
        spaces.variables[name].set_value(np.array(values) * 1e-3)
    spaces.variables["release_rate"].set_value(np.array([0.3, 2.0, 1.0]))
    network, step = brian2.Network(spaces), 1e-3
    network.run(step * brian2.second)  # what is refreshed at a start then stands

    def levels(name: str) -> np.ndarray:
        return np.array(spaces.variables[name].get_value(), dtype=float)

    for _ in range(40):
        pools = {name: 1e3 * levels(name) for name in ("extrasynaptic", "perisynaptic")}
        tone, release = levels("mglur23_tone"), levels("release_rate")
        network.run(step * brian2.second)
        for n, region in enumerate(REGIONS):
            flows = both_flows(rest, region, (*(level[n] for level in pools.values()), tone[n], release[n]))
            for (name, before), flow in zip(pools.items(), flows, strict=True):
                gained = 1e3 * levels(name)[n] - before[n]
                through = sum(map(abs, flow.values())) / 2
                assert abs(gained - sum(flow.values()) * step) < CLOSED * through * step
