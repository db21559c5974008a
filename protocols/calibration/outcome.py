"""The outcome of a calibration: the fits, and the simulations that confirm them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protocols.calibration.homeostasis import HomeostasisFit
from protocols.calibration.plasticity import Posterior
from synapses.calibrated import Calibrated

CONFIRMED_ANIMALS = 32  # in every group, with which the shipped set is simulated once more


@dataclass(frozen=True)
class Outcome:
    """The outcome of a calibration.

    Attributes
    ----------
    glutamate : homeostasis.HomeostasisFit
    posterior : plasticity.Posterior
    error : ndarray, shape (cells, measures, 2)
        Of the emulator at left-out points; cohorts are as `plasticity.cohort` gives them.
    emulated, simulated : ndarray, shape (cells, measures, 2)
        Cohorts of the shipped set, by the emulator and by the network.
    calibrated : Calibrated
        The values that the package ships.
    """

    glutamate: HomeostasisFit
    posterior: Posterior
    error: np.ndarray
    emulated: np.ndarray
    simulated: np.ndarray
    calibrated: Calibrated
