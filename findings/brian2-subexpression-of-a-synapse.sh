#!/usr/bin/env bash
# A subexpression of a Synapses model has another value in compiled code than with Brian2's numpy target.
#
# `x = 1 - y` is a subexpression, and an event runs the two lines `y = 0.25` and `v_post += x`. With the numpy target x is read
# after y was written (0.75 at each of two contacts), in C++ standalone mode before (1.0 at each), and neither says so.
# Written as a variable that the event sets itself, both give the same. Brian2 2.9.0 (2.10.1 and 2.11.0 do the same).
# Seen: v = 1.5 with numpy, v = 2.0 in standalone mode
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" brian2==2.9.0 numpy==2.3.5 setuptools
cat >"$folder/event.py" <<'PYTHON'
import sys

import brian2 as b2

b2.BrianLogger.log_level_error()
if sys.argv[1] == "standalone":
    b2.set_device("cpp_standalone", directory="built")
else:
    b2.prefs.codegen.target = "numpy"
source = b2.SpikeGeneratorGroup(2, [0, 1], [1, 1] * b2.ms)
target = b2.NeuronGroup(1, "v : 1")
contacts = b2.Synapses(source, target, "y : 1\nx = 1 - y : 1", on_pre="y = 0.25\nv_post += x")
contacts.connect()
b2.run(2 * b2.ms)
print("v =", target.v[0])
PYTHON
as_stated "numpy" "$(run event.py numpy | tail -n 1)" "v = 1.5"
as_stated "standalone" "$(run event.py standalone | tail -n 1)" "v = 2.0"
