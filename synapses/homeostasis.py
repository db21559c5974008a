"""Glutamate homeostasis at three sites: extrasynaptic space, perisynaptic space, cleft.

The extrasynaptic pool E is fed by cystine-glutamate exchange (xc-; Baker et al. 2002,
doi:10.1523/JNEUROSCI.22-20-09134.2002), a leak, and release that
escapes the synapse, prelimbic (simulated) and from other afferents (a constant that spikes carry); transporters other
than GLT-1 and diffusion clear it. The perisynaptic pool S exchanges slowly with E, receives spillover and is guarded
by GLT-1, so that it stays below E. The cleft C is guarded in turn: some ten nM between releases, over 1 mM at one.
One linear pool cannot do this: with xc- as 60 % of the supply, losing half of it and 40 % of GLT-1 would make
glutamate rise.

mGluR2/3 tone restrains xc- (Baker et al. 2002: an mGluR2/3 antagonist raises extracellular glutamate, and not if xc- is
blocked first) and release, so the steady state is the root of one scalar equation, found here and used as every
simulation's starting point. Concentrations are in uM, times in s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import scipy  # its parts take long to import and are imported when they are first used

from synapses.adaptation import Tissue
from synapses.parameters import ParameterGroup, parameter
from synapses.pharmacology import Exposure
from synapses.release import Release, release_probability
from synapses.tone import Tone, ToneClamp, camp_drive, mglur5_tone, mglur23_tone

AVOGADRO = 6.02214076e23
BAKER = "Baker et al. 2002 doi:10.1523/JNEUROSCI.22-20-09134.2002"


@dataclass(frozen=True)
class Homeostasis(ParameterGroup):
    """Parameters of the three glutamate pools."""

    group: ClassVar[str] = "homeostasis"

    cystine: float = parameter(
        0.2,
        "uM",
        "[cys]",
        0.01,
        10,
        "cystine outside cells",
        "0.1-0.3 uM: Moran et al. 2005 doi:10.1523/JNEUROSCI.1007-05.2005",
    )
    donor_gain: float = parameter(
        0.4,
        "1",
        "g_donor",
        0,
        20,
        "cystine outside cells that a donor such as NAC adds where exchange is whole, relative to its drug's entry",
    )
    donor_clearance: float = parameter(
        0.05, "1", "k_donor", 0, 100, "loss of donated cystine other than by exchange, relative to whole exchange"
    )
    xc_michaelis: float = parameter(
        20.0, "uM", "K_xc", 1, 500, "cystine of half-maximal exchange", "9-81 uM: transporter assays"
    )
    xc_maximum: float = parameter(450.0, "uM/s", "V_xc", 0, 10000, "exchange at saturating cystine, naive animal")
    xc_restraint: float = parameter(
        0.85, "1", "beta_xc", 0, 1, "share of exchange that full mGluR2/3 tone removes",
        f"sign: {BAKER}; size assumed: uptake must still clear what xc- supplies at micromolar cystine",
    )  # fmt: skip
    leak: float = parameter(0.33, "uM/s", "J_leak", 0, 10, "supply that needs neither xc- nor spikes")
    other_afferents: float = parameter(
        0.5,
        "uM/s",
        "J_aff",
        0,
        10,
        "release escaping from afferents that are not modelled; needs spikes, not prelimbic ones",
        f"size from the 0-30 % of {BAKER}",
    )
    escape: float = parameter(
        0.8, "uM", "eta", 0, 100, "rise of E per release and contact", f"size from the 0-30 % of {BAKER}"
    )
    uptake_maximum: float = parameter(48.0, "uM/s", "V_E", 0, 1000, "extrasynaptic uptake (GLAST and others)")
    uptake_michaelis: float = parameter(
        48.0, "uM", "K_E", 1, 100, "glutamate of half-maximal uptake",
        "EAAT1 48 uM: Arriza et al. 1994 doi:10.1523/JNEUROSCI.14-09-05559.1994 (recalled)",
    )  # fmt: skip
    clearance: float = parameter(0.1, "1/s", "k_d", 0, 10, "diffusion away from the tissue")
    coupling: float = parameter(0.10, "1/s", "k_ES", 0, 100, "diffusion between E and S, per volume of E")
    volume_ratio: float = parameter(0.01, "1", "phi_S", 1e-4, 1, "perisynaptic over extrasynaptic volume")
    spillover: float = parameter(100.0, "uM", "q_S", 0, 10000, "rise of S per release and contact")
    glt1_maximum: float = parameter(
        4000.0, "uM/s", "V_GLT1", 0, 1e6, "GLT-1 uptake at saturating glutamate, naive animal"
    )
    glt1_michaelis: float = parameter(20.0, "uM", "K_GLT1", 1, 200, "glutamate of half-maximal GLT-1 uptake")
    glt1_extrasynaptic: float = parameter(
        0.0, "uM/s", "V_GLT1,E", 0, 1e4, "GLT-1 uptake that faces the extrasynaptic space; 0: all guards the synapse"
    )
    cleft_exchange: float = parameter(50.0, "1/s", "k_SC", 0, 1e5, "diffusion between S and the cleft, ambient")
    cleft_uptake: float = parameter(1500.0, "1/s", "k_C", 0, 1e5, "transporters lining the cleft, linear range")
    vesicle_molecules: float = parameter(5000.0, "1", "N_v", 100, 20000, "glutamate molecules in a vesicle")
    cleft_volume: float = parameter(
        2.5, "1", "V_C", 0.1, 100, "volume of cleft that a release fills, 1e-18 L (disc of 0.2 um radius, 20 nm high)"
    )
    cleft_escape: float = parameter(1.0, "ms", "tau_C", 0.05, 10, "time for a release to leave the cleft")
    resting_rate: float = parameter(
        1.5, "Hz", "r_PL", 0, 50, "prelimbic rate at rest, naive animal, as the network gives it"
    )
    rate_exponent: float = parameter(
        4.0, "1", "n_PL", 0.1, 10, "power by which the rate follows the drive, measured in the network"
    )


@dataclass(frozen=True)
class SteadyState:
    """The pools and tones of an animal at rest; concentrations in uM, rates in Hz, tones 0 to 1."""

    extrasynaptic: float
    perisynaptic: float
    cleft: float
    mglur23_tone: float
    mglur5_tone: float
    camp: float
    release_probability: float
    release_rate: float


def exchange(tone: float, tissue: Tissue, exposure: Exposure, homeostasis: Homeostasis) -> float:
    """Glutamate supplied by xc-, uM/s: linear in cystine far below its Km, restrained by mGluR2/3 tone.

    What a donor yields each second is either exchanged or lost, so that the cystine it adds is lower where there is
    more exchange, and the glutamate it brings is bounded by what it yields. Cystine without a donor, and cystine that
    is perfused or bathed, is held at its level by what surrounds the tissue.
    """
    active = tissue.xct * (1 - homeostasis.xc_restraint * tone)
    lost = homeostasis.donor_clearance
    donated = homeostasis.donor_gain * exposure.cystine_donated
    donated *= (1 + lost) / (active / (1 + exposure.xc_inhibitor) + lost)
    cystine = homeostasis.cystine * (exposure.cystine_factor + donated)
    michaelis = homeostasis.xc_michaelis * (1 + exposure.xc_inhibitor)
    rate: float = homeostasis.xc_maximum * active * cystine / (michaelis + cystine)
    return rate


def perisynaptic_level(
    extrasynaptic: float, release_rate: float, tissue: Tissue, exposure: Exposure, homeostasis: Homeostasis
) -> float:
    """Steady perisynaptic glutamate S, uM: the positive root of supply = diffusion + saturable uptake."""
    k = homeostasis.coupling / homeostasis.volume_ratio
    supply = k * extrasynaptic + homeostasis.spillover * release_rate
    maximum = homeostasis.glt1_maximum * tissue.glt1
    michaelis = homeostasis.glt1_michaelis * (1 + exposure.uptake_inhibitor)
    b = k * michaelis + maximum - supply
    return float((-b + (b * b + 4 * k * supply * michaelis) ** 0.5) / (2 * k))


def extrasynaptic_flows(
    extrasynaptic: float,
    perisynaptic: float,
    tone: float,
    release_rate: float,
    tissue: Tissue,
    exposure: Exposure,
    homeostasis: Homeostasis,
) -> dict[str, float]:
    """Every flow of glutamate into the extrasynaptic pool (out of it negative), uM/s, by name.

    Levels in uM, `tone` of mGluR2/3, release in Hz per contact. xc- exports one glutamate for each cystine it imports:
    its flow is also the cystine that is taken up.
    """
    p, level, blocked = homeostasis, extrasynaptic, 1 + exposure.uptake_inhibitor
    return {
        "cystine-glutamate exchange": exchange(tone, tissue, exposure, p),
        "leak": p.leak,
        "other afferents": p.other_afferents * exposure.sodium_available,
        "prelimbic release": p.escape * release_rate,
        "uptake": -p.uptake_maximum * level / (p.uptake_michaelis * blocked + level),
        "GLT-1": -p.glt1_extrasynaptic * tissue.glt1 * level / (p.glt1_michaelis * blocked + level),
        "clearance": -p.clearance * level,
        "probe": exposure.probe_exchange * (exposure.perfused_glutamate - level),
        "to the perisynaptic space": -p.coupling * (level - perisynaptic),
    }


def perisynaptic_flows(
    extrasynaptic: float,
    perisynaptic: float,
    release_rate: float,
    tissue: Tissue,
    exposure: Exposure,
    homeostasis: Homeostasis,
) -> dict[str, float]:
    """The same for the perisynaptic pool, uM/s of its own volume: what comes from outside has left the other pool."""
    p, level, blocked = homeostasis, perisynaptic, 1 + exposure.uptake_inhibitor
    return {
        "from the extrasynaptic space": p.coupling / p.volume_ratio * (extrasynaptic - level),
        "prelimbic release": p.spillover * release_rate,
        "GLT-1": -p.glt1_maximum * tissue.glt1 * level / (p.glt1_michaelis * blocked + level),
    }


def steady_state(
    tissue: Tissue,
    exposure: Exposure,
    homeostasis: Homeostasis,
    tone: Tone,
    release: Release,
    clamp: ToneClamp | None = None,
    near: float | None = None,
) -> SteadyState:
    """The resting pools and tones, where supply and clearance of extrasynaptic glutamate balance.

    Parameters
    ----------
    tissue : Tissue
        What days left of transporters, receptors and cortical drive in the region.
    exposure : Exposure
        Drugs on board.
    homeostasis, tone, release : ParameterGroup
    clamp : ToneClamp, optional
        Tones held at a value.
    near : float, optional
        Extrasynaptic level, uM, that the root is expected near; it is found faster there.

    Returns
    -------
    SteadyState

    Notes
    -----
    The balance falls with E through uptake, through mGluR2/3 tone on xc- and on release: it has one root.
    """
    held = clamp or ToneClamp()
    rate = homeostasis.resting_rate * tissue.drive**homeostasis.rate_exponent * exposure.sodium_available

    def levels(extrasynaptic: float) -> tuple[float, float, float, float, float]:
        # Tone may be read at the perisynaptic site, which depends on release, which depends on tone: iterate to rest.
        perisynaptic = 0.0
        for _ in range(60):
            free = mglur23_tone(extrasynaptic, perisynaptic, tissue, exposure, tone)
            presynaptic = free if held.mglur23 is None else held.mglur23
            camp = camp_drive(presynaptic, tone)
            probability = float(release_probability(camp, 0.0, release))
            # Steady availability of a site that is refilled in tau_rec and fires at random.
            probability_used = probability / (1 + rate * probability * release.recovery * 1e-3)
            flux = rate * probability_used
            update = perisynaptic_level(extrasynaptic, flux, tissue, exposure, homeostasis)
            if not tone.perisynaptic_site:
                perisynaptic = update
                break
            if abs(update - perisynaptic) < 1e-12:
                break
            perisynaptic = 0.5 * (perisynaptic + update)
        return perisynaptic, presynaptic, camp, probability, flux

    def balance(extrasynaptic: float) -> float:
        perisynaptic, presynaptic, _, _, flux = levels(extrasynaptic)
        pool = extrasynaptic_flows(extrasynaptic, perisynaptic, presynaptic, flux, tissue, exposure, homeostasis)
        return sum(pool.values())

    low, high = 0.0, 1e4
    if near is not None and balance(0.9 * near) > 0 > balance(1.1 * near):
        low, high = 0.9 * near, 1.1 * near
    extrasynaptic = float(scipy.optimize.brentq(balance, low, high, xtol=1e-10))
    perisynaptic, presynaptic, camp, probability, flux = levels(extrasynaptic)
    return SteadyState(
        extrasynaptic,
        perisynaptic,
        cleft_level(perisynaptic, homeostasis),
        presynaptic,
        mglur5_tone(extrasynaptic, perisynaptic, tissue, exposure, tone) if held.mglur5 is None else held.mglur5,
        camp,
        probability,
        flux,
    )


def cleft_level(perisynaptic: float, homeostasis: Homeostasis) -> float:
    """Glutamate in the cleft between releases, in the unit of the perisynaptic level it is at rest with."""
    return perisynaptic * homeostasis.cleft_exchange / (homeostasis.cleft_exchange + homeostasis.cleft_uptake)


def cleft_peak(homeostasis: Homeostasis) -> float:
    """Glutamate in the cleft at a release, mM: a vesicle's molecules in the volume they first fill."""
    litres = homeostasis.cleft_volume * 1e-18
    return homeostasis.vesicle_molecules / AVOGADRO / litres * 1e3


