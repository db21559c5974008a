"""Every circuit that can be simulated: its Brian2 objects, and the inputs that its program asks for."""

from __future__ import annotations

from functools import cache

import brian2
import numpy as np
import pytest

from benchmarks.oracles import inputs_for, naive_body
from circuit.apparatus import operant_box
from circuit.engine import generate
from circuit.network import build
from circuit.network.inputs import Weights
from circuit.network.session_inputs import session_inputs
from circuit.parameters import ModelParameters
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import WHOLE, plan
from circuit.wiring.table import wiring

SMALLEST = 0.01
SITES = wiring().plastic_sites


@cache
def constructed(name):
    """The objects of a circuit at its smallest size, with an animal's contacts; nothing is compiled for them."""
    brian2.prefs.codegen.target, before = "numpy", brian2.prefs.codegen.target
    try:
        return _constructed(name)
    finally:
        brian2.prefs.codegen.target = before


def _constructed(name):
    circuit = build.construct(plan(name), SMALLEST)
    layout = lay_out(circuit.plan.table, SMALLEST, 4)
    for pathway in layout.pathways.values():
        circuit.timed[f"first_{pathway.name}"].values[...] = pathway.first
        circuit.timed[f"targets_{pathway.name}"].values[...] = pathway.targets
    build.connect(circuit)
    build.monitor(circuit)
    build.collect(circuit)
    return circuit, layout


def inputs_of(name):
    """What a naive animal gives that circuit."""
    if name != WHOLE:
        return inputs_for([0.1], 0.2, name=name, scale=SMALLEST)
    whole, own = plan(WHOLE), ModelParameters()
    layout = lay_out(whole.table, SMALLEST, 1)
    stage = np.zeros((3, len(operant_box.STAGE)))
    stage[:, operant_box.STAGE.index("minutes")] = 10
    return session_inputs(whole, layout, own, naive_body(whole.table.striatal, own), Weights.naive(layout), stage)


@pytest.mark.parametrize("name", [*SITES, WHOLE])
def test_a_run_gives_what_its_program_asks_for_and_nothing_else(name):
    circuit, _ = constructed(name)
    asked = {key: entry["size"] for key, entry in generate._inputs(circuit).items()}
    given = {key: np.size(value) for key, value in inputs_of(name).items()}
    assert given == asked


@pytest.mark.parametrize("name", SITES)
def test_brian2_makes_the_contacts_that_were_drawn(name):
    circuit, layout = constructed(name)
    for pathway in layout.pathways.values():
        made = circuit.groups[pathway.name]
        assert np.array_equal(made.i[:], pathway.sources)
        assert np.array_equal(made.j[:], pathway.targets)


@pytest.mark.parametrize("name", SITES)
def test_an_electrode_reaches_the_source_of_a_plastic_projection_and_the_field_all_its_targets(name):
    circuit, layout = constructed(name)
    row = circuit.plan.table.plastic[0]
    source, target = layout.ranges[row.source], layout.ranges[row.target]
    assert np.array_equal(circuit.groups["reach"].j[:], np.arange(source.first, source.end))
    for name in ("pickup", "spill"):
        assert np.array_equal(circuit.groups[name].i[:], np.arange(target.first, target.end))


def test_each_region_hands_its_tones_to_its_own_cells_and_sees_their_release_alone():
    circuit, layout = constructed(WHOLE)
    spilled, bathed = circuit.groups["spill"], circuit.groups["bath_of_medium_spiny"]
    for number, nucleus in enumerate(circuit.plan.table.striatal):
        (row,) = [row for row in circuit.plan.table.of_nucleus(nucleus) if row.cell == "medium_spiny"]
        cells = np.arange(layout.number("medium_spiny"))[layout.ranges[row.name].cells]
        assert np.array_equal(spilled.i[:][spilled.j[:] == number], cells)
        assert np.array_equal(bathed.j[:][bathed.i[:] == number], cells)


def test_a_preset_and_the_sites_in_it_are_one_program():
    names = ("corticoaccumbens", "PL->NAc core", "NAc core")
    assert {plan(name).name for name in names} == {"PL->NAc core"}
    assert all(plan(name).table == plan("corticoaccumbens").table for name in names)
    assert plan("NAc shell").name == "IL->NAc shell" != plan("hippocampus->NAc shell").name


def test_a_site_without_plastic_contacts_is_refused():
    with pytest.raises(ValueError, match="no plastic projection 'PL->MD'; there are: PL->NAc core, "):
        plan("PL->MD")


def test_a_slice_has_no_background_and_an_awake_animal_no_up_and_down_states():
    anaesthetised, awake, slice_ = (
        inputs_for([0.1], 0.2, scale=SMALLEST, state=state) for state in ("anaesthetised", "awake", "slice")
    )
    assert anaesthetised["medium_spiny.up_drive"] > anaesthetised["medium_spiny.down_drive"] > 0
    assert awake["medium_spiny.up_drive"] == awake["medium_spiny.down_drive"] > 0
    for name in ("medium_spiny.up_drive", "medium_spiny.drive_deviation", "pyramidal.background_drive"):
        assert np.all(awake[name] > 0) and np.all(slice_[name] == 0)
    assert anaesthetised.keys() == awake.keys() == slice_.keys()
