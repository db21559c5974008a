#!/usr/bin/env bash
# pyABF 2.3.8 reads an Axon text file of 8 kHz as 7999 Hz, and names its channels in another order from run to run.
#
# The rate is 1 / (second time), with times in single precision and cut to a whole number. So 1, 2, 4, 8 and 16 kHz lose 1 Hz (1 kHz: 0.1 %),
# 10 and 20 kHz lose none; times that are `sample / dataRate` run late, by 1 s in 17 min at 1 kHz. `sweepLengthSec` has the same error. The names in
# the header's "Signals" go through a Python set: `channelNames[0]` is the membrane's voltage in one run and the current in the next, while
# `setSweep(channel=0)` is the first column always. Nothing is said. pyABF's page calls ATF the class with nearly the same use as ABF's.
# Source: pyabf/atf.py, `self.dataRate = int(1.0/self.dataX[1])` and `list(set(self.header["Signals"]))`.
# Seen: 1000 is 999, 2000 1999, 4000 3999, 8000 7999, 10000 10000, 20000 20000; names in 20 runs: Im,Vm and Vm,Im
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.13 3.11" pyabf==2.3.8 numpy==2.3.5
cat >"$folder/read.py" <<'PYTHON'
import sys

import pyabf


def read(rate):
    with open(f"{rate}.atf", "w") as file:
        file.write('ATF\t1.0\n1\t3\n"Signals="\t"Vm"\t"Im"\n"Time (s)"\t"Trace #1 (mV)"\t"Trace #1 (pA)"\n')
        for sample in range(100):
            file.write(f"{sample / rate:g}\t-70\t20\n")
    return pyabf.ATF(f"{rate}.atf")


if "names" in sys.argv:
    atf = read(10_000)
    atf.setSweep(0, channel=0)
    print(",".join(atf.channelNames), "column", atf.sweepLabelY)
else:
    print(*(f"{rate} is {read(rate).dataRate}" for rate in (1000, 2000, 4000, 8000, 10_000, 20_000)), sep=", ")
PYTHON
as_stated "rates" "$(run read.py 2>/dev/null | tail -n 1)" \
    "1000 is 999, 2000 is 1999, 4000 is 3999, 8000 is 7999, 10000 is 10000, 20000 is 20000"
got=$(for seed in {1..20}; do PYTHONHASHSEED=$seed run read.py names 2>/dev/null | tail -n 1; done | LC_ALL=C sort -u | paste -sd ';')
as_stated "names in 20 runs" "$got" "Im,Vm column Trace #1 (mV);Vm,Im column Trace #1 (mV)"
