"""Cells: medium spiny neurons, fast-spiking interneurons, prelimbic pyramidal cells and interneurons.

All are of Izhikevich's form, C dv/dt = k (v - v_rest)(v - v_threshold) - u + I, with the numbers of Humphries et al.
2009 (doi:10.3389/neuro.10.026.2009) for the accumbens and of Izhikevich 2007 (Dynamical Systems in Neuroscience, ch.
8) for cortex. Dopamine acts on medium spiny neurons as Humphries et al. give it: phi_1 on D1 cells, phi_2 on D2
cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synapses.parameters import ParameterGroup, parameter
from synapses.receptors import HUMPHRIES, UNBLOCKED

IZHIKEVICH = "Izhikevich 2007 Dynamical Systems in Neuroscience ch. 8"


@dataclass(frozen=True)
class MediumSpiny(ParameterGroup):
    """Medium spiny neuron of the accumbens, with its dopamine terms."""

    group: ClassVar[str] = "medium_spiny"
    capacitance: float = parameter(15.2, "pF", "C", 1, 1000, "membrane capacitance", HUMPHRIES)
    rest: float = parameter(-80.0, "mV", "v_r", -100, -40, "resting potential", HUMPHRIES)
    threshold: float = parameter(-29.7, "mV", "v_t", -60, 0, "instantaneous threshold", HUMPHRIES)
    peak: float = parameter(40.0, "mV", "v_peak", 0, 60, "peak of the spike", HUMPHRIES)
    reset: float = parameter(-55.0, "mV", "c", -90, -30, "potential after the spike", HUMPHRIES)
    k: float = parameter(1.0, "nS/mV", "k", 0.01, 10, "slope of the current-voltage relation", HUMPHRIES)
    a: float = parameter(0.01, "1/ms", "a", 0.0001, 1, "rate of recovery", HUMPHRIES)
    b: float = parameter(-20.0, "nS", "b", -50, 50, "coupling of recovery to the potential", HUMPHRIES)
    d: float = parameter(91.0, "pA", "d", -500, 1000, "recovery current added by a spike", HUMPHRIES)
    d1_rest: float = parameter(0.0289, "1", "K", 0, 1, "rise of |v_r| per D1 activation", HUMPHRIES)
    d1_reset: float = parameter(0.331, "1", "L", 0, 1, "fall of d per D1 activation", HUMPHRIES)
    d2_slope: float = parameter(0.032, "1", "alpha", 0, 1, "fall of k per D2 activation", HUMPHRIES)
    d1_nmda: float = parameter(
        1.0, "1", "beta_1", 0, 20, "rise of the NMDA current per D1 activation",
        "factors of 1.2 to 2 by saturating agonists: Flores-Hernandez et al. 2002, Andre et al. 2010 (recalled); "
        "Humphries et al. 2009 have 6.3, with which the loop of a naive animal has a gain over one",
    )  # fmt: skip
    d2_ampa: float = parameter(0.215, "1", "beta_2", 0, 1, "fall of the AMPA current per D2 activation", HUMPHRIES)
    phi1: float = parameter(0.0, "1", "phi_1", 0, 1, "tonic D1 activation")
    phi2: float = parameter(0.0, "1", "phi_2", 0, 1, "tonic D2 activation")
    up_fraction: float = parameter(0.5, "1", "f_up", 0, 1, "share of time in the up state")
    up_duration: float = parameter(
        500.0,
        "ms",
        "T_up",
        50,
        5000,
        "mean length of an up state, anaesthetised",
        "about 1 Hz: O'Donnell & Grace 1995 doi:10.1523/JNEUROSCI.15-05-03622.1995 (recalled)",
    )
    up_drive: float = parameter(3.6, "nS", "g_up", 0, 100, "conductance of unmodelled afferents in the up state")
    down_drive: float = parameter(0.2, "nS", "g_down", 0, 100, "the same in the down state")
    drive_deviation: float = parameter(0.3, "nS", "s_drive", 0, 20, "its fluctuation within a state")
    drive_decay: float = parameter(20.0, "ms", "tau_drive", 1, 200, "its correlation time, and that of transitions")


@dataclass(frozen=True)
class FastSpiking(ParameterGroup):
    """Fast-spiking interneuron of the accumbens."""

    group: ClassVar[str] = "fast_spiking"
    capacitance: float = parameter(80.0, "pF", "C", 1, 1000, "membrane capacitance", HUMPHRIES)
    rest: float = parameter(-70.0, "mV", "v_r", -100, -40, "resting potential", HUMPHRIES)
    threshold: float = parameter(-50.0, "mV", "v_t", -60, 0, "instantaneous threshold", HUMPHRIES)
    peak: float = parameter(25.0, "mV", "v_peak", 0, 60, "peak of the spike", HUMPHRIES)
    reset: float = parameter(-60.0, "mV", "c", -90, -30, "potential after the spike", HUMPHRIES)
    k: float = parameter(1.0, "nS/mV", "k", 0.01, 10, "slope of the current-voltage relation", HUMPHRIES)
    a: float = parameter(0.2, "1/ms", "a", 0.0001, 1, "rate of recovery", HUMPHRIES)
    b: float = parameter(0.025, "nS", "b", -50, 50, "coupling of recovery to the potential", HUMPHRIES)
    d: float = parameter(0.0, "pA", "d", -500, 1000, "recovery current added by a spike", HUMPHRIES)
    bend: float = parameter(-55.0, "mV", "v_b", -90, -30, "potential where recovery starts", HUMPHRIES)
    drive_decay: float = parameter(5.0, "ms", "tau_FSI", 1, 200, "correlation time of unmodelled afferents, awake")


@dataclass(frozen=True)
class Pyramidal(ParameterGroup):
    """Prelimbic pyramidal cell (regular spiking)."""

    group: ClassVar[str] = "pyramidal"
    capacitance: float = parameter(100.0, "pF", "C", 1, 1000, "membrane capacitance", IZHIKEVICH)
    rest: float = parameter(-60.0, "mV", "v_r", -100, -40, "resting potential", IZHIKEVICH)
    threshold: float = parameter(-40.0, "mV", "v_t", -60, 0, "instantaneous threshold", IZHIKEVICH)
    peak: float = parameter(35.0, "mV", "v_peak", 0, 60, "peak of the spike", IZHIKEVICH)
    reset: float = parameter(-50.0, "mV", "c", -90, -30, "potential after the spike", IZHIKEVICH)
    k: float = parameter(0.7, "nS/mV", "k", 0.01, 10, "slope of the current-voltage relation", IZHIKEVICH)
    a: float = parameter(0.03, "1/ms", "a", 0.0001, 1, "rate of recovery", IZHIKEVICH)
    b: float = parameter(-2.0, "nS", "b", -50, 50, "coupling of recovery to the potential", IZHIKEVICH)
    d: float = parameter(100.0, "pA", "d", -500, 1000, "recovery current added by a spike", IZHIKEVICH)
    drive: float = parameter(
        0.7, "nS", "g_PL", 0, 100, "mean conductance of unmodelled afferents, naive animal at rest"
    )
    drive_deviation: float = parameter(0.72, "nS", "s_PL", 0, 50, "its fluctuation")
    drive_decay: float = parameter(5.0, "ms", "tau_PL", 1, 200, "its correlation time")


@dataclass(frozen=True)
class CorticalInterneuron(ParameterGroup):
    """Prelimbic inhibitory interneuron (fast spiking)."""

    group: ClassVar[str] = "cortical_interneuron"
    capacitance: float = parameter(20.0, "pF", "C", 1, 1000, "membrane capacitance", IZHIKEVICH)
    rest: float = parameter(-55.0, "mV", "v_r", -100, -40, "resting potential", IZHIKEVICH)
    threshold: float = parameter(-40.0, "mV", "v_t", -60, 0, "instantaneous threshold", IZHIKEVICH)
    peak: float = parameter(25.0, "mV", "v_peak", 0, 60, "peak of the spike", IZHIKEVICH)
    reset: float = parameter(-45.0, "mV", "c", -90, -30, "potential after the spike", IZHIKEVICH)
    k: float = parameter(1.0, "nS/mV", "k", 0.01, 10, "slope of the current-voltage relation", IZHIKEVICH)
    a: float = parameter(0.2, "1/ms", "a", 0.0001, 1, "rate of recovery", IZHIKEVICH)
    b: float = parameter(0.025, "nS", "b", -50, 50, "coupling of recovery to the potential", IZHIKEVICH)
    d: float = parameter(0.0, "pA", "d", -500, 1000, "recovery current added by a spike", IZHIKEVICH)
    bend: float = parameter(-55.0, "mV", "v_b", -90, -30, "potential where recovery starts", IZHIKEVICH)


# Conductances jump at releases and spikes and decay; every cell has them. The quadratic current bends upward through
# sodium channels: when most of them are blocked, the cell is passive with the slope it has at rest.
CONDUCTANCES = f"""
    dg_ampa/dt = -g_ampa/ampa_decay                                                          : siemens
    dg_nmda/dt = -g_nmda/nmda_decay                                                          : siemens
    dg_gaba/dt = -g_gaba/gaba_decay                                                          : siemens
    unblocked = {UNBLOCKED}                                                                  : 1
    bending = v - threshold + int(sodium_available < 0.5)*(rest - v)                         : volt
    sodium_available             : 1            # from the extracellular space, see `circuit.network`
    nmda_available               : 1
