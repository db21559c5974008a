"""Spillover: NMDA receptors outside synapses and mGluR5 feel what GLT-1 guards."""

from __future__ import annotations

from dataclasses import replace

import brian2 as b2
import numpy as np
import pytest

from circuit.cells.neurons import MEDIUM_SPINY, MediumSpiny
from circuit.parameters import ModelParameters
from synapses import endocannabinoid
from synapses.adaptation import Tissue
from synapses.homeostasis import steady_state
from synapses.parameters import declarations
from synapses.pharmacology import Exposure
from synapses.receptors import Receptors, magnesium_unblocked
from synapses.spillover import EQUATIONS, Spillover, occupancy, open_outside

OWN = ModelParameters.shipped()
NAIVE = Tissue()


def rest(state: Tissue = NAIVE, own: ModelParameters = OWN):
    return steady_state(state, Exposure(), own.homeostasis, own.tone, own.release)


@pytest.mark.usefixtures("numpy_target")
def test_a_level_that_lasts_opens_in_the_network_what_it_opens_in_closed_form():
    levels = np.array([0.1, 0.4, 2.9, 30.0])
    space = b2.NeuronGroup(
        4, EQUATIONS + "perisynaptic : mmolar\n" + declarations(Spillover), dt=1 * b2.ms, method="euler"
    )
    for name, value in Spillover().quantities().items():
        setattr(space, name, value)
    space.perisynaptic = levels * 1e-3 * b2.mmolar
    b2.Network(space).run(2 * b2.second)
    assert np.asarray(space.extrasynaptic_bound) == pytest.approx(occupancy(levels, Spillover()), rel=1e-4)
    assert np.asarray(space.g_extrasynaptic) * 1e9 == pytest.approx(open_outside(levels, Spillover()), rel=1e-4)


def test_half_of_the_receptors_are_bound_at_their_half_value():
    assert occupancy(Spillover().nmda_half, Spillover()) == pytest.approx(0.5)
    assert occupancy(0.0, Spillover()) == 0


def test_at_rest_a_naive_animals_spill_opens_a_few_per_cent_of_the_drive_of_its_cells():
    cell = OWN.medium_spiny
    drive = cell.up_fraction * cell.up_drive + (1 - cell.up_fraction) * cell.down_drive
    opened = open_outside(rest().perisynaptic, OWN.spillover) * magnesium_unblocked(-63.0)  # the up state
    assert 0.02 < opened / drive < 0.07


def test_less_glt1_opens_more_nmda_receptors_and_raises_mglur5_tone_at_the_same_extrasynaptic_level():
    whole, half = rest(), rest(replace(NAIVE, glt1=0.5))
    assert half.extrasynaptic == pytest.approx(whole.extrasynaptic, rel=0.02)
    assert open_outside(half.perisynaptic, OWN.spillover) > 1.5 * open_outside(whole.perisynaptic, OWN.spillover)
    assert half.mglur5_tone > 1.02 * whole.mglur5_tone
    deaf = OWN.with_values({"tone.mglur5_perisynaptic": 0.0})
    assert rest(replace(NAIVE, glt1=0.5), deaf).mglur5_tone == pytest.approx(rest(NAIVE, deaf).mglur5_tone, rel=0.02)


@pytest.mark.usefixtures("numpy_target")
def test_ap5_takes_the_current_that_spill_opens_and_magnesium_most_of_it_at_rest():
    cells = b2.NeuronGroup(
        3, MEDIUM_SPINY + declarations(MediumSpiny, Receptors, endocannabinoid.Endocannabinoid), method="euler"
    )
    for group in (MediumSpiny(), Receptors(), endocannabinoid.Endocannabinoid()):
        for name, value in group.quantities().items():
            setattr(cells, name, value)
    cells.v = np.array([-80.0, -50.0, -50.0]) * b2.mV
    cells.release_window = 20 * b2.ms
    cells.sodium_available, cells.nmda_available = 1, np.array([1, 1, 0])
    network = b2.Network(cells)
    raised = step(network, cells, 2.0) - step(network, cells, 0.0)
    assert raised[1] > raised[0] > 0 == raised[2]


def step(network, cells, opened):
    """Potentials after a step in which spill holds a conductance open, nS; the cells are put back first."""
    cells.v = np.array([-80.0, -50.0, -50.0]) * b2.mV
    cells.u = 0 * b2.pA
    cells.g_extrasynaptic = opened * b2.nS
    network.run(b2.defaultclock.dt)
    return np.asarray(cells.v).copy()
