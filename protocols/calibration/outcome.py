"""The outcome of a calibration: the fits, the simulations that confirm them, and the spread of animals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protocols.calibration.homeostasis import HomeostasisFit
from protocols.calibration.plasticity import Posterior
from synapses.calibrated import Calibrated

CONFIRMED_ANIMALS = 8  # with which the shipped set is simulated once more


@dataclass(frozen=True)
class Spread:
    """The spread of control animals: standard deviation over animals, % of baseline over the time course.

    Attributes
    ----------
    wanted : float
        The spread that the published effect sizes imply.
    measured : dict
        Factor on the coefficients of variation -> spread in the network.
    """

    wanted: float
    measured: dict[float, float]

    def factor(self) -> float:
        """The factor for the wanted spread, by interpolation on logarithmic axes.

        Responses saturate and release follows cAMP steeply, so that the spread grows faster than the factor; outside
        the measured range the nearest factor is used.
        """
        factors = np.log(sorted(self.measured))
        spreads = np.log([self.measured[factor] for factor in sorted(self.measured)])
        return float(np.exp(np.interp(np.log(self.wanted), spreads, factors)))


@dataclass(frozen=True)
class Outcome:
    """The outcome of a calibration.

    Attributes
    ----------
    glutamate : homeostasis.HomeostasisFit
    posterior : plasticity.Posterior
    error : ndarray, shape (cells, measures)
        Of the emulator at left-out points, % of baseline.
    responses : dict
        Cell -> (emulated, simulated) response of the shipped set, % of baseline, over the test window.
    spread : Spread
        The wanted and the measured spread of controls.
    calibrated : Calibrated
        The values that the package ships.
    """

    glutamate: HomeostasisFit
    posterior: Posterior
    error: np.ndarray
    responses: dict[tuple[str, str], tuple[float, float]]
    spread: Spread
    calibrated: Calibrated
