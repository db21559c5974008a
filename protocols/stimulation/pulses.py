"""Stimulation of an afferent: pulses, trains, bursts, theta bursts and test pulses, which compose.

``a + b`` gives b after a, ``a & b`` both at once, ``a.repeat(n, interval)`` one every interval. Times are biological,
in s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from circuit.clock import INTO_CELLS


@dataclass(frozen=True, eq=False)
class Stimulus:
    """Pulses within a stretch of time.

    Attributes
    ----------
    times : ndarray, shape (n,)
        Times of the pulses from the stretch's start, s, increasing.
    test : ndarray of bool, shape (n,)
        Which pulses are test pulses, whose response is measured.
    duration : float
        Length of the stretch, s.
    strength : ndarray, shape (n,)
        Share of axons that each pulse recruits; NaN where the electrode's parameters say it; negative where the pulse
        makes the recorded cells spike instead (`circuit.clock.INTO_CELLS`).

    Raises
    ------
    ValueError
        If a pulse lies outside the stretch or times do not increase.
    """

    times: np.ndarray
    test: np.ndarray
    duration: float
    strength: np.ndarray

    def __post_init__(self) -> None:
        if len(self.times) and (
            self.times[0] < 0 or self.times[-1] > self.duration or np.any(np.diff(self.times) <= 0)
        ):
            raise ValueError("pulses must increase and lie within the stimulus")

    def __add__(self, other: Stimulus) -> Stimulus:
        return Stimulus(
            np.concatenate([self.times, other.times + self.duration]),
            np.concatenate([self.test, other.test]),
            self.duration + other.duration,
            np.concatenate([self.strength, other.strength]),
        )

    def __and__(self, other: Stimulus) -> Stimulus:
        times = np.concatenate([self.times, other.times])
        order = np.argsort(times, kind="stable")
        return Stimulus(
            times[order],
            np.concatenate([self.test, other.test])[order],
            max(self.duration, other.duration),
            np.concatenate([self.strength, other.strength])[order],
        )

    def repeat(self, count: int, interval: float | None = None) -> Stimulus:
        """This stimulus `count` times, one every `interval` s (one after the other by default)."""
        every = self.duration if interval is None else interval
        if every < self.duration:
            raise ValueError(f"an interval of {every:g} s is shorter than the stimulus, {self.duration:g} s")
        spare = every - self.duration
        starts = np.cumsum(np.concatenate([[0.0], np.full(count - 1, self.duration + spare)]))
        return Stimulus(
            (starts[:, None] + self.times).ravel(),
            np.tile(self.test, count),
            float(starts[-1] + self.duration + spare - spare),
            np.tile(self.strength, count),
        )


def pause(duration: float) -> Stimulus:
    """No pulses for `duration` s."""
    return Stimulus(np.empty(0), np.empty(0, dtype=bool), float(duration), np.empty(0))


def train(frequency: float, pulses: int) -> Stimulus:
    """`pulses` pulses at `frequency` Hz; lasts one period per pulse."""
    return Stimulus(
        np.arange(pulses) / frequency, np.zeros(pulses, dtype=bool), pulses / frequency, np.full(pulses, np.nan)
    )


def test_pulses(every: float, duration: float, strength: float | None = None) -> Stimulus:
    """One test pulse at the middle of every full `every` s of a stretch, of the electrode's strength or another."""
    count = int(np.floor(duration / every + 1e-9))
    share = np.nan if strength is None else strength
    times = (np.arange(count) + 0.5) * every
    return Stimulus(times, np.ones(count, dtype=bool), float(duration), np.full(count, share))


def volleys(delays: Sequence[float], every: float, count: int, strength: float | None = None) -> Stimulus:
    """`count` volleys of test pulses, one every `every` s; a volley's pulses are `delays` s after the middle of it."""
    share = np.nan if strength is None else strength
    times = every / 2 + np.asarray(delays)
    return Stimulus(times, np.ones(len(times), dtype=bool), float(every), np.full(len(times), share)).repeat(count)


def pairs(interval: float, every: float, count: int, strength: float | None = None) -> Stimulus:
    """`count` pairs of test pulses `interval` s apart; a pair's first pulse is at the middle of `every` s."""
    return volleys((0.0, interval), every, count, strength)


test_pulses.__test__ = False  # type: ignore[attr-defined]  # a stimulus, not a test of the suite


def pairing(
    delay: float, frequency: float, count: int, spikes: int, spike_frequency: float, strength: float
) -> Stimulus:
    """`count` pairs at `frequency` Hz: a pulse of a strength, and `spikes` of the recorded cells from `delay` s on."""
    post = delay + np.arange(spikes) / spike_frequency
    times = np.concatenate([[0.0], post]) - min(0.0, delay)
    order = np.argsort(times)
    shares = np.concatenate([[strength], np.full(spikes, INTO_CELLS)])[order]
    return Stimulus(times[order], np.zeros(len(times), dtype=bool), 1 / frequency, shares).repeat(count)


def theta_burst(frequency: float, pulses: int, bursts: int, burst_frequency: float) -> Stimulus:
    """`bursts` short bursts of `pulses` at `frequency`, at a theta rate of `burst_frequency` Hz."""
    return (train(frequency, pulses) + pause(1 / burst_frequency - pulses / frequency)).repeat(bursts)
