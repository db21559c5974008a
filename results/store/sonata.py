"""A network and its spikes as SONATA files: nodes, edges, their types, and a configuration that names them.

A population of cells is a node population, a projection an edge population. Edges are sorted by target, and indexed by
source and by target. Delays and spike times are in ms and weights in nS, as attributes of the datasets say.

References
----------
Dai K et al. (2020) The SONATA data format for efficient description of large-scale network models. PLoS Comput Biol
16:e1007696, doi:10.1371/journal.pcbi.1007696
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from results.recording import Spikes
from results.store.files import replacing, replacing_hdf5, write_json
from results.store.layout import h5py

SORTING = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")
MAGIC, VERSION = np.uint32(0x0A7A), np.array([0, 1], np.uint32)
NODES, NODE_TYPES, EDGES, EDGE_TYPES, CONFIG = (
    "nodes.h5", "node_types.csv", "edges.h5", "edge_types.csv", "circuit_config.json",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Nodes:
    """The cells of one population.

    Attributes
    ----------
    name : str
    number : int
    kind : str
        ``point_neuron``, or ``virtual`` for what only sends spikes.
    attributes : mapping
        Name -> one number for each cell.
    described : mapping
        Column of the table of node types -> text.
    """

    name: str
    number: int
    kind: str = "point_neuron"
    attributes: Mapping[str, np.ndarray] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Edges:
    """The contacts of one projection.

    Attributes
    ----------
    name, source, target : str
        Its own name, and the populations that it joins.
    source_cells, target_cells : ndarray of int, shape (contacts,)
        Cells within their populations.
    weight, delay : ndarray, shape (contacts,)
        nS and ms.
    described : mapping
        Column of the table of edge types -> text.
    """

    name: str
    source: str
    target: str
    source_cells: np.ndarray
    target_cells: np.ndarray
    weight: np.ndarray
    delay: np.ndarray
    described: Mapping[str, str] = field(default_factory=dict)


def write_network(folder: Path, nodes: Sequence[Nodes], edges: Sequence[Edges]) -> Path:
    """Write a network. Every file is written whole or not at all.

    Parameters
    ----------
    folder : Path
    nodes : sequence of Nodes
    edges : sequence of Edges

    Returns
    -------
    Path
        The configuration, which is written last: where it is, the network is whole.
    """
    numbers = {one.name: one.number for one in nodes}
    with replacing_hdf5(folder / NODES) as file:
        _head(file)
        for place, population in enumerate(nodes):
            _nodes(file.create_group(f"nodes/{population.name}"), population, place)
    with replacing_hdf5(folder / EDGES) as file:
        _head(file)
        file.create_group("edges")
        for place, projection in enumerate(edges):
            group = file.create_group(f"edges/{projection.name}")
            _edges(group, projection, place, numbers[projection.source], numbers[projection.target])
    own = {"node_type_id": range(len(nodes)), "population": [one.name for one in nodes]}
    _types(folder / NODE_TYPES, own | {"model_type": [one.kind for one in nodes]}, [one.described for one in nodes])
    joined = {
        "edge_type_id": range(len(edges)), "population": [one.name for one in edges],
        "source": [one.source for one in edges], "target": [one.target for one in edges],
    }  # fmt: skip
    _types(folder / EDGE_TYPES, joined, [one.described for one in edges])
    return write_json(folder / CONFIG, _config(nodes, edges))


def write_spikes(path: Path, spikes: Mapping[str, Spikes]) -> Path:
    """Write the spikes of a run in SONATA's form, and nothing else of it."""
    with replacing_hdf5(path) as file:
        _head(file)
        file.create_group("spikes")
        for name, one in spikes.items():
            group = file.create_group(f"spikes/{name}")
            order = np.argsort(one.timestamps, kind="stable")
            group.attrs.create("sorting", 2, dtype=SORTING)  # by time
            times = group.create_dataset("timestamps", data=one.timestamps[order] * 1e3)
            times.attrs["units"] = "ms"
            group.create_dataset("node_ids", data=np.asarray(one.node_ids, np.uint64)[order])
    return path


