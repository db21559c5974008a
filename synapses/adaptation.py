"""The slow adaptation of an animal and of each region of its striatum over days of drug taking.

A history reaches the synapse through one accumulating variable X, the enduring trace of drug intake (for example a
slowly decaying transcription factor; Nestler 2008, doi:10.1098/rstb.2008.0067). Every adapted quantity relaxes towards
1 + change*X with its own time constant. An animal that took no drug stays at 1. No equation depends on a group.
Regions differ in data: each change is a share of that in the accumbens core (`synapses.regions`).

Glutamate acts back on the trace, since it drives the cells in which the trace builds up. Release while the drug is on
board increases the rate of building, and mGluR2/3 tone increases the rate of decay. So a trace that has lowered tone
maintains itself. Both actions are assumed, and the core's glutamate stands for that of all regions; in a naive animal
release is 1 and the decay has its full rate. A treatment that induces the expression of transporters restores what the
trace has lowered (`induction`). Homer mediates part of cocaine's effect on xCT and AGS3, so that animals without Homer2
resemble those withdrawn from cocaine (Szumlinski et al. 2004, doi:10.1016/j.neuron.2004.07.027).

The signs are those of Kalivas 2009 (doi:10.1038/nrn2515): xCT, GLT-1, Homer, mGluR5 and prefrontal firing at rest fall,
AGS3 and surface AMPA rise. `synapses.chronic` integrates these equations together with those of spines and dopamine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self

from synapses.parameters import ParameterGroup, parameter
from synapses.regions import CORE, Region, regions

Factors = Mapping[str, Mapping[str, float]]
"""Factors by which proteins are over-expressed or knocked down: region -> field of `Tissue` -> factor."""

KALIVAS = "sign: Kalivas 2009 doi:10.1038/nrn2515"


@dataclass(frozen=True)
class Adaptation(ParameterGroup):
    """Size and time constant of each adaptation; a change is relative to the naive level."""

    group: ClassVar[str] = "adaptation"

    saturating_intake: float = parameter(78.0, "mg/kg", "D_X", 1, 5000, "cocaine intake that builds 63 % of X")
    trace_decay: float = parameter(180.0, "d", "tau_X", 5, 2000, "decay of X (vulnerability lasts months to years)")
    drive_exponent: float = parameter(
        1.0, "1", "n_X", 0, 5, "power by which release probability, relative to a naive animal's, helps to build X"
    )
    recovery: float = parameter(7.0, "d", "tau_h", 0.5, 2000, "decay of X under full mGluR2/3 tone")
    recovery_half: float = parameter(
        0.9, "1", "h_half", 0.05, 5, "mGluR2/3 tone, relative to a naive animal's, that half opens that decay"
    )
    recovery_exponent: float = parameter(8.0, "1", "n_h", 0.5, 20, "how sharply tone opens it")
    induction_time: float = parameter(3.0, "d", "tau_U", 0.1, 100, "time over which transporter expression is induced")
    induction_rise: float = parameter(
        0.15, "1", "d_U", 0, 5, "xCT and GLT-1 above naive levels at full induction",
        "sign: Rothstein et al. 2005 doi:10.1038/nature03180; size assumed",
    )  # fmt: skip
    homer_share: float = parameter(
        0.7, "1", "w_Homer", 0, 1, "share of cocaine's effect on xCT and AGS3 that loss of Homer alone has",
        "sign: Szumlinski et al. 2004 doi:10.1016/j.neuron.2004.07.027; size assumed",
    )  # fmt: skip
    xct_change: float = parameter(
        -0.70, "1", "d_xCT", -0.99, 1, "membrane xCT", f"{KALIVAS}; size fitted to basal glutamate"
    )
    xct_time: float = parameter(5.0, "d", "tau_xCT", 0.1, 100, "time constant")
    glt1_change: float = parameter(
        -0.40,
        "1",
        "d_GLT1",
        -0.99,
        1,
        "GLT-1 uptake, Vmax",
        "sign: Knackstedt et al. 2010 Biol Psychiatry 67:81",
    )
    glt1_time: float = parameter(5.0, "d", "tau_GLT1", 0.1, 100, "time constant")
    ags3_change: float = parameter(
        0.60, "1", "d_AGS3", -0.9, 5, "AGS3", f"{KALIVAS}; Bowers et al. 2004 doi:10.1016/S0896-6273(04)00159-X"
    )
    ags3_time: float = parameter(5.0, "d", "tau_AGS3", 0.1, 100, "time constant")
    homer_change: float = parameter(-0.15, "1", "d_Homer", -0.99, 1, "Homer1b/c", KALIVAS)
    homer_time: float = parameter(5.0, "d", "tau_Homer", 0.1, 100, "time constant")
    mglur5_change: float = parameter(-0.10, "1", "d_mGluR5", -0.99, 1, "surface mGluR5", KALIVAS)
    mglur5_time: float = parameter(5.0, "d", "tau_mGluR5", 0.1, 100, "time constant")
    mglur23_change: float = parameter(
        0.0, "1", "d_mGluR2/3", -0.99, 1, "mGluR2/3 density; its loss is carried by AGS3 here"
    )
    mglur23_time: float = parameter(5.0, "d", "tau_mGluR2/3", 0.1, 100, "time constant")
    ampa_change: float = parameter(
        0.40, "1", "d_AMPA", -0.9, 5, "surface AMPA receptors", f"{KALIVAS}; Conrad et al. 2008 doi:10.1038/nature06995"
    )
    ampa_time: float = parameter(12.0, "d", "tau_sAMPA", 0.1, 200, "time constant; keeps rising in withdrawal")
    pl_drive_change: float = parameter(
        -0.21, "1", "d_PL", -0.99, 1, "background drive of prelimbic cells at rest", KALIVAS
    )
    pl_drive_time: float = parameter(5.0, "d", "tau_PL", 0.1, 100, "time constant")


@dataclass(frozen=True)
class Tissue:
    """What days left behind in one region of the striatum, relative to a naive animal (1).

    Membrane xCT, GLT-1 uptake, AGS3, Homer, surface mGluR5, density of mGluR2/3, surface AMPA receptors, and the
    background `drive` of the cortical cells that release glutamate there at rest.
    """

    xct: float = 1.0
    glt1: float = 1.0
    ags3: float = 1.0
    homer: float = 1.0
    mglur5: float = 1.0
    mglur23: float = 1.0
    ampa: float = 1.0
    drive: float = 1.0

    def expressing(self, factors: Mapping[str, float]) -> Self:
        """The tissue with some proteins over-expressed or knocked down by a factor."""
        return replace(self, **{name: getattr(self, name) * factor for name, factor in factors.items()})


def _naive() -> dict[str, Tissue]:
    return {name: Tissue() for name in regions()}


@dataclass(frozen=True)
class AdaptedState:
    """The slow state of an animal. Quantities are relative to a naive animal (1), except those that a naive animal
    lacks (0): `trace` X, `induction`, `calcium_permeable`, `tolerance`, `sensitization`, `set_point`.

    `calcium_permeable` is the share of surface AMPA receptors without GluA2, `arp23` and `cofilin` the activity of the
    proteins that assemble and sever actin, these and other quantities of spines in the core; `d1` and `d2` are the
    availability of dopamine receptors. `tissue` holds what belongs to a region, by its name.
    """

    trace: float = 0.0
    induction: float = 0.0
    calcium_permeable: float = 0.0
    psd95: float = 1.0
    arp23: float = 1.0
    cofilin: float = 1.0
    spine_density: float = 1.0
    d1: float = 1.0
    d2: float = 1.0
    tolerance: float = 0.0
    sensitization: float = 0.0
    set_point: float = 0.0
    tissue: Mapping[str, Tissue] = field(default_factory=_naive)

    def at(self, region: str) -> Tissue:
        """What the days left behind in a region."""
        return self.tissue[region]

    @property
    def pl_drive(self) -> float:
        """Background drive of prelimbic cells."""
        return self.at(CORE).drive

    def expressing(self, factors: Factors) -> Self:
        """The state with some proteins over-expressed or knocked down by a factor, by region."""
        return replace(self, tissue={name: one.expressing(factors.get(name, {})) for name, one in self.tissue.items()})

    def flat(self) -> dict[str, float]:
        """Every quantity by one name: ``xct`` of the core, ``NAc shell.xct`` of another region, ``trace``.

        Prelimbic drive, which is the core's, is ``pl_drive``.
        """
        found = {name: getattr(self, name) for name in OF_THE_ANIMAL}
        for region, tissue in self.tissue.items():
            for name, value in vars(tissue).items():
                plain = PARAMETER.get(name, name)
                found[plain if region == CORE else f"{region}.{name}"] = value
        return found

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """The state whose `dataclasses.asdict` is given."""
        return cls(**{**document, "tissue": {name: Tissue(**one) for name, one in document["tissue"].items()}})


OF_THE_ANIMAL = tuple(f.name for f in fields(AdaptedState) if f.name != "tissue")
PARAMETER = {"drive": "pl_drive"}
"""Quantity -> what it is called among the parameters of `Adaptation`, where that is another name."""


def building(intake: float, release: float, adaptation: Adaptation) -> float:
    """Rate, 1/d, at which intake (mg/kg/d, weighed by potency) builds X.

    `release` is release probability relative to a naive animal's.
    """
    rate: float = intake / adaptation.saturating_intake * release**adaptation.drive_exponent
    return rate


def recovering(tone: float, adaptation: Adaptation) -> float:
    """Rate, 1/d, at which X decays under mGluR2/3 tone, relative to a naive animal's."""
    ratio = (tone / adaptation.recovery_half) ** adaptation.recovery_exponent
    opened = ratio / (1 + ratio)
    rate: float = 1 / adaptation.trace_decay + opened / adaptation.recovery
    return rate


