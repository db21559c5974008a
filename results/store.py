"""One HDF5 file per run, whole or not there.

Layout: the identity as attributes of the root; ``/traces/<name>/{data,sweep_time}``, ``/series/<name>/{time,values}``,
``/curves/<name>/{x,y}``, ``/spikes/<population>/{timestamps,node_ids}`` as in SONATA (times in ms),
``/synapses/<name>``, ``/measures/<name>``, each dataset with its ``unit``; ``/provenance/<key>`` as JSON text. A file
carries the hash of its own content, so that damage is noticed when it is read, and the attribute ``brief`` repeats its
measures as JSON behind a checksum, so that thousands of files are gathered in seconds.

References
----------
SONATA spike files: Dai K et al. (2020) PLoS Comput Biol 16:e1007696, doi:10.1371/journal.pcbi.1007696
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

# HDF5's own file locks fail on many shared file systems. They are not needed: every file has one writer, under a
# name nobody reads, until it is moved into place. The variable is read when the library is loaded.
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

import h5py

from results.files import replacing
from results.recording import (
    Curve,
    FloatArray,
    Identity,
    Measure,
    Recording,
    Series,
    Spikes,
    SynapseSample,
    Trace,
)

__all__ = [
    "Curve",
    "Identity",
    "Measure",
    "Recording",
    "Series",
    "Spikes",
    "StoreError",
    "SynapseSample",
    "Trace",
    "brief",
    "content_hash",
    "contents",
    "identity",
    "read",
    "write",
]

FORMAT = "corticostriatal recording"
VERSION = 1
_LONGEST_ATTRIBUTE = 60_000  # bytes; HDF5 holds up to 64 KiB with its header
_SORTING = {"none": 0, "by_id": 1, "by_time": 2}
_SORTING_TYPE = h5py.enum_dtype(_SORTING, basetype="u1")


class StoreError(Exception):
    """A recording cannot be written, or a file is not a whole recording; one line that names it."""


def write(recording: Recording, path: str | os.PathLike[str], keep: bool = False) -> Path:
    """Write `recording` so that `path` is either whole or untouched, even if the process is killed.

    Parameters
    ----------
    recording : Recording
    path : path-like
        Final name; replaced if it exists.
    keep : bool
        Leave a file that exists by then as it is instead.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    StoreError
        If a number is not finite, a name cannot be stored, or the file read back differs from what was written.
    """
    path = Path(path)
    _refuse_unstorable(recording, path)
    digest = content_hash(recording)
    with replacing(path, keep) as temporary:
        # The library crashes the process when a disk is full, so it writes to memory and the system's own call to disk.
        with h5py.File(temporary.name, "w", driver="core", backing_store=False) as file:
            _fill(file, recording, digest)
            file.flush()
            image = file.id.get_file_image()
        temporary.write_bytes(image)
        read(temporary)  # refuses a file whose content does not match the digest
    return path


def read(path: str | os.PathLike[str]) -> Recording:
    """Read a recording and check it against the hash that it carries.

    Raises
    ------
    StoreError
        If the file is missing, truncated, damaged, or not one of ours.
    """
    path = Path(path)
    if not path.is_file():
        raise StoreError(f"{path}: no such file")
    try:
        with h5py.File(path, "r") as file:
            if _text(file.attrs.get("format", "")) != FORMAT:
                raise ValueError("not written by corticostriatal")
            if int(file.attrs["format_version"]) != VERSION:
                raise ValueError(f"format version {file.attrs['format_version']}, this code reads {VERSION}")
            recording, stored = _load(file), _text(file.attrs["content_sha256"])
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise StoreError(f"{path}: not a whole recording ({reason})") from error
    if content_hash(recording) != stored:
        raise StoreError(f"{path}: not a whole recording (content differs from its own hash)")
    return recording


def brief(path: str | os.PathLike[str]) -> tuple[dict[str, Measure], dict[str, Any]]:
    """Measures and origin of a stored recording, without reading the rest of it; a thousand or more in a second.

    Returns
    -------
    dict
        Name -> measure.
    dict
        ``provenance["origin"]``, empty where there is none.

    Raises
    ------
    StoreError
        If the file cannot be read or this part of it is damaged.
    """
    path = Path(path)
    try:
        with h5py.File(path, "r") as file:
            text = _text(file.attrs.get("brief", ""))
    except (OSError, RuntimeError) as error:
        raise StoreError(f"{path}: not a whole recording ({' '.join(str(error).split())})") from error
    if not text:  # written by an earlier version, or too long for an attribute
        recording = read(path)
        return dict(recording.measures), dict(recording.provenance.get("origin", {}))
    checksum, _, content = text.partition(" ")
    if checksum != f"{zlib.crc32(content.encode()):08x}":
        raise StoreError(f"{path}: not a whole recording (its measures are damaged)")
    found = json.loads(content)
    return {name: Measure(value, unit) for name, (value, unit) in found["measures"].items()}, found["origin"]


def identity(path: str | os.PathLike[str]) -> Identity:
    """Which run a file belongs to, without reading the rest of it; raises `StoreError` if that cannot be read."""
    try:
        with h5py.File(path, "r") as file:
            return _identity(file)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise StoreError(f"{path}: not a whole recording ({' '.join(str(error).split())})") from error


def content_hash(source: Recording | str | os.PathLike[str]) -> str:
    """SHA-256 of everything outside provenance, whatever the HDF5 layout.

    Parameters
    ----------
    source : Recording or path-like

    Returns
    -------
    str
        64 hexadecimal digits. Spike times enter to the nanosecond, since they are stored in ms and held in s.

    Raises
    ------
    StoreError
        If `source` is a file that cannot be read.
    """
    recording = source if isinstance(source, Recording) else read(source)
    digest = hashlib.sha256()
    for label, value in contents(recording):
        if isinstance(value, np.ndarray):
            value = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
            head, body = f"{value.dtype.str}{value.shape}", value.tobytes()
        else:
            head, body = type(value).__name__, repr(value).encode()
        digest.update(f"{len(label)}:{label}{head}:{len(body)}:".encode())
        digest.update(body)
    return digest.hexdigest()


def contents(recording: Recording) -> Iterator[tuple[str, Any]]:
    """Everything that `content_hash` covers, in a fixed order: label and value.

    Spike times are whole nanoseconds here, as they enter the hash.
    """
    yield from asdict(recording.identity).items()
    for name, trace in sorted(recording.traces.items()):
        for key in ("data", "t0", "dt", "unit", "sweep_time", "description"):
            value = getattr(trace, key)
            yield f"traces/{name}/{key}", float(value) if key in ("t0", "dt") else value
    for name, series in sorted(recording.series.items()):
        for key in ("time", "values", "unit", "description"):
            yield f"series/{name}/{key}", getattr(series, key)
    for name, spikes in sorted(recording.spikes.items()):
        yield f"spikes/{name}/timestamps", np.rint(spikes.timestamps * 1e9).astype(np.int64)
        for key in ("node_ids", "description"):
            yield f"spikes/{name}/{key}", getattr(spikes, key)
        yield f"spikes/{name}/size", int(spikes.size)
    for name, sample in sorted(recording.synapses.items()):
        for key in ("values", "unit", "description"):
            yield f"synapses/{name}/{key}", getattr(sample, key)
    for name, measure in sorted(recording.measures.items()):
        yield f"measures/{name}/value", float(measure.value)
        yield f"measures/{name}/unit", measure.unit
    for name, curve in sorted(recording.curves.items()):
        for key in ("x", "y", "x_unit", "unit", "x_description", "description"):
            yield f"curves/{name}/{key}", getattr(curve, key)


def _refuse_unstorable(recording: Recording, path: Path) -> None:
    for kind in ("traces", "series", "spikes", "synapses", "measures", "curves", "provenance"):
        for name in getattr(recording, kind):
            if name in ("", ".", "..") or "/" in name or not _storable(name):
                raise StoreError(f"{path}: {kind} cannot be stored under the name {name!r}")
    for population, spikes in recording.spikes.items():
        if not np.isfinite(spikes.timestamps).all():
            raise StoreError(f"{path}: spikes/{population}/timestamps is not finite")
    for label, value in contents(recording):
        if isinstance(value, str) and not _storable(value):
            raise StoreError(f"{path}: {label} holds characters that cannot be stored: {value!r}")
        if isinstance(value, float) and not np.isfinite(value):
            raise StoreError(f"{path}: {label.removesuffix('/value')} is not finite ({value})")
        if isinstance(value, np.ndarray) and not np.isfinite(value).all():
            raise StoreError(f"{path}: {label} is not finite")


def _storable(text: str) -> bool:
    """Whether fixed-length UTF-8 gives the text back: no null characters, no lone surrogates."""
    return "\0" not in text and text == text.encode("utf-8", "ignore").decode("utf-8")


def _fill(file: h5py.File, recording: Recording, digest: str) -> None:
    file.attrs["magic"], file.attrs["version"] = np.uint32(0x0A7A), np.array([0, 1], np.uint32)  # SONATA
    _set_text(file, format=FORMAT, content_sha256=digest)
    file.attrs["format_version"] = VERSION
    for key, value in asdict(recording.identity).items():
        if isinstance(value, str):
            _set_text(file, **{key: value})
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
        _set_text(times, units="ms")  # SONATA's own name for it
        _dataset(group, "node_ids", spikes.node_ids, "1")
    for name, sample in recording.synapses.items():
        _dataset(groups["synapses"], name, sample.values, sample.unit, sample.description)
    for name, measure in recording.measures.items():
        _dataset(groups["measures"], name, np.float64(measure.value), measure.unit)
    for name, curve in recording.curves.items():
        group = groups["curves"].create_group(name)
        _dataset(group, "x", curve.x, curve.x_unit, curve.x_description)
        _dataset(group, "y", curve.y, curve.unit, curve.description)
    measures = {name: (measure.value, measure.unit) for name, measure in recording.measures.items()}
    content = json.dumps({"measures": measures, "origin": recording.provenance.get("origin", {})}, default=_plain)
    if len(content.encode()) < _LONGEST_ATTRIBUTE:
        _set_text(file, brief=f"{zlib.crc32(content.encode()):08x} {content}")
    provenance = file.create_group("provenance")
    for key, value in recording.provenance.items():
        provenance.create_dataset(key, data=_fixed(json.dumps(value, default=_plain)))


def _load(file: h5py.File) -> Recording:
    def named(kind: str) -> Iterator[tuple[str, Any]]:
        for name in file.get(kind, ()):
            yield name, file[kind][name]

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
    provenance = {name: json.loads(_text(data[()])) for name, data in named("provenance")}
    return Recording(_identity(file), traces, series, spikes, synapses, measures, provenance, curves)


def _identity(file: h5py.File) -> Identity:
    root = file.attrs
    return Identity(
        experiment=_text(root["experiment"]),
        group=_text(root["group"]),
        test=_text(root["test"]),
        animal=int(root["animal"]),
        structure_seed=int(root["structure_seed"]),
        noise_seed=int(root["noise_seed"]),
    )


def _dataset(
    group: h5py.Group, name: str, data: FloatArray | np.float64 | Any, unit: str, description: str = ""
) -> h5py.Dataset:
    dataset = group.create_dataset(name, data=data)
    _set_text(dataset, unit=unit, description=description)
    return dataset


def _set_text(target: h5py.HLObject, **texts: str) -> None:
    for key, text in texts.items():
        target.attrs[key] = _fixed(text)


def _fixed(text: str) -> np.ndarray:
    """Fixed-length UTF-8 (variable-length strings do not survive every HDF5 version)."""
    encoded = text.encode("utf-8")
    return np.array(encoded, dtype=h5py.string_dtype("utf-8", max(1, len(encoded))))


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _unit(dataset: h5py.Dataset) -> str:
    return _text(dataset.attrs["unit"])


def _description(dataset: h5py.Dataset) -> str:
    return _text(dataset.attrs["description"])


def _plain(value: Any) -> Any:
    """JSON form of what `json` does not know; as text in the last resort, since provenance must never cost a run."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
