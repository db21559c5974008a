"""A recording as a file of Neurodata Without Borders (NWB 2), which a laboratory's own tools open.

Every file says in several places that the animal is simulated. Time in a file is the test's own clock, moved so that
nothing lies before 0; `Session` is what the file says beyond the recording itself. What NWB has no type for is put where
it does no harm: the model's field is a current and no voltage, so it is a series in amperes and not one of an electrode;
spikes keep the network's time, since the background between pulses is accelerated and rates would be wrong otherwise.

References
----------
NWB: Rübel O et al. (2022) eLife 11:e78362, doi:10.7554/eLife.78362
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from hdmf.common import DynamicTable, VectorData, VectorIndex
from pynwb import NWBHDF5IO, NWBFile, ProcessingModule, TimeSeries
from pynwb.behavior import BehavioralTimeSeries
from pynwb.file import Subject
from pynwb.icephys import VoltageClampSeries, VoltageClampStimulusSeries
from pynwb.misc import Units

from results.files import replacing
from results.international_units import international
from results.recording import FloatArray, Recording, Series, Spikes, Trace
from results.store import content_hash, h5py

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ARBITRARY = "session_start_time is arbitrary (2000-01-01T00:00:00Z): nothing was recorded on a date"
HISTORY = "training_"  # series with a value for each session of the animal's past, by its day and not by the test's clock
PRESSES = "_presses"
PULSES = "electrode"  # the population whose spikes are the pulses
EXAMPLE_UNITS = ("s", "pA")  # a curve in these is a stretch of one cell's current
SAME_PULSE = 0.01  # s between a sweep's time and that of its pulse on the network's clock, at most
KEPT = ("version", "engine", "seeds", "network_seconds", "git", "packages", "experiment_hash", "experiment", "state")


@dataclass(frozen=True)
class Session:
    """What a file says beyond the recording: from the experiment that it belongs to.

    Attributes
    ----------
    title, reference : str
        Of the experiment; the reference is a DOI or a citation, or empty.
    kind, site : str
        Kind of test, and the nucleus or projection that is recorded.
    test, group, drugs : str
        What is done in the test, what happened to the animal before, and what it was given, in words.
    holding : mapping
        Potential in V at which cells are held, by the name of the trace or curve.
    network_step : float, optional
        Network time between two entries of the finest series, in s.
    """

    title: str = ""
    reference: str = ""
    kind: str = ""
    site: str = ""
    test: str = ""
    group: str = ""
    drugs: str = ""
    holding: Mapping[str, float] = field(default_factory=dict)
    network_step: float | None = None


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
        with h5py.File(temporary.name, "w", driver="core", backing_store=False) as file:
            with NWBHDF5IO(file=file, mode="w") as target:
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
        session_id=_slug(f"{who.experiment}_{who.group}_{who.test}_{who.animal:03d}"),
        experiment_description=f"Simulation by corticostriatal: {session.title or who.experiment}",
        keywords=["simulation", "computational model", "addiction", "glutamate", "nucleus accumbens", session.kind],
        related_publications=[session.reference] if session.reference else None,
        protocol=session.test or None,
        pharmacology=session.drugs or "none",
        stimulus_notes=session.test if recording.traces else None,
        notes=(
            f"Simulated by corticostriatal {version}. {ARBITRARY}. Time in this file is the test's own clock plus "
            f"{offset:.9g} s; on that clock 0 is the end of the baseline, and inductions, where there are any, take no "
            f"time. Before the test: {session.group or 'nothing'}."
        ),
        source_script=f"corticostriatal {version}: export --format nwb",
        source_script_file_name="results/nwb.py",
        was_generated_by=[["corticostriatal", version]],
    )
    file.subject = Subject(
        subject_id=_slug(f"{who.experiment}_{who.group}_{who.animal:03d}"),
        species="Rattus norvegicus",
        sex="U",
        description=(
            f"Simulated rat, no living animal: number {who.animal} of group {who.group}, structure seed "
            f"{who.structure_seed}, noise seed {who.noise_seed}. The model has neither age nor sex."
        ),
    )
    file.create_device(name="simulation", description="A spiking network model; no instrument.")
    clock = _network_clock(recording, session, offset)
    _add_fields(file, recording, session, offset, clock)
    _add_currents(file, recording, session, offset)
    _add_series(file, recording, offset)
    _add_spikes(file, recording, session, clock)
    _add_numbers(file, recording)
    return file


def _offset(recording: Recording) -> float:
    """What has to be added to the test's clock so that nothing lies before 0, in whole seconds."""
    first = [one.time.min() for name, one in recording.series.items() if one.time.size and not name.startswith(HISTORY)]
    first += [trace.sweep_time.min() + min(trace.t0, 0.0) for trace in recording.traces.values() if trace.data.size]
    return float(np.ceil(max(0.0, -min(first, default=0.0))))


