#!/usr/bin/env bash
# In Brian2 `10**-3` is 0 where an event or a regular operation uses it, and 0.001 in a differential equation.
#
# What holds constants alone is worked out before code is written. A power of two whole numbers is taken for a whole number there, so 10**-3 and
# 2**-2 become 0 in statements (`on_pre`, `reset`, `run_regularly`, strings that set a variable) and in thresholds, without a warning. In differential
# equations SymPy works it out and it is right, so that one model has both values. `10.0**-3` and `1e-3` are right everywhere, and so is `10**-3`
# with `prefs.codegen.loop_invariant_optimisations = False`. Brian2 2.11.0 (2.9.0 does the same; in C++ standalone mode too).
# Seen: equation 0.001, on_pre 0.0, set 0.0; without the optimisation on_pre 0.001, set 0.001
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.13 3.12" brian2==2.11.0 numpy==2.3.5 setuptools
cat >"$folder/power.py" <<'PYTHON'
import sys

import brian2 as b2

b2.BrianLogger.log_level_error()
if "standalone" in sys.argv:
    b2.set_device("cpp_standalone", directory="built")
else:
    b2.prefs.codegen.target = "numpy"
b2.prefs.codegen.loop_invariant_optimisations = "unoptimised" not in sys.argv
source = b2.SpikeGeneratorGroup(1, [0], [0.5] * b2.ms)
cells = b2.NeuronGroup(1, "dx/dt = 10**-3/ms : 1\ny : 1\nz : 1", method="euler")
cells.z = "10**-3"
contacts = b2.Synapses(source, cells, on_pre="y_post += 10**-3")
contacts.connect()
b2.run(1 * b2.ms)
print(f"equation {cells.x[0]:.3g}, on_pre {cells.y[0]}, set {cells.z[0]}")
PYTHON
as_stated "numpy" "$(run power.py | tail -n 1)" "equation 0.001, on_pre 0.0, set 0.0"
as_stated "standalone" "$(run power.py standalone | tail -n 1)" "equation 0.001, on_pre 0.0, set 0.0"
as_stated "without the optimisation" "$(run power.py unoptimised | tail -n 1)" "equation 0.001, on_pre 0.001, set 0.001"
