"""Network time beside the test's own clock, which is in biological time.

Around pulses, and in tests without acceleration, both clocks advance at the same pace, so that each time of one has a
time of the other. Between pulses the test's clock advances many times faster. Within an induction it stands still, so
that events there have no time on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from results.recording import FloatArray, Recording
from results.store.experiment_document import entry, experiment_of

HISTORY = "training_"  # series with a value for each session of the animal's past, by day and not by the test's clock
PASSES = {"ampa_nmda": 2}
"""Kinds of test whose network time holds several passes of equal length; series and spikes are those of the first."""
AT_THE_END = (
    "seeking",
    "place_preference",
)  # kinds of test whose samples stand at the end of their stretch, and not at its beginning

SAME_PACE = 1e-6  # difference of the two clocks' paces, at most, where they run together
ROUNDING = 1e-9  # s


@dataclass(frozen=True, eq=False)
class Clock:
    """Both clocks at the same moments; between two of them each advances evenly.

    Attributes
    ----------
    network, own : ndarray, shape (n,)
        Network time and time of the test's own clock, s. Both never go back.
    """

    network: FloatArray
    own: FloatArray

    @cached_property
    def shared(self) -> FloatArray:
        """Stretches of the test's clock in which both run at the same pace, s, shape (stretches, 2)."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], self._together.astype(int), [0]])))
        return np.asarray(self.own[edges].reshape(-1, 2), dtype=np.float64)

    def of_network(self, times: FloatArray) -> FloatArray:
        """Network times on the test's clock, s; NaN where the clocks do not run together."""
        place = np.searchsorted(self.network, times + ROUNDING, side="right") - 1
        inside = (place >= 0) & (place < self._together.size)
        place = np.where(inside, place, 0)
        inside[inside] = self._together[place[inside]]
        passed = np.maximum(times - self.network[place], 0.0)
        return np.asarray(np.where(inside, self.own[place] + passed, np.nan), dtype=np.float64)

    def to_network(self, times: FloatArray) -> FloatArray:
        """Times of the test's clock as network times, s; the first where that clock stands still."""
        own, first = np.unique(self.own, return_index=True)
        return np.asarray(np.interp(times, own, self.network[first]), dtype=np.float64)

    @property
    def even(self) -> bool:
        """Whether both run at the same pace throughout."""
        return bool(self._together.all())

    def holds(self, start: float, stop: float) -> bool:
        """Whether both run together throughout a stretch of the test's clock."""
        return bool(((self.shared[:, 0] <= start + SAME_PACE) & (self.shared[:, 1] >= stop - SAME_PACE)).any())

    @cached_property
    def _together(self) -> np.ndarray:
        return np.abs(np.diff(self.own) / np.diff(self.network) - 1) < SAME_PACE


def clock_of(recording: Recording, offset: float = 0.0) -> Clock | None:
    """The clocks at every entry of the finest series; None if the recording does not determine them.

    Parameters
    ----------
    recording : Recording
        Its provenance says what kind of test it is and how long its network ran.
    offset : float
        What has to be added to the test's clock to be on that of a file, s.
    """
    slow = [one for name, one in recording.series.items() if not name.startswith(HISTORY)]
    seconds = float(recording.provenance.get("network_seconds") or 0.0)
    finest = max(slow, key=lambda one: one.time.size, default=None)
    if finest is None or not finest.time.size or not seconds:
        return None
    kind = str(entry(experiment_of(recording).get("test"), recording.identity.test).get("kind", ""))
    step = round(seconds / PASSES.get(kind, 1) / finest.time.size, 3)
    if step <= 0:
        return None
    first = step if kind in AT_THE_END else 0.0
    network = first + step * np.arange(finest.time.size, dtype=np.float64)
    return Clock(network, finest.time + offset)
