"""Rates in the home cage before a test, of animals with nothing silenced, from the cells whose spikes are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from circuit.apparatus.operant_box import EPOCH
from protocols.animals.sessions import HOME_EPOCHS
from protocols.assays.passes import RASTER
from results.recording import Identity, Measure, Recording

MEASURE = "rate_at_rest_"
"""What the names of these measures begin with."""
# Rates that awake animals are recalled to have (K9), Hz; of the other populations none is known to us.
RECALLED = {
    "PL_pyramidal": "2-6",
    "IL_pyramidal": "2-6",
    "core_medium_spiny": "0.5-5",
    "shell_medium_spiny": "0.5-5",
    "core_fast_spiking": "8-20",
    "shell_fast_spiking": "8-20",
    "VTA_dopamine": "3-5",
    "SN_dopamine": "3-5",
}


def wanted(identity: Identity) -> bool:
    """Whether these rates are told of a run: of `inactivation` with nothing silenced."""
    return (identity.experiment, identity.group) == ("inactivation", "vehicle")


def with_rates(recording: Recording) -> Recording:
    """A recording with its spikes, and the rates as measures where they are `wanted`."""
    if not wanted(recording.identity):
        return recording
    begin, end = EPOCH, HOME_EPOCHS * EPOCH  # the network settles in the first epoch
    rates = {}
    for name, spikes in recording.spikes.items():
        kept = len(range(0, spikes.size, max(1, spikes.size // RASTER)))
        within = (spikes.timestamps >= begin) & (spikes.timestamps < end)
        rates[f"{MEASURE}{name}"] = Measure(float(within.sum()) / kept / (end - begin), "Hz")
    return replace(recording, measures={**recording.measures, **rates})


def section(recordings: Iterable[Recording]) -> Sequence[str]:
    """The section of a page: each population's mean; no line where no recording has such rates."""
    rates: dict[str, list[float]] = {}
    for one in recordings:
        for name, measure in one.measures.items():
            if name.startswith(MEASURE):
                rates.setdefault(name.removeprefix(MEASURE), []).append(measure.value)
    if not rates:
        return []
    lines = [
        "",
        "## At rest",
        "",
        "Rates in the home cage before a test, Hz, all animals and tests of `inactivation` with nothing silenced.",
        "",
        "| population | model | awake animals (recalled) |",
        "| --- | --- | --- |",
    ]
    return lines + [
        f"| {name} | {np.mean(each):.1f} | {RECALLED.get(name, 'assumed')} |" for name, each in rates.items()
    ]
