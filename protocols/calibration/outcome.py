"""What a calibration found: the fits, the simulations that confirm them, and how far animals differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protocols.calibration.homeostasis import HomeostasisFit
from protocols.calibration.plasticity import Posterior
from synapses.calibrated import Calibrated

CONFIRMED_ANIMALS = 8  # with which the shipped set is simulated once more


@dataclass(frozen=True)
class Spread:
    """How far control animals differ, standard deviation over animals in % of baseline over the time course.

    Attributes
    ----------
    wanted : float
        What the published effect sizes ask for.
    measured : dict
        Factor on the coefficients of variation -> what the network gives.
    """

    wanted: float
    measured: dict[float, float]

    def factor(self) -> float:
        """The factor for what is wanted, on a line through the measured ones, both axes logarithmic.

        Responses saturate and release follows cAMP steeply, so that the spread grows faster than the factor; outside
        what was measured the nearest factor is taken.
        """
        factors = np.log(sorted(self.measured))
        spreads = np.log([self.measured[factor] for factor in sorted(self.measured)])
        return float(np.exp(np.interp(np.log(self.wanted), spreads, factors)))


@dataclass(frozen=True)
class Outcome:
    """What a calibration found.

    Attributes
    ----------
    glutamate : homeostasis.HomeostasisFit
    posterior : plasticity.Posterior
    error : ndarray, shape (cells, measures)
        Of the emulator at left-out points, % of baseline.
    responses : dict
        Cell -> (emulated, simulated) response of the shipped set, % of baseline, over the test window.
    spread : Spread
        How far controls should differ, and do.
    calibrated : Calibrated
        What the package ships.
    """

    glutamate: HomeostasisFit
    posterior: Posterior
    error: np.ndarray
    responses: dict[tuple[str, str], tuple[float, float]]
    spread: Spread
    calibrated: Calibrated
