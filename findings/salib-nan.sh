#!/usr/bin/env bash
# One result that is NaN makes every Sobol index that SALib computes 0, without a warning.
#
# A model with two inputs, of which the first explains 99 % of the variance. One of 1,024 results is replaced by NaN: all
# indices and their confidence intervals are 0, which reads as "nothing matters". SALib 1.6.0.
# Seen: S1 = 0.99 0.01 before, 0.00 0.00 after, 0 warnings
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.13 3.11" SALib==1.6.0
cat >"$folder/indices.py" <<'PYTHON'
import warnings

import numpy as np
from SALib.analyze import sobol as analyse
from SALib.sample import sobol as sample

problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1], [0, 1]]}
inputs = sample.sample(problem, 256, calc_second_order=False, seed=1)
results = inputs[:, 0] + 0.1 * inputs[:, 1]
for lost in (False, True):
    if lost:
        results[3] = np.nan
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = analyse.analyze(problem, results, calc_second_order=False, seed=1)
    print(*(f"{value:.2f}" for value in [*found["S1"], *found["ST"]]), f"{len(said)} warnings", sep=" ")
PYTHON
got=$(run indices.py | paste -sd ';')
as_stated "S1 and ST without and with a NaN" "$got" "0.99 0.01 0.99 0.01 0 warnings;0.00 0.00 0.00 0.00 0 warnings"