def _timing(time: FloatArray) -> dict[str, Any]:
    """A rate where samples are regular, as readers prefer, and time stamps where they are not."""
    steps = np.diff(time)
    if steps.size and steps.min() > 0 and np.ptp(steps) < 1e-9 * max(1.0, abs(float(time[-1]))):
        return {"starting_time": float(time[0]), "rate": float((len(time) - 1) / (time[-1] - time[0]))}
    return {"timestamps": time}


def _series(name: str, one: Series, offset: float) -> TimeSeries:
    unit, conversion = international(one.unit)
    return TimeSeries(
        name=name, data=one.values, unit=unit, conversion=conversion, description=f"{one.description or name}; "
        f"simulated, stored in {one.unit}", continuity="continuous", **_timing(one.time + offset),
    )  # fmt: skip


def _add_series(file: NWBFile, recording: Recording, offset: float) -> None:
    """Presses are behaviour, percentages of a baseline were computed, the past is a table; all else is acquired."""
    past = {name: one for name, one in recording.series.items() if name.startswith(HISTORY)}
    presses = BehavioralTimeSeries(name="presses")
    derived = []
    for name, one in recording.series.items():
        if name in past or not one.time.size:
            continue
        series = _series(_slug(name), one, offset)
        if name.endswith(PRESSES):
            presses.add_timeseries(series)
        elif one.unit == "% of baseline":
            derived.append(series)
        else:
            file.add_acquisition(series)
    if presses.time_series:
        _module(file, "behavior", "What the simulated animal did").add(presses)
    if derived:
        _module(file, "responses", "Time courses computed from what was recorded").add(derived)
    if past:
        days = next(iter(past.values())).time
        columns = [("time", "seconds from the first day of the animal's history", days)]
        columns += [(name, f"{one.description}, unit {one.unit}", one.values) for name, one in past.items()]
        _module(file, "behavior", "What the simulated animal did").add(
            _table("history", "Sessions of the animal's past, a line each", columns)
        )


def _add_fields(
    file: NWBFile, recording: Recording, session: Session, offset: float, clock: tuple[FloatArray, FloatArray] | None
) -> None:
    """Sweeps of the field one after the other in one series, a trial each."""
    fields = {name: trace for name, trace in recording.traces.items() if name not in session.holding}
    if not fields:
        return
    pulses = recording.spikes[PULSES].timestamps if PULSES in recording.spikes else np.array([])
    found = {name: _pulse_times(trace, pulses, clock) for name, trace in fields.items()}
    file.add_trial_column("pulse_time", "the sweep's pulse, on the clock of this file (s)")
    file.add_trial_column("trace", "the series that holds the sweep")
    if all(times is not None for times in found.values()):
        file.add_trial_column("pulse_network_time", "the same pulse in network time (s), the time of all spikes")
    for name, trace in fields.items():
        unit, conversion = international(trace.unit)
        starts = trace.sweep_time + trace.t0 + offset
        series = TimeSeries(
            name=_slug(name), data=trace.data.ravel(), unit=unit, conversion=conversion,
            timestamps=(starts[:, None] + trace.dt * np.arange(trace.data.shape[1])).ravel(),
            description=(
                f"{trace.description}; simulated, stored in {trace.unit}. Stands for the field potential: the model gives the "
                "current, and no tissue that would turn it into volts. Sweeps follow each other, a trial each"
            ),
            comments=f"site: {session.site}",
        )  # fmt: skip
        file.add_acquisition(series)
        times = found[name]
        for place, start in enumerate(starts):
            extra = {} if "pulse_network_time" not in file.trials.colnames else {"pulse_network_time": times[place]}
            file.add_trial(
                start_time=float(start), stop_time=float(start + trace.dt * (trace.data.shape[1] - 0.5)),
                pulse_time=float(trace.sweep_time[place] + offset), trace=series.name, timeseries=[series], **extra,
            )  # fmt: skip
    sweeps = np.sort(np.concatenate([trace.sweep_time for trace in fields.values()])) + offset
    file.add_stimulus(_pulse_series("test_pulses", np.unique(sweeps), session))


def _pulse_series(name: str, times: FloatArray, session: Session) -> TimeSeries:
    return TimeSeries(
        name=name, data=np.ones(len(times)), unit="1", timestamps=times, continuity="instantaneous",
        description=f"Simulated electrical pulses to {session.site}, 1 each: {session.test}",
    )  # fmt: skip


