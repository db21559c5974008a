"""Network time beside the clock of an NWB file.

Around pulses, and in tests without acceleration, both clocks advance at the same pace, so that each time of one has a
time of the other. Between pulses the file's clock advances many times faster. Within an induction it stands still, so
that events there have no time in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from results.nwb.parts import HISTORY, Session
from results.recording import FloatArray, Recording

SAME_PACE = 1e-6  # difference of the two clocks' paces, at most, where they run together
ROUNDING = 1e-9  # s


@dataclass(frozen=True, eq=False)
class Clock:
    """Both clocks, at the same moments; between two of them each advances evenly.

    Attributes
    ----------
    network, file : ndarray, shape (n,)
        Network time and time in the file, s. Both never go back.
    """

    network: FloatArray
    file: FloatArray

    @cached_property
    def shared(self) -> FloatArray:
        """Stretches of the file's clock in which both run at the same pace, s, shape (stretches, 2)."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], self._together.astype(int), [0]])))
        return np.asarray(self.file[edges].reshape(-1, 2), dtype=np.float64)

    def of_file(self, times: FloatArray) -> FloatArray:
        """Network times on the clock of the file, s; NaN where the clocks do not run together."""
        place = np.searchsorted(self.network, times + ROUNDING, side="right") - 1
        inside = (place >= 0) & (place < self._together.size)
        place = np.where(inside, place, 0)
        inside[inside] = self._together[place[inside]]
        passed = np.maximum(times - self.network[place], 0.0)
        return np.asarray(np.where(inside, self.file[place] + passed, np.nan), dtype=np.float64)

    def holds(self, start: float, stop: float) -> bool:
        """Whether both run together throughout a stretch of the file's clock."""
        return bool(((self.shared[:, 0] <= start + SAME_PACE) & (self.shared[:, 1] >= stop - SAME_PACE)).any())

    @cached_property
    def _together(self) -> np.ndarray:
        return np.abs(np.diff(self.file) / np.diff(self.network) - 1) < SAME_PACE


def clock_of(recording: Recording, session: Session, offset: float) -> Clock | None:
    """The clocks at every entry of the finest series; None if the recording does not determine them.

    Parameters
    ----------
    recording : Recording
    session : Session
    offset : float
        What has to be added to the test's clock to be on that of the file, s.
    """
    slow = [one for name, one in recording.series.items() if not name.startswith(HISTORY)]
    if session.network_step is None or not slow:
        return None
    finest = max(slow, key=lambda one: one.time.size)
    first = session.network_step if session.kind == "seeking" else 0.0  # at the end of an epoch
    network = first + session.network_step * np.arange(finest.time.size, dtype=np.float64)
    return Clock(network, finest.time + offset)
