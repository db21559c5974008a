"""Kinds of test that run the whole circuit of the awake animal, epoch by epoch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from circuit.apparatus.operant_box import EPOCH, STAGE
from circuit.clock import LONGEST_EPOCH
from circuit.engine.compiled import Output
from circuit.engine.prepared import PreparedCircuit
from circuit.wiring.layout import Layout
from circuit.wiring.plan import WHOLE, plan
from protocols.animals.animal import Animal
from protocols.animals.session_run import SessionRun, run_test_session
from protocols.animals.sessions import HOME_EPOCHS, Session
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

    def run_session(self, animal: Animal, circuit: PreparedCircuit, session: Session) -> SessionRun:
        """Let the animal live through its history and what precedes the test, and run the test's session.

        Raises
        ------
        InputError
            If the circuit is not compiled.
        """
        if plan(WHOLE).name not in circuit.builds:
            raise InputError("circuit.engine: the whole circuit needs a compiled build")
        return run_test_session(animal, circuit, self.phases_before(), session, self.hours, region_of(self.site))


def spikes_by_epoch(output: Output, layout: Layout, epochs: int, end: float = SETTLED[1]) -> dict[str, np.ndarray]:
    """Spikes of each population in every epoch of a session once the network has settled, both hemispheres.

    Parameters
    ----------
    output : Output
    layout : Layout
    epochs : int
        Of the session, with those in the home cage.
    end : float
        Up to when in an epoch spikes count, s: a decision, or later where none falls.
    """
    counts = {}
    for name, place in layout.ranges.items():
        times, cells = output.spikes[place.kind]
        within = times % EPOCH
        counted = place.holds(cells) & (within >= SETTLED[0]) & (within < end)
        counts[name] = np.bincount(np.minimum((times[counted] / EPOCH).astype(int), epochs - 1), minlength=epochs)
    return counts


def mean_rates(output: Output, layout: Layout, chosen: np.ndarray, end: float = SETTLED[1]) -> dict[str, float]:
    """Mean rate of each population in the epochs that `chosen` marks, Hz; the rest as in `spikes_by_epoch`."""
    seconds = chosen.sum() * (end - SETTLED[0])
    counts = spikes_by_epoch(output, layout, len(chosen), end)
    return {name: float(here[chosen].sum() / layout.ranges[name].number / seconds) for name, here in counts.items()}


def refuse_coarse(hours: float, epochs: int) -> None:
    """Raise `InputError` where an epoch would stand for more than glutamate can follow."""
    if hours * 60 > LONGEST_EPOCH * epochs:
        fewest = math.ceil(hours * 60 / LONGEST_EPOCH)
        raise InputError(
            f"{epochs} epochs of {60 * hours / epochs:g} min are too coarse for glutamate to follow;"
            f" give {fewest} or more (an epoch stands for {LONGEST_EPOCH:g} min at most)",
            "epochs",
        )


def after_home(schedule: np.ndarray) -> np.ndarray:
    """The schedule of a test's session with epochs in the home cage before it."""
    whole = np.vstack([np.zeros((HOME_EPOCHS, len(STAGE))), schedule])
    for name in ("minutes", "silencing"):
        whole[:HOME_EPOCHS, STAGE.index(name)] = whole[-1, STAGE.index(name)]
    return whole


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
