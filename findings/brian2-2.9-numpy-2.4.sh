#!/usr/bin/env bash
# Brian2 2.9.0, the last release for Python 3.11, does not import with NumPy 2.4.
#
# Its metadata asks for numpy>=1.23.5 without an upper bound, so a plain `pip install brian2` on Python 3.11 gives a pair of
# releases of which one cannot be imported: brian2.units.fundamentalunits reads `np.ndarray.ptp`, which NumPy 2.4 no longer has.
# With NumPy 2.3 it imports.
# Seen: AttributeError: type object 'numpy.ndarray' has no attribute 'ptp'
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment 3.11 brian2==2.9.0 numpy==2.4.0 setuptools
got=$(run -c 'import brian2' 2>&1 | tail -n 1 || true)
as_stated "import brian2" "$got" "AttributeError: type object 'numpy.ndarray' has no attribute 'ptp'"
run -m pip install --quiet numpy==2.3.5
as_stated "with NumPy 2.3.5" "$(run -c 'import brian2; print(brian2.__version__)' 2>&1 | tail -n 1)" "2.9.0"