def _pulse_times(trace: Trace, pulses: FloatArray, clock: tuple[FloatArray, FloatArray] | None) -> FloatArray | None:
    """Network time of each sweep's pulse; None where it cannot be told for all."""
    if clock is None or not len(pulses):
        return None
    on_clock = np.interp(pulses, *clock)
    nearest = np.abs(on_clock[None, :] - trace.sweep_time[:, None]).argmin(axis=1)
    certain = np.abs(on_clock[nearest] - trace.sweep_time) < SAME_PULSE
    return pulses[nearest] if certain.all() and len(set(nearest.tolist())) == len(nearest) else None


def _add_currents(file: NWBFile, recording: Recording, session: Session, offset: float) -> None:
    """Currents of clamped cells: a series for each sweep, with the potential they were held at."""
    traces = {name: trace for name, trace in recording.traces.items() if name in session.holding}
    for name, curve in recording.curves.items():
        if name in session.holding and (curve.x_unit, curve.unit) == EXAMPLE_UNITS and len(curve.x) > 1:
            step = float(np.diff(curve.x).mean())
            traces[name] = Trace(curve.y[None, :], float(curve.x[0]), step, curve.unit, [0.0], curve.description)
    if not traces:
        return
    electrode = file.create_icephys_electrode(
        name="clamp", device=file.devices["simulation"], location=session.site or "unknown",
        description="An ideal voltage clamp of simulated cells: no series resistance, no capacitance of a pipette.",
    )  # fmt: skip
    for name, trace in traces.items():
        recorded, held = [], None
        for place, time in enumerate(trace.sweep_time):
            response, command = _sweep(name, trace, place, float(time) + offset, session, electrode, held)
            held = held or command
            row = file.add_intracellular_recording(
                electrode=electrode, stimulus=command, response=response, stimulus_start_index=0,
                stimulus_index_count=trace.data.shape[1], response_start_index=0,
                response_index_count=trace.data.shape[1],
            )  # fmt: skip
            recorded.append(file.add_icephys_simultaneous_recording(recordings=[int(row)]))
        file.add_icephys_sequential_recording(
            simultaneous_recordings=[int(row) for row in recorded], stimulus_type=f"{name}: {session.kind}"
        )
    sweeps = [trace.sweep_time + offset for name, trace in traces.items() if name in recording.traces]
    if sweeps:
        file.add_stimulus(_pulse_series("pulses", np.unique(np.concatenate(sweeps)), session))


def _sweep(
    name: str, trace: Trace, place: int, time: float, session: Session, electrode: Any, held: Any
) -> tuple[VoltageClampSeries, VoltageClampStimulusSeries]:
    unit, conversion = international(trace.unit)
    if unit != "amperes":
        raise ValueError(f"the trace {name!r} is in {trace.unit}, and currents of clamped cells are in amperes")
    start, rate = time + trace.t0, float(f"{1 / trace.dt:.12g}")
    shared = {"electrode": electrode, "gain": 1.0, "starting_time": start, "rate": rate, "sweep_number": np.uint32(place)}
    response = VoltageClampSeries(
        name=f"{_slug(name)}_{place:03d}", data=trace.data[place], conversion=conversion, stimulus_description=session.test,
        description=f"{trace.description}; simulated, stored in {trace.unit}; its pulse is at {time:.9g} s", **shared,
    )  # fmt: skip
    command = VoltageClampStimulusSeries(
        name=f"{_slug(name)}_{place:03d}_holding", conversion=1.0, description="holding potential",
        data=np.full(trace.data.shape[1], session.holding[name]) if held is None else held, **shared,
    )  # fmt: skip
    return response, command


def _network_clock(recording: Recording, session: Session, offset: float) -> tuple[FloatArray, FloatArray] | None:
    """Network time and the test's clock side by side, at every entry of the finest series."""
    slow = [one for name, one in recording.series.items() if not name.startswith(HISTORY)]
    if session.network_step is None or not slow:
        return None
    finest = max(slow, key=lambda one: one.time.size)
    first = session.network_step if session.kind == "seeking" else 0.0  # there an entry stands at the end of its epoch
    return first + session.network_step * np.arange(finest.time.size), finest.time


