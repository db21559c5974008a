#!/usr/bin/env bash
# With Brian2 2.11.0 contacts that are given as arrays do not compile in C++ standalone mode if they are numbered.
#
# `Synapses(..., multisynaptic_index=...)` with `connect(i=[...], j=[...])` writes code that uses std::map without including
# <map>. With Brian2 2.10.1 the same script runs.
# Seen: error: 'map' is not a member of 'std'
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment 3.13 brian2==2.11.0 numpy==2.3.5 setuptools
cat >"$folder/contacts.py" <<'PYTHON'
import brian2 as b2

b2.set_device("cpp_standalone", directory="built")
cells = b2.NeuronGroup(3, "v : 1")
contacts = b2.Synapses(cells, cells, "w : 1", multisynaptic_index="number")
contacts.connect(i=[0, 0, 1], j=[1, 1, 2])
b2.run(0.1 * b2.ms)
print("numbers", *contacts.number[:])
PYTHON
got=$(LC_ALL=C run contacts.py 2>&1 | grep -o "error: 'map' is not a member of 'std'" | head -n 1 || true)
as_stated "Brian2 2.11.0" "$got" "error: 'map' is not a member of 'std'"
run -m pip install --quiet brian2==2.10.1
as_stated "Brian2 2.10.1" "$(run contacts.py 2>/dev/null | tail -n 1)" "numbers 0 1 0"