def slopes(state: AdaptedState, built: float, recovered: float, inducing: float, p: Adaptation) -> dict[str, float]:
    """Slopes, 1/d, of the trace and of what treatments induce.

    Parameters
    ----------
    state : AdaptedState
    built, recovered : float
        Rates of `building` and `recovering`, 1/d.
    inducing : float
        How far treatments induce transporter expression, 0 to 1.
    p : Adaptation
    """
    return {
        "trace": built * (1 - state.trace) - recovered * state.trace,
        "induction": (inducing - state.induction) / p.induction_time,
    }


def tissue_slopes(state: AdaptedState, region: Region, factors: Mapping[str, float], p: Adaptation) -> Tissue:
    """Slopes, 1/d, of what the trace drives in a region.

    Parameters
    ----------
    state : AdaptedState
    region : Region
    factors : mapping
        Proteins over-expressed or knocked down there.
    p : Adaptation
    """
    x, tissue = state.trace, state.at(region.name)
    without_homer = p.homer_share * max(0.0, 1 - factors.get("homer", 1.0))
    found = {}
    for name, change in region.changes():
        parameter_name = PARAMETER.get(name, name)
        driven = x + (1 - x) * without_homer if name in ("xct", "ags3") else x
        target = 1 + change.share * getattr(p, f"{parameter_name}_change") * driven
        if name in ("xct", "glt1"):
            target += state.induction * (1 + p.induction_rise - target)
        time = getattr(p, f"{parameter_name}_time") if change.time is None else change.time
        found[name] = (max(target, 0.0) - getattr(tissue, name)) / time  # a large share of a large change ends at none
    return Tissue(**found)
