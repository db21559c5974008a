"""An animal at rest before a test: what its history left behind, the drugs on board, its pools and tones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from circuit.clock import EXPOSURE_BIN, EXPOSURE_BINS
from circuit.network.inputs import Body
from circuit.parameters import ModelParameters
from protocols.animals import days
from protocols.animals.history import Group
from synapses.adaptation import AdaptedState
from synapses.chronic import naive_rest
from synapses.homeostasis import SteadyState, steady_state
from synapses.pharmacology import Dosing, Exposure, at_start, exposure, reaching
from synapses.regions import CORE
from synapses.tone import ToneClamp

EXPOSURE_TIMES = EXPOSURE_BIN * np.arange(EXPOSURE_BINS)  # s from the clock's start, biological


@dataclass(frozen=True)
class Surroundings:
    """One region of the striatum at the start of a test.

    Attributes
    ----------
    exposure : Exposure
        Drugs on board there in bins of `circuit.clock.EXPOSURE_BIN` from the test's start.
    steady : SteadyState
        Its pools and tones.
    """

    exposure: Exposure
    steady: SteadyState


@dataclass(frozen=True)
class Rest:
    """One animal at the start of a test.

    Attributes
    ----------
    state : AdaptedState
        What its history left behind.
    clamp : ToneClamp
        Tones that are clamped, in every region.
    at : dict
        Region -> what surrounds its synapses, for the regions that were asked for.
    """

    state: AdaptedState
    clamp: ToneClamp
    at: Mapping[str, Surroundings]

    def body(self, own: ModelParameters) -> Body:
        """The same animal as a run of the network takes it; `own` are its parameters."""
        return Body(
            self.state,
            {region: here.steady for region, here in self.at.items()},
            {region: here.exposure for region, here in self.at.items()},
            naive_rest(own.homeostasis, own.tone, own.release),
            self.clamp,
        )


def at_rest(
    group: Group,
    day: float,
    own: ModelParameters,
    lead: float = 0.0,
    bath: Sequence[Dosing] = (),
    channels: Mapping[str, Any] | None = None,
    adapted: AdaptedState | None = None,
    site: str = CORE,
    regions: Collection[str] = (CORE,),
    lent: AdaptedState | None = None,
) -> Rest:
    """An animal of a group on a day of its history.

    Parameters
    ----------
    group : Group
    day : float
        Day of the test from the history's beginning.
    own : ModelParameters
        The animal's own parameters.
    lead : float
        Time from the clock's start to the test's first event, s.
    bath : sequence of Dosing
        Drugs that belong to the method of the test.
    channels : mapping, optional
        Entries of `synapses.pharmacology.Exposure` over `EXPOSURE_TIMES` that belong to it, at its site.
    adapted : AdaptedState, optional
        What the days left behind, where the network ran the sessions; else it follows from the days' equations alone.
        What the animal borrows is in it already.
    site : str
        The region in which the test records: what is given at no site of its own is given there.
    regions : collection of str
        Regions whose surroundings are asked for.
    lent : AdaptedState, optional
        The same as `adapted` for the twin whose tones the animal borrows.
    """
    left = _left(group, day, own, site) if adapted is None else adapted
    state = left.expressing(days.expression_factors(group))
    clamps = _clamps(group, day, own, lead, bath, channels, site, regions, lent)
    given = [*days.dosings(group, day, lead, own, site=site), *bath]

    def surroundings(region: str) -> Surroundings:
        on_board = exposure(reaching(given, region), EXPOSURE_TIMES, own.homeostasis.cystine)
        if region == site:
            on_board = replace(on_board, **(channels or {}))
        at_its_start = at_start(on_board)
        steady = steady_state(state.at(region), at_its_start, own.homeostasis, own.tone, own.release, clamps[region])
        return Surroundings(on_board, steady)

    return Rest(state, clamps[site], {region: surroundings(region) for region in regions})


def _left(group: Group, day: float, own: ModelParameters, site: str) -> AdaptedState:
    """What days left behind in an animal, or in the twin whose adaptation it borrows, by the days' equations."""
    exchange = group.borrowed("adaptation")
    if exchange is not None:
        day += exchange.days - group.days
        group = exchange.twin(group.name)
    return days.adapted_state(days.course(group, own, site), day, own)


def _clamps(
    group: Group,
    day: float,
    own: ModelParameters,
    lead: float,
    bath: Sequence[Dosing],
    channels: Mapping[str, Any] | None,
    site: str,
    regions: Collection[str],
    lent: AdaptedState | None,
) -> dict[str, ToneClamp]:
    """Tones that are held in each region: of an animal without history and drugs, or of a twin under the same test."""
    exchange = group.borrowed("tones")
    if exchange is None:
        return dict.fromkeys((*regions, site), _clamp(group, own))
    day += exchange.days - group.days
    twin = at_rest(exchange.twin(group.name), day, own, lead, bath, channels, lent, site, {*regions, site})
    return {region: ToneClamp(here.steady.mglur23_tone, here.steady.mglur5_tone) for region, here in twin.at.items()}


def _clamp(group: Group, own: ModelParameters) -> ToneClamp:
    """The tones that the group's animal would have without history and drugs, for the receptors it holds."""
    if not group.tone_clamp:
        return ToneClamp()
    naive = naive_rest(own.homeostasis, own.tone, own.release)
    return ToneClamp(
        naive.mglur23_tone if "mGluR2/3" in group.tone_clamp else None,
        naive.mglur5_tone if "mGluR5" in group.tone_clamp else None,
    )
