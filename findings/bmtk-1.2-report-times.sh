#!/usr/bin/env bash
# BMTK 1.2.0 gives the frames of a report times that are not theirs: it stretches them up to the end of the report.
#
# SONATA stores the times of a report as start, stop and step, and says that the interval is open on the right: there is no frame at stop.
# BMTK writes files like that. `time_trace()`, and its plots, which take times from there, spread the frames evenly from start to stop
# with stop included: ten frames of 0.1 ms are at 0, 0.11, 0.22 ... 1 ms. The error grows along the report to a whole step.
# Source: SONATA Developer Guide, "Frame oriented, node element recordings"; bmtk/utils/reports/compartment/compartment_reader.py, `time_trace`.
# Seen: stored 0 1 0.1; frames 0 1 2 3 4 5 6 7 8 9; times 0 0.111 0.222 0.333 0.444 0.556 0.667 0.778 0.889 1
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" bmtk==1.2.0 h5py==3.14.0 numpy==2.3.5
cat >"$folder/times.py" <<'PYTHON'
import logging

import h5py
from bmtk.utils.reports.compartment import CompartmentReport

logging.disable(logging.CRITICAL)
report = CompartmentReport(
    "v.h5", mode="w", variable="v", units="mV", tstart=0.0, tstop=1.0, dt=0.1, n_steps=10, default_population="a"
)
report.add_cell(0, element_ids=[0], element_pos=[0.5], population="a")
report.initialize()
for step in range(10):
    report.record_cell(0, [float(step)], step)
report.close()
read = CompartmentReport("v.h5", mode="r")
with h5py.File("v.h5") as file:
    print("stored", *(f"{value:g}" for value in file["report/a/mapping/time"][:]))
print("frames", *(f"{value:g}" for value in read.data(node_id=0, population="a").ravel()))
print("times", *(f"{value:.3g}" for value in read.time_trace(population="a")))
PYTHON
as_stated "BMTK 1.2.0" "$(run times.py 2>/dev/null | tail -n 3 | paste -sd ';')" \
    "stored 0 1 0.1;frames 0 1 2 3 4 5 6 7 8 9;times 0 0.111 0.222 0.333 0.444 0.556 0.667 0.778 0.889 1"
