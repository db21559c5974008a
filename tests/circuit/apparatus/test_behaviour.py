"""The decision stage alone, without the network: rates of pressing from the motor output."""

import pytest
from brian2 import Hz, NeuronGroup
from operant import session

from circuit.apparatus import operant_box

pytestmark = pytest.mark.usefixtures("numpy_target")


def pressing(group: NeuronGroup) -> tuple[float, float]:
    return float(group.pressing_active[0] / Hz) * 60, float(group.pressing_inactive[0] / Hz) * 60


@pytest.mark.parametrize(("active", "inactive"), [(5.0, 5.0), (23.0, 0.0), (30.0, 30.0), (60.0, 20.0)])
def test_presses_follow_the_closed_form(active, inactive):
    own = operant_box.Behaviour()
    n, half = own.motor_exponent, own.motor_half
    total = active**n + inactive**n + half**n
    wanted = [own.exploration + own.vigour * rate**n / total for rate in (active, inactive)]
    assert pressing(session(active, inactive)) == pytest.approx(wanted, rel=1e-6)


def test_an_animal_presses_one_lever_at_a_time():
    alone, both = pressing(session(40, 0)), pressing(session(40, 40))
    assert both[0] == pytest.approx(both[1]) and sum(both) < 1.1 * sum(alone)


def test_cocaine_on_board_satiates_and_levers_that_are_in_are_not_pressed():
    own = operant_box.Behaviour()
    assert pressing(session(40, 0, brain=own.satiety))[0] == pytest.approx(pressing(session(40, 0))[0] / 2, rel=1e-3)
    assert pressing(session(40, 0, lever=0)) == (0.0, 0.0)


def test_a_drug_that_drives_dopamine_cells_satiates_by_the_rise_it_calls_for():
    free, blocking = session(40, 0), session(40, 0, brain=2.0)
    driving = session(40, 0, brain=2.0, drive=1.5)  # half of that much at its potency is 1, of 2 uM 2/3
    assert float(driving.driven[0]) == pytest.approx(1.0)
    assert pressing(driving)[0] < pressing(blocking)[0] < pressing(free)[0]


def test_a_press_without_drug_or_food_brings_nothing():
    assert session(60, 0).rewards[0] == 0 < session(60, 0, food=1).rewards[0]
    assert session(60, 0, unit_dose=0.5).intake[0] > 0


def test_presses_that_are_called_for_are_the_rate_times_the_minutes_whatever_chance_makes_of_them():
    one, other = session(23, 5, minutes=10), session(23, 5, minutes=10)
    assert float(one.expected[0]) == float(other.expected[0]) == pytest.approx(10 * pressing(one)[0], rel=1e-6)
