"""An animal at rest before a test: what its history left behind, the drugs on board, its pools and tones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from circuit.clock import EXPOSURE_BIN, EXPOSURE_BINS
from circuit.parameters import ModelParameters
from protocols.animals import days
from protocols.animals.history import Group
from synapses.adaptation import AdaptedState
from synapses.homeostasis import SteadyState, steady_state
from synapses.pharmacology import Dosing, Exposure, at_start, exposure
from synapses.tone import ToneClamp

EXPOSURE_TIMES = EXPOSURE_BIN * np.arange(EXPOSURE_BINS)  # s from the clock's start, biological


@dataclass(frozen=True)
class Rest:
    """One animal at the start of a test.

    Attributes
    ----------
    state : AdaptedState
        What its history left behind.
    on_board : Exposure
        Drugs on board in bins of `circuit.clock.EXPOSURE_BIN` from the test's start.
    clamp : ToneClamp
        Tones that are clamped.
    steady : SteadyState
        Its pools and tones.
    """

    state: AdaptedState
    on_board: Exposure
    clamp: ToneClamp
    steady: SteadyState


def at_rest(
    group: Group,
    day: float,
    own: ModelParameters,
    lead: float = 0.0,
    bath: Sequence[Dosing] = (),
    channels: Mapping[str, Any] | None = None,
    adapted: AdaptedState | None = None,
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
        Entries of `synapses.pharmacology.Exposure` over `EXPOSURE_TIMES` that belong to it.
    adapted : AdaptedState, optional
        What the days left behind, where the network ran the sessions; else it follows from the days' equations alone.
    """
    left = days.adapted_state(days.course(group, own.probe), day, own) if adapted is None else adapted
    state = left.expressing(days.expression_factors(group))
    dosings = [*days.dosings(group, day, lead, own.probe), *bath]
    on_board = replace(exposure(dosings, EXPOSURE_TIMES, own.homeostasis.cystine), **(channels or {}))
    clamp = _clamp(group, own)
    steady = steady_state(state, at_start(on_board), own.homeostasis, own.tone, own.release, clamp)
    return Rest(state, on_board, clamp, steady)


def _clamp(group: Group, own: ModelParameters) -> ToneClamp:
    """The tones that the group's animal would have without history and drugs, for the receptors it holds."""
    if not group.tone_clamp:
        return ToneClamp()
    naive = steady_state(AdaptedState(), Exposure(), own.homeostasis, own.tone, own.release)
    return ToneClamp(
        naive.mglur23_tone if "mGluR2/3" in group.tone_clamp else None,
        naive.mglur5_tone if "mGluR5" in group.tone_clamp else None,
    )
