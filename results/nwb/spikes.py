"""Spikes in an NWB file: units on the file's clock, and every spike in network time beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hdmf.common import DynamicTable, VectorData, VectorIndex
from pynwb import NWBFile, TimeSeries
from pynwb.epoch import TimeIntervals
from pynwb.misc import Units

from results.measures.clock import Clock
from results.nwb.parts import Session, module, table, timing
from results.nwb.sweeps import OFF_CLOCK, PULSES
from results.recording import FloatArray, Recording, Spikes

RESOLUTION = 1e-4  # s, the step of the network
OBSERVED = "observed"  # the table of stretches in which units have spikes


@dataclass(frozen=True, eq=False)
class _Cell:
    population: str
    number: int
    spikes: FloatArray  # network time, s


def add_spikes(file: NWBFile, recording: Recording, session: Session, clock: Clock | None) -> None:
    """Add spikes that have a time in the file as units, and all spikes in network time."""
    cells = [
        _Cell(name, int(number), np.sort(spikes.timestamps[spikes.node_ids == number]))
        for name, spikes in recording.spikes.items()
        if name != PULSES and spikes.size
        for number in _sampled_cells(spikes)
    ]
    if not cells:
        return
    if clock is not None and len(clock.shared):
        file.units = _units(cells, clock)
        file.add_time_intervals(_observed(clock.shared))
    _add_network_time(file, recording, session, cells, clock)


def _units(cells: Sequence[_Cell], clock: Clock) -> Units:
    """One interval of observation for a unit, since Neo reads no more; the table of stretches is exact."""
    on_clock = [clock.of_network(cell.spikes) for cell in cells]
    kept = [times[np.isfinite(times)] for times in on_clock]
    whole = np.array([[clock.shared[0, 0], clock.shared[-1, 1]]])
    return Units(
        name="units",
        description=(
            "A sample of the simulated cells, silent ones among them. Spike times are on the clock of this file. "
            f"Spikes are here where the network runs at the pace of that clock: in the stretches of "
            f"intervals/{OBSERVED}. Rates are right within them; the rest of the time is not observed. "
            "processing/network_clock/spikes has every spike, in network time."
        ),
        resolution=RESOLUTION,
        id=list(range(len(cells))),
        columns=[
            *_ragged("spike_times", "on the clock of this file (s)", kept),
            *_ragged(
                "obs_intervals",
                f"from the first stretch of intervals/{OBSERVED} to the end of the last (s)",
                [whole] * len(cells),
            ),
            *_who(cells),
        ],
    )


def _observed(stretches: FloatArray) -> TimeIntervals:
    return TimeIntervals(
        name=OBSERVED,
        description="Stretches in which the network runs at the pace of this file's clock, so that units have spikes",
        columns=[
            VectorData(name="start_time", data=stretches[:, 0], description="start (s)"),
            VectorData(name="stop_time", data=stretches[:, 1], description="end (s)"),
        ],
        id=list(range(len(stretches))),
    )


def _add_network_time(
    file: NWBFile, recording: Recording, session: Session, cells: Sequence[_Cell], clock: Clock | None
) -> None:
    own = module(file, "network_clock", OFF_CLOCK)
    own.add(
        DynamicTable(
            name="spikes",
            description=(
                "Every spike of the cells in `units`, in network time. Slow variables run faster than the network "
                "between pulses, and the clock of this file with them: rates over the whole test are right here only."
            ),
            id=list(range(len(cells))),
            columns=[*_who(cells), *_ragged("network_time", "network time (s)", [cell.spikes for cell in cells])],
        )
    )
    if clock is not None:
        own.add(
            TimeSeries(
                name="network_time", data=clock.network, unit="seconds", **timing(clock.own),
                description="network time at this time of the file; between two entries it advances evenly",
            )
        )  # fmt: skip
    pulses = recording.spikes.get(PULSES)
    if pulses is not None and len(pulses.timestamps):
        columns = [("network_time", "when a pulse was given, in network time (s)", pulses.timestamps)]
        own.add(table("pulses", f"Every simulated pulse, test pulses and inductions: {session.test}", columns))


def _who(cells: Sequence[_Cell]) -> list[VectorData]:
    return [
        VectorData(name="population", data=[cell.population for cell in cells], description="nucleus and kind of cell"),
        VectorData(
            name="cell", data=[cell.number for cell in cells], description="number of the cell in its population"
        ),
    ]


def _ragged(name: str, description: str, rows: Sequence[FloatArray]) -> tuple[VectorData, VectorIndex]:
    data = VectorData(name=name, data=np.concatenate(rows), description=description)
    return data, VectorIndex(name=f"{name}_index", data=np.cumsum([len(row) for row in rows]), target=data)


def _sampled_cells(spikes: Spikes) -> Sequence[int]:
    """The cells whose spikes were kept, silent ones among them where the recording says which they are."""
    every = re.search(r"every (\d+)\. cell", spikes.description)
    return range(0, spikes.size, int(every[1])) if every else sorted(set(spikes.node_ids.tolist()))
