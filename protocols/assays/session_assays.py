"""Kinds of test that run the whole circuit, epoch by epoch: seeking, and spines in the hours after a drug."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from protocols.animals.history import Hours, Phase
from protocols.assays.base import Assay, at_most, whole
from protocols.errors import InputError
from protocols.quantities import Delay, Dose, Duration, quantity
from protocols.record import a_number

LONGEST_SESSION = (
    128  # epochs, as `circuit.apparatus.operant_box.EPOCHS`, which this module leaves unimported to start fast
)
# min of biology that an epoch may stand for: glutamate leaves the extrasynaptic space within a second, and beyond twice
# this its equation, integrated at that pace, is unstable
LONGEST_EPOCH = 12.0
LONGEST_SWING = quantity("30 d", "duration")  # long after an injection has been forgotten
IN_SESSIONS = ("seeking", "spines")  # kinds of test that run the whole circuit, epoch by epoch


class Seeking(Assay):
    """A session in the operant box; what is counted is how often the animal presses.

    Presses bring no drug but in `self_administration`.
    """

    kind: Literal["seeking"]
    session: Literal[
        "extinction",
        "cue",
        "prime",
        "stress",
        "context",
        "abstinence",
        "second_order",
        "food_cue",
        "self_administration",
    ]
    """What brings seeking back, or is there: the drug's cue with presses (`cue`), cocaine given before (`prime`), foot
    shock before (`stress`), the box of training (`context`, `abstinence`), cue and box together (`second_order`)."""
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose glutamate and dopamine are sampled."""
    hours: Hours = 2.0
    """Length of the session (h)."""
    epochs: Annotated[int, Field(ge=4, le=120)] = 20
    """Stretches of the session that are simulated, each standing for its share."""
    preceded_by: tuple[Phase, ...] = ()
    """Phases between the group's history and this test."""
    dose: Dose | None = None
    """Cocaine injected for a prime (10 mg/kg when left out), or per infusion in `self_administration`."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.hours * 3600

    @model_validator(mode="after")
    def _resolved(self) -> Seeking:
        if self.hours * 60 > LONGEST_EPOCH * self.epochs:
            fewest = math.ceil(self.hours * 60 / LONGEST_EPOCH)
            raise InputError(
                f"{self.epochs} epochs of {60 * self.hours / self.epochs:g} min are too coarse for glutamate to follow;"
                f" give {fewest} or more (an epoch stands for {LONGEST_EPOCH:g} min at most)",
                "epochs",
            )
        return self

    @model_validator(mode="after")
    def _dosed(self) -> Seeking:
        if self.dose is not None and self.session not in ("prime", "self_administration"):
            raise InputError(f"a session of '{self.session}' gives no drug; leave the dose out", "dose")
        return self


class Spines(Assay):
    """Spine heads and surface AMPA in the home cage, before an injection and in the hours after it.

    The whole circuit is run while the drug acts; release of glutamate above rest then moves heads and receptors. What
    is read at a moment is held against the same animal before the injection.
    """

    kind: Literal["spines"]
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose spines are measured."""
    dose: Dose | None = None
    """Injected at time zero, of the last drug of the history, cocaine where there is none (mg/kg); vehicle when left
    out."""
    before: Duration = quantity("1 h", "duration")
    """In the home cage before the injection: release there is rest."""
    hours: Annotated[float, BeforeValidator(a_number), Field(gt=0, le=7)] = 4.0
    """How long after the injection the network runs (h); later release is at rest."""
    epoch: Duration = quantity("5 min", "duration")
    """What one stretch that is simulated stands for."""
    until: Duration = quantity("24 h", "duration")
    """How long heads and receptors are followed after the injection."""
    at: Annotated[tuple[Duration, ...], Field(min_length=1)] = tuple(
        quantity(moment, "duration") for moment in ("30 min", "45 min", "120 min", "6 h", "24 h")
    )
    """When after the injection they are read."""
    window: tuple[Delay, Duration] = (quantity("6 h", "duration"), quantity("24 h", "duration"))
    """Between these times after the injection the AMPA/NMDA ratio is averaged."""

    @property
    def length(self) -> float:
        """From the injection to the last moment that the network runs (s)."""
        return self.hours * 3600

    @property
    def epochs(self) -> int:
        """Stretches after the injection."""
        return round(self.hours * 3600 / self.epoch.si)

    @property
    def home(self) -> int:
        """Stretches before it."""
        return round(self.before.si / self.epoch.si)

    @model_validator(mode="after")
    def _followed(self) -> Spines:
        at_most(self.until, LONGEST_SWING, "until")
        for key, stretch in (("before", self.before.si), ("hours", self.hours * 3600)):
            if not whole(stretch / self.epoch.si):
                raise InputError(f"{stretch:g} s is no whole number of epochs of {self.epoch}", key)
        if self.epoch.si > 60 * LONGEST_EPOCH:
            raise InputError(
                f"{self.epoch} is too coarse for glutamate to follow; {LONGEST_EPOCH:g} min at most", "epoch"
            )
        if self.home < 3:
            raise InputError(f"{self.before} must hold three epochs of {self.epoch} at least, to know rest", "before")
        if self.home + self.epochs > LONGEST_SESSION:
            raise InputError(
                f"{self.epoch} makes {self.home + self.epochs} epochs; a session has {LONGEST_SESSION} at most", "epoch"
            )
        late = [moment for moment in self.at if moment.si > self.until.si]
        if late:
            raise InputError(f"{late[0]} is after until = {self.until}", "at")
        if len({moment.si for moment in self.at}) < len(self.at):
            raise InputError("a moment stands there twice", "at")
        start, end = self.window
        if not start.si < end.si <= self.until.si:
            raise InputError(f"{start} to {end} must run forward and lie within until = {self.until}", "window")
        if self.until.si < self.hours * 3600:
            raise InputError(f"{self.until} ends before the network does, at {self.hours:g} h", "until")
        return self
