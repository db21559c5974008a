"""Sweeps in an NWB file: those of a field in one series with a trial each, those of clamped cells a series each.

Potentials of cells that are not clamped are not stored as recordings under current clamp, since no electrode is
simulated. They are plain series with a column for each cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pynwb import NWBFile, TimeSeries
from pynwb.icephys import VoltageClampSeries, VoltageClampStimulusSeries

from results.measures.clock import Clock
from results.nwb.international_units import international
from results.nwb.parts import Session, module, slug, table, timing
from results.recording import FloatArray, Recording, Trace

PULSES = "electrode"  # the population whose spikes are the pulses
POTENTIAL = "mV"  # the unit of traces whose rows are cells
EXAMPLE_UNITS = ("s", "pA")  # a curve in these is a stretch of one cell's current
OFF_CLOCK = "What has no time on the clock of this file, in network time; and both clocks"
SAME_PULSE = 0.01  # s between a sweep's time and that of its pulse on the network's clock, at most


def add_fields(file: NWBFile, recording: Recording, session: Session, offset: float, clock: Clock | None) -> None:
    """Sweeps of the field one after the other in one series, a trial each."""
    fields = {
        name: trace
        for name, trace in recording.traces.items()
        if name not in session.holding and trace.unit != POTENTIAL
    }
    if not fields:
        return
    pulses = recording.spikes[PULSES].timestamps if PULSES in recording.spikes else np.array([])
    found = {name: _pulse_times(trace.sweep_time + offset, pulses, clock) for name, trace in fields.items()}
    file.add_trial_column("pulse_time", "the sweep's pulse, on the clock of this file (s)")
    file.add_trial_column("trace", "the series that holds the sweep")
    known = all(times is not None for times in found.values())
    if known:
        file.add_trial_column("pulse_network_time", "the same pulse in network time (s)")
    for name, trace in fields.items():
        unit, conversion = international(trace.unit)
        starts = trace.sweep_time + trace.t0 + offset
        series = TimeSeries(
            name=slug(name), data=trace.data.ravel(), unit=unit, conversion=conversion,
            timestamps=(starts[:, None] + trace.dt * np.arange(trace.data.shape[1])).ravel(),
            description=(
                f"{trace.description}; simulated, stored in {trace.unit}. Stands for the field potential: the "
                "model gives the current, and no tissue that would turn it into volts. Sweeps follow each other, "
                "a trial each"
            ),
            comments=f"site: {session.site}",
        )  # fmt: skip
        file.add_acquisition(series)
        times = found[name]
        for place, start in enumerate(starts):
            extra = {"pulse_network_time": times[place]} if known and times is not None else {}
            file.add_trial(
                start_time=float(start), stop_time=float(start + trace.dt * (trace.data.shape[1] - 0.5)),
                pulse_time=float(trace.sweep_time[place] + offset), trace=series.name, timeseries=[series], **extra,
            )  # fmt: skip
    sweeps = np.sort(np.concatenate([trace.sweep_time for trace in fields.values()])) + offset
    file.add_stimulus(_pulse_series("test_pulses", np.unique(sweeps), session))


def _pulse_series(name: str, times: FloatArray, session: Session) -> TimeSeries:
    return TimeSeries(
        name=name, data=np.ones(len(times)), unit="1", continuity="instantaneous", **timing(times),
        description=f"Simulated electrical pulses to {session.site}, 1 each: {session.test}",
    )  # fmt: skip


def _pulse_times(sweeps: FloatArray, pulses: FloatArray, clock: Clock | None) -> FloatArray | None:
    """Network time of each sweep's pulse; None if it is not known for all of them."""
    if clock is None or not len(pulses):
        return None
    on_clock = np.interp(pulses, clock.network, clock.own)
    nearest = np.abs(on_clock[None, :] - sweeps[:, None]).argmin(axis=1)
    certain = np.abs(on_clock[nearest] - sweeps) < SAME_PULSE
    return pulses[nearest] if certain.all() and len(set(nearest.tolist())) == len(nearest) else None


