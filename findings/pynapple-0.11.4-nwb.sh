#!/usr/bin/env bash
# What Pynapple 0.11.4 reads from an NWB file is not what the file says of it: rates of cells, and units of signals.
#
# NWB says per unit in which stretches it was observed (`obs_intervals`). Pynapple does not read them: its support is from the first to the last
# spike of all units, and a rate is over that. A cell with 3 spikes in 10 s of observation has 1.5 Hz instead of 0.3 Hz, and another cell's spike
# changes it. NWB also stores by which number a signal is multiplied to be in its unit (`conversion`). Pynapple gives what is stored: a
# membrane that is stored in mV with conversion 0.001 and unit "volts" is -70 and not -0.07. Nothing is said of either.
# Source: pynapple/io/interface_nwb.py has neither word; schema of NWB, Units and TimeSeries. PyNWB 3.1.3 wrote the file.
# Seen: rate 1.5 Hz, with a second cell 0.3 Hz; signal -70.0 where PyNWB has -0.07 volts
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" pynapple==0.11.4 pynwb==3.1.3 numpy==2.3.5
cat >"$folder/read.py" <<'PYTHON'
from datetime import datetime, timezone

import pynapple
from pynwb import NWBHDF5IO, NWBFile, TimeSeries


def written(*units):
    file = NWBFile("read", "read", datetime(2026, 1, 1, tzinfo=timezone.utc))
    file.add_acquisition(TimeSeries(name="v", data=[-70.0, -69.0], unit="volts", conversion=1e-3, rate=1000.0))
    for times in units:
        file.add_unit(spike_times=times, obs_intervals=[[0.0, 10.0]])
    name = f"{len(units)}.nwb"
    with NWBHDF5IO(name, "w") as opened:
        opened.write(file)
    return name


one, two = written([1.0, 2.0, 3.0]), written([1.0, 2.0, 3.0], [0.0, 10.0])
print("rate", *(f"{float(pynapple.load_file(name)['units'].rates[0]):g}" for name in (one, two)))
with NWBHDF5IO(one, "r") as opened:
    series = opened.read().acquisition["v"]
    print("PyNWB", series.get_data_in_units()[0], series.unit, "Pynapple", pynapple.load_file(one)["v"].values[0])
PYTHON
as_stated "Pynapple 0.11.4" "$(run read.py 2>/dev/null | tail -n 2 | paste -sd ';')" "rate 1.5 0.3;PyNWB -0.07 volts Pynapple -70.0"
