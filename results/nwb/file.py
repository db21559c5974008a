"""A recording as a file of Neurodata Without Borders (NWB 2), which a laboratory's own tools open.

Every file says in several places that the animal is simulated. Time in a file is the test's own clock, moved so that
nothing lies before 0; `Session` holds what the file says in addition to the recording. Data without a type of their own
in NWB are stored under general types: the model's field is a current and not a voltage, so it is a series in amperes
and not one of an electrode; data from stretches in which the network does not run at the pace of the file's clock are
kept in network time. There are no keywords, which Neo 0.14 fails to read.

References
----------
NWB: Rübel O et al. (2022) eLife 11:e78362, doi:10.7554/eLife.78362
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import BehavioralTimeSeries
from pynwb.file import Subject

from results.measures.clock import HISTORY, clock_of
from results.nwb.international_units import international
from results.nwb.parts import Session, module, slug, table, timing
from results.nwb.spikes import add_spikes
from results.nwb.sweeps import add_currents, add_fields, add_potentials
from results.recording import Recording, Series
from results.statistics.summary import measures_of
from results.store import content_hash
from results.store.files import replacing
from results.store.layout import h5py

__all__ = ["Session", "identifier", "nwb_file", "up_to_date", "write"]

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ARBITRARY = "session_start_time is arbitrary (2000-01-01T00:00:00Z): nothing was recorded on a date"
PRESSES = "_presses"
LAYOUT = "layout 2"  # version of the layout; raised at every change of it
KEPT = ("version", "engine", "seeds", "network_seconds", "git", "packages", "experiment_hash", "experiment", "state")


def write(recording: Recording, session: Session, path: Path) -> Path:
    """Write a recording as NWB, whole or not at all.

    Parameters
    ----------
    recording : Recording
    session : Session
    path : Path
        Replaced if it exists.
    """
    content = nwb_file(recording, session)
    with replacing(path) as temporary:
        # In memory first: the library brings the process down where a disk is full.
        with (
            h5py.File(temporary.name, "w", driver="core", backing_store=False) as file,
            NWBHDF5IO(file=file, mode="w") as target,
        ):
            target.write(content)
            file.flush()
            image = file.id.get_file_image()
        temporary.write_bytes(image)
    return path


def identifier(path: Path) -> str | None:
    """The identifier of a file of ours, which is the content hash of its recording; None for any other file."""
    try:
        with h5py.File(path, "r") as file:
            return str(file["identifier"][()].decode()) if "general/source_script" in file else None
    except (OSError, KeyError, AttributeError):
        return None


def up_to_date(path: Path) -> bool:
    """Whether a file of ours was written as this version writes it."""
    with h5py.File(path, "r") as file:
        return bool(file["general/source_script"][()].decode().endswith(f", {LAYOUT}"))


def nwb_file(recording: Recording, session: Session) -> NWBFile:
    """The recording as an NWB file in memory."""
    who = recording.identity
    version = str(recording.provenance.get("version", "unknown"))
    offset = _offset(recording)
    file = NWBFile(
        session_description=(
            f"Simulated session, no living animal: experiment {who.experiment}, group {who.group}, test {who.test}, "
            f"animal {who.animal}."
        ),
        identifier=content_hash(recording),
        session_start_time=BEGINNING,
        session_id=slug(f"{who.subject(session.point)}_{who.test}"),
        experiment_description=f"Simulation by corticostriatal: {session.title or who.experiment}",
        related_publications=[session.reference] if session.reference else None,
        protocol=session.test or None,
        pharmacology=session.drugs or "none",
        stimulus_notes=session.test if recording.traces else None,
        notes=(
            f"Simulated by corticostriatal {version}. {ARBITRARY}. Time in this file is the test's own clock plus "
            f"{offset:.9g} s; on that clock 0 is where the baseline ends or the test begins, and inductions take no "
            f"time. Before the test: {session.group or 'nothing'}."
        ),
        source_script=f"corticostriatal {version}: export --format nwb, {LAYOUT}",
        source_script_file_name="results/nwb/file.py",
        was_generated_by=[["corticostriatal", version]],
    )
    file.subject = Subject(
        subject_id=slug(who.subject(session.point)),
        species="Rattus norvegicus",
        sex="U",
        age=f"P{session.days:.0f}D/",  # the simulated days; the animal is older than that
        description=(
            f"Simulated rat, no living animal: number {who.animal} of group {who.group}, structure seed "
            f"{who.structure_seed}, noise seed {who.noise_seed}. The model has neither age nor sex: the age given is "
            f"the {session.days:.0f} days of history that were simulated, and leaves open what came before."
        ),
    )
    file.create_device(name="simulation", description="A spiking network model; no instrument.")
    clock = clock_of(recording, offset)
    add_fields(file, recording, session, offset, clock)
    add_currents(file, recording, session, offset)
    add_potentials(file, recording, offset, clock)
    add_series(file, recording, offset)
    add_spikes(file, recording, session, clock)
    add_numbers(file, recording)
    return file


def _offset(recording: Recording) -> float:
    """What has to be added to the test's clock so that nothing lies before 0, in whole seconds."""
    first = [one.time.min() for name, one in recording.series.items() if one.time.size and not name.startswith(HISTORY)]
    first += [trace.sweep_time.min() + min(trace.t0, 0.0) for trace in recording.traces.values() if trace.data.size]
    return float(np.ceil(max(0.0, -min(first, default=0.0))))


