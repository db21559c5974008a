"""What cues are worth, in the session alone: pairings, cues without reward, and the percept."""

import numpy as np
import pytest
from operant import session

from circuit.apparatus.cue_value import CueLearning

pytestmark = pytest.mark.usefixtures("numpy_target")
OWN = CueLearning()


@pytest.mark.parametrize(
    ("value", "brought"), [("cue_value", {"contingent_cue": 1, "unit_dose": 0.5}), ("food_cue_value", {"food": 1})]
)
def test_each_pairing_with_a_reward_adds_a_share_of_what_is_missing(value, brought):
    found = session(60, 0, cue_value=0.3, **brought)
    assert found.rewards[0] > 3
    wanted = 1 - 0.7 * np.exp(-OWN.growth * found.rewards[0])
    other = {"cue_value": "food_cue_value", "food_cue_value": "cue_value"}[value]
    assert getattr(found, value)[0] == pytest.approx(wanted)
    assert getattr(found, other)[0] == pytest.approx(0.3)


def test_each_cue_without_reward_takes_a_share_away():
    found = session(60, 0, cue_value=0.8, contingent_cue=1)
    assert found.state("active")[0] > 3
    assert found.cue_value[0] == pytest.approx(0.8 * np.exp(-OWN.fall * found.state("active")[0]))


def test_presses_that_bring_no_cue_leave_its_value():
    found = session(60, 0, cue_value=0.8)
    assert found.state("active")[0] > 3 and found.cue_value[0] == pytest.approx(0.8)


@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
def test_a_cue_is_perceived_as_far_as_it_has_value(value):
    found = session(0, 0, cue_value=value, contingent_cue=1, food_cue_shown=1, until=0.2)
    assert found.cue[0] == pytest.approx(value) and found.food_cue[0] == pytest.approx(value)
