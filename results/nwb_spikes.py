"""Spikes in an NWB file, in network time, and the network's clock beside that of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from hdmf.common import VectorData, VectorIndex
from pynwb import NWBFile, TimeSeries
from pynwb.misc import Units

from results.nwb_parts import HISTORY, Session, module, table, timing
from results.nwb_sweeps import PULSES
from results.recording import FloatArray, Recording, Spikes

RESOLUTION = 1e-4  # s, the step of the network


def network_clock(recording: Recording, session: Session) -> tuple[FloatArray, FloatArray] | None:
    """Network time and the test's clock side by side, at every entry of the finest series."""
    slow = [one for name, one in recording.series.items() if not name.startswith(HISTORY)]
    if session.network_step is None or not slow:
        return None
    finest = max(slow, key=lambda one: one.time.size)
    first = session.network_step if session.kind == "seeking" else 0.0  # there an entry stands at the end of its epoch
    network = first + session.network_step * np.arange(finest.time.size, dtype=np.float64)
    return np.asarray(network, dtype=np.float64), finest.time


def add_spikes(
    file: NWBFile, recording: Recording, session: Session, offset: float, clock: tuple[FloatArray, FloatArray] | None
) -> None:
    """Units in network time, with the two clocks side by side, so that a reader can go from one to the other."""
    populations = {name: spikes for name, spikes in recording.spikes.items() if name != PULSES and spikes.size}
    times, names = list[FloatArray](), list[str]()
    ends, cells = list[int](), list[int]()
    for name, spikes in populations.items():
        for cell in _sampled_cells(spikes):
            own = np.sort(spikes.timestamps[spikes.node_ids == cell])
            times.append(own)
            ends.append((ends[-1] if ends else 0) + len(own))
            names.append(name)
            cells.append(int(cell))
    if not names:
        return
    spike_times = VectorData(
        name="spike_times", data=np.concatenate(times), description="network time (s), not the clock of this file"
    )
    file.units = Units(
        name="units",
        description=(
            "A sample of the simulated cells. Spike times are in network time: slow variables run faster than the "
            "network between pulses, so rates are right in this time only. processing/network_clock goes from one to "
            "the other."
        ),
        resolution=RESOLUTION,
        id=list(range(len(names))),
        columns=[
            spike_times,
            VectorIndex(name="spike_times_index", data=np.array(ends), target=spike_times),
            VectorData(name="population", data=names, description="nucleus and kind of cell"),
            VectorData(name="cell", data=cells, description="number of the cell in its population"),
        ],
    )
    clocks = module(file, "network_clock", "Network time, the time of all spikes, beside the clock of this file")
    if clock is not None:
        network, own = clock
        clocks.add(
            TimeSeries(
                name="network_time", data=network, unit="seconds", **timing(own + offset),
                description="network time at this time of the file; between two entries it advances evenly",
            )
        )  # fmt: skip
    pulses = recording.spikes.get(PULSES)
    if pulses is not None and len(pulses.timestamps):
        columns = [("network_time", "when a pulse was given, in network time (s)", pulses.timestamps)]
        clocks.add(table("pulses", f"Every simulated pulse, test pulses and inductions: {session.test}", columns))


def _sampled_cells(spikes: Spikes) -> Sequence[int]:
    """The cells whose spikes were kept, silent ones among them where the recording says which they are."""
    every = re.search(r"every (\d+)\. cell", spikes.description)
    return range(0, spikes.size, int(every[1])) if every else sorted(set(spikes.node_ids.tolist()))
