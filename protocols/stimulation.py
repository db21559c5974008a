"""Stimulation of an afferent: pulses, trains, bursts, theta bursts and test pulses, which compose.

``a + b`` gives b after a, ``a & b`` both at once, ``a.repeat(n, interval)`` one every interval. Times are biological,
in s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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

    Raises
    ------
    ValueError
        If a pulse lies outside the stretch or times do not increase.
    """

    times: np.ndarray
    test: np.ndarray
    duration: float

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
        )

    def __and__(self, other: Stimulus) -> Stimulus:
        times = np.concatenate([self.times, other.times])
        order = np.argsort(times, kind="stable")
        return Stimulus(
            times[order], np.concatenate([self.test, other.test])[order], max(self.duration, other.duration)
        )

    def repeat(self, count: int, interval: float | None = None) -> Stimulus:
        """This stimulus `count` times, one every `interval` s (one after the other by default)."""
        every = self.duration if interval is None else interval
        if every < self.duration:
            raise ValueError(f"an interval of {every:g} s is shorter than the stimulus, {self.duration:g} s")
        padded = self + pause(every - self.duration)
        whole = padded
        for _ in range(count - 1):
            whole = whole + padded
        return Stimulus(whole.times, whole.test, whole.duration - (every - self.duration))


def pause(duration: float) -> Stimulus:
    """No pulses for `duration` s."""
    return Stimulus(np.empty(0), np.empty(0, dtype=bool), float(duration))


def train(frequency: float, pulses: int) -> Stimulus:
    """`pulses` pulses at `frequency` Hz; lasts one period per pulse."""
    return Stimulus(np.arange(pulses) / frequency, np.zeros(pulses, dtype=bool), pulses / frequency)


def test_pulses(every: float, duration: float) -> Stimulus:
    """One test pulse at the middle of every full `every` s of a stretch."""
    count = int(np.floor(duration / every + 1e-9))
    return Stimulus((np.arange(count) + 0.5) * every, np.ones(count, dtype=bool), float(duration))


test_pulses.__test__ = False  # type: ignore[attr-defined]  # a stimulus, not a test of the suite


def theta_burst(frequency: float, pulses: int, bursts: int, burst_frequency: float) -> Stimulus:
    """`bursts` short bursts of `pulses` at `frequency`, at a theta rate of `burst_frequency` Hz."""
    return (train(frequency, pulses) + pause(1 / burst_frequency - pulses / frequency)).repeat(bursts)
