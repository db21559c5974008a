#!/usr/bin/env bash
# PyNWB 4.2.0 stores the list [0, 0.5, 1.5] as 0, 0, 1: the kind of the first number is taken for all, and what follows a point is lost.
#
# Signals and columns of tables may be given as lists. HDMF, which writes the file, looks at the first value alone. If that is written without a
# point, a dose of 0 mg/kg or a potential of -70 mV, the whole list becomes whole numbers, cut and not rounded, without a warning. The file is
# valid. In a list of lists (a ragged column) the first value of the first row decides over all rows. With numpy.array(list) nothing is lost.
# PyNWB 4.2.0 with HDMF 6.2.0 (PyNWB 3.1.3 with HDMF 4.3.1 does the same). Source: hdmf/backends/hdf5/h5tools.py, `get_type`.
# Seen: signal -70 -69 -68 of -70 -69.5 -68.2; doses 0 0 1 of 0 0.5 1.5; as an array -70 -69.5 -68.2; 0 warnings
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.13 3.11" pynwb==4.2.0 hdmf==6.2.0 numpy==2.3.5
cat >"$folder/list.py" <<'PYTHON'
import warnings
from datetime import datetime, timezone

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries

warnings.simplefilter("always")
potential = [-70, -69.5, -68.2]
file = NWBFile(session_description="a", identifier="a", session_start_time=datetime(2026, 1, 1, tzinfo=timezone.utc))
for name, data in (("list", potential), ("array", np.array(potential))):
    file.add_acquisition(TimeSeries(name=name, data=data, unit="volts", conversion=1e-3, rate=1000.0))
file.add_trial_column(name="dose", description="mg/kg")
for place, dose in enumerate((0, 0.5, 1.5)):
    file.add_trial(start_time=float(place), stop_time=place + 0.5, dose=dose)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    with NWBHDF5IO("list.nwb", "w") as opened:
        opened.write(file)
with NWBHDF5IO("list.nwb", "r") as opened:
    read = opened.read()
    found = {"signal": read.acquisition["list"].data, "array": read.acquisition["array"].data, "doses": read.trials["dose"]}
    print("; ".join(" ".join([name, *(f"{value:g}" for value in data[:])]) for name, data in found.items()), end="; ")
print(len(said), "warnings")
PYTHON
as_stated "PyNWB 4.2.0" "$(run list.py 2>/dev/null | tail -n 1)" \
    "signal -70 -69 -68; array -70 -69.5 -68.2; doses 0 0 1; 0 warnings"
