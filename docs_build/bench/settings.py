"""What is set on the bench: a history, two treatments and a time; and the same as an experiment's group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from protocols.animals.history import Group
from synapses.drug_files import drugs

TREATMENTS = {
    "NAC": 400.0, "ceftriaxone": 400.0, "LY341495": 10.0, "LY379268": 3.0, "MPEP": 30.0, "CDPPB": 30.0,
}  # fmt: skip
"""Drugs that are given on the bench, and the largest dose of each, mg/kg."""
NONE = "none"
DAYS, HOURS, WITHDRAWAL, DOSES, BEFORE = (1, 28), (0.5, 6.0), (0, 60), (1, 14), (0.25, 48.0)
"""Lowest and highest: days of taking, hours a day, days since, daily doses, hours from the last dose to the test."""
SOON = 4.0  # hours before the test within which most drugs still act
INFUSION = (0.25, 4.0)
"""Dose of an infusion, relative to the one at which intake is known."""


@dataclass(frozen=True)
class Given:
    """A treatment: `doses` of it a day apart, mg/kg each, the last one `before` hours before the test."""

    drug: str = NONE
    dose: float = 0.0
    before: float = 2.5
    doses: int = 1


@dataclass(frozen=True)
class Setting:
    """What is set on the bench.

    Attributes
    ----------
    taken : str
        The drug that the animal took, or ``"none"``: yoked saline.
    days : int
        Daily sessions.
    hours : float
        Length of a session.
    infusion : float
        Dose of one infusion, mg/kg.
    withdrawal : int
        Days of extinction from the last session to the test.
    given : tuple of Given
        Two at most.
    """

    taken: str = "cocaine"
    days: int = 12
    hours: float = 2.0
    infusion: float = 0.5
    withdrawal: int = 14
    given: tuple[Given, ...] = ()

    @property
    def test_day(self) -> int:
        """Days from the history's beginning to the test."""
        return self.days + self.withdrawal

    def document(self) -> dict[str, Any]:
        """It as plain data, as the page's script takes it."""
        return asdict(self)

    def group(self, name: str = "bench") -> Group:
        """The group of an experiment that it stands for.

        Notes
        -----
        A single dose is given relative to the test and acts in it. Repeated doses have days of their own and act on
        what the days leave behind, too.
        """
        if self.taken == NONE:
            first: dict[str, Any] = {"phase": "yoked_saline", "days": self.days, "hours": self.hours}
        else:
            first = {
                "phase": "self_administration", "drug": self.taken, "days": self.days, "hours": self.hours,
                "dose": f"{self.infusion!r} mg/kg",
            }  # fmt: skip
        history = [first]
        if self.withdrawal:
            history.append({"phase": "extinction", "days": self.withdrawal, "hours": self.hours})
        treatment = []
        for one in self.given:
            entry: dict[str, Any] = {"drug": one.drug, "dose": f"{one.dose!r} mg/kg"}
            if one.doses == 1:
                entry["at"] = f"{-one.before!r} h"
            else:
                start = self.test_day - one.before / 24 - (one.doses - 1)
                entry |= {"day": start, "every": "1 d", "times": one.doses}
            treatment.append(entry)
        return Group.model_validate({"name": name, "history": history, "treatment": treatment})


def at_random(number: int, seed: int, acting: bool = False) -> Iterator[Setting]:
    """Settings over the whole ranges of the bench, as its emulator is trained on and its numbers are tested with.

    Where they are to be `acting`, an animal always takes a drug and gets two single doses that still act at the test.
    """
    rng = np.random.default_rng(seed)
    takers = [drug for drug in drugs().values() if drug.adaptation]
    number_given, latest = ((0.0, 0.0, 1.0), SOON) if acting else ((0.25, 0.4, 0.35), BEFORE[1])
    for _ in range(number):
        days, withdrawal = int(rng.integers(*DAYS, endpoint=True)), int(rng.integers(*WITHDRAWAL, endpoint=True))
        taken = takers[int(rng.integers(len(takers)))] if acting or rng.random() > 0.25 else None
        infusion = round((taken.intake_dose if taken else 1.0) * float(np.exp(rng.uniform(*np.log(INFUSION)))), 4)
        wanted = rng.choice(list(TREATMENTS), rng.choice(3, p=number_given), replace=False)
        given = []
        for name in wanted.tolist():
            before = round(float(np.exp(rng.uniform(*np.log((BEFORE[0], latest))))), 2)
            most = max(1, min(DOSES[1], int(days + withdrawal - before / 24)))
            doses = 1 if acting or rng.random() < 0.6 else int(rng.integers(1, most, endpoint=True))
            dose = round(TREATMENTS[name] * max(float(rng.uniform()), 0.03) ** 2, 3)
            given.append(Given(name, dose, before, doses))
        hours = round(float(rng.uniform(*HOURS)), 2)
        yield Setting(taken.name if taken else NONE, days, hours, infusion, withdrawal, tuple(given))
