#!/usr/bin/env bash
# A SONATA network that BMTK wrote with its indices cannot be asked for incoming edges with libsonata: the array has another name.
#
# SONATA indexes edges by target and by source, so that a reader finds the edges of a cell at once. BMTK 1.2.0 writes and reads the array
# `node_id_to_range` in these indices, libsonata 0.2.2 asks for `node_id_to_ranges`. The rest of the network opens, but `afferent_edges`
# and `efferent_edges` raise an error. With the same array under both names they answer.
# Seen: RuntimeError: Unable to open the dataset "node_id_to_ranges": (Symbol table) Object not found; under both names [0, 1, 2]
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.11 3.12" bmtk==1.2.0 libsonata==0.2.2 h5py numpy==2.3.5
cat >"$folder/index.py" <<'PYTHON'
import logging

import h5py
import libsonata
from bmtk.builder.networks import NetworkBuilder

logging.disable(logging.CRITICAL)
network = NetworkBuilder("a")
network.add_nodes(N=3, model_type="point_neuron")
network.add_edges(source={}, target={}, connection_rule=1, syn_weight=1.0, delay=1.0)
network.build()
network.save(output_dir="net", compression="none")
file = "net/a_a_edges.h5"


def seen():
    edges = libsonata.EdgeStorage(file).open_population("a_to_a")
    try:
        return str(edges.afferent_edges([0]).flatten().tolist())
    except Exception as problem:
        return f"{type(problem).__name__}: {str(problem).splitlines()[0]}"


print(seen())
with h5py.File(file, "r+") as opened:
    for index in opened["edges/a_to_a/indices"].values():
        index["node_id_to_ranges"] = index["node_id_to_range"]
print(seen())
PYTHON
got=$(run index.py 2>/dev/null | tail -n 2)
as_stated "as BMTK writes it" "$(head -n 1 <<<"$got")" 'RuntimeError: Unable to open the dataset "node_id_to_ranges": (Symbol table) Object not found'
as_stated "under both names" "$(tail -n 1 <<<"$got")" "[0, 1, 2]"
