"""Treatments in naive and in withdrawn animals, in closed form: glutamate that uptake clears, release without a cliff.

What a tetanus can add is the closed-form expectation p(A, P = 1)/p(A, 0).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from circuit.parameters import ModelParameters
from protocols.animals.rest import at_rest
from protocols.experiments.experiment import load
from synapses.adaptation import Tissue
from synapses.homeostasis import SteadyState, extrasynaptic_flows, steady_state
from synapses.pharmacology import Dosing, Exposure, at_start, exposure
from synapses.plasticity import depression_gate
from synapses.regions import CORE
from synapses.release import release_probability

OWN = ModelParameters.shipped()
CYSTINE = np.geomspace(0.1, 20, 60)  # uM, perfused or bathed
SLICE = OWN.with_values(
    {"homeostasis.cystine": 0.01, "homeostasis.resting_rate": 0.0, "homeostasis.other_afferents": 0.0}
)
"""As the experiment `release_and_ratio` has it."""


@cache
def withdrawn() -> Tissue:
    group = load("moussawi2009").group_named("cocaine")
    return at_rest(group, float(group.days), OWN).state.at(CORE)


STATES = {"naive": Tissue, "withdrawn": withdrawn}


def on_board(dosings: tuple[Dosing, ...], own: ModelParameters) -> Exposure:
    return at_start(exposure(dosings, np.array([0.0, 1.0]), own.homeostasis.cystine))


def treated(state: Tissue, *dosings: Dosing, own: ModelParameters = OWN) -> SteadyState:
    return steady_state(state, on_board(dosings, own), own.homeostasis, own.tone, own.release)


def with_cystine(state: Tissue, own: ModelParameters = OWN) -> list[SteadyState]:
    return [treated(state, Dosing("cystine", -3600.0, concentration=c), own=own) for c in CYSTINE]


def gain(steady: SteadyState) -> float:
    """LTP that full potentiation would give, relative to no change."""
    raised, plain = (release_probability(steady.camp, p, OWN.release) for p in (1.0, 0.0))
    return float(raised / plain)


@pytest.mark.parametrize("own", [OWN, SLICE], ids=["in vivo", "slice"])
@pytest.mark.parametrize("state", STATES)
def test_cystine_over_a_range_of_two_hundred_lowers_release_without_a_cliff_and_never_to_nothing(state, own):
    found = with_cystine(STATES[state](), own)
    release = np.array([each.release_probability for each in found])
    assert np.all(np.diff(release) < 0)
    assert release[-1] >= own.release.floor_share * own.release.maximum
    assert np.max(-np.diff(np.log(release))) < 0.2  # a step of 9 % in cystine
    assert np.all(np.diff([each.extrasynaptic for each in found]) > 0)


@pytest.mark.parametrize("own", [OWN, SLICE], ids=["in vivo", "slice"])
@pytest.mark.parametrize("state", STATES)
def test_uptake_clears_what_exchange_supplies_at_any_cystine(state, own):
    state = STATES[state]()
    for level, steady in zip(CYSTINE, with_cystine(state, own), strict=True):
        drugs = on_board((Dosing("cystine", -3600.0, concentration=level),), own)
        flows = extrasynaptic_flows(
            steady.extrasynaptic, steady.perisynaptic, steady.mglur23_tone, steady.release_rate, state, drugs,
            own.homeostasis,
        )  # fmt: skip
        assert sum(flow for flow in flows.values() if flow > 0) < own.homeostasis.uptake_maximum
        assert steady.extrasynaptic < 60  # uM; 177 uM at 5 uM of cystine before mGluR2/3 held exchange back


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "drug, doses",
    [("NAC", (10, 30, 60, 100, 200, 300)), ("LY379268", (0.03, 0.1, 0.3, 1, 3)), ("LY341495", (0.1, 0.3, 1, 3))],
)
def test_release_follows_any_dose_monotonically_and_what_a_tetanus_adds_stays_bounded(state, drug, doses):
    found = [treated(STATES[state](), Dosing(drug, -3600.0, dose=dose)) for dose in doses]
    release = np.array([each.release_probability for each in found])
    assert np.all(np.diff(release) * (-1 if drug != "LY341495" else 1) > -1e-12)
    assert all(0.99 < gain(each) < 1.75 for each in found)


def test_naive_animals_keep_ltp_and_an_open_gate_on_ltd_under_nac():
    given = treated(Tissue(), Dosing("NAC", -9000.0, dose=100.0))
    assert 0.9 < gain(given) < 1.75
    assert depression_gate(given.mglur5_tone, OWN.plasticity) > 0.5


def test_an_agonist_of_mglur23_is_graded_between_a_tenth_of_a_milligram_and_one():
    plain = treated(Tissue()).release_probability
    weak, strong = (
        treated(Tissue(), Dosing("LY379268", -1800.0, dose=d)).release_probability / plain for d in (0.1, 1.0)
    )
    assert 0.6 < weak < 0.9 and 0.35 < strong < 0.6


def test_the_donor_brings_no_more_glutamate_where_there_is_more_exchange():
    dose = Dosing("NAC", -9000.0, dose=100.0)
    rises = [treated(state, dose).extrasynaptic - treated(state).extrasynaptic for state in (Tissue(), withdrawn())]
    assert rises[0] < 1.1 * rises[1]
