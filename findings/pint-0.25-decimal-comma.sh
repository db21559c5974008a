#!/usr/bin/env bash
# Pint 0.25.3 reads "1,5 mM" as 15 mM and "2,25 mg/kg" as 225 mg/kg: commas are taken out of a text before it is read.
#
# "1,500 ms" is so 1500 ms, but every comma goes, wherever it stands. In much of Europe, and in what spreadsheets write there, the comma
# is the decimal mark, so a dose or a concentration becomes ten or a hundred times as large, without a word. ("0,1 mM" is read as "01 mM",
# which is 0 mM with Python 3.11 and 1 mM with 3.13.)
# Source: pint/util.py, `string_preprocessor`.
# Seen: 1,5 mM is 15 millimolar; 2,25 mg/kg is 225.0 milligram / kilogram
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.13 3.12" pint==0.25.3
cat >"$folder/comma.py" <<'PYTHON'
import pint

units = pint.UnitRegistry()
print("; ".join(f"{text} is {units.Quantity(text)}" for text in ("1,5 mM", "2,25 mg/kg")))
PYTHON
as_stated "Pint 0.25.3" "$(run comma.py 2>/dev/null)" "1,5 mM is 15 millimolar; 2,25 mg/kg is 225.0 milligram / kilogram"