def _add_spikes(
    file: NWBFile, recording: Recording, session: Session, clock: tuple[FloatArray, FloatArray] | None
) -> None:
    """Units in network time, with the two clocks side by side, so that a reader can go from one to the other."""
    populations = {name: spikes for name, spikes in recording.spikes.items() if name != PULSES and spikes.size}
    times, ends, names, cells = [], [], [], []
    for name, spikes in populations.items():
        for cell in _sampled_cells(spikes):
            own = np.sort(spikes.timestamps[spikes.node_ids == cell])
            times.append(own)
            ends.append((ends[-1] if ends else 0) + len(own))
            names.append(name)
            cells.append(int(cell))
    if not names:
        return
    spike_times = VectorData(
        name="spike_times", data=np.concatenate(times), description="network time (s), not the clock of this file"
    )
    file.units = Units(
        name="units",
        description=(
            "A sample of the simulated cells. Spike times are in network time: slow variables run faster than the network "
            "between pulses, so rates are right in this time only. processing/network_clock goes from one to the other."
        ),
        id=list(range(len(names))),
        columns=[
            spike_times,
            VectorIndex(name="spike_times_index", data=np.array(ends), target=spike_times),
            VectorData(name="population", data=names, description="nucleus and kind of cell"),
            VectorData(name="cell", data=cells, description="number of the cell in its population"),
        ],
    )
    module = _module(file, "network_clock", "Network time, the time of all spikes, beside the clock of this file")
    if clock is not None:
        network, own = clock
        module.add(
            TimeSeries(
                name="network_time", data=network, unit="seconds", timestamps=own + _offset(recording),
                description="network time at this time of the file; between two entries it advances evenly",
            )
        )  # fmt: skip
    pulses = recording.spikes.get(PULSES)
    if pulses is not None and len(pulses.timestamps):
        columns = [("network_time", "when a pulse was given, in network time (s)", pulses.timestamps)]
        module.add(_table("pulses", f"Every simulated pulse, test pulses and inductions: {session.test}", columns))


def _sampled_cells(spikes: Spikes) -> Sequence[int]:
    """The cells whose spikes were kept, silent ones among them where the recording says which they are."""
    every = re.search(r"every (\d+)\. cell", spikes.description)
    return range(0, spikes.size, int(every[1])) if every else sorted(set(spikes.node_ids.tolist()))


def _add_numbers(file: NWBFile, recording: Recording) -> None:
    """Measures, curves, samples of synapses, parameters and provenance, as tables."""
    module = _module(file, "measures", "Numbers read from the simulation, in the units that the table names")
    measures = recording.measures
    if measures:
        columns = [
            ("measure", "name of the measure", list(measures)),
            ("value", "in the unit beside it", [measure.value for measure in measures.values()]),
            ("unit", "unit; 1 where there is none", [measure.unit for measure in measures.values()]),
        ]
        module.add(_table("measures", "One number each for this animal in this test", columns))
    for name, curve in recording.curves.items():
        columns = [
            ("x", f"{curve.x_description or 'x'}, unit {curve.x_unit}", curve.x),
            ("y", f"{curve.description or 'y'}, unit {curve.unit}", curve.y),
        ]
        module.add(_table(f"curve_{_slug(name)}", f"{curve.description or name} against {curve.x_description}", columns))
    for name, sample in recording.synapses.items():
        columns = [("value", f"{sample.description}, unit {sample.unit}", sample.values)]
        module.add(_table(f"synapses_{_slug(name)}", f"{sample.description}, in a sample of synapses", columns))
    kept = {key: recording.provenance[key] for key in KEPT if key in recording.provenance}
    parameters = recording.provenance.get("parameters", {})
    if parameters:
        columns = [
            ("parameter", "path; `corticostriatal parameters` gives unit and source", list(parameters)),
            ("value", "this animal's own", [float(value) for value in parameters.values()]),
        ]
        module.add(_table("parameters", "Every parameter of the model in this animal", columns))
    if kept:
        texts = [value if isinstance(value, str) else json.dumps(value) for value in kept.values()]
        columns = [("entry", "what is said", list(kept)), ("content", "text or JSON", texts)]
        module.add(_table("provenance", "How the run came about", columns))


def _table(name: str, description: str, columns: Sequence[tuple[str, str, Any]]) -> DynamicTable:
    return DynamicTable(
        name=name,
        description=description,
        columns=[VectorData(name=_slug(column), description=text, data=data) for column, text, data in columns],
    )


def _module(file: NWBFile, name: str, description: str) -> ProcessingModule:
    return file.processing[name] if name in file.processing else file.create_processing_module(name, description)


def _slug(name: str) -> str:
    """NWB forbids slashes and colons in names; blanks make paths awkward."""
    return re.sub(r"[/:\s]+", "-", name)
