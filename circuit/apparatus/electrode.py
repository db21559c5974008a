"""The stimulating electrode in prelimbic cortex: a pulse recruits a set fraction of axons, the most excitable ones.

Test pulses are weaker than those of an induction, as in the experiments: they should read the synapses, not change
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synapses.parameters import ParameterGroup, parameter


@dataclass(frozen=True)
class Electrode(ParameterGroup):
    """Parameters of the stimulating electrode."""

    group: ClassVar[str] = "electrode"

    induction: float = parameter(
        0.8, "1", "f_ind", 0, 1, "share of prelimbic axons that a pulse of an induction recruits"
    )
    test: float = parameter(0.2, "1", "f_test", 0, 1, "share of prelimbic axons that a test pulse recruits")
    gain_after_an_hour: float = parameter(
        1.0, "1", "G_1h", 0.05, 20, "gain of the recorded field an hour later, relative to now; it drifts steadily"
    )


# One cell counts through the pulse times of the run; a pulse carries every recruited pyramidal cell over its peak.
EQUATIONS = """
    next_pulse = pulse_times(pulse*second)          : second
    strength = pulse_strengths(pulse*second)        : 1
    pulse                        : integer
"""
THRESHOLD = "t >= next_pulse - 0.01*ms"
RESET = "pulse += 1"
INTO_CELLS = "v_post = v_post + 200*mV*int(strength_pre < 0)*int(sodium_available_post > 0.5)"
"""A pulse of negative strength goes into the recorded cells, which spike."""
ON_PULSE = "v_post = v_post + 200*mV*int(recruitment_rank_post < strength_pre)*int(sodium_available_post > 0.5)"