# The same pools in the network. E follows within about a second and is counted in biological time, or what a test pulse
# spills would seem to linger; S is faster and runs at its own pace. The cleft is at rest with S between releases and is
# not integrated.
EQUATIONS = """
    dextrasynaptic/dt = biological_rate(t)*(xc + leak + other_afferents*sodium_available + escape*release_rate
                        - uptake_maximum*extrasynaptic/(uptake_michaelis*(1 + uptake_inhibitor) + extrasynaptic)
                        - glt1_extrasynaptic*glt1*extrasynaptic/(glt1_michaelis*(1 + uptake_inhibitor) + extrasynaptic)
                        - clearance*extrasynaptic - coupling*(extrasynaptic - perisynaptic)
                        + probe_exchange*Hz*(perfused_glutamate*mmolar/1000 - extrasynaptic))        : mmolar
    dperisynaptic/dt  = coupling/volume_ratio*(extrasynaptic - perisynaptic) + spillover*release_rate
                        - glt1_maximum*glt1*perisynaptic/(glt1_michaelis*(1 + uptake_inhibitor) + perisynaptic) : mmolar
    xc = xc_maximum*exchanging*substrate/(xc_michaelis*(1 + xc_inhibitor) + substrate)               : mmolar/second
    exchanging = xct*(1 - xc_restraint*mglur23_tone)                                                 : 1
    substrate = cystine*(cystine_factor + donor_gain*cystine_donated
                         *(1 + donor_clearance)/(exchanging/(1 + xc_inhibitor) + donor_clearance))   : mmolar
    release_rate                 : Hz       # releases per contact, mean over the recorded cells
    xct                          : 1 (constant)
    glt1                         : 1 (constant)
"""
