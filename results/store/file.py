"""One HDF5 file per run, written whole or not at all. `results.store.layout` defines its layout.

A file contains the hash of its content, so that damage is noticed when it is read. The attribute ``brief`` repeats its
measures as JSON with a checksum, so that thousands of files are gathered in seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from results.recording import (
    Curve,
    Identity,
    Measure,
    Recording,
    Series,
    Spikes,
    SynapseSample,
    Trace,
)
from results.store import layout
from results.store.files import replacing
from results.store.layout import FORMAT, VERSION, fill, h5py, load, plain, set_text, text_of

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
    "provenance",
    "read",
    "write",
]

_LONGEST_ATTRIBUTE = 60_000  # bytes; HDF5 holds up to 64 KiB with its header


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
        Keep a file that exists by then, and discard the new one.

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
            fill(file, recording, digest)
            _add_brief(file, recording)
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
        raise StoreError(f"{path}: is a folder; name one run's file" if path.is_dir() else f"{path}: no such file")
    try:
        with h5py.File(path, "r") as file:
            if text_of(file.attrs.get("format", "")) != FORMAT:
                raise ValueError("not written by corticostriatal")
            if int(file.attrs["format_version"]) != VERSION:
                raise ValueError(f"format version {file.attrs['format_version']}, this code reads {VERSION}")
            recording, stored = load(file), text_of(file.attrs["content_sha256"])
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
            text = text_of(file.attrs.get("brief", ""))
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
            return layout.identity(file)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise StoreError(f"{path}: not a whole recording ({' '.join(str(error).split())})") from error


def provenance(path: str | os.PathLike[str], entry: str) -> Any:
    """One entry of the provenance, None if it is missing, without reading the rest of the file.

    Raises
    ------
    StoreError
        If the file cannot be read.
    """
    try:
        with h5py.File(path, "r") as file:
            found = file["provenance"].get(entry)
            return None if found is None else json.loads(text_of(found[()]))
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
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


def _add_brief(file: h5py.File, recording: Recording) -> None:
    """What `brief` reads, if it is not too long for an attribute."""
    measures = {name: (measure.value, measure.unit) for name, measure in recording.measures.items()}
    content = json.dumps({"measures": measures, "origin": recording.provenance.get("origin", {})}, default=plain)
    if len(content.encode()) < _LONGEST_ATTRIBUTE:
        set_text(file, brief=f"{zlib.crc32(content.encode()):08x} {content}")
