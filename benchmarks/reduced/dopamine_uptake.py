"""Dopamine in the accumbens during self-administration, by the form of the autoreceptor.

The level (1 is rest) is the rate of the dopamine cells over that of rest, times 1 + u, where u is cocaine over its
potency at the transporter. The autoreceptor takes a current from the cells that saturates with the level; rate over
current is measured on leaky integrate-and-fire cells as in the circuit's table. Intake: Pettit & Justice (1991).

    python -m benchmarks.reduced.dopamine_uptake
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

from benchmarks.reduced.relay import dopamine_cells, rates

RESTING_RATE = 4.0  # Hz
DOSES = (0.25, 0.5, 0.75)  # mg per infusion
WEIGHT = 0.33  # kg
INTAKE_AT, INTAKE, INTAKE_EXPONENT = 0.757576, 12.1212, 0.295  # mg/kg; mg/kg/h there; fitted to the intake of the paper
HALF_LIFE = 0.5  # h
POTENCY = 1.0  # uM, and uM of cocaine for each mg/kg
PUBLISHED = (2.69, 3.81, 4.64)
CURRENTS = np.arange(20.0, 121.0, 5.0)  # pA


def block(dose: float) -> float:
    """Return cocaine over its potency in the steady state of self-administration at ``dose`` mg per infusion."""
    intake = INTAKE * (dose / WEIGHT / INTAKE_AT) ** INTAKE_EXPONENT
    return float(intake * HALF_LIFE / math.log(2) / POTENCY)


class Autoreceptor:
    """An autoreceptor with half-level ``half`` (over rest) and full current ``current`` (pA), on dopamine cells."""

    def __init__(self, half: float, current: float, seconds: float = 2.0) -> None:
        self.half, self.current = half, current
        self._rates = [rates({"cells": dopamine_cells(float(pA))}, (), {}, seconds=seconds)["cells"] for pA in CURRENTS]
        self._tonic = float(brentq(lambda pA: self._rate(pA) - RESTING_RATE, 40, 110))

    def _rate(self, pA: float) -> float:
        return float(np.interp(pA, CURRENTS, self._rates))

    def level(self, u: float) -> float:
        """Return the dopamine level, 1 at rest, with cocaine ``u`` over its potency."""

        def missing(level: float) -> float:
            taken = self.current * (level / (level + self.half) - 1 / (1 + self.half))
            return self._rate(self._tonic - taken) / RESTING_RATE * (1 + u) - level

        return float(brentq(missing, 0.05, 60))


def steepest() -> float:
    """Return the ratio of levels at the highest and the lowest dose when no autoreceptor takes anything."""
    return (1 + block(DOSES[-1])) / (1 + block(DOSES[0]))


def main() -> None:
    """Print the levels at the three doses for several autoreceptors, and the bound on their ratio."""
    for half, current in ((1.0, 30.0), (1.0, 60.0), (0.125, 120.0), (0.25, 60.0), (0.25, 90.0)):
        own = Autoreceptor(half, current)
        prime = f"{100 * own.level(3.5):.0f}"
        levels = " / ".join(f"{100 * own.level(block(dose)):.0f}" for dose in DOSES)
        print(f"half-level {half:5.3f}, {current:3.0f} pA: {levels} % of rest; a prime (u 3.5) {prime} %")
    print(f"highest over lowest dose at most {steepest():.2f}, published {PUBLISHED[-1] / PUBLISHED[0]:.2f}")


if __name__ == "__main__":
    main()