"""

PYRAMIDAL = (
    CONDUCTANCES
    + """
    dv/dt = (k*(v - rest)*bending - u + I_synaptic)/capacitance         : volt
    du/dt = a*(b*(v - rest) - u)                                                             : amp
    I_synaptic = (g_ampa + g_nmda*unblocked*nmda_available + g_drive)*(glutamate_reversal - v)
                 + g_gaba*(gaba_reversal - v)                                                : amp
    g_drive                      : siemens      # unmodelled afferents
"""
)

INTERNEURON = (
    CONDUCTANCES
    + """
    dv/dt = (k*(v - rest)*bending - u + I_synaptic)/capacitance         : volt
    du/dt = a*(int(v > bend)*b*(v - bend)**3/mV**2 - u)                                      : amp
    I_synaptic = (g_ampa + g_nmda*unblocked*nmda_available + g_drive)*(glutamate_reversal - v)
                 + g_gaba*(gaba_reversal - v)                                                : amp
    g_drive                      : siemens      # unmodelled afferents; none in a slice or under anaesthesia
"""
)

MEDIUM_SPINY = (
    CONDUCTANCES
    + """
    dv/dt = (1 - clamped)*(k*(1 - d2_slope*phi2*is_d2)*(v - rest_now)*bending - u + I_afferent
             + (g_drive + unblocked*nmda_available*g_extrasynaptic)*(glutamate_reversal - v)
             + g_gaba*(gaba_reversal - v))/capacitance                                       : volt
    du/dt = a*(b*(v - rest_now) - u)                                                         : amp
    I_afferent = ((1 - d2_ampa*phi2*is_d2)*g_ampa*ampa_available
                  + (1 + d1_nmda*phi1*is_d1)*g_nmda*unblocked*nmda_available)*(glutamate_reversal - v) : amp
    rest_now = rest*(1 + d1_rest*phi1*is_d1)                                                 : volt
    dreleases/dt = -releases/release_window                                                  : Hz
    is_d2 = 1 - is_d1                                                                        : 1
    is_d1                        : 1 (constant) # 1 in cells of the direct pathway, 0 in the others
    g_drive                      : siemens      # unmodelled afferents: hippocampus, amygdala, thalamus
    g_extrasynaptic              : siemens      # NMDA receptors outside synapses, which spilled glutamate holds open
    ampa_available               : 1            # drugs on board
    camp                         : 1            # from the extracellular space
    depression_gate              : 1
    afferents                    : 1 (constant) # plastic contacts of the cell
    ampa_surface                 : 1 (constant) # surface AMPA receptors relative to a naive animal
    release_window               : second (shared, constant)
    clamped                      : 1 (shared, constant)     # 1 under voltage clamp, at `holding`
    holding                      : volt (shared, constant)
"""
)

THRESHOLD = "v > peak and sodium_available > 0.5"
UNCLAMPED_THRESHOLD = THRESHOLD + " and clamped < 0.5"
