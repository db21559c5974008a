"""Field measures against alpha functions, whose peak and slope are known in closed form."""

import numpy as np
import pytest

from results.measures import field_response
from results.recording import Trace

TAU, DT = 5e-3, 1e-4
TIME = -0.01 + DT * np.arange(600)
SWEEPS = np.concatenate([np.arange(-600, 0, 30.0), np.arange(30, 1201, 30.0)])


def alpha(delay: float = 0.0) -> np.ndarray:
    t = np.clip(TIME - delay, 0, None) / TAU
    return t * np.exp(1 - t)


def field(size: np.ndarray, noise: float = 0.0, offset: float = -40.0) -> Trace:
    rng = np.random.default_rng(1)
    data = offset - np.asarray(size)[:, None] * alpha() + rng.normal(0, noise, (len(size), len(TIME)))
    return Trace(data, TIME[0], DT, "pA", SWEEPS[: len(size)])


def test_amplitude_is_the_peak_of_the_alpha_function_whatever_the_offset() -> None:
    for offset in (-40.0, 0.0, 12.0):
        assert field_response.field_amplitude(field(np.array([100.0, 50.0]), offset=offset)) == pytest.approx(
            [100, 50], rel=3e-3
        )


def test_slope_is_that_of_the_chord_between_a_fifth_and_four_fifths_of_the_peak() -> None:
    fine = np.linspace(0, 1, 100001)
    rise = fine * np.exp(1 - fine)
    steep = (rise >= 0.2) & (rise <= 0.8)
    expected = np.polyfit(fine[steep] * TAU * 1e3, 100 * rise[steep], 1)[0]
    assert field_response.field_slope(field(np.full(3, 100.0))) == pytest.approx(expected, rel=0.03)


def test_plasticity_recovers_a_known_change() -> None:
    trace = field(np.where(SWEEPS > 0, 130.0, 100.0))
    found = field_response.plasticity(trace)
    assert found["fepsp"].value == pytest.approx(130.0)
    assert found["fepsp_slope"].value == pytest.approx(130.0)
    assert found["fepsp"].unit == "% of baseline"
    course = field_response.time_course(trace)
    assert course.values[SWEEPS < 0] == pytest.approx(100.0) and course.values[SWEEPS > 0] == pytest.approx(130.0)


def test_noise_does_not_shift_the_change() -> None:
    found = field_response.plasticity(field(np.where(SWEEPS > 0, 130.0, 100.0), noise=15.0))
    assert found["fepsp"].value == pytest.approx(130.0, abs=5)
    assert found["fepsp_slope"].value == pytest.approx(130.0, abs=8)


def test_only_the_named_windows_count() -> None:
    size = np.full(len(SWEEPS), 500.0)
    size[(SWEEPS >= -300) & (SWEEPS < 0)] = 100.0
    size[SWEEPS >= 900] = 80.0
    assert field_response.plasticity(field(size))["fepsp"].value == pytest.approx(80.0)


def test_paired_pulse_ratio_of_two_alphas() -> None:
    gap = 0.025
    time = -0.01 + DT * np.arange(800)
    t1, t2 = np.clip(time, 0, None) / 2e-3, np.clip(time - gap, 0, None) / 2e-3
    data = -20 - 100 * t1 * np.exp(1 - t1) - 60 * t2 * np.exp(1 - t2)
    trace = Trace(np.tile(data, (4, 1)), time[0], DT, "pA", np.arange(4.0))
    assert field_response.paired_pulse_ratio(trace, gap).value == pytest.approx(0.6, abs=0.005)


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="not positive"):
        field_response.plasticity(field(np.full(len(SWEEPS), -10.0)))
    with pytest.raises(ValueError, match="no sweep between"):
        field_response.plasticity(field(np.full(5, 100.0)))
    with pytest.raises(ValueError, match="no samples before the pulse"):
        field_response.field_amplitude(Trace(np.ones((1, 100)), 0.0, DT, "pA", [0.0]))
    with pytest.raises(ValueError, match="no sweeps"):
        field_response.field_amplitude(Trace(np.ones((0, 100)), 0.0, DT, "pA", []))
