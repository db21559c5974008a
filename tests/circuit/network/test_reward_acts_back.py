"""Receptors, tolerance and the set point of days act on the awake network as far as `Dopamine.acting_back` says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.oracles import naive_body
from circuit.network.inputs import Weights
from circuit.network.session_inputs import session_inputs
from circuit.parameters import ModelParameters
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import WHOLE, plan
from protocols.animals.sessions import in_the_box
from synapses.adaptation import AdaptedState

DAYS = AdaptedState(d1=0.9, d2=0.8, tolerance=0.5, set_point=0.4)


@pytest.fixture(scope="module")
def inputs():
    """Inputs of a session, for an animal that days left in a state, acting back by a share."""
    whole = plan(WHOLE)
    layout = lay_out(whole.table, 0.05, 1)
    body = naive_body(whole.table.striatal, ModelParameters())

    def given(state: AdaptedState, acting: float):
        own = ModelParameters().with_values({"dopamine.acting_back": acting})
        stage = in_the_box(2, 12, context_a=1, unit_dose=0.5)
        return layout, session_inputs(whole, layout, own, replace(body, state=state), Weights.naive(layout), stage)

    return given


def test_by_default_all_of_it_acts_back(inputs) -> None:
    assert ModelParameters().dopamine.acting_back == 1


def test_at_a_share_of_nothing_days_leave_the_inputs_alone(inputs) -> None:
    _, naive = inputs(AdaptedState(), 0.0)
    _, after = inputs(DAYS, 0.0)
    assert naive.keys() == after.keys()
    for name, value in naive.items():
        np.testing.assert_array_equal(value, after[name], err_msg=name)


def test_receptors_are_lost_in_the_striatum_alone(inputs) -> None:
    layout, found = inputs(DAYS, 1.0)
    for place, field in enumerate(2 * list(layout.wiring.fields)):
        for receptor, left in (("d1", 0.9), ("d2", 0.8)):
            wanted = 1.0 if field == "prefrontal" else left
            assert found[f"dopamine_level.{receptor}_available"][place] == pytest.approx(wanted), field


@pytest.mark.parametrize("acting", [0.5, 1.0])
def test_tolerance_blunts_drug_and_reward_and_the_set_point_delays_satiety(inputs, acting: float) -> None:
    own = ModelParameters().reward
    left, later = 1 - acting * own.tolerance_gain * 0.5, 1 + acting * 0.4
    (_, before), (_, after) = inputs(DAYS, 0.0), inputs(DAYS, acting)
    assert after["session.uptake_potency"] == pytest.approx(before["session.uptake_potency"] / left)
    assert after["session.satiety"] == pytest.approx(later * before["session.satiety"])
    moved = {name for name in before if not np.array_equal(before[name], after[name])}
    assert moved == {
        "dopamine_level.acting_back",  # the parameter itself
        "session.uptake_potency",
        "session.satiety",
        "dopamine_level.d1_available",
        "dopamine_level.d2_available",
        "dopamine.stimulated",
    }
    np.testing.assert_allclose(after["dopamine.stimulated"], left * np.asarray(before["dopamine.stimulated"]))
