"""Cooperation in depression: endocannabinoid that a cell makes while its synapses stay above the depression threshold.

Depression of prefrontal synapses in the accumbens needs minutes of stimulation, mGluR5 and endocannabinoid (Robbe et
al. 2002, doi:10.1073/pnas.122149199). A medium spiny cell makes endocannabinoid as long as calcium in its spines
exceeds the depression threshold, and loses it within half a minute; a synapse depresses while its own calcium is high
*and* the cell has gathered endocannabinoid. So a single coincidence in the background changes nothing, and weights at
rest do not drift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synapses.parameters import ParameterGroup, parameter


@dataclass(frozen=True)
class Endocannabinoid(ParameterGroup):
    """How a cell's endocannabinoid follows calcium, and how much of it depression needs."""

    group: ClassVar[str] = "endocannabinoid"

    endocannabinoid_decay: float = parameter(30.0, "s", "tau_eCB", 1, 600, "time to lose endocannabinoid")
    endocannabinoid_half: float = parameter(
        0.008,
        "1",
        "e_half",
        1e-4,
        1,
        "endocannabinoid of half-maximal depression, as the share of time that a cell's contacts spend above theta_d",
    )


# In each medium spiny cell; contacts add the time they spent above the depression threshold (`synapses.plasticity`).
VARIABLES = """
    endocannabinoid              : 1            # mean share of time above theta_d over the last tau_eCB
    cooperation                  : 1            # how far it lets synapses depress, 0 to 1
"""

# Every `step`; the decay is counted in biological time.
UPDATE = """
    endocannabinoid = endocannabinoid*exp(-biological_rate(t)*{step}/endocannabinoid_decay)
    gathered = (endocannabinoid/endocannabinoid_half)**2
    cooperation = gathered/(1 + gathered)
"""
