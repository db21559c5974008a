"""Currents made by hand give back what was put into them."""

import numpy as np
import pytest

from results.measures.currents import Sigmoid, ampa_nmda, fit_sigmoid, miniature, miniature_currents
from results.recording import Trace

STEP = 0.5e-3


def events(times: np.ndarray, sizes: np.ndarray, duration: float, decay: float = 6e-3) -> np.ndarray:
    """An inward current of events that rise at once and decay."""
    time = STEP * np.arange(round(duration / STEP))
    current = np.zeros(time.size)
    for at, size in zip(times, sizes, strict=True):
        since = time - at
        current -= np.where(since >= -STEP / 2, size * np.exp(-np.clip(since, 0, None) / decay), 0.0)
    return current


def test_every_miniature_current_is_found_with_its_size():
    times, sizes = np.array([0.1, 0.25, 0.4, 0.9]), np.array([20.0, 35.0, 50.0, 20.0])
    found, amplitudes = miniature_currents(events(times, sizes, 1.0), STEP)
    assert found == pytest.approx(times) and amplitudes == pytest.approx(sizes)


def test_an_event_on_the_tail_of_another_counts_with_its_own_size():
    found, amplitudes = miniature_currents(events(np.array([0.1, 0.104]), np.array([20.0, 40.0]), 0.3), STEP)
    assert len(found) == 2
    assert amplitudes == pytest.approx([20.0, 40.0], abs=2.5)


def test_what_stands_out_less_than_the_threshold_is_not_counted():
    noise = np.random.default_rng(1).normal(0, 0.4, 4000)
    current = events(np.array([0.5, 1.0]), np.array([30.0, 1.5]), 2.0) + noise
    assert len(miniature_currents(current, STEP)[0]) == 1


def test_frequency_is_per_cell_and_second():
    one = events(np.arange(1, 6) * 0.3, np.full(5, 25.0), 2.0)
    found = miniature(np.stack([one, np.zeros_like(one)]), STEP)
    assert found["mepsc_frequency"].value == pytest.approx(5 / 4)
    assert found["mepsc_amplitude"].value == pytest.approx(25.0)
    assert list(miniature(np.zeros((2, 100)), STEP)) == ["mepsc_frequency"]


def test_a_sigmoid_is_recovered_from_its_own_points():
    true = Sigmoid(800.0, 0.35, 0.12)
    strength = np.linspace(0.05, 1.0, 10)
    noise = np.random.default_rng(2).normal(0, 5, 10)
    found = fit_sigmoid(strength, true(strength))
    assert (found.maximum, found.half, found.width) == pytest.approx((800.0, 0.35, 0.12), rel=1e-4)
    noisy = fit_sigmoid(strength, true(strength) + noise)
    assert noisy.half == pytest.approx(0.35, rel=0.05) and noisy.maximum == pytest.approx(800, rel=0.05)


def test_what_is_no_input_output_curve_is_refused():
    with pytest.raises(ValueError, match="four points"):
        fit_sigmoid(np.arange(3.0), np.arange(3.0))
    with pytest.raises(ValueError, match="does not rise"):
        fit_sigmoid(np.arange(5.0), -np.arange(5.0))


def currents(peak: float, late: float) -> Trace:
    """A fast component that peaks 3 ms after its start and a slow one of 160 ms, both from 6 ms after the pulse."""
    time = -0.01 + STEP * np.arange(240)
    since = np.clip(time - 0.006, 0, None)
    data = peak * since / 3e-3 * np.exp(1 - since / 3e-3)
    data = data + np.where(since > 0, late * np.exp(-since / 0.16), 0.0)
    return Trace(np.tile(data, (3, 1)), time[0], STEP, "pA", np.arange(3.0))


def test_ampa_is_the_peak_at_rest_and_nmda_the_late_current_depolarised():
    found = ampa_nmda(currents(-300.0, 0.0), currents(170.0, 100.0), delay=0.05)
    assert found["ampa_current"].value == pytest.approx(300, rel=0.02)  # averaged over a millisecond
    assert found["nmda_current"].value == pytest.approx(100 * np.exp(-0.044 / 0.16), rel=0.02)
    assert found["ampa_nmda_ratio"].unit == "1"
    with pytest.raises(ValueError, match="not both positive"):
        ampa_nmda(currents(-300.0, 0.0), currents(-170.0, -100.0), delay=0.05)
    with pytest.raises(ValueError, match="end before"):
        ampa_nmda(currents(-300.0, 0.0), currents(170.0, 100.0), delay=0.5)
