#!/usr/bin/env bash
# Neo 0.14.6 leaves out the offset of a time series in an NWB file: a cell that rests at -70 mV is read as resting at 0 mV.
#
# NWB has two numbers between what is stored and its unit: value = stored x conversion + offset. PyNWB's `get_data_in_units()` uses both. Neo's
# reader multiplies by `conversion` and never reads `offset`; the unit it gives is right and nothing is said. Unsigned numbers of a digitizer are
# stored in this way.
# Source: schema of NWB, TimeSeries, attribute `offset` (nwb-schema pull request 494); neo/io/nwbio.py does not name it. PyNWB 3.1.3.
# Seen: PyNWB -70 -69 -68 mV; Neo 0 1 2 mV
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" neo==0.14.6 pynwb==3.1.3 numpy==2.3.5
cat >"$folder/offset.py" <<'PYTHON'
from datetime import datetime, timezone

import neo
import numpy as np
from pynwb import NWBHDF5IO, NWBFile
from pynwb.icephys import CurrentClampSeries

file = NWBFile("offset", "offset", datetime(2026, 1, 1, tzinfo=timezone.utc))
electrode = file.create_icephys_electrode(name="0", description="patch", device=file.create_device("amplifier"))
stored = np.arange(3, dtype=np.uint16)
file.add_acquisition(
    CurrentClampSeries(name="v", data=stored, electrode=electrode, gain=1.0, rate=1000.0, conversion=1e-3, offset=-0.07)
)
with NWBHDF5IO("offset.nwb", "w") as opened:
    opened.write(file)
with NWBHDF5IO("offset.nwb", "r") as opened:
    print("PyNWB", *(f"{1e3 * value:.0f}" for value in opened.read().acquisition["v"].get_data_in_units()), "mV")
signal = neo.NWBIO("offset.nwb", "r").read_all_blocks()[0].segments[0].analogsignals[0].rescale("mV")
print("Neo", *(f"{value:.0f}" for value in signal.magnitude.ravel()), "mV")
PYTHON
as_stated "v" "$(run offset.py 2>/dev/null | tail -n 2 | paste -sd ';')" "PyNWB -70 -69 -68 mV;Neo 0 1 2 mV"
