"""From an experiment's words to the model's inputs: a history becomes the course of an animal's days, treatments
become dosings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from circuit.parameters import ModelParameters
from protocols.animals.history import Conditioning, DrugTaking, Group, Injections, Phase
from protocols.animals.treatments import Treatment
from results.store.experiment_document import days_given
from synapses import chronic
from synapses.adaptation import AdaptedState, Factors
from synapses.chronic import DAY, Course, Expressed, Intake, factors_of
from synapses.drug_files import drugs
from synapses.pharmacology import Dosing
from synapses.regions import CORE

WEIGHT = 0.33  # kg, a rat of the age trained in these studies (assumed)
INJECTED = 1 / 24  # days over which an injected dose counts as taken


def intake_rate(drug: str, dose: float) -> float:
    """What a rat takes of a drug while a lever gives it, mg/kg per hour.

    Parameters
    ----------
    drug : str
    dose : float
        Dose of one infusion, mg/kg.

    Notes
    -----
    A power law of the dose, whose values stand with the drug: animals compensate for the dose, though not fully. For
    cocaine it goes through 12.0, 14.6 and 16.6 mg in 3 h at 0.25, 0.5 and 0.75 mg per infusion (Pettit & Justice 1991).
    """
    known = drugs()[drug]
    rate: float = known.intake * (dose / known.intake_dose) ** known.intake_exponent
    return rate


def intakes_of(phase: Phase, day: float) -> tuple[Intake, ...]:
    """What an animal takes in a phase that begins on a day; sessions start at the beginning of a day."""
    if isinstance(phase, DrugTaking):
        rate, length = 24 * intake_rate(phase.drug, phase.per_press), phase.hours / 24
        return tuple(Intake(day + n, day + n + length, rate, phase.drug) for n in range(phase.days))
    if isinstance(phase, Injections):
        rate, apart = phase.dose.si / INJECTED, 1 / phase.per_day
        times = [day + n + k * apart for n in range(phase.days) for k in range(phase.per_day)]
        return tuple(
            Intake(time, time + min(INJECTED, apart), rate * INJECTED / min(INJECTED, apart), phase.drug)
            for time in times
        )
    if isinstance(phase, Conditioning) and phase.drug is not None:
        given = [(day + n, phase.injected(n)) for n in range(phase.days) if phase.injected(n)]
        return tuple(Intake(time, time + INJECTED, dose / INJECTED, phase.drug) for time, dose in given)
    return ()


def phase_starts(group: Group) -> Iterator[tuple[float, Phase]]:
    """The phases of a group's history, each with the day on which it begins."""
    day = 0.0
    for phase in group.history:
        yield day, phase
        day += phase.days


def treatment_days(treatment: Treatment, group: Group, test_day: float) -> list[float]:
    """Days, from the history's beginning, on which a treatment is given."""
    late, apart = (0.0 if time is None else time.si / DAY for time in (treatment.at, treatment.every))
    day = test_day if treatment.day is None else treatment.day
    phases = [(phase.phase, phase.days) for phase in group.history]
    return days_given(phases, treatment.phase, day, late, apart, treatment.times)


def dosings(
    group: Group, test_day: float, lead: float, own: ModelParameters, dated: bool = False, site: str = CORE
) -> list[Dosing]:
    """The group's treatments on the clock of the test, whose first event lies `lead` s after zero.

    A dose acts as the animal's own level of the drug says. What is given through a probe reaches the tissue in part.
    What is given at no site of its own, yet not to the whole animal, is given at `site`. With `dated`, only what is
    given on days of the history.
    """
    given = []
    for treatment in group.treatment:
        if dated and treatment.to_the_test:
            continue
        at_site = treatment.concentration.to("uM") if treatment.concentration else 0.0
        if treatment.perfusate:
            at_site = own.probe.delivered(treatment.perfusate.to("uM"))
        for day in treatment_days(treatment, group, test_day):
            given.append(
                Dosing(
                    treatment.drug,
                    (day - test_day) * DAY + lead,
                    dose=treatment.dose.si * own.variability.level(treatment.drug) if treatment.dose else 0.0,
                    concentration=at_site,
                    duration=treatment.duration.si if treatment.duration else np.inf,
                    site=None if treatment.dose else treatment.site or site,
                )
            )
    return given


EXPRESSED = {
    "xCT": "xct", "GLT-1": "glt1", "AGS3": "ags3", "Homer": "homer", "mGluR5": "mglur5", "mGluR2/3": "mglur23",
}  # fmt: skip
"""Where a protein's density stands in `synapses.adaptation.Tissue`."""


def expression(group: Group) -> list[Expressed]:
    """What is over-expressed or knocked down, and from which day on; without a day, at the test."""
    return [
        Expressed(np.inf if changed.day is None else changed.day, EXPRESSED[protein], changed.factor, changed.site)
        for protein, changed in group.expression.items()
    ]


def expression_factors(group: Group) -> Factors:
    """Factors on proteins at the test, by region: what is over-expressed or knocked down, on whatever day it was."""
    return factors_of(expression(group))


def course(group: Group, own: ModelParameters, site: str = CORE) -> Course:
    """The course of a group's days, for animals whose sessions the network does not run.

    A treatment relative to the test, or a protein changed without a day, acts at the test; what it would do to the
    days' equations in the hours before it is left out. `site` is as in `dosings`.
    """
    return Course(
        intakes=tuple(intake for day, phase in phase_starts(group) for intake in intakes_of(phase, day)),
        treatments=tuple(dosings(group, 0.0, 0.0, own, dated=True, site=site)),
        expression=tuple(one for one in expression(group) if np.isfinite(one.day)),
    )


@lru_cache(maxsize=512)
def adapted_state(course: Course, day: float, own: ModelParameters) -> AdaptedState:
    """What a course of days left behind in an animal on a day; each is solved once."""
    return chronic.live(course, 0.0, day, own)
