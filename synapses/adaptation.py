"""The slow adaptation over days: what a history of drug taking leaves behind in the accumbens core.

A history reaches the synapse through one accumulating variable X, the enduring trace of drug intake (as a slowly
decaying transcription factor would hold it; Nestler 2008, doi:10.1098/rstb.2008.0067). Every adapted quantity relaxes
towards 1 + change*X with its own time constant. An animal that took no drug stays at 1; nothing here knows of groups.

The signs are those of Kalivas 2009 (doi:10.1038/nrn2515): xCT, GLT-1, Homer, mGluR5 and prefrontal firing at rest fall,
AGS3 and surface AMPA rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import ClassVar

import numpy as np
from scipy.integrate import solve_ivp

from synapses.parameters import ParameterGroup, parameter

KALIVAS = "sign: Kalivas 2009 doi:10.1038/nrn2515"


@dataclass(frozen=True)
class Adaptation(ParameterGroup):
    """Size and time constant of each adaptation; a change is relative to the naive level."""

    group: ClassVar[str] = "adaptation"

    saturating_intake: float = parameter(85.0, "mg/kg", "D_X", 1, 5000, "cocaine intake that builds 63 % of X")
    trace_decay: float = parameter(180.0, "d", "tau_X", 5, 2000, "decay of X (vulnerability lasts months to years)")
    xct_change: float = parameter(
        -0.70, "1", "d_xCT", -0.99, 1, "membrane xCT", f"{KALIVAS}; size fitted to basal glutamate"
    )
    xct_time: float = parameter(5.0, "d", "tau_xCT", 0.1, 100, "time constant")
    glt1_change: float = parameter(
        -0.40,
        "1",
        "d_GLT1",
        -0.99,
        1,
        "GLT-1 uptake, Vmax",
        "sign: Knackstedt et al. 2010 Biol Psychiatry 67:81",
    )
    glt1_time: float = parameter(5.0, "d", "tau_GLT1", 0.1, 100, "time constant")
    ags3_change: float = parameter(
        0.60, "1", "d_AGS3", -0.9, 5, "AGS3", f"{KALIVAS}; Bowers et al. 2004 doi:10.1016/S0896-6273(04)00159-X"
    )
    ags3_time: float = parameter(5.0, "d", "tau_AGS3", 0.1, 100, "time constant")
    homer_change: float = parameter(-0.15, "1", "d_Homer", -0.99, 1, "Homer1b/c", KALIVAS)
    homer_time: float = parameter(5.0, "d", "tau_Homer", 0.1, 100, "time constant")
    mglur5_change: float = parameter(-0.10, "1", "d_mGluR5", -0.99, 1, "surface mGluR5", KALIVAS)
    mglur5_time: float = parameter(5.0, "d", "tau_mGluR5", 0.1, 100, "time constant")
    mglur23_change: float = parameter(
        0.0, "1", "d_mGluR2/3", -0.99, 1, "mGluR2/3 density; its loss is carried by AGS3 here"
    )
    mglur23_time: float = parameter(5.0, "d", "tau_mGluR2/3", 0.1, 100, "time constant")
    ampa_change: float = parameter(
        0.40, "1", "d_AMPA", -0.9, 5, "surface AMPA receptors", f"{KALIVAS}; Conrad et al. 2008 doi:10.1038/nature06995"
    )
    ampa_time: float = parameter(12.0, "d", "tau_sAMPA", 0.1, 200, "time constant; keeps rising in withdrawal")
    pl_drive_change: float = parameter(
        -0.21, "1", "d_PL", -0.99, 1, "background drive of prelimbic cells at rest", KALIVAS
    )
    pl_drive_time: float = parameter(5.0, "d", "tau_PL", 0.1, 100, "time constant")


@dataclass(frozen=True)
class AdaptedState:
    """Adapted quantities relative to a naive animal (1); `trace` is X, 0 in a naive animal."""

    trace: float = 0.0
    xct: float = 1.0
    glt1: float = 1.0
    ags3: float = 1.0
    homer: float = 1.0
    mglur5: float = 1.0
    mglur23: float = 1.0
    ampa: float = 1.0
    pl_drive: float = 1.0


ADAPTED = tuple(f.name for f in fields(AdaptedState) if f.name != "trace")


@dataclass(frozen=True)
class Intake:
    """Drug taken at an even rate from `start` to `end` (days from the history's beginning), mg/kg/day while it lasts.

    `potency` weighs a drug's power to build the trace against that of cocaine.
    """

    start: float
    end: float
    rate: float
    potency: float = 1.0


def adapt(
    intakes: Sequence[Intake], days: float, adaptation: Adaptation, initial: AdaptedState | None = None
) -> AdaptedState:
    """State of the synapse at the end of a history.

    Parameters
    ----------
    intakes : sequence of Intake
        What was taken when; empty for drug-naive animals.
    days : float
        Length of the history, days.
    adaptation : Adaptation
    initial : AdaptedState, optional
        State at day 0; a naive animal by default. Splitting a history and handing the state on gives the same end.

    Returns
    -------
    AdaptedState

    Raises
    ------
    ValueError
        If an intake lies outside the history.
    RuntimeError
        If the solver fails.
    """
    for intake in intakes:
        if not 0 <= intake.start <= intake.end <= days + 1e-9:
            raise ValueError(
                f"intake from day {intake.start:g} to {intake.end:g} lies outside a history of {days:g} days"
            )
    start = initial or AdaptedState()
    change = np.array([getattr(adaptation, f"{name}_change") for name in ADAPTED])
    time = np.array([getattr(adaptation, f"{name}_time") for name in ADAPTED])
    state = np.array([start.trace, *(getattr(start, name) for name in ADAPTED)])
    borders = sorted({0.0, days, *(i.start for i in intakes), *(i.end for i in intakes)})
    for begin, end in pairwise(borders):
        middle = (begin + end) / 2
        building = sum(i.rate * i.potency for i in intakes if i.start <= middle < i.end) / adaptation.saturating_intake

        def slope(_: float, y: np.ndarray, building: float = building) -> np.ndarray:
            trace = building * (1 - y[0]) - y[0] / adaptation.trace_decay
            return np.concatenate([[trace], (1 + change * y[0] - y[1:]) / time])

        solution = solve_ivp(slope, (begin, end), state, method="LSODA", rtol=1e-8, atol=1e-10)
        if not solution.success:
            raise RuntimeError(f"adaptation from day {begin:g} to {end:g}: {solution.message}")
        state = solution.y[:, -1]
    return AdaptedState(*(float(value) for value in state))
