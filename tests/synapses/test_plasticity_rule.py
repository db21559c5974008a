"""The event-driven calcium rule against its closed forms and against plain integration in small steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circuit.parameters import ModelParameters
from synapses.adaptation import Tissue
from synapses.homeostasis import steady_state
from synapses.pharmacology import Exposure
from synapses.plasticity import DEPRESSION_GATE, Plasticity, depression_gate, time_above
from synapses.receptors import magnesium_unblocked
from synapses.release import Release, release_probability
from synapses.tone import camp_drive


@given(calcium=st.floats(0, 50), threshold=st.floats(0.1, 5), decay=st.floats(1, 200), elapsed=st.floats(0, 1000))
def test_time_above_threshold_is_that_of_the_exponential(calcium, threshold, decay, elapsed):
    found = float(time_above(calcium, threshold, decay, elapsed))
    assert 0 <= found <= elapsed
    if 1e-6 < found < elapsed:
        assert calcium * np.exp(-found / decay) == pytest.approx(threshold, rel=1e-6)


def test_time_above_threshold_agrees_with_counting_steps():
    step, decay = 1e-3, 30.0
    for calcium in (0.5, 1.2, 4.0):
        trace = calcium * np.exp(-np.arange(0, 200, step) / decay)
        assert time_above(calcium, 1.0, decay, 200.0) == pytest.approx((trace > 1).sum() * step, abs=2 * step)


def test_release_probability_saturates_so_that_potentiation_is_occluded():
    release = ModelParameters.shipped().release
    gains = [release_probability(a, 1.0, release) / release_probability(a, 0.0, release) for a in (0.5, 0.8, 1.0)]
    assert gains[0] > 1.3 > gains[1] > gains[2] > 1
    assert release_probability(10.0, 1.0, release) <= release.maximum


@given(camp=st.floats(0, 1), gain=st.floats(0, 1), half=st.floats(0.1, 2), floor=st.floats(0, 0.5))
def test_no_tone_takes_the_last_of_release_and_no_potentiation_passes_its_bound(camp, gain, half, floor):
    release = Release(half=half, potentiation_gain=gain, floor_share=floor)
    plain, raised = (release_probability(camp, p, release) for p in (0.0, 1.0))
    assert release.maximum >= raised >= plain >= floor * release.maximum * (1 - 1e-12)
    assert raised <= plain * (1 + gain) ** 4 * (1 + 1e-9) + 1e-12


def test_full_tone_leaves_a_third_to_a_half_of_what_a_slice_without_glutamate_releases():
    model = ModelParameters.shipped()
    bathed = model.with_values(
        {"homeostasis.cystine": 0.01, "homeostasis.resting_rate": 0.0, "homeostasis.other_afferents": 0.0}
    )
    slice_ = steady_state(Tissue(), Exposure(), bathed.homeostasis, bathed.tone, bathed.release).release_probability
    left = release_probability(camp_drive(1.0, model.tone), 0.0, model.release)
    assert 0.3 < left / slice_ < 0.5


def test_gate_on_depression_is_half_open_at_its_half_tone_and_shut_without_tone():
    rule = Plasticity()
    assert depression_gate(rule.gate_half, rule) == pytest.approx(0.5)
    assert depression_gate(0.0, rule) == 0


def test_magnesium_blocks_at_rest_and_leaves_when_depolarised():
    assert magnesium_unblocked(-80.0) < 0.03 < 0.8 < magnesium_unblocked(20.0)
    assert magnesium_unblocked(-80.0, magnesium=0.0) == 1


def test_the_gate_on_depression_is_the_same_in_closed_form_and_in_the_network():
    p, tone = Plasticity(), np.linspace(0.001, 1, 50)
    names = {"mglur5_tone": tone, "gate_exponent": p.gate_exponent, "gate_half": p.gate_half}
    assert eval(DEPRESSION_GATE, {}, names) == pytest.approx(depression_gate(tone, p), rel=1e-14)
