"""Which runs an experiment consists of: their files and their seeds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from protocols.simulation.digest import experiment_hash
from results.recording import Identity

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment


ONLY = -1
"""Place of a condition that is the only one."""


@dataclass(frozen=True)
class Run:
    """One animal in one test under one condition, and the file of its recording below the folder of results.

    Attributes
    ----------
    identity : Identity
    file : str
    key : str
        32 hexadecimal digits, by which a folder names the run's claim and the reason of its failure. In a study, where
        conditions that leave a group as it is share its runs, they stand for all that decides the outcome but the
        version of the code.
    point : int
        Place of the condition in its study, from 0; `ONLY` in an experiment, which is one condition.
    life : str
        Runs of one life (an animal and its history) share it; they follow each other on one worker.
    """

    identity: Identity
    file: str
    key: str
    point: int = ONLY
    life: str = ""

    @property
    def label(self) -> str:
        """The run in words."""
        who = f"{self.identity.group}, {self.identity.test}, animal {self.identity.animal}"
        return who if self.point == ONLY else f"point {self.point}, {who}"


def key_of(file: str) -> str:
    """The key of a run that is named by its file."""
    return hashlib.sha256(file.encode()).hexdigest()[:32]


def plan(experiment: Experiment) -> list[Run]:
    """Every run of an experiment: group by group, test by test, animal by animal."""
    from protocols.file_names import file_stem

    return [
        Run(
            Identity(experiment.name, group.name, test.name, animal, *seeds(experiment, animal, g, t)),
            file := f"runs/{file_stem(group.name, test.name, tail=f'_{animal:03d}')}.h5",
            key_of(file),
        )
        for g, group in enumerate(experiment.group)
        for t, test in enumerate(experiment.test)
        for animal in range(experiment.animals.per_group)
    ]


def seeds(experiment: Experiment, animal: int, group: int, test: int) -> tuple[int, int]:
    """Structure seed and noise seed of a run, 31 bits each.

    Parameters
    ----------
    experiment : Experiment
    animal, group, test : int
        Places, from 0.

    Notes
    -----
    The structure is one animal's own: the same in all of its tests, and with ``pairing = "paired"`` in all groups. The
    noise differs from test to test as well.
    """
    who = (animal, 0 if experiment.animals.pairing == "paired" else group + 1)

    def seed(*key: int) -> int:
        return int(np.random.SeedSequence(experiment.animals.seed, spawn_key=key).generate_state(1)[0] >> 1)

    return seed(*who), seed(*who, test)


def document(experiment: Experiment) -> dict[str, Any]:
    """The experiment with every default filled in, as it goes into a JSON file."""
    return experiment.model_dump(mode="json")


def default_folder(experiment: Experiment) -> Path:
    """``runs/<experiment>-<first 8 of the hash>`` in the working folder."""
    return Path("runs") / f"{experiment.name}-{experiment_hash(experiment)[:8]}"
