"""The three-factor rule at one contact, by its own text."""

from math import exp

import pytest

from synapses.dopamine import ON_POSTSYNAPTIC_SPIKE


def marked(spikes: int, bound: float = 0.3, elapsed: float = 0.01) -> float:
    """Eligibility after some spikes of the cell, each `elapsed` s after one of the afferent that bound glutamate."""
    values = {"t": elapsed, "t_spike": 0.0, "bound": bound, "nmda_decay_post": 0.16, "eligibility": 0.0, "exp": exp}
    for _ in range(spikes):
        exec(ON_POSTSYNAPTIC_SPIKE.replace("\n    ", "\n"), values)
    return values["eligibility"]


def test_coincidences_mark_a_contact_up_to_a_limit():
    once, often = marked(1), marked(60)
    assert once == pytest.approx(0.3 * exp(-0.01 / 0.16))
    assert 1.9 * once > marked(2) > 1.5 * once  # a second one marks what the first has left
    assert 0.95 < often <= 1


def test_without_glutamate_bound_nothing_is_marked():
    assert marked(60, bound=0.0) == 0
