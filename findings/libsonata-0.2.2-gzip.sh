#!/usr/bin/env bash
# The wheel of libsonata 0.2.2 for Linux reads no dataset that was compressed with gzip, HDF5's own compression.
#
# h5py compresses so on request, and BMTK 1.2.0 by default. The file opens, sizes and names are right, and reading values raises an error that
# speaks of a plugin. The same file without compression is read.
# Seen: gzip: RuntimeError: Unable to read the dataset (Plugin for dynamically loaded library) Can't open directory or file; none: [0, 1, 2]
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.11 3.12" libsonata==0.2.2 h5py numpy==2.3.5
cat >"$folder/compressed.py" <<'PYTHON'
import sys

import h5py
import libsonata
import numpy as np

compression = None if sys.argv[1] == "none" else sys.argv[1]
with h5py.File("edges.h5", "w") as file:
    group = file.create_group("edges/a_to_a")
    for end in ("source", "target"):
        cells = group.create_dataset(f"{end}_node_id", data=np.arange(3, dtype=np.uint64), compression=compression)
        cells.attrs["node_population"] = np.bytes_("a")
    group.create_dataset("edge_type_id", data=np.zeros(3, np.int64))
    group.create_dataset("edge_group_id", data=np.zeros(3, np.uint64))
    group.create_dataset("edge_group_index", data=np.arange(3, dtype=np.uint64))
    group.create_group("0")
edges = libsonata.EdgeStorage("edges.h5").open_population("a_to_a")
try:
    print(edges.source_nodes(libsonata.Selection([0, 1, 2])).tolist())
except Exception as problem:
    print(f"{type(problem).__name__}: {str(problem).splitlines()[0]}")
PYTHON
as_stated "gzip" "$(run compressed.py gzip 2>/dev/null | tail -n 1)" \
    "RuntimeError: Unable to read the dataset (Plugin for dynamically loaded library) Can't open directory or file"
as_stated "none" "$(run compressed.py none 2>/dev/null | tail -n 1)" "[0, 1, 2]"
