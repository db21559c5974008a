#!/usr/bin/env bash
# A setting made on `brian2.device` stays on the stand-in and never reaches the device.
#
# `brian2.device` stands for the current device: reading an attribute and calling a method go to it. Setting an attribute does not: it lands on
# the stand-in, is read back from there, and nothing is said. Sources added as `device.headers = [...]` or `device.define_macros = [...]` are
# so left out of the program. `brian2.get_device()` gives the device itself. Brian2 2.11.0 (2.9.0 and 2.10.1 do the same).
# Seen: asked through brian2.device: ['<mine.h>']; the device itself: []
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.13" brian2==2.11.0 numpy==2.3.5 setuptools
cat >"$folder/settings.py" <<'PYTHON'
import brian2 as b2

b2.set_device("cpp_standalone", build_on_run=False)
b2.device.headers = ["<mine.h>"]
print("asked through brian2.device:", b2.device.headers, "the device itself:", b2.get_device().headers)
PYTHON
as_stated "after device.headers = ['<mine.h>']" "$(run settings.py 2>/dev/null | tail -n 1)" \
    "asked through brian2.device: ['<mine.h>'] the device itself: []"
