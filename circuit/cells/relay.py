"""Coarser populations: leaky integrate-and-fire cells with a noisy background current.

They stand for hippocampus, amygdala, thalamus, pallidum, the GABA cells of the midbrain and, with a slower membrane,
its dopamine cells. Their rates at rest are set by one number each in the wiring table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synapses.parameters import ParameterGroup, parameter


@dataclass(frozen=True)
class Relay(ParameterGroup):
    """Membrane of a relay cell."""

    group: ClassVar[str] = "relay"
    capacitance: float = parameter(100.0, "pF", "C", 1, 1000, "membrane capacitance")
    leak_conductance: float = parameter(5.0, "nS", "g_L", 0.1, 100, "leak conductance")
    rest: float = parameter(-65.0, "mV", "v_r", -100, -40, "resting potential")
    peak: float = parameter(-50.0, "mV", "v_t", -60, 0, "threshold")
    reset: float = parameter(-60.0, "mV", "c", -90, -30, "potential after the spike")
    inhibitory_reversal: float = parameter(-75.0, "mV", "E_Cl", -90, -40, "reversal of GABA-A currents")
    inhibitory_decay: float = parameter(8.0, "ms", "tau_GABA,r", 1, 50, "decay of the GABA-A conductance")


@dataclass(frozen=True)
class DopamineCell(Relay):
    """Membrane of a dopamine cell: slower, and restrained by its own transmitter."""

    group: ClassVar[str] = "dopamine_cell"
    capacitance: float = parameter(150.0, "pF", "C", 1, 1000, "membrane capacitance")
    reset: float = parameter(-68.0, "mV", "c", -90, -30, "potential after the spike")
    autoreceptor: float = parameter(
        150.0, "pA", "I_auto", 0, 500, "current that full activation of D2 autoreceptors takes away"
    )
    drug_current: float = parameter(
        40.0, "pA", "I_drug", 0, 500, "current by which a drug that would double the rate excites the cell"
    )


RELAY = """
    dv/dt = (leak_conductance*(rest - v) + background + stimulated*stimulus + I_own
             + g_ampa*(glutamate_reversal - v) + g_gaba*(inhibitory_reversal - v))/capacitance : volt
    dg_ampa/dt = -g_ampa/ampa_decay                                                          : siemens
    dg_gaba/dt = -g_gaba/inhibitory_decay                                                    : siemens
    background                   : amp
    stimulus                     : 1            # from the session: what the animal perceives
    sodium_available             : 1
    tuned                        : 1 (constant) # which percept
    tonic                        : amp (constant)
    noise                        : amp (constant)
    stimulated                   : amp (constant)
"""
NOTHING_OWN = "    I_own = 0*pA : amp\n"
DOPAMINE_OWN = """
    I_own = drug_current*driven - autoreceptor*(phi_auto - phi_auto_rest)                            : amp
    driven                       : 1            # rise of the rate that drugs on board call for
    phi_auto                     : 1            # activation of autoreceptors by dopamine of the cell's own field
    phi_auto_rest                : 1 (shared, constant)
"""
THRESHOLD = "v > peak and sodium_available > 0.5"
RESET = "v = reset"
# Background current as an Ornstein-Uhlenbeck process of 5 ms, advanced every millisecond.
DRIVE = """
    kept = exp(-1*ms/(5*ms))
    background = tonic + (background - tonic)*kept + noise*sqrt(1 - kept**2)*randn()
"""
