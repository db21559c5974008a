"""How fast axons can be made to fire, by an electrode or by light."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from protocols.errors import InputError
from protocols.quantities import Frequency, Quantity

REFRACTORY = 2e-3
"""Time in which an axon cannot fire again, s: the absolute refractory period of thin cortical axons, about 1 to 2 ms
(assumed). It is twenty steps of the network's integration (`circuit.parts.STEP`), so no two pulses
fall into one."""


def within_axons_reach(frequency: Quantity) -> Quantity:
    """The frequency itself, if axons can follow it.

    Raises
    ------
    InputError
        If its period is shorter than `REFRACTORY`.
    """
    if frequency.si * REFRACTORY > 1 + 1e-9:
        raise InputError(
            f"'{frequency}' is faster than axons follow: they cannot fire again for {1e3 * REFRACTORY:g} ms, "
            f"so {1 / REFRACTORY:g} Hz is the most"
        )
    return frequency


PulseRate = Annotated[Frequency, AfterValidator(within_axons_reach)]
