#!/usr/bin/env bash
# A variable that Brian2 integrates exactly may not be called as any public name of SymPy: trace, beta, gamma, test, field ...
#
# The exact solution of linear equations is SymPy's, which gets the variables' names as text; where SymPy exports something of that name, the run ends
# with a SympifyError that names neither the variable nor the reason. It is so with `method="exact"`, for event-driven variables of synapses, and
# where no method is chosen, since exact integration is tried first. With `method="euler"` the same name is fine.
# Brian2 2.11.0 and SymPy 1.14.0 (Brian2 2.9.0 does the same).
# Seen: exact: trace, beta, gamma and test SympifyError, caught fine; no method: the same; euler: all fine
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.13" brian2==2.11.0 sympy==1.14.0 numpy==2.3.5 setuptools
cat >"$folder/names.py" <<'PYTHON'
import sys

import brian2 as b2

b2.BrianLogger.suppress_hierarchy("brian2")
b2.prefs.codegen.target = "numpy"


def outcome(name, method):
    b2.start_scope()
    chosen = {"method": method} if method else {}
    cells = b2.NeuronGroup(1, f"d{name}/dt = -{name}/(5*ms) : 1", **chosen)
    try:
        b2.Network(cells).run(0.1 * b2.ms)
    except Exception as problem:
        while problem.__cause__ is not None:
            problem = problem.__cause__
        return f"{name} {type(problem).__name__}"
    return f"{name} fine"


method = None if sys.argv[1] == "no method" else sys.argv[1]
print(", ".join(outcome(name, method) for name in ("trace", "beta", "gamma", "test", "caught")))
PYTHON
refused="trace SympifyError, beta SympifyError, gamma SympifyError, test SympifyError, caught fine"
as_stated "exact" "$(run names.py exact 2>/dev/null | tail -n 1)" "$refused"
as_stated "no method" "$(run names.py "no method" 2>/dev/null | tail -n 1)" "$refused"
as_stated "euler" "$(run names.py euler 2>/dev/null | tail -n 1)" "trace fine, beta fine, gamma fine, test fine, caught fine"
