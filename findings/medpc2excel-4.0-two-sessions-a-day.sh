#!/usr/bin/env bash
# medpc2excel 4.0.0 keeps one session of a rat and day: of two in a file it returns the last, and its log does not say that the first is gone.
#
# MED-PC writes one block for each session, begun by its start date, and appends to the file. Two sessions a day are usual in self-administration
# (morning and afternoon, or a session of extinction and a test of reinstatement after it). medpc2excel files blocks by date and subject, without
# the start time, so that a later block takes the place of an earlier one; blocks of two programs do the same, since both end under one date and subject.
# The file is valid, and both blocks are read. Name the sessions apart beforehand (subject R1am, R1pm).
# medpc2excel 4.0.0 (Python 3.12: on 3.11 its reader is a syntax error, though its metadata allow 3.10), pandas 3.1.1. Source: medpc2excel/medpc_read.py, `medpc_read`.
# Seen: lever presses of R1 at 400 and 500 s, of two sessions at 100, 200 and 300 s and at 400 and 500 s; 0 lines of the log on the one that is gone
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.12 3.13" medpc2excel==4.0.0 pandas==3.1.1 numpy==2.4.6
mkdir -p "$folder/data"
cat >"$folder/data/FR1.MPC" <<'MPC'
DIM A = 999 \ Active lever
S.S.1,
S1,
  #START: ---> S2
MPC
for session in "09:00:00 100.000 200.000 300.000" "15:00:00 400.000 500.000"; do
    set -- $session
    printf 'Start Date: 01/05/26\nEnd Date: 01/05/26\nSubject: R1\nExperiment: x\nGroup: x\nBox: 1\n'
    printf 'Start Time: %s\nEnd Time: 23:00:00\nMSN: FR1\nA:\n     0: ' "$1"
    shift
    printf '%12s ' "$@"
    printf '\n\n'
done >"$folder/data/!2026-01-05"
cat >"$folder/read.py" <<'PYTHON'
from medpc2excel.medpc_read import medpc_read

found, log = medpc_read("data/!2026-01-05", save=False)
for day, rats in found.items():
    for rat, table in rats.items():
        print(rat, list(table.columns), [f"{value:g}" for value in table.iloc[:, 0]], len(log.splitlines()), "lines of log")
PYTHON
as_stated "medpc2excel 4.0.0" "$(run read.py 2>/dev/null | tail -n 1)" "R1 ['(A)Active lever'] ['400', '500'] 0 lines of log"
