"""The stimulating electrode in prelimbic cortex: it recruits a set fraction of axons, the most excitable ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synapses.parameters import ParameterGroup, parameter


@dataclass(frozen=True)
class Electrode(ParameterGroup):
    """Parameters of the stimulating electrode."""

    group: ClassVar[str] = "electrode"

    recruited: float = parameter(0.8, "1", "f_axons", 0, 1, "share of prelimbic axons that a pulse recruits")


# One cell counts through the pulse times of the run; a pulse carries every recruited pyramidal cell over its peak.
EQUATIONS = """
    next_pulse = pulse_times(pulse*second)          : second
    pulse                        : integer
"""
THRESHOLD = "t >= next_pulse - 0.01*ms"
RESET = "pulse += 1"
ON_PULSE = (
    "v_post = v_post + 200*mV*int(recruitment_rank_post < recruited_fraction_post)*int(sodium_available_post > 0.5)"
)
