"""The timeline compiler: a protocol in biological time becomes a shorter one in network time.

Fast variables always run at their own pace. Slow ones (weights, presynaptic potentiation, tone, drugs on board) obey
dx/dt = a(t) f(x, fast): a is 1 around every pulse, large in the background between pulses, and k while one pulse of a
long train stands for k. The biological clock U(t), the integral of a, is piecewise linear over bins of
`circuit.clock.CLOCK_BIN`; every stretch takes a whole number of bins, so borders are exact and `maximum = 1` is
full biological time.

Two bounds keep the weights from drifting and spreading (measured, docs/convergence.md). With fewer pulses a contact's
releases and a cell's up states average out less, and the mean of an exponential decay rises with its spread: one pulse
for sixteen shifts mean AMPA efficacy after low-frequency stimulation by +0.008, one for ten by +0.004. And while
endocannabinoid from an induction lasts (tau 30 s), a lone coincidence in the background depresses, as often as it is
counted. So trains are thinned less, and the background runs slower for `induction_memory` after a pulse of an
induction. A window after a pulse has to hold what the pulse sets going: its releases, the calcium they let in, and
the spikes they evoke. Terminals that it emptied would recover (200 ms) long before the next pulse; where a window ends
they are therefore put back to where they stood as it began (`synapses.release.ON_WINDOW_EDGE`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from circuit.clock import CLOCK_BIN, Timeline
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.pulses import Stimulus

LONG_TRAIN = 5.0  # s: trains that last longer are compressed
LARGEST_PERIOD = 0.7  # s: pulses further apart are windows of their own, not a train


@dataclass(frozen=True, eq=False)
class Compiled:
    """A protocol in network time.

    Attributes
    ----------
    timeline : circuit.clock.Timeline
    biological : ndarray, shape (n,)
        Biological time of each simulated pulse, s.
    """

    timeline: Timeline
    biological: np.ndarray

    @property
    def test(self) -> np.ndarray:
        """Which simulated pulses are test pulses, bool of shape (n,)."""
        return self.timeline.test

    def to_biological(self, times: np.ndarray) -> np.ndarray:
        """Biological time of network times, s."""
        bins = np.clip((np.asarray(times) / CLOCK_BIN + 1e-6).astype(int), 0, len(self.timeline.rate) - 1)
        moved: np.ndarray = self.timeline.offset[bins] + self.timeline.rate[bins] * np.asarray(times)
        return moved


Pulse = tuple[float, float, bool, float]
"""Network time, biological time, whether it is a test pulse, and the share of axons that it recruits."""


class _Clock:
    """Lays stretches of network time one after the other and keeps the biological clock."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.offsets: list[float] = []
        self.windows: list[bool] = []
        self.bins = 0
        self.biological = 0.0
        self.pulses: list[Pulse] = []

    @property
    def now(self) -> float:
        return self.bins * CLOCK_BIN

    def stretch(self, biological: float, network: float, window: bool = False) -> None:
        """Let `biological` s pass in about `network` s, in one bin or more; `window`: round a pulse."""
        bins = max(1, round(network / CLOCK_BIN))
        rate = biological / (bins * CLOCK_BIN)
        self.rates += [rate] * bins
        self.offsets += [self.biological - rate * self.now] * bins
        self.windows += [window] * bins
        self.bins += bins
        self.biological += biological


def _trains(stimulus: Stimulus, window: float) -> list[np.ndarray]:
    """Indices of the pulses in groups whose full-rate windows would touch."""
    if not len(stimulus.times):
        return []
    gap = np.diff(stimulus.times) > max(window, LARGEST_PERIOD)
    return np.split(np.arange(len(stimulus.times)), np.flatnonzero(gap) + 1)


