"""Animals differ: each draws named parameters from log-normal distributions, one set for every group.

The median of each distribution is the shared value, so that the typical animal is the default one. The draw depends
on the animal's structure seed alone: paired animals of different groups are the same individual with another history.
The coefficients of variation are assumed; one factor on all of them, `variability.scale`, is fitted to the published
effect sizes, with the parameters of plasticity.

One dose of a drug reaches another level in every animal, since animals absorb, distribute and break down drugs at
different rates. The level is the drug table's times a log-normal factor of the animal and the drug, whose mean is 1:
over many animals a dose gives the level that the table says. Control animals get no drugs, so that nothing fits this
spread. A concentration in a bath or at a probe is what the experimenter made it, and does not vary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from synapses.parameters import ASSUMED, ParameterGroup, parameter


@dataclass(frozen=True)
class Variability(ParameterGroup):
    """How far animals differ."""

    group: ClassVar[str] = "variability"

    scale: float = parameter(1.0, "1", "s_CV", 0, 10, "factor on every coefficient of variation between animals")
    drug_level: float = parameter(
        0.3, "1", "CV_drug", 0, 2, "coefficient of variation between animals of a drug's level after the same dose"
    )
    animal: int | None = None
    """The animal's structure seed; None is the typical animal, whose levels are those of the drug table."""

    def level(self, drug: str) -> float:
        """Level of a drug in this animal over that in the drug table, at the same dose; the mean over animals is 1."""
        if self.animal is None:
            return 1.0
        generator = np.random.default_rng([self.animal, 0xD05E, *drug.encode()])
        variance = np.log1p(self.drug_level**2)
        return float(np.exp(np.sqrt(variance) * generator.standard_normal() - variance / 2))


# Dotted parameter path: (coefficient of variation, source).
COEFFICIENTS: dict[str, tuple[float, str]] = {
    "quantum.ampa_quantum": (0.15, ASSUMED),
    "release.half": (0.06, ASSUMED),
    "release.potentiation_gain": (0.25, ASSUMED),
    "plasticity.release_calcium": (0.08, ASSUMED),
    "plasticity.depression_rate": (0.30, ASSUMED),
    "plasticity.depression_floor": (0.15, ASSUMED),
    "plasticity.potentiation_rate": (0.30, ASSUMED),
    "plasticity.gate_half": (0.10, ASSUMED),
    "homeostasis.xc_maximum": (0.12, ASSUMED),
    "homeostasis.glt1_maximum": (0.12, ASSUMED),
    "tone.mglur23_half": (0.10, ASSUMED),
    "adaptation.saturating_intake": (0.25, ASSUMED),
    "electrode.gain_after_an_hour": (0.15, ASSUMED),
    "reward.effect_half": (0.15, ASSUMED),
    "reward.d2_loss": (0.10, ASSUMED),
    "reward.tolerance_gain": (0.20, ASSUMED),
    "reward.sensitization_gain": (0.30, ASSUMED),
    "reward.set_point_time": (0.20, ASSUMED),
}


def draw(seed: int, scale: float = 1.0) -> dict[str, float]:
    """Factors by which one animal's parameters differ from the shared values.

    Parameters
    ----------
    seed : int
        The animal's structure seed.
    scale : float
        Factor on every coefficient of variation.

    Returns
    -------
    dict
        Dotted parameter path -> factor, median 1.
    """
    generator = np.random.default_rng([seed, 0x5EED])
    factors = {}
    for path, (coefficient, _) in COEFFICIENTS.items():
        sigma = np.sqrt(np.log1p((scale * coefficient) ** 2))
        factors[path] = float(np.exp(sigma * generator.standard_normal()))
    return factors
