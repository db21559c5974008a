"""Kinds of test that run the whole circuit of the awake animal, epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from circuit.apparatus.operant_box import EPOCH
from circuit.engine.compiled import Output
from circuit.engine.prepared import PreparedCircuit
from circuit.wiring.plan import WHOLE, plan
from protocols.animals.animal import Animal
from protocols.animals.history import Phase
from protocols.animals.session_run import SessionRun, run_test_session
from protocols.animals.sessions import Session
from protocols.assays.base import Assay
from protocols.errors import InputError
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.limits import refuse_longer
from synapses.regions import region_of

SETTLED = (0.1, 0.35)  # s of an epoch in which rates and dopamine are read: before the animal decides


class SessionAssay(Assay):
    """A test of one session, of which some first epochs are spent in the home cage."""

    in_session: ClassVar[bool] = True

    if TYPE_CHECKING:

        @property
        def hours(self) -> float: ...

        @property
        def epochs(self) -> int: ...

    @property
    def home(self) -> int:
        """Epochs in the home cage before the session."""
        raise NotImplementedError

    def network_seconds(self, acceleration: Acceleration) -> float:
        """Network time of its epochs, s."""
        return EPOCH * (self.epochs + self.home)

    def refuse_misfit(self, acceleration: Acceleration) -> None:
        """Raise `InputError` if it is longer than a run."""
        refuse_longer(self.length * (1 + self.home / self.epochs))

    def run_session(
        self, animal: Animal, circuit: PreparedCircuit, phases: tuple[Phase, ...], session: Session
    ) -> SessionRun:
        """Let the animal live through some phases up to the day of the test, and run its session.

        Raises
        ------
        InputError
            If the circuit is not compiled.
        """
        if plan(WHOLE).name not in circuit.builds:
            raise InputError("circuit.engine: the whole circuit needs a compiled build")
        return run_test_session(animal, circuit, phases, session, self.hours, region_of(self.site))


def _by_epoch(times: np.ndarray, values: np.ndarray, epochs: int) -> np.ndarray:
    """Mean over each epoch."""
    place = np.minimum((times / EPOCH).astype(int), epochs - 1)
    return np.bincount(place, values, epochs) / np.bincount(place, minlength=epochs)


def sampled_levels(output: Output, epochs: int, fields: list[str]) -> dict[str, np.ndarray]:
    """Core glutamate, uM, releases per contact there, Hz, and dopamine of core and prefrontal cortex, % of a naive
    animal at rest, epoch by epoch."""
    slow, dopamine = output.states["slow"], output.states["dopamine"]

    within = dopamine["t"] % EPOCH  # the rest of an epoch stands for the moments of presses only
    settled = (within >= SETTLED[0]) & (within < SETTLED[1])

    def level(field: str) -> np.ndarray:
        both = [fields.index(field), fields.index(field) + len(fields)]  # left and right
        return _by_epoch(dopamine["t"][settled], 100 * dopamine["level"][both][:, settled].mean(axis=0), epochs)

    return {
        "glutamate": _by_epoch(slow["t"], slow["extrasynaptic"][0] * 1e3, epochs),
        "release": _by_epoch(slow["t"], slow["release_rate"][0], epochs),
        "dopamine": level("core"),
        "prefrontal": level("prefrontal"),
    }
