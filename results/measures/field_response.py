"""The evoked field response and its change: definitions of every measure taken from a trace.

The field is the mean synaptic current onto the recorded population, in pA, with the sign of an extracellular sink: a
larger excitatory response is more negative. Activity before the pulse makes its baseline nonzero.

All estimates are linear in each sweep. What is not linear (where the peak lies, where its falling phase begins and
ends) is read once, from the mean of all sweeps of the trace. So noise widens the spread of a measure and does not
shift its mean, and the mean over a window of sweeps equals the measure of the mean sweep.

References
----------
Moussawi K et al. (2009) Nat Neurosci 12:182, doi:10.1038/nn.2250 (baseline and test windows)
Kim J, Alger BE (2001) J Neurosci 21:9608, doi:10.1523/JNEUROSCI.21-24-09608.2001 (ratio of means, not mean of ratios)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from results.recording import FloatArray, Measure, Series, Trace

PEAK_WINDOW = (2e-3, 30e-3)  # s after the pulse
BASELINE_WINDOW = (-300.0, 0.0)  # s from the start of induction: the last 5 min before it
TEST_WINDOW = (900.0, 1200.0)  # s from the start of induction: 15-20 min
PERCENT = "% of baseline"

_PEAK_HALF_WIDTH = 0.5e-3  # s; the peak is averaged over this much on either side
_EPSILON = 1e-9  # s; windows are closed, and sweep times carry rounding


def field_amplitude(trace: Trace, window: tuple[float, float] = PEAK_WINDOW) -> FloatArray:
    """Size of the field response in each sweep.

    The latency is that of the most negative sample of the mean sweep within `window`. A sweep's amplitude is the mean
    of its samples before the pulse minus the mean of its samples within 0.5 ms of that latency.

    Parameters
    ----------
    trace : Trace
        Sweeps with samples before and after the pulse.
    window : (float, float)
        Where the peak is sought, in seconds after the pulse.

    Returns
    -------
    ndarray, shape (n_sweeps,)
        In the unit of `trace`; positive for a sink.

    Raises
    ------
    ValueError
        If there are no sweeps, or no samples before the pulse or within `window`.
    """
    deflection, peak = _deflection(trace, window)
    return _mean_about(deflection, peak, trace)


def field_slope(trace: Trace, window: tuple[float, float] = PEAK_WINDOW) -> FloatArray:
    """Initial slope of the field response in each sweep.

    On the mean sweep, the steep part of the falling phase runs from the last sample at or under 20 % of the peak to
    the first sample after it at or over 80 %. Each sweep's slope is that of a least-squares line through its samples
    there (three at least).

    Parameters
    ----------
    trace, window
        As in `field_amplitude`.

    Returns
    -------
    ndarray, shape (n_sweeps,)
        In the unit of `trace` per ms; positive for a sink.

    Raises
    ------
    ValueError
        As `field_amplitude`; also if the mean sweep has no sink within `window`.
    """
    deflection, peak = _deflection(trace, window)
    mean = deflection.mean(axis=0)
    height = mean[peak]
    if height <= 0:
        raise ValueError("the mean sweep has no sink in which to measure a slope")
    below = np.flatnonzero(mean[:peak] <= 0.2 * height)
    start = int(below[-1]) if below.size else 0
    stop = start + int(np.argmax(mean[start : peak + 1] >= 0.8 * height))
    stop = min(max(stop, start + 2), len(mean) - 1)
    start = min(start, stop - 2)
    time = trace.time[start : stop + 1] * 1e3
    time = time - time.mean()
    slopes: FloatArray = deflection[:, start : stop + 1] @ time / (time @ time)
    return slopes


def normalise_to_baseline(
    values: FloatArray, time: FloatArray, baseline_window: tuple[float, float] = BASELINE_WINDOW
) -> FloatArray:
    """Values in percent of their mean over the last minutes before induction.

    Parameters
    ----------
    values, time : ndarray, shape (n,)
        `time` in seconds from the start of induction.
    baseline_window : (float, float)
        Closed interval in the same time.

    Returns
    -------
    ndarray, shape (n,)
        In % of baseline.

    Raises
    ------
    ValueError
        If no value lies in the window, or their mean is not positive.
    """
    baseline = window_mean(values, time, baseline_window)
    if not baseline > 0:
        raise ValueError(f"the baseline response is {baseline:.3g}, not positive: there is no response to compare with")
    return 100.0 * np.asarray(values, dtype=float) / baseline


def window_mean(values: FloatArray, time: FloatArray, window: tuple[float, float]) -> float:
    """Mean of the values whose time lies in the closed interval `window` (same unit as `time`).

    Raises
    ------
    ValueError
        If there is none.
    """
    inside = _within(np.asarray(time), window)
    if not inside.any():
        raise ValueError(f"no sweep between {window[0]:g} and {window[1]:g} s")
    return float(np.asarray(values)[inside].mean())


def paired_pulse_ratio(trace: Trace, interval: float, window: tuple[float, float] = PEAK_WINDOW) -> Measure:
    """Mean second response over mean first response.

    The second response is measured from the mean of the 2 ms before its own pulse, with its own latency.

    Parameters
    ----------
    trace : Trace
        Sweeps with pulses at 0 and at `interval`.
    interval : float
        Seconds between the pulses.
    window : (float, float)
        Where a peak is sought after each pulse; cut short for the first at the second pulse.

    Returns
    -------
    Measure
        Unit ``"1"``.

    Raises
    ------
    ValueError
        If a response cannot be measured or the first is not positive.
    """
    first = float(field_amplitude(trace, (window[0], min(window[1], interval - trace.dt))).mean())
    second = float(later_amplitude(trace, interval, window).mean())
    if not first > 0:
        raise ValueError(f"the first response is {first:.3g}, not positive")
    return Measure(second / first, "1")


def later_amplitude(trace: Trace, after: float, window: tuple[float, float] = PEAK_WINDOW) -> FloatArray:
    """Size of the response to a later pulse in each sweep, from the mean of the 2 ms before that pulse.

    Parameters
    ----------
    trace : Trace
        Sweeps with a pulse at 0 and one at `after`.
    after : float
        Time of the later pulse, s.
    window : (float, float)
        Where its peak is sought, s after it.

    Returns
    -------
    ndarray, shape (n_sweeps,)
        In the unit of `trace`; positive for a sink.

    Raises
    ------
    ValueError
        If there are no sweeps, or no samples before that pulse or within `window`.
    """
    shifted = Trace(trace.data, trace.t0 - after, trace.dt, trace.unit, trace.sweep_time)
    deflection, peak = _deflection(shifted, window, before=2e-3)
    return _mean_about(deflection, peak, shifted)


def time_course(trace: Trace, baseline_window: tuple[float, float] = BASELINE_WINDOW) -> Series:
    """Amplitude of every sweep in percent of baseline, against biological time from induction.

    Raises
    ------
    ValueError
        As `field_amplitude` and `normalise_to_baseline`.
    """
    percent = normalise_to_baseline(field_amplitude(trace), trace.sweep_time, baseline_window)
    return Series(trace.sweep_time, percent, PERCENT, "field amplitude")


def plasticity(
    trace: Trace,
    baseline_window: tuple[float, float] = BASELINE_WINDOW,
    test_window: tuple[float, float] = TEST_WINDOW,
) -> dict[str, Measure]:
    """Change of the field response after induction, as Moussawi 2009 took it.

    Parameters
    ----------
    trace : Trace
    baseline_window, test_window : (float, float)
        Closed intervals in seconds from the start of induction.

    Returns
    -------
    dict from str to Measure
        ``fepsp``: mean amplitude in `test_window` in % of that in `baseline_window`; ``fepsp_slope``: the same from
        the slopes.

    Raises
    ------
    ValueError
        If a window holds no sweep or there is no response in the baseline.
    """

    def percent(values: FloatArray) -> Measure:
        relative = normalise_to_baseline(values, trace.sweep_time, baseline_window)
        return Measure(window_mean(relative, trace.sweep_time, test_window), PERCENT)

    return {"fepsp": percent(field_amplitude(trace)), "fepsp_slope": percent(field_slope(trace))}


def _deflection(trace: Trace, window: tuple[float, float], before: float | None = None) -> tuple[FloatArray, int]:
    """Sweeps as positive deflections from their mean before the pulse, and the sample of the mean sweep's peak."""
    if not len(trace.data):
        raise ValueError("the trace has no sweeps")
    time = trace.time
    ahead = time < -trace.dt / 2
    if before is not None:
        ahead &= time >= -before - trace.dt / 2
    inside = _within(time, window)
    if not ahead.any() or not inside.any():
        raise ValueError("the trace has no samples before the pulse or none where the peak is sought")
    deflection = trace.data[:, ahead].mean(axis=1, keepdims=True) - trace.data
    return deflection, int(np.argmax(np.where(inside, deflection.mean(axis=0), -np.inf)))


def _mean_about(deflection: FloatArray, peak: int, trace: Trace) -> FloatArray:
    reach = round(_PEAK_HALF_WIDTH / trace.dt)
    size: FloatArray = deflection[:, max(0, peak - reach) : peak + reach + 1].mean(axis=1)
    return size


def _within(time: FloatArray, window: tuple[float, float]) -> NDArray[np.bool_]:
    return (time >= window[0] - _EPSILON) & (time <= window[1] + _EPSILON)
