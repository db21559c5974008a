"""Reward: a dose of a drug, or a natural reward, on a day after a history; told by the days' equations alone.

What the history left behind (`synapses.chronic`) and what is on board decide; the naive animal that it is compared with
is the same individual without history and treatment.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from circuit.parameters import ModelParameters
from protocols.animals import days
from protocols.animals.history import Group
from protocols.animals.rest import Rest, at_rest
from protocols.assays.passes import Findings
from protocols.assays.resting_assays import Reward
from results.recording import Measure, Series
from synapses import challenge, chronic
from synapses.adaptation import AdaptedState
from synapses.challenge import Course
from synapses.drug_files import drugs
from synapses.pharmacology import Dosing, concentration
from synapses.reward import felt, locomotion

LINGERING = 2.0  # days before the challenge of which what was taken may still be on board
EVERY = 6  # of the times at which dopamine is told, one in a minute is kept
NAIVE = AdaptedState()
OF_NAIVE = "% of naive"


def left_behind(group: Group, day: float, own: ModelParameters) -> AdaptedState:
    """What the days up to a test left behind; those of the history are solved once for all tests."""
    course = days.course(group, own.probe)
    lived = min(float(group.days), day)
    return chronic.live(course, lived, day, own, days.adapted(course, lived, own))


def on_board(group: Group, day: float, own: ModelParameters) -> list[Dosing]:
    """The group's treatments, and what it took not long ago, on the clock of the challenge."""
    recent = [
        replace(intake, start=intake.start - day, end=intake.end - day)
        for intake in days.course(group, own.probe).intakes
        if day - intake.end < LINGERING
    ]
    return [*days.dosings(group, day, 0.0, own.probe), *map(chronic.as_dosing, recent)]


def given(test: Reward, own: ModelParameters) -> Dosing:
    """The dose as an i.v. one would act."""
    if test.drug is None:
        raise ValueError("a natural reward is no dose")
    dose = test.dose.to("mg/kg") if test.dose else drugs()[test.drug].prime
    return Dosing(test.drug, 0.0, dose=dose * share(test, own))


def share(test: Reward, own: ModelParameters) -> float:
    """Share of the dose that acts as an i.v. one would."""
    return 1.0 if test.route == "i.v." else own.behaviour.injected_share


def told(test: Reward, group: Group, day: float, own: ModelParameters) -> tuple[Findings, Rest]:
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
    rest = at_rest(group, day, own, adapted=left_behind(group, day, own))
    others, cystine, p = on_board(group, day, own), own.homeostasis.cystine, own.reward
    measures = _standing(rest.state, day - group.days, own)
    series: dict[str, Series] = {}
    if test.drug is None:
        course = challenge.natural(others, rest.state, p, cystine)
        naive = challenge.natural((), NAIVE, p, cystine)
    else:
        dose = given(test, own)
        course = challenge.drug(dose, others, test.length, rest.state, p, cystine)
        naive = challenge.drug(dose, (), test.length, NAIVE, p, cystine)
        moved = locomotion(course.peak_effect, rest.state, p) / locomotion(naive.peak_effect, NAIVE, p)
        measures["time_to_peak"] = Measure(course.time_to_peak / 60, "min")
        measures["locomotor_response"] = Measure(100 * moved, OF_NAIVE)
        needed = challenge.equivalent_dose(dose, others, test.length, rest.state, p, cystine)
        if needed is not None:
            measures["equivalent_dose"] = Measure(needed / share(test, own), "mg/kg")
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
