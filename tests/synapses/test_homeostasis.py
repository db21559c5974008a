"""Glutamate pools at rest: the balance closes, each source does its share, each drug needs its receptor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from synapses.adaptation import Tissue
from synapses.homeostasis import (
    Homeostasis,
    cleft_peak,
    exchange,
    extrasynaptic_flows,
    perisynaptic_flows,
    perisynaptic_level,
    steady_state,
)
from synapses.pharmacology import Dosing, Exposure, exposure
from synapses.release import Release
from synapses.tone import Tone

NAIVE = Tissue()
PARAMETERS = (Homeostasis(), Tone(), Release())


def rest(state: Tissue = NAIVE, **effects: float):
    return steady_state(state, Exposure(**effects), *PARAMETERS)


def drugged(*dosings: Dosing) -> Exposure:
    found = exposure(dosings, [0.0])
    return Exposure(**{name: float(value[0]) for name, value in vars(found).items()})


@settings(max_examples=40)
@given(xct=st.floats(0.05, 3), glt1=st.floats(0.05, 3), drive=st.floats(0.3, 1.3), cystine=st.floats(0.1, 20))
def test_supply_balances_clearance_for_any_animal(xct, glt1, drive, cystine):
    state, taken = Tissue(xct=xct, glt1=glt1, drive=drive), Exposure(cystine_factor=cystine)
    homeostasis, tone, release = PARAMETERS
    steady = steady_state(state, taken, homeostasis, tone, release)
    outer = extrasynaptic_flows(
        steady.extrasynaptic, steady.perisynaptic, steady.mglur23_tone, steady.release_rate, state, taken, homeostasis
    )
    inner = perisynaptic_flows(
        steady.extrasynaptic, steady.perisynaptic, steady.release_rate, state, taken, homeostasis
    )
    for flows in (outer, inner):
        assert abs(sum(flows.values())) < 1e-6 * max(map(abs, flows.values()))
    handed_over = -outer["to the perisynaptic space"]
    assert inner["from the extrasynaptic space"] * homeostasis.volume_ratio == pytest.approx(handed_over, rel=1e-6)


def test_mass_is_kept_through_a_transient():
    """The equations of the network, with every flow counted: what came in and did not leave is there.

    Each glutamate that xc- exported is a cystine that it took up.
    """
    homeostasis = PARAMETERS[0]
    taken = Exposure(cystine_factor=3.0, uptake_inhibitor=0.5)

    def slope(time: float, y: np.ndarray) -> np.ndarray:
        bursting = 3.0 * (1 + np.sin(time))  # releases a second and contact
        levels = y[0], y[1]
        outer = extrasynaptic_flows(*levels, 0.4, bursting, NAIVE, taken, homeostasis)
        inner = perisynaptic_flows(*levels, bursting, NAIVE, taken, homeostasis)
        return np.array([sum(outer.values()), sum(inner.values()), *outer.values(), *inner.values()])

    start = np.concatenate([[rest().extrasynaptic, rest().perisynaptic], np.zeros(12)])
    end = solve_ivp(slope, (0, 30), start, method="LSODA", rtol=1e-9, atol=1e-9).y[:, -1]
    outer, inner = end[2:11], end[11:]
    assert end[0] - start[0] == pytest.approx(outer.sum(), rel=1e-6)
    assert end[1] - start[1] == pytest.approx(inner.sum(), rel=1e-6, abs=1e-6)
    whole = (end[0] - start[0]) + homeostasis.volume_ratio * (end[1] - start[1])
    moved = outer[:-1].sum() + homeostasis.volume_ratio * inner[1:].sum()
    assert whole == pytest.approx(moved, rel=1e-6)  # what crosses between the pools leaves one and enters the other
    exported = exchange(0.4, NAIVE, taken, homeostasis) * 30
    assert outer[0] == pytest.approx(exported, rel=1e-6)


def test_perisynaptic_level_without_uptake_is_that_of_supply_alone():
    homeostasis = Homeostasis(glt1_maximum=0.0)
    k = homeostasis.coupling / homeostasis.volume_ratio
    level = perisynaptic_level(2.0, 0.3, NAIVE, Exposure(), homeostasis)
    assert level == pytest.approx(2.0 + homeostasis.spillover * 0.3 / k)


def test_exchange_is_linear_in_cystine_far_below_its_km():
    homeostasis = PARAMETERS[0]
    once, twice = (exchange(0.4, NAIVE, Exposure(cystine_factor=f), homeostasis) for f in (1.0, 2.0))
    assert twice / once == pytest.approx(2, rel=0.01)


def test_naive_glutamate_is_between_one_and_five_micromolar():
    assert 1 <= rest().extrasynaptic <= 5


def test_exchange_supplies_about_three_fifths_of_basal_glutamate():
    at_the_probe = drugged(Dosing("(S)-4-CPG", -3600.0, concentration=50.0))
    blocked = steady_state(NAIVE, at_the_probe, *PARAMETERS).extrasynaptic
    assert 1 - blocked / rest().extrasynaptic == pytest.approx(0.60, abs=0.06)


def test_blocking_spikes_costs_less_than_a_third_of_basal_glutamate():
    assert 0 <= 1 - rest(sodium_available=0.0).extrasynaptic / rest().extrasynaptic <= 0.30


def test_losing_exchange_lowers_glutamate_even_when_uptake_is_lost_too():
    both = rest(Tissue(xct=0.4, glt1=0.6)).extrasynaptic
    assert both < 0.8 * rest().extrasynaptic


def test_cleft_is_below_twenty_nanomolar_at_rest_and_above_one_millimolar_at_a_release():
    assert rest().cleft < 0.020
    assert cleft_peak(PARAMETERS[0]) > 1.0


def test_mglur23_antagonist_raises_glutamate_through_exchange_only():
    raised = rest(mglur23_antagonist=1e4).extrasynaptic / rest().extrasynaptic
    blocked = rest(mglur23_antagonist=1e4, xc_inhibitor=1e6).extrasynaptic / rest(xc_inhibitor=1e6).extrasynaptic
    assert raised > 1.05
    assert blocked - 1 < 0.5 * (raised - 1)


def test_nac_without_exchange_does_nothing():
    taken = drugged(Dosing("NAC", -9000.0, dose=100.0), Dosing("(S)-4-CPG", -3600.0, concentration=1e6))
    without = drugged(Dosing("(S)-4-CPG", -3600.0, concentration=1e6))
    levels = [steady_state(NAIVE, e, *PARAMETERS).extrasynaptic for e in (taken, without)]
    assert levels[0] == pytest.approx(levels[1], rel=1e-3)


def test_antagonist_without_its_receptor_does_nothing():
    deaf = Tissue(mglur23=0.0, mglur5=0.0)
    with_drugs = steady_state(deaf, Exposure(mglur23_antagonist=1e4, mglur5_antagonist=1e4), *PARAMETERS)
    assert with_drugs == steady_state(deaf, Exposure(), *PARAMETERS)


def test_tone_may_be_read_behind_glt1():
    near = steady_state(NAIVE, Exposure(), Homeostasis(), Tone(site="perisynaptic", mglur23_half=0.5), Release())
    assert 0 < near.mglur23_tone < 1
    assert np.isfinite(near.extrasynaptic)
