"""Measures of microdialysis: samples, change from baseline, the point of no net flux.

A sample's concentration is that of the perfusate plus the extraction fraction times the difference to the tissue,
averaged over the time in which it was collected. Percentages of baseline do not depend on the extraction. Absolute
levels do; they are read where the perfusate neither gains nor loses (no net flux).

References
----------
Lonnroth P, Jansson PA, Smith U (1987) Am J Physiol 253:E228
Bungay PM, Morrison PF, Dedrick RL (1990) Life Sci 46:105 (theory of the extraction fraction)
Baker DA et al. (2002) J Neurosci 22:9134, doi:10.1523/JNEUROSCI.22-20-09134.2002 (as used here)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from results.measures.field_response import PERCENT, normalise_to_baseline, window_mean
from results.recording import FloatArray, Measure


@dataclass(frozen=True)
class NoNetFlux:
    """A line through gain or loss against the perfusate's concentration.

    Attributes
    ----------
    level : float
        Concentration at which the perfusate neither gains nor loses.
    extraction : float
        Share of the difference that a passage equalises, as the tissue lets it: minus the slope.
    """

    level: float
    extraction: float


def dialysate(
    time: FloatArray, tissue: FloatArray, edges: FloatArray, perfusate: FloatArray | float, extraction: float
) -> FloatArray:
    """Concentration of each sample.

    Parameters
    ----------
    time, tissue : ndarray, shape (n,)
        Level in the tissue at the probe over biological time, s, increasing.
    edges : ndarray, shape (samples + 1,)
        When one sample ends and the next begins, s.
    perfusate : float or ndarray, shape (samples,)
        What goes in, in the unit of `tissue`.
    extraction : float
        Share of the difference between tissue and perfusate that crosses the membrane.

    Returns
    -------
    ndarray, shape (samples,)

    Raises
    ------
    ValueError
        If the record does not reach the last edge (but for a fiftieth of a sample), or edges do not increase.
    """
    time, tissue, edges = (np.asarray(a, dtype=float) for a in (time, tissue, edges))
    lengths = np.diff(edges)
    if not len(lengths) or np.any(lengths <= 0):
        raise ValueError("samples need edges that increase")
    slack = 0.02 * lengths[-1]
    if edges[0] < time[0] - slack or edges[-1] > time[-1] + slack:
        raise ValueError(f"samples from {edges[0]:g} to {edges[-1]:g} s, recorded from {time[0]:g} to {time[-1]:g} s")
    area = np.concatenate([[0.0], np.cumsum(np.diff(time) * (tissue[1:] + tissue[:-1]) / 2)])
    reached = np.clip(edges, time[0], time[-1])
    mean = np.diff(np.interp(reached, time, area)) / np.diff(reached)
    return np.asarray(perfusate + extraction * (mean - perfusate), dtype=float)


def no_net_flux(perfusate: FloatArray, samples: FloatArray) -> NoNetFlux:
    """The point of no net flux.

    Parameters
    ----------
    perfusate, samples : ndarray, shape (n,)
        What went in and what came out, same unit; three different levels at least.

    Returns
    -------
    NoNetFlux

    Raises
    ------
    ValueError
        With fewer than three levels, or if the perfusate does not lose more the more it holds.
    """
    given = np.asarray(perfusate, dtype=float)
    if len(np.unique(given)) < 3:
        raise ValueError("no net flux needs three different levels in the perfusate at least")
    slope, gain_at_zero = np.polyfit(given, np.asarray(samples, dtype=float) - given, 1)
    if not slope < 0:
        raise ValueError("the perfusate does not lose more the more it holds: no point of no net flux")
    return NoNetFlux(float(-gain_at_zero / slope), float(-slope))


def change_from_baseline(
    samples: FloatArray, time: FloatArray, window: tuple[float, float]
) -> tuple[FloatArray, Measure]:
    """Samples in percent of those before time 0, and their mean in a window.

    Parameters
    ----------
    samples, time : ndarray, shape (n,)
        `time` is the middle of each sample, s, negative in the baseline.
    window : (float, float)
        Closed interval in the same time.

    Raises
    ------
    ValueError
        If the baseline is not positive, or a stretch holds no sample.
    """
    percent = normalise_to_baseline(samples, time, (float(np.min(time)), 0.0))
    return percent, Measure(window_mean(percent, time, window), PERCENT)
