"""Tone on mGluR2/3 and mGluR5: receptor occupancy by ambient glutamate times the efficacy of the receptor.

Tone is read where the receptor sits: in the extrasynaptic space, or in the perisynaptic space behind GLT-1 (`site`).
mGluR5 sits at the rim of the synapse and feels both spaces (`mglur5_perisynaptic`; Lujan et al. 1996,
doi:10.1111/j.1460-9568.1996.tb01611.x, recalled), so that GLT-1 matters to it.
mGluR2/3 binds glutamate with a high-nanomolar Kd but signals with a micromolar EC50; AGS3, which binds the Gi subunits
the receptor would use, lowers its efficacy (Kalivas 2009, doi:10.1038/nrn2515; Bowers et al. 2004,
doi:10.1016/S0896-6273(04)00159-X). mGluR5 signals through Homer and with its own density.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from synapses.adaptation import Tissue
from synapses.parameters import ParameterGroup, parameter
from synapses.pharmacology import Exposure
from synapses.plasticity import DEPRESSION_GATE

Site = Literal["extrasynaptic", "perisynaptic"]


@dataclass(frozen=True)
class Tone(ParameterGroup):
    """Parameters of mGluR tone; `site` names the space whose glutamate acts on mGluR2/3, and on mGluR5 at first."""

    group: ClassVar[str] = "tone"

    mglur23_half: float = parameter(
        4.0,
        "uM",
        "EC50_2/3",
        0.05,
        50,
        "glutamate of half-maximal mGluR2/3 signalling",
        "functional EC50 4-20 uM, recalled",
    )
    mglur23_exponent: float = parameter(2.0, "1", "n_2/3", 1, 4, "Hill exponent (dimer, both sites bound)")
    mglur5_half: float = parameter(
        8.0, "uM", "EC50_5", 0.05, 100, "glutamate of half-maximal mGluR5 signalling, recalled 3-12 uM"
    )
    mglur5_exponent: float = parameter(2.0, "1", "n_5", 1, 4, "Hill exponent (dimer, both sites bound)")
    mglur5_perisynaptic: float = parameter(
        0.2,
        "1",
        "w_5",
        0,
        1,
        "share of the glutamate that mGluR5 feels that is perisynaptic, the rest being as mGluR2/3's",
    )
    ags3_inhibition: float = parameter(
        0.4, "1", "alpha_AGS3", 0, 10, "loss of mGluR2/3 efficacy per unit of AGS3 above naive"
    )
    mglur5_nmda: float = parameter(
        0.3, "1", "s_NMDA", 0, 1, "share of a naive medium spiny cell's NMDA current, awake, that mGluR5 tone keeps up",
        "group I mGluRs enhance striatal NMDA responses: Pisani et al. 2001 Neuroscience 106:579 (recalled); "
        "mGluR5 in the accumbens: D'Ascenzo et al. 2007 doi:10.1073/pnas.0609408104; size assumed",
    )  # fmt: skip
    camp_inhibition: float = parameter(0.9, "1", "I_cAMP", 0, 1, "share of cAMP drive that full mGluR2/3 tone removes")
    settling: float = parameter(60.0, "s", "tau_tone", 1, 600, "time for tone and cAMP to follow glutamate")
    site: Site = field(default="extrasynaptic")

    @property
    def perisynaptic_site(self) -> bool:
        """Whether perisynaptic glutamate acts on the receptors."""
        return self.site == "perisynaptic"


def _felt(extrasynaptic: float, perisynaptic: float, tone: Tone) -> float:
    return perisynaptic if tone.perisynaptic_site else extrasynaptic


def felt_by_mglur5(extrasynaptic: float, perisynaptic: float, tone: Tone) -> float:
    """Glutamate at mGluR5, in the unit of the levels."""
    share = tone.mglur5_perisynaptic
    return share * perisynaptic + (1 - share) * _felt(extrasynaptic, perisynaptic, tone)


def mglur23_efficacy(tissue: Tissue, tone: Tone) -> float:
    """Efficacy of mGluR2/3, 1 in a naive animal: AGS3 above its naive level binds Gi."""
    return tissue.mglur23 / (1 + tone.ags3_inhibition * (tissue.ags3 - 1))


def mglur5_efficacy(tissue: Tissue) -> float:
    """Efficacy of mGluR5, 1 in a naive animal: its density times the Homer that couples it."""
    return tissue.mglur5 * tissue.homer


def mglur23_tone(extrasynaptic: float, perisynaptic: float, tissue: Tissue, exposure: Exposure, tone: Tone) -> float:
    """Tone on presynaptic mGluR2/3, 0 to 1; glutamate in uM. Antagonists compete with glutamate, agonists add to it."""
    ratio = _felt(extrasynaptic, perisynaptic, tone) / tone.mglur23_half + exposure.mglur23_agonist
    bound = (ratio / (1 + exposure.mglur23_antagonist)) ** tone.mglur23_exponent
    occupied: float = mglur23_efficacy(tissue, tone) * bound / (1 + bound)
    return occupied


def mglur5_tone(extrasynaptic: float, perisynaptic: float, tissue: Tissue, exposure: Exposure, tone: Tone) -> float:
    """Tone on postsynaptic mGluR5, 0 to 1; allosteric modulators scale it down or up."""
    bound = (felt_by_mglur5(extrasynaptic, perisynaptic, tone) / tone.mglur5_half) ** tone.mglur5_exponent
    modulated = (1 + exposure.mglur5_modulator) / (1 + exposure.mglur5_antagonist)
    signalling: float = min(mglur5_efficacy(tissue) * bound / (1 + bound) * modulated, 1.0)
    return signalling


def camp_drive(tone23: float, tone: Tone) -> float:
    """Presynaptic cAMP drive, 1 without any restraint by mGluR2/3."""
    return 1 - tone.camp_inhibition * tone23


@dataclass(frozen=True)
class ToneClamp:
    """Tones that are clamped at a value, whatever glutamate does: a thought experiment that no drug can do. None leaves
    a receptor unclamped.
    """

    mglur23: float | None = None
    mglur5: float | None = None


# In the network tone follows glutamate with one slow time constant, in biological time.
EQUATIONS = """
    dmglur23_tone/dt = (1 - mglur23_clamped)*biological_rate(t)*(mglur23_efficacy*ratio23/(1 + ratio23)
                                                                 - mglur23_tone)/settling                  : 1
    dmglur5_tone/dt  = (1 - mglur5_clamped)*biological_rate(t)
                       *(clip(mglur5_efficacy*ratio5/(1 + ratio5)*modulated5, 0, 1) - mglur5_tone)/settling : 1
    modulated5 = (1 + mglur5_modulator)/(1 + mglur5_antagonist)                                            : 1
    ratio23 = ((felt/mglur23_half + mglur23_agonist)/(1 + mglur23_antagonist))**mglur23_exponent           : 1
    ratio5 = ((mglur5_perisynaptic*perisynaptic + (1 - mglur5_perisynaptic)*felt)/mglur5_half)**mglur5_exponent : 1
    felt = perisynaptic_site*perisynaptic + (1 - perisynaptic_site)*extrasynaptic                          : mmolar
    mglur23_efficacy             : 1 (constant)
    mglur5_efficacy              : 1 (constant)
    perisynaptic_site            : 1 (shared, constant)
    mglur23_clamped              : 1 (shared, constant)     # 1: tone stays where the run starts it
    mglur5_clamped               : 1 (shared, constant)
"""

# What presynaptic and postsynaptic sites read; refreshed every few milliseconds.
READ_OUT = f"""
    camp = 1 - camp_inhibition*mglur23_tone
    depression_gate = {DEPRESSION_GATE}
"""
