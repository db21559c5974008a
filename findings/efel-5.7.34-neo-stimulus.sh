#!/usr/bin/env bash
# eFEL 5.7.34 misplaces the stimulus of a recording that Neo reads: it moves the signal to time 0, and leaves the stimulus where it was.
#
# `efel.io.load_neo_file` takes the stimulus from the file's events `stim_start` and `stim_end`, or from an epoch `stim`. Neo gives all of
# them, and the signal, on one clock. eFEL subtracts the start of the signal from its times alone. A step that begins 500 ms after the start of a
# signal that starts at 300 ms is looked for at 800 ms: features of the step miss spikes, and the base is measured within the step. Every later
# segment of a file starts like that. Nothing is said. Of an epoch it takes the first and the last of its *starts*, never its duration, so one
# step ends where it begins, which features refuse with an error. Its docstring says that an epoch is enough.
# Source: efel/io.py, `'T': (sig.times - sig.times[0])` and `stim_end = epoch[-1]`. Written with Neo 0.14.6 and nixio 1.5.4.
# Seen: at 0 ms: step 500 to 1500, 10 spikes, base -70 mV; at 300 ms: step 800 to 1800, 7 spikes, base -59 mV; epoch: step 500 to 500
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" efel==5.7.34 neo==0.14.6 nixio==1.5.4 numpy==2.3.5
cat >"$folder/step.py" <<'PYTHON'
import efel
import neo
import numpy as np
import quantities as pq

times = np.arange(20_000) * 0.1
voltage = np.full(times.size, -70.0)
voltage[(times >= 500) & (times < 1500)] = -60.0
for spike in range(10):
    voltage[(times >= 550 + 100 * spike) & (times < 551 + 100 * spike)] = 20.0


def loaded(name, start, as_epoch=False):
    segment = neo.Segment()
    segment.analogsignals.append(neo.AnalogSignal(voltage[:, None] * pq.mV, sampling_period=0.1 * pq.ms, t_start=start * pq.ms))
    if as_epoch:
        segment.epochs.append(neo.Epoch([start + 500] * pq.ms, durations=[1000] * pq.ms, labels=["step"], name="stim"))
    else:
        segment.events.append(neo.Event([start + 500] * pq.ms, labels=["on"], name="stim_start"))
        segment.events.append(neo.Event([start + 1500] * pq.ms, labels=["off"], name="stim_end"))
    block = neo.Block()
    block.segments.append(segment)
    written = neo.NixIO(name, "ow")
    written.write_all_blocks([block])
    written.close()
    trace = efel.io.load_neo_file(name)[0][0][0]
    return trace, f"step {trace['stim_start'][0]:g} to {trace['stim_end'][0]:g}"


for start in (0, 300):
    trace, step = loaded(f"{start}.nix", start)
    found = efel.get_feature_values([trace], ["Spikecount_stimint", "voltage_base"])[0]
    print(f"at {start} ms: {step} of {trace['T'][0]:g} to {trace['T'][-1]:g},", end=" ")
    print(f"{found['Spikecount_stimint'][0]} spikes, base {found['voltage_base'][0]:.0f} mV")
print("epoch:", loaded("epoch.nix", 0, as_epoch=True)[1])
PYTHON
got=$(run step.py 2>/dev/null | paste -sd ';')
as_stated "eFEL" "$got" "at 0 ms: step 500 to 1500 of 0 to 1999.9, 10 spikes, base -70 mV;\
at 300 ms: step 800 to 1800 of 0 to 1999.9, 7 spikes, base -59 mV;epoch: step 500 to 500"
