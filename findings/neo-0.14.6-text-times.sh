#!/usr/bin/env bash
# Neo 0.14.6 takes the first signal of a text file for its times: a recording at 10 kHz begins at -70 ms, since the cell rests at -70 mV.
#
# `AsciiSignalIO` reads signals beside a column of times. It takes numbers in single precision and calls a signal regular if its steps differ by
# less than 1e-6 of a step, so that 0, 0.1, 0.2 ... ms are "irregular" after some samples. With `signal_group_mode="all-in-one"` it then takes
# the column of that number after it has removed the times: with times in column 0 the first signal becomes the times. With "split-all" the
# times are right, but the signal is still irregular. In steps of 1 ms, which single precision holds exactly, both are right. Nothing is said.
# Source: neo/io/asciisignalio.py, `IrregularlySampledSignal(signal[:, self.timecolumn] * self.time_units, ...)`; its docstring says that
# `timecolumn` "identifies which column contains the time vector". neo issue 649 asked for irregular signals, and for a tolerance of rounding.
# Seen: all-in-one: 1 ms AnalogSignal 0 1 2 ms, 0.1 ms IrregularlySampledSignal -70 -69.5 -69 ms; split-all: 0.1 ms IrregularlySampledSignal 0 0.1 0.2 ms
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" neo==0.14.6 quantities==0.16.4 numpy==2.3.5
cat >"$folder/times.py" <<'PYTHON'
import neo


def read(step, mode):
    with open("recording.txt", "w") as file:
        for sample in range(50):
            file.write(f"{sample * step:.1f}\t{-70 + 0.5 * sample:.1f}\t20.0\n")   # ms, mV and mV
    reader = neo.AsciiSignalIO("recording.txt", timecolumn=0, time_units="ms", units="mV", signal_group_mode=mode)
    segment = reader.read_segment()
    signal = [*segment.analogsignals, *segment.irregularlysampledsignals][0]
    times = signal.times.rescale("ms").magnitude
    print(mode, f"{step} ms", type(signal).__name__, *(f"{time:g}" for time in times[:3]), "ms")


read(1, "all-in-one")
read(0.1, "all-in-one")
read(0.1, "split-all")
PYTHON
got=$(run times.py 2>/dev/null | paste -sd ';')
as_stated "times" "$got" "all-in-one 1 ms AnalogSignal 0 1 2 ms;all-in-one 0.1 ms IrregularlySampledSignal -70 -69.5 -69 ms;\
split-all 0.1 ms IrregularlySampledSignal 0 0.1 0.2 ms"
