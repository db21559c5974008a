"""Ionotropic receptors: AMPA, NMDA with its magnesium block, GABA-A.

Conductances jump at a release and decay with one time constant. The magnesium block is that of Jahr and Stevens 1990
(doi:10.1523/JNEUROSCI.10-09-03178.1990) as used for medium spiny neurons by Humphries et al. 2009
(doi:10.3389/neuro.10.026.2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from synapses.parameters import ParameterGroup, parameter

HUMPHRIES = "Humphries et al. 2009 doi:10.3389/neuro.10.026.2009"


@dataclass(frozen=True)
class Receptors(ParameterGroup):
    """Time constants, reversal potentials and quantal conductances."""

    group: ClassVar[str] = "receptors"

    ampa_decay: float = parameter(6.0, "ms", "tau_AMPA", 0.5, 20, "decay of the AMPA conductance", HUMPHRIES)
    nmda_decay: float = parameter(160.0, "ms", "tau_NMDA", 20, 400, "decay of the NMDA conductance", HUMPHRIES)
    gaba_decay: float = parameter(4.0, "ms", "tau_GABA", 1, 50, "decay of the GABA-A conductance", HUMPHRIES)
    glutamate_reversal: float = parameter(0.0, "mV", "E_glu", -20, 20, "reversal of AMPA and NMDA currents", HUMPHRIES)
    gaba_reversal: float = parameter(-60.0, "mV", "E_GABA", -90, -40, "reversal of GABA-A currents", HUMPHRIES)
    magnesium: float = parameter(1.0, "mM", "[Mg]", 0, 5, "magnesium outside cells", HUMPHRIES)


@dataclass(frozen=True)
class Quantum(ParameterGroup):
    """Conductances that one release opens."""

    group: ClassVar[str] = "quantum"

    ampa_quantum: float = parameter(
        0.70, "nS", "q_AMPA", 0.01, 5, "AMPA conductance of one release (miniature currents of 15-30 pA)"
    )
    nmda_ratio: float = parameter(
        0.50, "1", "q_NMDA/q_AMPA", 0, 3, "NMDA to AMPA conductance of one release", f"3.5/6.9 in {HUMPHRIES}"
    )


def magnesium_unblocked(potential: Any, magnesium: float = 1.0) -> Any:
    """Fraction of open NMDA channels that magnesium leaves free.

    Parameters
    ----------
    potential : float or ndarray
        Membrane potential, mV.
    magnesium : float
        Magnesium outside cells, mM.
    """
    return 1 / (1 + magnesium / 3.57 * np.exp(-0.062 * np.asarray(potential)))


UNBLOCKED = "1/(1 + magnesium/(3.57*mmolar)*exp(-0.062*v/mV))"
