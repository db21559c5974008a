"""Spillover: what glutamate beside the synapse, which GLT-1 guards, does to medium spiny cells.

Perisynaptic glutamate S opens NMDA receptors outside synapses, GluN2B among them. At rest S is below a micromolar and
opens few; it rises when terminals release more or GLT-1 takes up less. What it opens is a conductance
of the whole cell, under the same magnesium block and the same antagonists as the synapses' own. It follows S within
the time that an NMDA receptor holds glutamate, so that a volley does not open at once what its spill would open for
good.

mGluR5 sits at the rim of the synapse, too, and feels S beside the extrasynaptic level: `tone.mglur5_perisynaptic`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from synapses.parameters import ParameterGroup, parameter
from synapses.receptors import HUMPHRIES


@dataclass(frozen=True)
class Spillover(ParameterGroup):
    """Parameters of the NMDA receptors outside the synapses of a medium spiny cell."""

    group: ClassVar[str] = "spillover"

    nmda_conductance: float = parameter(
        25.0, "nS", "g_ext", 0, 200, "NMDA conductance outside a cell's synapses, all receptors bound, no magnesium",
        "36 % of the NMDA receptors of dendrites in hippocampus: Harris & Pettit 2007 (PMC2277145); so half of what "
        "releases at all contacts of a cell would open",
    )  # fmt: skip
    nmda_half: float = parameter(
        2.9, "uM", "EC50_NMDA", 0.1, 100, "glutamate that binds half of them",
        "GluN1/GluN2B: Erreger et al. 2007 doi:10.1124/mol.107.037333 (recalled)",
    )  # fmt: skip
    nmda_exponent: float = parameter(
        1.5, "1", "n_NMDA", 1, 2, "Hill exponent (two glutamates)",
        "1.2-1.6: Patneau & Mayer 1990 doi:10.1523/JNEUROSCI.10-07-02385.1990 (recalled)",
    )  # fmt: skip
    nmda_settling: float = parameter(
        160.0, "ms", "tau_ext", 1, 2000, "time to follow glutamate: as long as a receptor holds it", HUMPHRIES
    )


OCCUPANCY = "1 - 1/(1 + (perisynaptic/nmda_half)**nmda_exponent)"
"""Share of the receptors that a perisynaptic level binds when it lasts."""

_OCCUPANCY = compile(OCCUPANCY, "occupancy of extrasynaptic NMDA receptors", "eval")


def occupancy(perisynaptic: Any, spillover: Spillover) -> Any:
    """Share of the NMDA receptors outside synapses that hold glutamate, 0 to 1, at a lasting level in uM."""
    return eval(_OCCUPANCY, {}, {**vars(spillover), "perisynaptic": perisynaptic})


def open_outside(perisynaptic: Any, spillover: Spillover) -> Any:
    """Conductance of a cell, nS, that a lasting perisynaptic level, uM, opens outside synapses, without magnesium."""
    return spillover.nmda_conductance * occupancy(perisynaptic, spillover)


# In the extracellular space, at its own pace; cells read the conductance once a millisecond.
EQUATIONS = f"""
    dextrasynaptic_bound/dt = ({OCCUPANCY} - extrasynaptic_bound)/nmda_settling          : 1
    g_extrasynaptic = nmda_conductance*extrasynaptic_bound                               : siemens
"""