def _series(name: str, one: Series, offset: float) -> TimeSeries:
    unit, conversion = international(one.unit)
    return TimeSeries(
        name=name, data=one.values, unit=unit, conversion=conversion, description=f"{one.description or name}; "
        f"simulated, stored in {one.unit}", continuity="continuous", **timing(one.time + offset),
    )  # fmt: skip


def add_series(file: NWBFile, recording: Recording, offset: float) -> None:
    """Add each series as behaviour, processed data, a table of days or acquired data, whichever it is."""
    past = {name: one for name, one in recording.series.items() if name.startswith(HISTORY)}
    presses = BehavioralTimeSeries(name="presses")
    derived = []
    for name, one in recording.series.items():
        if name in past or not one.time.size:
            continue
        series = _series(slug(name), one, offset)
        if name.endswith(PRESSES):
            presses.add_timeseries(series)
        elif one.unit == "% of baseline":
            derived.append(series)
        else:
            file.add_acquisition(series)
    if presses.time_series:
        module(file, "behavior", "What the simulated animal did").add(presses)
    if derived:
        module(file, "responses", "Time courses computed from what was recorded").add(derived)
    if past:
        days = next(iter(past.values())).time
        columns = [("time_of_history", "seconds from the first day of the history, not the clock of this file", days)]
        columns += [(name, f"{one.description}, unit {one.unit}", one.values) for name, one in past.items()]
        module(file, "behavior", "What the simulated animal did").add(
            table("history", "Sessions of the animal's past, a line each", columns)
        )


def add_numbers(file: NWBFile, recording: Recording) -> None:
    """Measures, curves, samples of synapses, parameters and provenance, as tables."""
    tables = module(file, "measures", "Numbers read from the simulation, in the units that the table names")
    measures = measures_of(recording)
    if measures:
        columns = [
            ("measure", "name of the measure", list(measures)),
            ("value", "in the unit beside it", np.array([measure.value for measure in measures.values()], float)),
            ("unit", "unit; 1 where there is none", [measure.unit for measure in measures.values()]),
        ]
        tables.add(table("measures", "One number each for this animal in this test", columns))
    for name, curve in recording.curves.items():
        columns = [
            ("x", f"{curve.x_description or 'x'}, unit {curve.x_unit}", curve.x),
            ("y", f"{curve.description or 'y'}, unit {curve.unit}", curve.y),
        ]
        tables.add(table(f"curve_{slug(name)}", f"{curve.description or name} against {curve.x_description}", columns))
    for name, sample in recording.synapses.items():
        columns = [("value", f"{sample.description}, unit {sample.unit}", sample.values)]
        tables.add(table(f"synapses_{slug(name)}", f"{sample.description}, in a sample of synapses", columns))
    kept = {key: recording.provenance[key] for key in KEPT if key in recording.provenance}
    parameters = recording.provenance.get("parameters", {})
    if parameters:
        columns = [
            ("parameter", "path; `corticostriatal parameters` gives unit and source", list(parameters)),
            ("value", "this animal's own", np.array(list(parameters.values()), float)),
        ]
        tables.add(table("parameters", "Every parameter of the model in this animal", columns))
    if kept:
        entries = dict(_entries("", kept))
        columns = [
            ("entry", "path of what is said; `experiment` is the experiment file", list(entries)),
            ("content", "text, or a number as JSON writes it", list(entries.values())),
        ]
        tables.add(table("provenance", "How the run came about", columns))


def _entries(path: str, content: Any) -> Iterator[tuple[str, str]]:
    """Every value of nested tables and lists, by its dotted path."""
    if path == "experiment" and isinstance(content, str):
        content = json.loads(content)
    if isinstance(content, Mapping | list | tuple):
        inner = content.items() if isinstance(content, Mapping) else enumerate(content)
        for key, value in inner:
            yield from _entries(f"{path}.{key}" if path else str(key), value)
    else:
        yield path, content if isinstance(content, str) else json.dumps(content)
