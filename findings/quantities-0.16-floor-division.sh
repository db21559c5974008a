#!/usr/bin/env bash
# With quantities 0.16.4 the number of bins `(1.5*s) // (100*ms)` is 0 and not 15: `//` divides the numbers and then joins the units.
#
# quantities carries the units of Neo and Elephant. `/` keeps the unit s/ms and the number 0.015, which a later conversion makes 15. `//` rounds
# 0.015 down first, so what it gives, 0 s/ms, is 0 in every unit. No error is raised. `%` converts: 1.55 s % 100 ms is 50 ms, so that
# (a // b)*b + a % b is not a. Astropy had the same in `//` and mended it. With both in one unit it is right.
# Source: python-quantities issue 205 and its pull request 207, which gave `//` its units; astropy pull request 3817.
# Seen: // gives 0.0 s/ms, which is 0; / gives 15.5; in one unit // gives 15; % gives 0.05 s
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.13 3.11" quantities==0.16.4 numpy==2.3.5
cat >"$folder/bins.py" <<'PYTHON'
import quantities as pq

length, bin_size = 1.55 * pq.s, 100 * pq.ms
whole = length // bin_size
print("//", whole, "which is", f"{float(whole.simplified):g}")
print("/", f"{float((length / bin_size).simplified):g}")
print("in one unit //", f"{float((length.rescale('ms') // bin_size).simplified):g}")
print("%", f"{float((length % bin_size).rescale('s')):g} s")
PYTHON
as_stated "1.55 s by 100 ms" "$(run bins.py 2>/dev/null | paste -sd ';')" "// 0.0 s/ms which is 0;/ 15.5;in one unit // 15;% 0.05 s"
