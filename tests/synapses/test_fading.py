"""Depression fades between days at contacts of D1 cells, to what they kept, and nothing else does."""

import numpy as np
import pytest

from synapses.dopamine import Learning
from synapses.fading import faded, kept_after

OWN = Learning()
D1 = np.array([True, True, True, False])
KEPT = np.array([2.0, 2.0, 1.0, 2.0])
NOW = np.array([1.0, 2.0, 1.4, 1.0])  # depressed, as trained, above what it kept, depressed in a D2 cell


def test_depression_of_d1_contacts_fades_as_the_closed_form_says():
    later = faded(NOW, KEPT, D1, OWN.fading_time, OWN)
    assert later == pytest.approx([2 - np.exp(-1), 2.0, 1.4, 1.0])


def test_days_one_by_one_give_what_they_give_at_once():
    step = NOW
    for _ in range(21):
        step = faded(step, KEPT, D1, 1, OWN)
    assert step == pytest.approx(faded(NOW, KEPT, D1, 21, OWN))


def test_half_of_what_extinction_took_is_back_after_three_weeks():
    back = faded(np.array([1.0]), np.array([2.0]), np.array([True]), 21, OWN)[0] - 1
    assert 0.4 < back < 0.8


def test_a_contact_keeps_the_highest_efficacy_that_it_had():
    assert kept_after(NOW, KEPT) == pytest.approx([2.0, 2.0, 1.4, 2.0])
