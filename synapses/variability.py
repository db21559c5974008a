"""Animals differ: each draws named parameters from log-normal distributions, one set for every group.

The median of each distribution is the shared value, so that the typical animal is the default one. The draw depends
on the animal's structure seed alone: paired animals of different groups are the same individual with another history.
"""

from __future__ import annotations

import numpy as np

from synapses.parameters import ASSUMED

# Dotted parameter path: (coefficient of variation, source).
COEFFICIENTS: dict[str, tuple[float, str]] = {
    "quantum.ampa_quantum": (0.15, ASSUMED),
    "release.half": (0.06, ASSUMED),
    "release.potentiation_gain": (0.25, ASSUMED),
    "plasticity.release_calcium": (0.08, ASSUMED),
    "plasticity.depression_rate": (0.30, ASSUMED),
    "plasticity.potentiation_rate": (0.30, ASSUMED),
    "plasticity.gate_half": (0.10, ASSUMED),
    "homeostasis.xc_maximum": (0.12, ASSUMED),
    "homeostasis.glt1_maximum": (0.12, ASSUMED),
    "tone.mglur23_half": (0.10, ASSUMED),
    "adaptation.saturating_intake": (0.25, ASSUMED),
}


def draw(seed: int) -> dict[str, float]:
    """Factors by which one animal's parameters differ from the shared values.

    Parameters
    ----------
    seed : int
        The animal's structure seed.

    Returns
    -------
    dict
        Dotted parameter path -> factor, median 1.
    """
    generator = np.random.default_rng([seed, 0x5EED])
    factors = {}
    for path, (coefficient, _) in COEFFICIENTS.items():
        sigma = np.sqrt(np.log1p(coefficient**2))
        factors[path] = float(np.exp(sigma * generator.standard_normal()))
    return factors
