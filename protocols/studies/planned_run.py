"""One run of a study, and where its file lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from protocols.runs.plan import Run
from results.recording import Identity


@dataclass(frozen=True)
class PlannedRun(Run):
    """One animal in one test under one condition.

    Attributes
    ----------
    key : str
        32 hexadecimal digits over all that decides the outcome but the version of the code. Conditions that leave a
        group as it is share its runs.
    point : int
        Place of the condition, from 0.
    life : str
        Runs of one life (an animal and its history) share it; they follow each other on one worker.
    """

    key: str
    point: int
    life: str

    @property
    def label(self) -> str:
        """The run in words."""
        return f"point {self.point}, {super().label}"

    def kept(self) -> tuple[Any, ...]:
        """The run as a row of `results.store.study_index`."""
        who = self.identity
        seeds = who.structure_seed, who.noise_seed
        return self.key, self.point, who.experiment, who.group, who.test, who.animal, *seeds, self.life

    @classmethod
    def stored(cls, row: tuple[Any, ...]) -> PlannedRun:
        """The run of a row of `results.store.study_index`."""
        key, point, *who, life = row
        return cls(Identity(*who), run_file(key), key, point, life)


def run_file(key: str) -> str:
    """Where a run's file lies in the folder of its study."""
    return f"runs/{key[:2]}/{key}.h5"