def compile_timeline(stimulus: Stimulus, acceleration: Acceleration, lead: float = 0.0) -> Compiled:
    """Compile a stimulus to network time.

    Parameters
    ----------
    stimulus : Stimulus
    acceleration : Acceleration
    lead : float
        Time at the start, s, without pulses, that always runs at full rate: fast variables settle in it.

    Returns
    -------
    Compiled

    Notes
    -----
    A group of pulses whose windows touch runs at a = 1 from `window_before` its first to `window_after` its last
    pulse. If it is an evenly spaced train longer than `LONG_TRAIN`, all but its first `uncompressed` pulses are
    thinned: each simulated pulse stands for `pulse_group` of them, at the train's own spacing. For `induction_memory`
    after a pulse that is no test pulse the background is accelerated by `after_induction` at most.
    """
    clock = _Clock()
    if acceleration.maximum == 1:
        whole = np.ceil(stimulus.duration / CLOCK_BIN - 1e-9) * CLOCK_BIN
        clock.stretch(float(whole), float(whole))
        each = zip(stimulus.times, stimulus.test, stimulus.strength, strict=True)
        return _compiled(clock, [(t, t, bool(test), strength) for t, test, strength in each])
    if lead > 0:
        settling = float(np.ceil(lead / CLOCK_BIN - 1e-9) * CLOCK_BIN)
        clock.stretch(settling, settling)
    before, after = acceleration.window_before.si, acceleration.window_after.si
    window = before + after

    def background(until: float, gentle_until: float) -> None:
        for border, most in ((min(gentle_until, until), acceleration.after_induction), (until, np.inf)):
            gap = border - clock.biological
            if gap > 1e-9:
                fast = gap / min(acceleration.maximum, most)
                # Not faster than allowed: the number of bins is rounded up.
                clock.stretch(gap, np.ceil(fast / CLOCK_BIN - 1e-9) * CLOCK_BIN)

    gentle_until = -np.inf
    for group in _trains(stimulus, window):
        times, test = stimulus.times[group], stimulus.test[group]
        background(max(clock.biological, times[0] - before), gentle_until)
        _simulate_group(clock, times, test, stimulus.strength[group], acceleration)
        if not test.all():
            gentle_until = times[~test][-1] + acceleration.induction_memory.si
    background(stimulus.duration, gentle_until)
    return _compiled(clock, sorted(clock.pulses))


def _compiled(clock: _Clock, pulses: list[Pulse]) -> Compiled:
    return Compiled(
        Timeline(
            np.array([p[0] for p in pulses]),
            np.array([p[2] for p in pulses], dtype=bool),
            np.array(clock.offsets),
            np.array(clock.rates),
            clock.now,
            np.array(clock.windows),
            np.array([p[3] for p in pulses]),
        ),
        np.array([p[1] for p in pulses]),
    )


def _simulate_group(
    clock: _Clock, times: np.ndarray, test: np.ndarray, strength: np.ndarray, acceleration: Acceleration
) -> None:
    """One group of pulses at full rate, its long even trains thinned."""
    first, count = acceleration.uncompressed, len(times)
    period = float(np.mean(np.diff(times))) if count > 1 else 0.0
    even = count > 1 and bool(np.allclose(np.diff(times), period, rtol=1e-6))
    k, after = acceleration.pulse_group, acceleration.window_after.si
    compressible = even and not test.any() and times[-1] - times[0] > LONG_TRAIN and count - first >= 2 * k and k > 1
    kept = first if compressible else count
    begin, network_begin = clock.biological, clock.now
    for index in range(kept):
        clock.pulses.append(
            (network_begin + times[index] - begin, float(times[index]), bool(test[index]), strength[index])
        )
    if not compressible:
        span = times[-1] + after - begin
        bins = np.ceil(span / CLOCK_BIN - 1e-9) * CLOCK_BIN
        clock.stretch(float(bins), float(bins), window=True)
        return
    # Full rate for the first pulses, then each pulse counts k times at the train's own spacing.
    ahead = float(np.floor((times[kept] - begin) / CLOCK_BIN + 1e-9) * CLOCK_BIN)
    if ahead > 0:
        clock.stretch(ahead, ahead, window=True)
    lead = times[kept] - clock.biological  # less than a bin: kept as a delay before the first thinned pulse
    remaining = count - kept
    simulated = int(np.ceil(remaining / k))
    network_span = np.ceil((simulated * period + lead) / CLOCK_BIN) * CLOCK_BIN
    start, biological = clock.now, clock.biological
    span = times[-1] + period - biological
    clock.stretch(float(span), float(network_span), window=True)
    rate = span / network_span
    for index in range(simulated):
        at = lead + index * period
        clock.pulses.append((start + at, biological + at * rate, False, strength[kept]))
    tail = np.ceil(max(after, CLOCK_BIN) / CLOCK_BIN) * CLOCK_BIN
    clock.stretch(float(tail), float(tail), window=True)
