"""How a recording lies in an HDF5 file.

The identity as attributes of the root; ``/traces/<name>/{data,sweep_time}``, ``/series/<name>/{time,values}``,
``/curves/<name>/{x,y}``, ``/spikes/<population>/{timestamps,node_ids}`` as in SONATA (times in ms),
``/synapses/<name>``, ``/measures/<name>``, each dataset with its ``unit``; ``/provenance/<key>`` as JSON text.

References
----------
SONATA spike files: Dai K et al. (2020) PLoS Comput Biol 16:e1007696, doi:10.1371/journal.pcbi.1007696
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

# HDF5's own file locks fail on many shared file systems. They are not needed: every file has one writer, under a
# name nobody reads, until it is moved into place. The variable is read when the library is loaded.
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

import h5py as h5py  # other modules import h5py from here

from results.recording import Curve, FloatArray, Identity, Measure, Recording, Series, Spikes, SynapseSample, Trace

FORMAT = "corticostriatal recording"
VERSION = 1
_SORTING = {"none": 0, "by_id": 1, "by_time": 2}
_SORTING_TYPE = h5py.enum_dtype(_SORTING, basetype="u1")


def fill(file: h5py.File, recording: Recording, digest: str) -> None:
    """Put a recording into an empty file, with the hash of its content."""
    file.attrs["magic"], file.attrs["version"] = np.uint32(0x0A7A), np.array([0, 1], np.uint32)  # SONATA
    set_text(file, format=FORMAT, content_sha256=digest)
    file.attrs["format_version"] = VERSION
    for key, value in asdict(recording.identity).items():
        if isinstance(value, str):
            set_text(file, **{key: value})
        else:
            file.attrs[key] = int(value)
    groups = {key: file.create_group(key) for key in ("traces", "series", "spikes", "synapses", "measures", "curves")}
    for name, trace in recording.traces.items():
        group = groups["traces"].create_group(name)
        data = _dataset(group, "data", trace.data, trace.unit, trace.description)
        data.attrs["t0"], data.attrs["dt"] = float(trace.t0), float(trace.dt)
        _dataset(group, "sweep_time", trace.sweep_time, "s")
    for name, series in recording.series.items():
        group = groups["series"].create_group(name)
        _dataset(group, "time", series.time, "s")
        _dataset(group, "values", series.values, series.unit, series.description)
    for name, spikes in recording.spikes.items():
        group = groups["spikes"].create_group(name)
        in_order = bool((np.diff(spikes.timestamps) >= 0).all())
        group.attrs.create("sorting", _SORTING["by_time" if in_order else "none"], dtype=_SORTING_TYPE)
        group.attrs["size"] = int(spikes.size)
        times = _dataset(group, "timestamps", spikes.timestamps * 1e3, "ms", spikes.description)
        set_text(times, units="ms")  # SONATA's own name for it
        _dataset(group, "node_ids", spikes.node_ids, "1")
    for name, sample in recording.synapses.items():
        _dataset(groups["synapses"], name, sample.values, sample.unit, sample.description)
    for name, measure in recording.measures.items():
        _dataset(groups["measures"], name, np.float64(measure.value), measure.unit)
    for name, curve in recording.curves.items():
        group = groups["curves"].create_group(name)
        _dataset(group, "x", curve.x, curve.x_unit, curve.x_description)
        _dataset(group, "y", curve.y, curve.unit, curve.description)
    provenance = file.create_group("provenance")
    for key, value in recording.provenance.items():
        provenance.create_dataset(key, data=_fixed(json.dumps(value, default=plain)))


def load(file: h5py.File) -> Recording:
    """The recording in a file; raises KeyError, ValueError or TypeError if the file does not have this layout."""

    def named(kind: str) -> Iterator[tuple[str, Any]]:
        if kind in file:
            yield from file[kind].items()

    traces = {}
    for name, group in named("traces"):
        data, sweep_time = group["data"], group["sweep_time"][()]
        t0, dt = float(data.attrs["t0"]), float(data.attrs["dt"])
        traces[name] = Trace(data[()], t0, dt, _unit(data), sweep_time, _description(data))
    series = {}
    for name, group in named("series"):
        values = group["values"]
        series[name] = Series(group["time"][()], values[()], _unit(values), _description(values))
    spikes = {}
    for name, group in named("spikes"):
        times = group["timestamps"]
        size = int(group.attrs["size"])
        spikes[name] = Spikes(times[()] / 1e3, group["node_ids"][()], size, _description(times))
    synapses = {name: SynapseSample(data[()], _unit(data), _description(data)) for name, data in named("synapses")}
    measures = {name: Measure(float(data[()]), _unit(data)) for name, data in named("measures")}
    curves = {}
    for name, group in named("curves"):
        x, y = group["x"], group["y"]
        curves[name] = Curve(x[()], y[()], _unit(x), _unit(y), _description(x), _description(y))
    provenance = {name: json.loads(text_of(data[()])) for name, data in named("provenance")}
    return Recording(identity(file), traces, series, spikes, synapses, measures, provenance, curves)


def identity(file: h5py.File) -> Identity:
    """The run that a file belongs to; raises KeyError or ValueError if the file does not name it."""
    root = file.attrs
    return Identity(
        experiment=text_of(root["experiment"]),
        group=text_of(root["group"]),
        test=text_of(root["test"]),
        animal=int(root["animal"]),
        structure_seed=int(root["structure_seed"]),
        noise_seed=int(root["noise_seed"]),
    )


def _dataset(
    group: h5py.Group, name: str, data: FloatArray | np.float64 | Any, unit: str, description: str = ""
) -> h5py.Dataset:
    dataset = group.create_dataset(name, data=data)
    set_text(dataset, unit=unit, description=description)
    return dataset


def set_text(target: h5py.HLObject, **texts: str) -> None:
    """Set attributes to texts."""
    for key, text in texts.items():
        target.attrs[key] = _fixed(text)


def _fixed(text: str) -> np.ndarray:
    """Fixed-length UTF-8 (variable-length strings do not survive every HDF5 version)."""
    encoded = text.encode("utf-8")
    return np.array(encoded, dtype=h5py.string_dtype("utf-8", max(1, len(encoded))))


def text_of(value: Any) -> str:
    """A text as HDF5 gives it back."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _unit(dataset: h5py.Dataset) -> str:
    return text_of(dataset.attrs["unit"])


def _description(dataset: h5py.Dataset) -> str:
    return text_of(dataset.attrs["description"])


def plain(value: Any) -> Any:
    """JSON form of what `json` does not know. Unknown objects become text: provenance must not make a run fail."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
