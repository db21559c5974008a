"""From an experiment's words to the model's inputs: a history becomes intake over days, treatments become dosings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from circuit.probe import Probe
from protocols.history import Group, SelfAdministration
from synapses.adaptation import AdaptedState, Intake
from synapses.pharmacology import Dosing, drugs

WEIGHT = 0.33  # kg, a rat of the age trained in these studies (assumed)
DAY = 86400.0  # s


def intake_rate(dose: float) -> float:
    """Cocaine a rat takes while a lever gives it, mg/kg per hour.

    Parameters
    ----------
    dose : float
        Dose of one infusion, mg/kg.

    Notes
    -----
    The power law through 12.0, 14.6 and 16.6 mg in 3 h at 0.25, 0.5 and 0.75 mg per infusion (Pettit & Justice 1991):
    animals compensate for the dose, though not fully.
    """
    return 12.0 / 3 / WEIGHT * (dose * WEIGHT / 0.25) ** 0.295


def intakes(group: Group) -> list[Intake]:
    """What a group took on which days of its history; sessions start at the beginning of a day."""
    taken, day = [], 0.0
    for phase in group.history:
        if isinstance(phase, SelfAdministration):
            rate = 24 * intake_rate(phase.dose.si)
            potency = drugs()[phase.drug].adaptation
            taken += [Intake(day + n, day + n + phase.hours / 24, rate, potency) for n in range(phase.days)]
        day += phase.days
    return taken


EXPRESSED = {
    "xCT": "xct", "GLT-1": "glt1", "AGS3": "ags3", "Homer": "homer", "mGluR5": "mglur5", "mGluR2/3": "mglur23",
}  # fmt: skip
"""Where a protein's density stands in `synapses.adaptation.AdaptedState`."""


def expressed(group: Group, state: AdaptedState) -> AdaptedState:
    """The state that a history left, with proteins over-expressed or knocked down."""
    factors = {EXPRESSED[protein]: factor for protein, factor in group.expression.items()}
    return replace(state, **{name: getattr(state, name) * factor for name, factor in factors.items()})


def dosings(group: Group, test_day: float, lead: float, probe: Probe) -> list[Dosing]:
    """The group's treatments on the clock of the test, whose first event lies `lead` s after zero.

    What is given through a probe reaches the tissue in part.
    """
    given = []
    for treatment in group.treatment:
        at_site = treatment.concentration.to("uM") if treatment.concentration else 0.0
        if treatment.perfusate:
            at_site = probe.delivered(treatment.perfusate.to("uM"))
        start = treatment.at.si if treatment.at is not None else ((treatment.day or 0.0) - test_day) * DAY
        given.append(
            Dosing(
                treatment.drug,
                start + lead,
                dose=treatment.dose.si if treatment.dose else 0.0,
                concentration=at_site,
                duration=treatment.duration.si if treatment.duration else np.inf,
            )
        )
    return given
