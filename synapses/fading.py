"""Depression that extinction left at contacts of D1 cells fades between days; what it potentiated stays.

Seeking that was extinguished over seven days had recovered 21 days later (Di Ciano & Everitt 2002 Behav Pharmacol
13:397, abstract read). A contact of a D1 cell keeps the highest efficacy that it ever had; from below, its efficacy rho
returns to what it kept, rho_k:

    rho <- rho_k - (rho_k - rho) exp(-days/fading_time)

That it is these contacts that recover is assumed: Lee et al. 2016 (doi:10.1016/j.neuron.2016.05.001) saw lasting
depression of contacts of D1 and D2 cells in extinction of a place preference.
"""

from __future__ import annotations

import numpy as np

from synapses.dopamine import Learning


def kept_after(efficacy: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """What contacts keep after a session, by their efficacy then and what they had kept before."""
    return np.asarray(np.maximum(efficacy, kept))


def faded(efficacy: np.ndarray, kept: np.ndarray, of_d1: np.ndarray, days: float, learning: Learning) -> np.ndarray:
    """Efficacies some days later, in which nothing was learnt.

    Parameters
    ----------
    efficacy, kept : ndarray, shape (contacts,)
        AMPA efficacy, and the highest that each contact had.
    of_d1 : ndarray of bool, shape (contacts,)
        Contacts of D1 cells; the others stay as they are.
    days : float
    learning : Learning
    """
    missing = np.where(of_d1, np.maximum(kept - efficacy, 0.0), 0.0)
    return np.asarray(efficacy - missing * np.expm1(-days / learning.fading_time))
