"""The networks of stored runs as SONATA files: cells, contacts, weights, delays, types; and the spikes of every run.

Contacts of a run are not stored: they are drawn again from the wiring table, the scale and the animal's structure seed,
exactly as the run drew them. Weights are those before anything was learnt: what a spike opens at a fixed contact, and
what one release opens at a plastic one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from circuit.parameters import ModelParameters
from circuit.wiring.layout import Layout, lay_out
from circuit.wiring.plan import Plan, plan
from circuit.wiring.table import Connection
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment, experiment_from
from protocols.experiments.model import parameters
from protocols.file_names import slug
from protocols.reporting.export import Exported, Progress, Silent, held
from results import store
from results.recording import Recording
from results.store import csv_table
from results.store.sonata import CONFIG, Edges, Nodes, write_network, write_spikes
from results.store.stored_runs import StoredRun

ELECTRODE = "electrode"  # what gives the pulses: a population of one that only sends
INDEX = "files.csv"


def to_sonata(place: Path, out: Path | None, progress: Progress | None = None) -> Exported:
    """Write the network of every animal, the spikes of every run, and ``files.csv``, which says what belongs together.

    Parameters
    ----------
    place : Path
        A folder of results, a study's folder, or a run's file.
    out : Path, optional
        Folder for the files; ``sonata`` in `place`.
    progress : Progress, optional
        Shows how far the export is.

    Raises
    ------
    InputError
        If there is no run, or no run has a network.
    """
    from results.statistics.summary import WHO, who

    found = held(place)
    folder = out or (place.parent if place.is_file() else place) / "sonata"
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    shown = progress or Silent()
    shown.begin(len(found.runs), 0)
    written, there, failures, lines = list[Path](), list[Path](), list[str](), list[list[Any]]()
    for run in found.runs:
        shown.step("runs")
        try:
            recording, experiment = _read(run)
            chosen = _circuit(recording, experiment)
            if chosen is None:
                continue
            network = folder / "networks" / _name(chosen, experiment, recording)
            if (network / CONFIG).exists():
                there.append(network / CONFIG)
            else:
                written.append(_network(network, chosen, experiment, recording))
            spikes = write_spikes(folder / "spikes" / f"{run.name}.h5", recording.spikes)
            written.append(spikes)
        except (store.StoreError, InputError, ValueError) as problem:
            failures.append(str(problem))
            continue
        files = [spikes.relative_to(folder).as_posix(), network.relative_to(folder).as_posix()]
        lines += [[*files, *one.values(), *who(recording.identity, one.get("point"))] for one in run.conditions]
    shown.end()
    if not lines and not failures:
        raise InputError(f"{place}: no run has a network; levels at rest and histories are worked out without one")
    if lines:
        csv_table.write(folder / INDEX, ["spikes", "network", *found.units, *WHO], lines)
    return Exported(folder, tuple(written), tuple(dict.fromkeys(there)), tuple(failures))


def _read(run: StoredRun) -> tuple[Recording, Experiment]:
    recording = store.read(run.file)
    text = str(recording.provenance.get("experiment", ""))
    if not text:
        raise InputError(f"{run.file}: does not say what experiment it belongs to, so its network is not known")
    return recording, experiment_from(json.loads(text))


def _circuit(recording: Recording, experiment: Experiment) -> Plan | None:
    """The circuit that a run was done in; None where it needed none."""
    names = experiment.test_named(recording.identity.test).circuits
    return plan(names[-1]) if names and recording.spikes else None


def _name(chosen: Plan, experiment: Experiment, recording: Recording) -> str:
    """One name for each network: its circuit, its scale and its animal."""
    return f"{slug(chosen.name)}_scale{experiment.circuit.scale:g}_animal{recording.identity.structure_seed}"


def _network(folder: Path, chosen: Plan, experiment: Experiment, recording: Recording) -> Path:
    layout = lay_out(chosen.table, experiment.circuit.scale, recording.identity.structure_seed)
    return write_network(folder, nodes(layout, chosen), edges(layout, chosen, parameters(experiment)))


def nodes(layout: Layout, chosen: Plan) -> list[Nodes]:
    """The populations of a network, with what differs between their cells.

    Parameters
    ----------
    layout : Layout
    chosen : Plan
        Where it has an electrode, that is a population of one.
    """
    spiny = layout.is_d1()
    found = []
    for row in chosen.table.population:
        place = layout.ranges[row.name]
        own: dict[str, np.ndarray] = {"right_hemisphere": place.right.astype(np.int64)}
        if row.cell == "medium_spiny":
            own["d1"] = spiny[place.cells].astype(np.int64)
        if row.name in layout.recruitment:
            own["recruitment"] = layout.recruitment[row.name]
        described = {"nucleus": row.nucleus, "cell": row.cell, "reference": row.reference}
        found.append(Nodes(row.name, place.number, attributes=own, described=described))
    if chosen.apparatus == "electrode":
        found.append(Nodes(ELECTRODE, 1, "virtual", described={"nucleus": chosen.name, "cell": "pulses"}))
    return found


def edges(layout: Layout, chosen: Plan, own: ModelParameters) -> list[Edges]:
    """The projections of a network, contact by contact.

    Parameters
    ----------
    layout : Layout
    chosen : Plan
    own : ModelParameters
        Of the experiment, before animals differ.
    """
    found = []
    for row in chosen.table.projection:
        name, places = layout.contacts(row)
        pathway, source, target = layout.pathways[name], layout.ranges[row.source], layout.ranges[row.target]
        weight = np.full(len(places), own.quantum.ampa_quantum) if row.plastic else pathway.conductance[places]
        latency = pathway.delay if chosen.apparatus == "operant box" else pathway.latency  # as a run takes them
        found.append(
            Edges(
                row.name, row.source, row.target,
                pathway.sources[places] - source.first, pathway.targets[places] - target.first,
                weight, latency[places], _described(row, own),
            )
        )  # fmt: skip
    return found


def _described(row: Connection, own: ModelParameters) -> Mapping[str, str]:
    """What all contacts of a projection share, in words and numbers."""
    excites = row.transmitter == "glutamate"
    return {
        "transmitter": row.transmitter,
        "plastic": "yes" if row.plastic else "no",
        "weight_is": "nS of AMPA conductance that one release opens" if row.plastic else "nS that a spike opens",
        "nmda_ratio": f"{own.quantum.nmda_ratio:g}" if excites else "",
        "reference": row.reference,
    }
