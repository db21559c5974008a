"""Shared by the modules of the NWB export: metadata beyond a recording, names, tables, time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hdmf.common import DynamicTable, VectorData
from pynwb import NWBFile, ProcessingModule

from results.recording import FloatArray

SLOW = 100.0  # s between samples from which on readers expect time stamps


@dataclass(frozen=True)
class Session:
    """Metadata of a file beyond the recording, taken from its experiment.

    Attributes
    ----------
    point : int, optional
        Place of the condition in a study.
    title, reference : str
        Of the experiment; the reference is a DOI or a citation, or empty.
    kind, site : str
        Kind of test, and the nucleus or projection that is recorded.
    test, group, drugs : str
        The test, the animal's history and its drugs, in words.
    holding : mapping
        Potential in V at which cells are held, by the name of the trace or curve.
    days : float
        How long the animal's simulated history is.
    """

    point: int | None = None
    title: str = ""
    reference: str = ""
    kind: str = ""
    site: str = ""
    test: str = ""
    group: str = ""
    drugs: str = ""
    holding: Mapping[str, float] = field(default_factory=dict)
    days: float = 0.0


def timing(time: FloatArray) -> dict[str, Any]:
    """A rate where samples are regular, as readers prefer; time stamps where they are not, or far apart."""
    steps = np.diff(time)
    if steps.size and 0 < steps.min() < SLOW and np.ptp(steps) < 1e-9 * max(1.0, abs(float(time[-1]))):
        return {"starting_time": float(time[0]), "rate": float((len(time) - 1) / (time[-1] - time[0]))}
    return {"timestamps": time}


def table(name: str, description: str, columns: Sequence[tuple[str, str, Any]]) -> DynamicTable:
    """A table; its numbers come as arrays, since HDMF takes the kind of a list's first number for all of them."""
    return DynamicTable(
        name=name,
        description=description,
        columns=[VectorData(name=slug(column), description=text, data=data) for column, text, data in columns],
    )


def module(file: NWBFile, name: str, description: str) -> ProcessingModule:
    return file.processing[name] if name in file.processing else file.create_processing_module(name, description)


def slug(name: str) -> str:
    """NWB forbids slashes and colons in names; blanks make paths awkward."""
    return re.sub(r"[/:\s]+", "-", name)
