"""Reward: a dose of a drug, or a natural reward, on a day after a history; the days' equations alone give the answer.

What the history left behind (`synapses.chronic`) and what is on board decide; the naive animal that it is compared with
is the same individual without history and treatment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from circuit.engine.prepared import PreparedCircuit
from circuit.parameters import ModelParameters
from protocols.animals import days
from protocols.animals.animal import Animal
from protocols.animals.history import Group
from protocols.animals.rest import Rest, at_rest
from protocols.assays.base import Assay
from protocols.assays.passes import Findings
from protocols.errors import InputError, cut, nearest
from protocols.quantities import Delay, Dose, Duration, at_most, quantity
from protocols.stimulation.acceleration import Acceleration
from results.recording import Measure, Recording, Series
from synapses import challenge, chronic
from synapses.adaptation import AdaptedState
from synapses.challenge import Course
from synapses.drug_files import drugs
from synapses.pharmacology import Dosing, concentration, reaching
from synapses.regions import CORE
from synapses.reward import felt, locomotion

NATURAL = "natural reward"
SMALLEST_RISE = 1e-6  # of dopamine, relative to rest: what is measured is relative to it
LONGEST_CHALLENGE = quantity("2 d", "duration")  # long after any drug has left
LONGEST_ABSTINENCE = quantity("3650 d", "duration")  # as a phase of a history
LINGERING = 2.0  # days before the challenge of which what was taken may still be on board
EVERY = 6  # of the times at which dopamine is known, one in a minute is kept
NAIVE = AdaptedState()
OF_NAIVE = "% of naive"


class RewardTest(Assay):
    """What a dose of a drug, or a natural reward, does to dopamine, reward and locomotion, as the days left the animal.

    The days' equations answer in closed form: the network is not run.
    """

    runs_network: ClassVar[bool] = False
    drawn: ClassVar[tuple[str, ...]] = ("dopamine",)
    borrowing: ClassVar[bool] = False
    main_measures: ClassVar[tuple[str, ...]] = (
        "dopamine_peak",
        "reward_felt",
        "locomotor_response",
        "equivalent_dose",
        "d2_availability_change",
        "set_point",
        "prefrontal_rate",
    )

    kind: Literal["reward"]
    challenge: str
    """The drug given, or ``"natural reward"``."""
    dose: Dose | None = None
    """Dose of the drug (mg/kg); that of a usual prime when left out."""
    route: Literal["i.p.", "i.v."] | None = None
    """How it is given, i.p. when left out; of an i.p. dose a share (``behaviour.injected_share``) acts as an i.v. one
    would."""
    abstinence: Delay = quantity("0 d", "duration")
    """Time in the home cage between the end of the history and the challenge."""
    duration: Duration = quantity("3 h", "duration")
    """How long dopamine is followed."""
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose dopamine is followed."""

    @property
    def length(self) -> float:
        """From the challenge to the end (s)."""
        return self.duration.si

    @property
    def drug(self) -> str | None:
        """The drug given; None for a natural reward."""
        return None if self.challenge == NATURAL else self.challenge

    @model_validator(mode="after")
    def _given(self) -> RewardTest:
        at_most(self.duration, LONGEST_CHALLENGE, "duration")
        at_most(self.abstinence, LONGEST_ABSTINENCE, "abstinence")
        from synapses.drug_files import drugs

        taken = [each.name for each in drugs().values() if each.prime]
        if self.drug is not None and self.drug not in taken:
            near = nearest(self.drug, [*taken, NATURAL])
            raise InputError(f"'{cut(self.drug)}' raises no dopamine{near}", "challenge")
        if self.drug is not None:
            dose = self.dose.si if self.dose else drugs()[self.drug].prime
            if drugs()[self.drug].dopamine_rise(dose) < SMALLEST_RISE:
                where = "dose" if self.dose else "challenge"
                raise InputError(f"{dose:g} mg/kg of {self.drug} leaves dopamine as it is", where)
        named = [key for key in ("dose", "route") if getattr(self, key) is not None]
        if self.drug is None and named:
            raise InputError("a natural reward has neither dose nor route; leave it out", named[0])
        if self.day is not None and self.abstinence.si:
            raise InputError("give day or abstinence, not both", "abstinence")
        return self

    def on_day(self, group: Group) -> float:
        """Days from the start of a group's history to the challenge."""
        return self.day if self.day is not None else group.days + self.abstinence.si / 86400

    def network_seconds(self, acceleration: Acceleration) -> float:
        """None: the network is not run."""
        return 0.0

    def simulate(self, animal: Animal, circuit: PreparedCircuit) -> Recording:
        """What the days' equations say."""
        found, rest = answer(self, animal.group, animal.day, animal.own)
        return Recording(
            animal.identity,
            series=dict(found.series),
            measures=dict(found.measures),
            provenance={
                "parameters": animal.parameter_values(),
                "state": rest.state.flat(),
                "network_seconds": 0.0,
                "engine": "closed form",
            },
            curves=dict(found.curves),
        )


