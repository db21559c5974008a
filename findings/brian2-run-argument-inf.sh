#!/usr/bin/env bash
# A program that Brian2 compiled takes a run argument of `inf` or `nan` for the name of a file, and goes on without it.
#
# In C++ standalone mode values can be changed from run to run (`run_args`). A value is taken for a number if it begins with a
# digit or a minus; infinity and "not a number", which Python writes `inf` and `nan`, are looked for as files. The program
# writes one line to standard error, keeps the value it had, and ends with exit code 0; no error is raised in Python. `-inf`
# is taken for the number. Brian2 2.9.0 (2.10.1 and 2.11.0 do the same).
# Seen: with inf and nan x stays 5.0, with -inf it is -inf, with 7 it is 7.0
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" brian2==2.9.0 numpy==2.3.5 setuptools
cat >"$folder/arguments.py" <<'PYTHON'
import brian2 as b2

b2.BrianLogger.log_level_error()
b2.set_device("cpp_standalone", build_on_run=False)
group = b2.NeuronGroup(1, "x : 1 (constant)")
group.x = 5
b2.run(1 * b2.ms)
b2.device.build("built", run=False)
for value in (float("inf"), float("nan"), float("-inf"), 7.0):
    b2.device.run(run_args={group.x: value})
    print(value, "gives", group.x[0])
PYTHON
got=$(run arguments.py 2>"$folder/errors" | paste -sd ';')
as_stated "run arguments" "$got" "inf gives 5.0;nan gives 5.0;-inf gives -inf;7.0 gives 7.0"
as_stated "standard error" "$(grep -c 'Error reading' "$folder/errors")" "2"
