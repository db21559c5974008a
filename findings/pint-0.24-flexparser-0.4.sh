#!/usr/bin/env bash
# Pint 0.24 to 0.24.3 does not import with flexparser 0.4.
#
# Pint's metadata asks for flexparser without a bound, so these releases, installed today, cannot be imported. Pint 0.24.4 can.
# Seen: TypeError: cannot inherit frozen dataclass from a non-frozen one
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.11" pint==0.24.3 flexparser==0.4
got=$(run -c 'import pint' 2>&1 | tail -n 1 || true)
as_stated "import pint" "$got" "TypeError: cannot inherit frozen dataclass from a non-frozen one"
run -m pip install --quiet pint==0.24.4
as_stated "Pint 0.24.4" "$(run -c 'import pint; print(pint.__version__)')" "0.24.4"