def adapted_on(group: Group, day: float, own: ModelParameters) -> AdaptedState:
    """What the days up to a test left behind; those of the history are solved once for all tests."""
    course = days.course(group, own)
    past = min(float(group.days), day)
    return chronic.live(course, past, day, own, days.adapted_state(course, past, own))


def on_board(group: Group, day: float, own: ModelParameters) -> list[Dosing]:
    """What reaches the core of the group's treatments, and what it took not long ago, on the clock of the challenge."""
    recent = [
        replace(intake, start=intake.start - day, end=intake.end - day)
        for intake in days.course(group, own).intakes
        if day - intake.end < LINGERING
    ]
    taken = [chronic.as_dosing(intake, own.variability.level(intake.drug)) for intake in recent]
    return [*reaching(days.dosings(group, day, 0.0, own), CORE), *taken]


def effective_dose(test: RewardTest, own: ModelParameters) -> Dosing:
    """The dose as an i.v. one would act in the typical animal."""
    if test.drug is None:
        raise ValueError("a natural reward is no dose")
    dose = test.dose.to("mg/kg") if test.dose else drugs()[test.drug].prime
    return Dosing(test.drug, 0.0, dose=dose * acting_share(test, own))


def acting_share(test: RewardTest, own: ModelParameters) -> float:
    """What the dose is in this animal over an i.v. one in the typical animal: by its route, and by its level."""
    level = 1.0 if test.drug is None else own.variability.level(test.drug)
    return level if test.route == "i.v." else level * own.behaviour.injected_share


def answer(test: RewardTest, group: Group, day: float, own: ModelParameters) -> tuple[Findings, Rest]:
    """Findings of the test, and the animal at rest before it.

    Parameters
    ----------
    test : Reward
    group : Group
    day : float
        Day of the challenge from the history's beginning.
    own : ModelParameters
        The animal's own parameters.
    """
    rest = at_rest(group, day, own, adapted=adapted_on(group, day, own))
    others, cystine, p = on_board(group, day, own), own.homeostasis.cystine, own.reward
    measures = _standing(rest.state, day - group.days, own)
    series: dict[str, Series] = {}
    if test.drug is None:
        course = challenge.natural(others, rest.state, p, cystine)
        naive = challenge.natural((), NAIVE, p, cystine)
    else:
        dose = effective_dose(test, own)
        course = challenge.drug(dose, others, test.length, rest.state, p, cystine)
        naive = challenge.drug(dose, (), test.length, NAIVE, p, cystine)
        moved = locomotion(course.peak_effect, rest.state, p) / locomotion(naive.peak_effect, NAIVE, p)
        measures["time_to_peak"] = Measure(course.time_to_peak / 60, "min")
        measures["locomotor_response"] = Measure(100 * moved, OF_NAIVE)
        needed = challenge.equivalent_dose(dose, others, test.length, rest.state, p, cystine)
        if needed is not None:
            measures["equivalent_dose"] = Measure(needed / acting_share(test, own), "mg/kg")
            measures["equivalent_dose_of_naive"] = Measure(100 * needed / dose.dose, OF_NAIVE)
        series = _series(course, dose, others)
    enjoyed = felt(course.peak_effect, rest.state, p) / felt(naive.peak_effect, NAIVE, p)
    measures |= {
        "dopamine_peak": Measure(course.peak, "% above basal"),
        "dopamine_of_naive": Measure(100 * course.peak / naive.peak, OF_NAIVE),
        "reward_felt": Measure(100 * enjoyed, OF_NAIVE),
    }
    return Findings(series=series, measures=measures), rest


def _standing(state: AdaptedState, abstinence: float, own: ModelParameters) -> dict[str, Measure]:
    """What does not depend on the challenge."""
    rate = own.homeostasis.resting_rate * state.pl_drive**own.homeostasis.rate_exponent
    return {
        "abstinence": Measure(abstinence, "d"),
        "d1_availability_change": Measure(100 * (state.d1 - 1), "%"),
        "d2_availability_change": Measure(100 * (state.d2 - 1), "%"),
        "set_point": Measure(state.set_point, "1"),
        "prefrontal_drive": Measure(100 * state.pl_drive, OF_NAIVE),
        "prefrontal_rate": Measure(rate, "Hz"),
    }


def _series(course: Course, dose: Dosing, others: list[Dosing]) -> dict[str, Series]:
    time = course.time[::EVERY]
    same = [dosing for dosing in others if dosing.drug == dose.drug]
    level = np.sum([concentration(dosing, time) for dosing in (dose, *same)], axis=0)
    return {
        "dopamine": Series(time, course.percent[::EVERY], "% of basal", "dopamine in the core after the challenge"),
        "drug_in_brain": Series(time, level, "uM", f"{dose.drug} in brain"),
    }
