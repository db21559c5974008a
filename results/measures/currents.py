"""Synaptic currents under voltage clamp, and the curve of responses over stimulus strengths.

Currents have the sign of the electrophysiologist: inward is negative. All numbers are in pA, V and s.

References
----------
Conrad KL et al. (2008) Nature 454:118, doi:10.1038/nature06995 (AMPA and NMDA currents of accumbens cells)
Moran MM et al. (2005) J Neurosci 25:6389, doi:10.1523/JNEUROSCI.1007-05.2005 (miniature currents, paired pulses)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used

from results.measures.field_response import field_amplitude
from results.recording import FloatArray, Measure, Trace

DETECTION = 5.0  # pA: a miniature current must stand out by this much, as recording noise asks for
FOOT = 3e-3  # s before the peak in which a miniature current starts
LATE_HALF_WIDTH = 1e-3  # s: the late current is averaged over this much on either side


@dataclass(frozen=True)
class Sigmoid:
    """A Boltzmann curve ``maximum / (1 + exp((half - x) / width))``.

    Attributes
    ----------
    maximum : float
        In the unit of the response.
    half, width : float
        In the unit of `x`.
    """

    maximum: float
    half: float
    width: float

    def __call__(self, x: FloatArray) -> FloatArray:
        return self.maximum / (1 + np.exp((self.half - np.asarray(x, dtype=float)) / self.width))


def fit_sigmoid(strength: FloatArray, response: FloatArray) -> Sigmoid:
    """The Boltzmann curve nearest to an input-output curve, by least squares.

    Parameters
    ----------
    strength, response : ndarray, shape (n,)
        Four points at least; the response positive and larger for strong stimuli.

    Returns
    -------
    Sigmoid

    Raises
    ------
    ValueError
        If there are too few points, the response does not rise, or no curve is found.

    Notes
    -----
    The half-maximal strength is kept below twice the strongest stimulus and the maximum below three times the largest
    response: nothing was measured beyond.
    """
    x, y = np.asarray(strength, dtype=float), np.asarray(response, dtype=float)
    if len(x) < 4 or len(x) != len(y):
        raise ValueError(f"{len(x)} strengths and {len(y)} responses: a sigmoid needs four points at least")
    top = float(y.max())
    if not (top > 0 and y[np.argmax(x)] > y[np.argmin(x)]):
        raise ValueError("the response does not rise with the strength of the stimulus")
    reach = float(np.ptp(x))
    start = (top, float(np.interp(top / 2, np.maximum.accumulate(y), x)), reach / 5)
    bounds = ((0.0, float(x.min()) - reach, reach / 1e3), (3 * top, 2 * float(x.max()), 10 * reach))
    try:
        found, _ = scipy.optimize.curve_fit(
            lambda s, maximum, half, width: Sigmoid(maximum, half, width)(s), x, y, p0=start, bounds=bounds
        )
    except RuntimeError:
        raise ValueError("no sigmoid fits the responses") from None
    return Sigmoid(*(float(value) for value in found))


def ampa_nmda(at_rest: Trace, depolarised: Trace, delay: float) -> dict[str, Measure]:
    """AMPA and NMDA components of evoked currents.

    Parameters
    ----------
    at_rest, depolarised : Trace
        Sweeps at a negative holding potential, where magnesium blocks NMDA receptors, and at a positive one.
    delay : float
        When the NMDA current is read after the pulse, s: the AMPA current has decayed.

    Returns
    -------
    dict from str to Measure
        ``ampa_current``: peak of the inward current; ``nmda_current``: the outward current at `delay`;
        ``ampa_nmda_ratio``: the first over the second. All positive.

    Raises
    ------
    ValueError
        If a sweep does not reach `delay`, or a current is not positive.
    """
    ampa = float(field_amplitude(at_rest).mean())
    time = depolarised.time
    late = np.abs(time - delay) <= LATE_HALF_WIDTH + 1e-9
    if not late.any() or time[-1] < delay:
        raise ValueError(f"the sweeps end before the late current is read, {1e3 * delay:g} ms after the pulse")
    before = depolarised.data[:, time < -depolarised.dt / 2].mean()
    nmda = float(depolarised.data[:, late].mean() - before)
    if not (ampa > 0 and nmda > 0):
        raise ValueError(f"the AMPA current is {ampa:.3g} pA and the NMDA current {nmda:.3g} pA, not both positive")
    unit = at_rest.unit
    return {
        "ampa_current": Measure(ampa, unit),
        "nmda_current": Measure(nmda, unit),
        "ampa_nmda_ratio": Measure(ampa / nmda, "1"),
    }


def miniature_currents(
    current: FloatArray, dt: float, threshold: float = DETECTION, foot: float = FOOT
) -> tuple[FloatArray, FloatArray]:
    """Times and amplitudes of miniature currents in one cell's trace.

    Parameters
    ----------
    current : ndarray, shape (n,)
        Holding current, pA; inward negative.
    dt : float
        Sampling interval, s.
    threshold : float
        How far an event must stand out from what surrounds it, pA.
    foot : float
        An event's amplitude runs from the smallest inward current within this time before its peak, s, so that an event
        on the tail of another counts with its own size.

    Returns
    -------
    times, amplitudes : ndarray, shape (events,)
        In s from the first sample, and pA (positive).
    """
    inward = -np.asarray(current, dtype=float)
    peaks, _ = scipy.signal.find_peaks(inward, prominence=threshold)
    reach = max(1, round(foot / dt))
    starts = np.array([inward[max(0, peak - reach) : peak].min() for peak in peaks], dtype=float)
    return peaks * dt, inward[peaks] - starts


def miniature(currents: FloatArray, dt: float) -> dict[str, Measure]:
    """Frequency and mean amplitude of miniature currents over some cells.

    Parameters
    ----------
    currents : ndarray, shape (cells, n)
        Holding currents, pA; inward negative.
    dt : float
        Sampling interval, s.

    Returns
    -------
    dict from str to Measure
        ``mepsc_frequency``: events per second and cell; ``mepsc_amplitude``, where there was an event.
    """
    found = [miniature_currents(current, dt)[1] for current in currents]
    amplitudes = np.concatenate(found) if found else np.empty(0)
    seconds = currents.size * dt
    measures = {"mepsc_frequency": Measure(len(amplitudes) / seconds, "Hz")}
    if len(amplitudes):
        measures["mepsc_amplitude"] = Measure(float(amplitudes.mean()), "pA")
    return measures
