#!/usr/bin/env bash
# From Brian2 2.10 on, an array taken from a monitor at run time no longer keeps its values alive.
#
# `monitor.t_[:]` and `monitor.variables["t"].get_value()` are views in all versions. In 2.9 the chain of their bases ends in a NumPy
# array that owns the values, so an array may outlive the network it comes from. In 2.10 and 2.11 the chain ends in an array that neither owns
# its values nor refers to what does: when the network is gone, the memory is free. `numpy.array(...)` copies; `numpy.asarray(...)` does not.
# Nothing here reads such memory. Brian2 2.9.0 (Python 3.11 or 3.12) and 2.11.0 (Python 3.13), numpy target.
# Seen: 2.9.0 "ends in an array that owns its values", 2.11.0 "ends in an array that owns nothing and refers to nothing"
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

check() {
    cat >"$folder/bases.py" <<'PYTHON'
import brian2 as b2
import numpy as np

b2.BrianLogger.suppress_hierarchy("brian2")
b2.prefs.codegen.target = "numpy"
cells = b2.NeuronGroup(5, "dv/dt = 1/ms : 1", threshold="v > 0.5", reset="v = 0", method="euler")
monitor = b2.SpikeMonitor(cells)
b2.Network(cells, monitor).run(5 * b2.ms)
values = np.asarray(monitor.t_[:])
while isinstance(values.base, np.ndarray):
    values = values.base
if values.flags.owndata:
    print("ends in an array that owns its values")
else:
    print("ends in an array that owns nothing and refers to", "nothing" if values.base is None else type(values.base))
PYTHON
    run bases.py 2>/dev/null | tail -n 1
}

environment "3.11 3.12" brian2==2.9.0 numpy==2.3.5 setuptools
as_stated "Brian2 2.9.0" "$(check)" "ends in an array that owns its values"
rm -rf "$folder/venv"
environment "3.13" brian2==2.11.0 numpy==2.3.5 setuptools
as_stated "Brian2 2.11.0" "$(check)" "ends in an array that owns nothing and refers to nothing"