def add_potentials(file: NWBFile, recording: Recording, offset: float, clock: Clock | None) -> None:
    """Potentials of sampled cells around a pulse: a series for each stretch, its columns cells.

    A stretch within an induction, for which the clock of the file stands still, is a table over time from the pulse.
    """
    for name, trace in recording.traces.items():
        if trace.unit != POTENTIAL:
            continue
        pulse = float(trace.sweep_time[0]) + offset
        start = pulse + trace.t0
        described = f"{trace.description}; simulated, stored in {trace.unit}; no electrode is simulated."
        if clock is not None and not clock.holds(start, start + trace.dt * (trace.data.shape[1] - 1)):
            columns = [
                ("time_from_pulse", "time from the pulse (s)", trace.time),
                ("potential", f"a column for each cell, unit {trace.unit}", trace.data.T),
            ]
            module(file, "network_clock", OFF_CLOCK).add(
                table(slug(name), f"{described} It has no time on the clock of this file", columns)
            )
            continue
        unit, conversion = international(trace.unit)
        file.add_acquisition(
            TimeSeries(
                name=slug(name), data=trace.data.T, unit=unit, conversion=conversion,
                starting_time=start, rate=float(f"{1 / trace.dt:.12g}"),
                description=f"{described} The pulse is at {pulse:.9g} s",
            )
        )  # fmt: skip


def add_currents(file: NWBFile, recording: Recording, session: Session, offset: float) -> None:
    """Currents of clamped cells: a series for each sweep, with the potential they were held at."""
    traces = {name: trace for name, trace in recording.traces.items() if name in session.holding}
    for name, curve in recording.curves.items():
        if name in session.holding and (curve.x_unit, curve.unit) == EXAMPLE_UNITS and len(curve.x) > 1:
            step = float(np.diff(curve.x).mean())
            traces[name] = Trace(curve.y[None, :], float(curve.x[0]), step, curve.unit, np.zeros(1), curve.description)
    if not traces:
        return
    electrode = file.create_icephys_electrode(
        name="clamp", device=file.devices["simulation"], cell_id=f"{file.session_id}_medium-spiny",
        location=session.site or "unknown",
        description="An ideal voltage clamp of simulated cells: no series resistance, no capacitance of a pipette.",
    )  # fmt: skip
    for name, trace in traces.items():
        recorded = list[int]()
        held: VoltageClampStimulusSeries | None = None
        for place, time in enumerate(trace.sweep_time):
            response, command = _sweep(name, trace, place, float(time) + offset, session, electrode, held)
            held = command if held is None else held
            row = file.add_intracellular_recording(
                electrode=electrode, stimulus=command, response=response, stimulus_start_index=0,
                stimulus_index_count=trace.data.shape[1], response_start_index=0,
                response_index_count=trace.data.shape[1],
            )  # fmt: skip
            recorded.append(int(file.add_icephys_simultaneous_recording(recordings=[int(row)])))
        file.add_icephys_sequential_recording(simultaneous_recordings=recorded, stimulus_type=f"{name}: {session.kind}")
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
    shared = {"electrode": electrode, "gain": 1.0, "starting_time": start, "rate": rate}
    shared["sweep_number"] = np.uint32(place)
    response = VoltageClampSeries(
        name=f"{slug(name)}_{place:03d}", data=trace.data[place], conversion=conversion,
        stimulus_description=session.test,
        description=f"{trace.description}; simulated, stored in {trace.unit}; its pulse is at {time:.9g} s", **shared,
    )  # fmt: skip
    command = VoltageClampStimulusSeries(
        name=f"{slug(name)}_{place:03d}_holding", conversion=1.0, description="holding potential",
        data=np.full(trace.data.shape[1], session.holding[name]) if held is None else held, **shared,
    )  # fmt: skip
    return response, command
