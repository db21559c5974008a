#!/usr/bin/env bash
# Spikes that BMTK 1.2.0 wrote to a SONATA file cannot be read with libsonata 0.2.2: how they are sorted is a text in the one, a number in the other.
#
# SONATA's guide says that the attribute `sorting` is an enumeration of none, by_id and by_time, and may be left out. BMTK writes a text. libsonata
# reads the attribute when a population is asked for, and raises an error that names neither the attribute nor the file. Without the
# attribute the same file is read. (BMTK compresses unless told not to, which libsonata 0.2.2 does not read either; here it is told.)
# Source: SONATA Developer Guide, "Spike file"; bmtk/utils/reports/spike_trains/spikes_file_writers.py.
# Seen: as BMTK writes it: RuntimeError: Unable to read attribute; without the attribute: [(0, 1.0), (1, 3.0)]
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" bmtk==1.2.0 libsonata==0.2.2 h5py==3.14.0 numpy==2.3.5
cat >"$folder/spikes.py" <<'PYTHON'
import h5py
import libsonata
from bmtk.utils.reports.spike_trains import SpikeTrains

trains = SpikeTrains(population="a")
trains.add_spike(0, 1.0)
trains.add_spike(1, 3.0)
trains.to_sonata("spikes.h5", compression="none")


def seen():
    try:
        return str([(int(cell), float(time)) for cell, time in libsonata.SpikeReader("spikes.h5")["a"].get()])
    except Exception as problem:
        return f"{type(problem).__name__}: {str(problem).split(' (')[0]}"


print(seen())
with h5py.File("spikes.h5", "r+") as opened:
    del opened["spikes/a"].attrs["sorting"]
print(seen())
PYTHON
got=$(run spikes.py 2>/dev/null | tail -n 2)
as_stated "as BMTK writes it" "$(head -n 1 <<<"$got")" "RuntimeError: Unable to read attribute"
as_stated "without the attribute" "$(tail -n 1 <<<"$got")" "[(0, 1.0), (1, 3.0)]"
