"""The microdialysis probe: what its fluid takes from the tissue and gives to it.

Fluid runs through a membrane that equalises a share of the difference between tissue and fluid, the extraction
fraction, in both directions (reverse dialysis). What the fluid takes or gives changes the tissue around the probe, so
that glutamate there is lower than undisturbed when the fluid holds none. Where the fluid neither gains nor loses, it
holds what the undisturbed tissue holds: no net flux (Lonnroth et al. 1987 Am J Physiol 253:E228). The
theory of the extraction fraction is that of Bungay et al. 1990 (Life Sci 46:105): it falls with the
flow and rises with how fast tissue replaces what is taken. Here the membrane's part is a number, and the tissue's part
follows from glutamate homeostasis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synapses.parameters import ParameterGroup, parameter


@dataclass(frozen=True)
class Probe(ParameterGroup):
    """Parameters of a microdialysis probe."""

    group: ClassVar[str] = "probe"

    flow: float = parameter(2.0, "uL/min", "Q_d", 0.05, 20, "flow of the perfusate (1-3 uL/min is usual)")
    extraction: float = parameter(
        0.2, "1", "E_m", 0.01, 1, "share of the difference between tissue and perfusate that crosses the membrane"
    )
    drained_volume: float = parameter(
        0.3,
        "uL",
        "V_p",
        0.01,
        10,
        "extracellular fluid that the probe exchanges with: a fifth of a cylinder of 0.5 mm radius and 2 mm length",
    )

    @property
    def exchange(self) -> float:
        """Rate at which the perfusate replaces glutamate of the tissue around it, 1/s."""
        return self.flow / 60 * self.extraction / self.drained_volume

    def delivered(self, perfusate: float) -> float:
        """Concentration of a drug in the tissue when the perfusate holds `perfusate`, same unit."""
        return self.extraction * perfusate
