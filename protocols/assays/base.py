"""What every test has on the day of the test; `protocols.assays.kinds` lists the kinds."""

from __future__ import annotations

from typing import ClassVar

from protocols.animals.history import Day, Name
from protocols.errors import InputError
from protocols.quantities import Quantity
from protocols.record import Record

SHORTEST_EVERY = 0.5  # s between test pulses: a response and its sweep have ended


class Assay(Record):
    """What every test has; `evoked` ones stimulate a projection, the others record in a nucleus."""

    evoked: ClassVar[bool] = False

    name: Name
    day: Day | None = None
    """Day of the test; the end of the history when left out."""

    @property
    def length(self) -> float:
        """From start to end, in biological time (s)."""
        raise NotImplementedError


def apart(every: float, key: str) -> None:
    """Refuse test pulses that follow each other too soon; `every` in s."""
    if every < SHORTEST_EVERY:
        raise InputError(f"{every:g} s is too short; responses need {SHORTEST_EVERY:g} s at least", key)


def at_least(given: Quantity, least: Quantity, key: str) -> None:
    """Refuse a quantity that is too small for anything to be seen."""
    if given.si < least.si:
        raise InputError(f"{given} is too short; {least} at least", key)


def at_most(given: Quantity, most: Quantity, key: str) -> None:
    """Refuse a quantity beyond what is followed."""
    if given.si > most.si:
        raise InputError(f"{given} is too long; {most} at most", key)


def whole(number: float) -> bool:
    """Whether a number is a whole one, and at least one."""
    return number > 0.5 and abs(number - round(number)) < 1e-6
