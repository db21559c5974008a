#!/usr/bin/env bash
# In ANNarchy 5.0.4 the fraction 1/2 is 0.5 in a differential equation, and 0 in other equations, conditions, thresholds and resets.
#
# Its C++ has `1.0/2.0` for the one and `1/2` for the others, where two whole numbers divide to a whole number. So one neuron has both, and
# nothing is said. `exp(-1/2)` is 1, 3/2 + 10 is 11, a threshold `v > 1/2` is v > 0 and a reset to 1/4 is one to 0. A parameter is a floating-point
# number, so `tau/2` is right, and so is 1.0/2 everywhere. In Brian2 such a fraction is 0.5 everywhere (brian2 pull request 984).
# Needs g++, make and cmake.
# Seen: a 0, exp 1, sum 11, condition 0, derivative 0.5; a cell fires at each of 10 steps with v > 1/2, at none with v > 1.0/2
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.13 3.12" annarchy==5.0.4 numpy==2.3.5
export PATH="$folder/venv/bin:$PATH"   # its cmake looks for the Python there
cat >"$folder/halves.py" <<'PYTHON'
import ANNarchy as ann

network = ann.Network(dt=1.0)
rate = ann.Neuron(
    parameters="tau = 10.0",
    equations="""
        a = 1/2
        b = exp(-1/2)
        c = 3/2 + tau
        d = if tau > 1.0: 1/4 else: 3/4
        r = a
        dv/dt = 1/2 : init=0.0
    """,
)
cells = network.create(1, rate)
spiking = [
    network.create(1, ann.Neuron(parameters="drive = 0.25", equations="v = drive : init=0.0", spike=f"v > {limit}", reset=""))
    for limit in ("1/2", "1.0/2")
]
monitors = [network.monitor(cell, "spike") for cell in spiking]
network.compile(directory="built")
network.simulate(10.0)
found = [cells.a[0], cells.b[0], cells.c[0], cells.d[0], cells.v[0] / 10.0]
print(*(f"{value:g}" for value in found), "spikes", *(len(monitor.get("spike")[0]) for monitor in monitors))
PYTHON
as_stated "a, exp, sum, condition, derivative" "$(run halves.py 2>/dev/null | tail -n 1)" "0 1 11 0 0.5 spikes 10 0"
