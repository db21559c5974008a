"""Stimuli compose as they are written, and the timeline compiler keeps biological time."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from circuit.clock import CLOCK_BIN
from protocols.experiments.experiment import Acceleration
from protocols.stimulation.pulses import pause, test_pulses, theta_burst, train
from protocols.stimulation.timeline import LARGEST_PERIOD, compile_timeline

lengths = st.floats(0.0, 60.0)
trains = st.builds(train, st.floats(0.5, 100.0), st.integers(1, 60))
of_tests = st.builds(test_pulses, st.floats(5.0, 30.0), lengths)
pieces = st.lists(trains | st.builds(pause, lengths) | of_tests, max_size=5)


def acceleration_of(maximum, before, after, pulse_group, uncompressed, after_induction, memory):
    """Times in s."""
    return Acceleration(
        maximum=maximum, window_before=f"{before} s", window_after=f"{after} s", pulse_group=pulse_group,
        uncompressed=uncompressed, after_induction=after_induction, induction_memory=f"{memory} s",
    )  # fmt: skip


accelerations = st.builds(
    acceleration_of,
    st.floats(1.0, 60.0),
    st.floats(0.0, 0.2),
    st.floats(0.05, 1.0),
    st.integers(1, 20),
    st.integers(0, 20),
    st.floats(1.0, 60.0),
    st.floats(0.0, 60.0),
)


def joined(parts):
    whole = pause(1.0)
    for part in parts:
        whole = whole + part
    return whole


@given(pieces)
def test_a_stimulus_is_as_long_as_its_parts(parts):
    whole = joined(parts)
    assert whole.duration == pytest.approx(1.0 + sum(part.duration for part in parts))
    assert len(whole.times) == sum(len(part.times) for part in parts)


@given(st.integers(1, 6), st.floats(0.0, 30.0), st.floats(1.0, 50.0), st.integers(1, 20))
def test_repeated_trains_start_an_interval_apart(count, extra, frequency, pulses):
    one = train(frequency, pulses)
    whole = one.repeat(count, one.duration + extra)
    assert np.allclose(whole.times[::pulses], np.arange(count) * (one.duration + extra))
    assert whole.duration == pytest.approx((count - 1) * (one.duration + extra) + one.duration)


def test_a_theta_burst_has_its_bursts_at_the_theta_rate():
    burst = theta_burst(100.0, 4, 10, 5.0)
    assert len(burst.times) == 40 and burst.duration == pytest.approx(2.0)
    assert np.allclose(np.diff(burst.times[::4]), 0.2)


def test_at_once_keeps_the_order_and_the_longer_duration():
    both = train(10.0, 3) & (pause(0.05) + test_pulses(1.0, 2.0))
    assert np.all(np.diff(both.times) > 0) and both.duration == pytest.approx(2.05)
    assert both.test.sum() == 2


@given(pieces, accelerations)
def test_the_biological_clock_is_continuous_and_never_stands(parts, acceleration):
    plan = compile_timeline(joined(parts), acceleration)
    rate, offset = plan.timeline.rate, plan.timeline.offset
    borders = np.arange(1, len(rate)) * CLOCK_BIN
    assert np.allclose(offset[:-1] + rate[:-1] * borders, offset[1:] + rate[1:] * borders, atol=1e-6)
    assert np.all(rate > 0)
    assert plan.timeline.duration == pytest.approx(len(rate) * CLOCK_BIN)


@given(pieces, accelerations)
def test_every_simulated_pulse_lies_at_its_biological_time(parts, acceleration):
    whole = joined(parts)
    plan = compile_timeline(whole, acceleration)
    assert np.allclose(plan.to_biological(plan.timeline.pulses), plan.biological, atol=1e-6)
    tests = plan.biological[plan.test]
    assert np.allclose(tests, whole.times[whole.test], atol=1e-9)


@given(pieces, accelerations)
def test_the_biological_clock_ends_where_the_protocol_does(parts, acceleration):
    whole = joined(parts)
    plan = compile_timeline(whole, acceleration)
    end = plan.timeline.offset[-1] + plan.timeline.rate[-1] * plan.timeline.duration
    # The full-rate window of a last pulse, after the pulses that it stands for, may reach past the end.
    periods = np.diff(whole.times)
    joins = max(acceleration.window_before.si + acceleration.window_after.si, LARGEST_PERIOD)
    period = periods[-1] if len(periods) and periods[-1] <= joins else 0.0
    last = whole.times[-1] + period + acceleration.window_after.si if len(whole.times) else 0.0
    assert whole.duration - 1e-6 <= end <= max(whole.duration, last) + 2 * CLOCK_BIN


@example([train(1.0, 8)], acceleration_of(2.0, 0.0, 1.0, 4, 0, 1.0, 0.0))
@given(pieces, accelerations)
def test_every_pulse_of_the_protocol_is_simulated_or_stood_for(parts, acceleration):
    """Simulated pulses count, in biological time, as many pulses as the protocol has."""
    whole = joined(parts)
    plan = compile_timeline(whole, acceleration)
    if len(plan.biological) == len(whole.times):
        assert np.allclose(plan.biological, whole.times, atol=CLOCK_BIN + 1e-9)
    # Pulses whose windows touch are one train, so a window longer than `LARGEST_PERIOD` lets periods be as long.
    period = max(acceleration.window_before.si + acceleration.window_after.si, LARGEST_PERIOD)
    for at in whole.times:  # a thinned train leaves no stretch of more than k periods without a pulse
        assert np.min(np.abs(plan.biological - at)) <= acceleration.pulse_group * period


@given(pieces, accelerations)
def test_the_background_never_runs_faster_than_allowed(parts, acceleration):
    whole = joined(parts)
    plan = compile_timeline(whole, acceleration)
    rate = plan.timeline.rate
    assert np.all(rate <= max(acceleration.maximum, acceleration.pulse_group) + 1e-6)
    begins = plan.timeline.offset + rate * CLOCK_BIN * np.arange(len(rate))
    for at in whole.times[~whole.test]:
        soon = (begins >= at - 1e-6) & (begins + rate * CLOCK_BIN <= at + acceleration.induction_memory.si)
        assert np.all(rate[soon] <= max(acceleration.after_induction, acceleration.pulse_group) + 1e-6)


@given(pieces, accelerations)
def test_every_pulse_lies_in_a_window_and_the_background_between_windows_in_none(parts, acceleration):
    plan = compile_timeline(joined(parts), acceleration)
    window, rate = plan.timeline.window, plan.timeline.rate
    if acceleration.maximum == 1:
        assert not window.any()
        return
    pulses = np.minimum((plan.timeline.pulses / CLOCK_BIN + 1e-6).astype(int), len(window) - 1)
    assert np.all(window[pulses])
    assert np.all(rate[window] <= max(acceleration.pulse_group, 1) + 1e-6)
    assert not window.any() or len(pulses)


@given(pieces)
def test_without_acceleration_the_protocol_is_reproduced_exactly(parts):
    whole = joined(parts)
    plan = compile_timeline(whole, Acceleration(maximum=1.0), lead=1.0)
    assert np.array_equal(plan.timeline.pulses, whole.times) and np.array_equal(plan.biological, whole.times)
    assert np.array_equal(plan.test, whole.test)
    assert np.allclose(plan.timeline.rate, 1, rtol=1e-12) and np.allclose(plan.timeline.offset, 0, atol=1e-9)
    assert whole.duration - 1e-6 <= plan.timeline.duration <= whole.duration + CLOCK_BIN + 1e-6


def test_the_experiment_of_moussawi_takes_minutes_less_than_it_lasts():
    whole = pause(1.0) + test_pulses(30, 600) + train(50, 100).repeat(3, 20) + test_pulses(30, 1200)
    plan = compile_timeline(whole, Acceleration())
    assert plan.timeline.duration < 150 < whole.duration
    assert len(plan.timeline.pulses) == len(whole.times)


def test_a_long_train_is_thinned_and_a_short_one_is_not():
    long, short = train(5, 300), train(50, 100)
    assert len(compile_timeline(long, Acceleration()).timeline.pulses) == 10 + 29
    assert len(compile_timeline(short, Acceleration()).timeline.pulses) == 100


def test_without_a_compiler_the_slow_engine_is_taken_and_named(monkeypatch, tmp_path):
    from circuit.engine import compiled
    from protocols.experiments.experiment import load
    from protocols.simulation.simulate import prepare

    monkeypatch.setattr(compiled, "compiler", lambda: None)
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", str(tmp_path))  # a circuit compiled before would be taken
    said = []
    assert not prepare(load("tone"), said.append).builds
    assert "no C++ compiler" in said[0] and "runtime" in said[0]


def test_the_documentation_says_how_far_test_pulses_are_apart():
    """What cells carry from a test pulse to the next depends on the network time between them; said in one place."""
    from docs_build.text import ROOT

    plan = compile_timeline(pause(60.0) + test_pulses(30.0, 120.0), Acceleration(), 20.0)
    said = f"at the next pulse, {np.diff(plan.timeline.pulses)[-1]:.1f} s of network time later"
    pages = [" ".join(page.read_text(encoding="utf-8").split()) for page in (ROOT / "docs").rglob("*.md")]
    assert sum(said in page for page in pages) == 1