def _head(file: h5py.File) -> None:
    file.attrs["magic"], file.attrs["version"] = MAGIC, VERSION


def _nodes(group: h5py.Group, population: Nodes, place: int) -> None:
    number = population.number
    group.create_dataset("node_id", data=np.arange(number, dtype=np.uint64))
    group.create_dataset("node_type_id", data=np.full(number, place, np.int64))
    group.create_dataset("node_group_id", data=np.zeros(number, np.uint64))
    group.create_dataset("node_group_index", data=np.arange(number, dtype=np.uint64))
    own = group.create_group("0")
    for name, values in population.attributes.items():
        own.create_dataset(name, data=values)


def _edges(group: h5py.Group, projection: Edges, place: int, sources: int, targets: int) -> None:
    order = np.lexsort((projection.source_cells, projection.target_cells))
    number = len(order)
    ends = {"source": projection.source_cells[order], "target": projection.target_cells[order]}
    for end, cells in ends.items():
        made = group.create_dataset(f"{end}_node_id", data=cells.astype(np.uint64))
        made.attrs["node_population"] = np.bytes_(getattr(projection, end))
    group.create_dataset("edge_type_id", data=np.full(number, place, np.int64))
    group.create_dataset("edge_group_id", data=np.zeros(number, np.uint64))
    group.create_dataset("edge_group_index", data=np.arange(number, dtype=np.uint64))
    for name, values, unit in (("syn_weight", projection.weight, "nS"), ("delay", projection.delay, "ms")):
        made = group.create_dataset(f"0/{name}", data=np.asarray(values, np.float64)[order])
        made.attrs["units"] = unit
    _index(group.create_group("indices/source_to_target"), ends["source"], sources)
    _index(group.create_group("indices/target_to_source"), ends["target"], targets)


def _index(group: h5py.Group, cells: np.ndarray, number: int) -> None:
    """For each cell the rows of a table of stretches, and in it the edges from one to before another."""
    begins = np.flatnonzero(np.diff(cells, prepend=-1) != 0)
    ends = np.append(begins[1:], len(cells)) if len(begins) else begins
    owner = cells[begins]
    order = np.argsort(owner, kind="stable")
    stretches = np.column_stack([begins, ends])[order].reshape(-1, 2)
    first = np.searchsorted(owner[order], np.arange(number), side="left")
    last = np.searchsorted(owner[order], np.arange(number), side="right")
    made = group.create_dataset("node_id_to_ranges", data=np.column_stack([first, last]).astype(np.uint64))
    group["node_id_to_range"] = made  # the same array: libsonata asks for the plural, BMTK for the singular
    group.create_dataset("range_to_edge_id", data=stretches.astype(np.uint64))


def _types(path: Path, own: Mapping[str, Sequence[object] | range], described: Sequence[Mapping[str, str]]) -> None:
    """A table of types: columns divided by a blank, text with blanks in quotes, NULL for nothing."""
    more = list(dict.fromkeys(name for one in described for name in one))
    lines = [" ".join([*own, *more])]
    for place, one in enumerate(described):
        cells = [str(values[place]) for values in own.values()] + [one.get(name, "") for name in more]
        lines.append(" ".join(_cell(cell) for cell in cells))
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(text: str) -> str:
    plain = " ".join(text.replace('"', "'").split())
    return "NULL" if not plain else f'"{plain}"' if " " in plain else plain


def _config(nodes: Sequence[Nodes], edges: Sequence[Edges]) -> dict[str, object]:
    return {
        "version": 2.3,
        "manifest": {"$BASE_DIR": "."},
        "networks": {
            "nodes": [
                {
                    "nodes_file": f"$BASE_DIR/{NODES}",
                    "node_types_file": f"$BASE_DIR/{NODE_TYPES}",
                    "populations": {one.name: {"type": one.kind} for one in nodes},
                }
            ],
            "edges": [
                {
                    "edges_file": f"$BASE_DIR/{EDGES}",
                    "edge_types_file": f"$BASE_DIR/{EDGE_TYPES}",
                    "populations": {one.name: {"type": "chemical"} for one in edges},
                }
            ],
        },
    }
