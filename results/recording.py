"""The recording of one run: traces, slow series, spikes, a sample of synapses, measures and their provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def _float_array(value: ArrayLike, name: str, ndim: int) -> FloatArray:
    array = np.array(value, dtype=np.float64)
    if array.ndim != ndim:
        raise ValueError(f"{name} has {array.ndim} dimensions, not {ndim}")
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Identity:
    """Which run a recording belongs to.

    Attributes
    ----------
    experiment, group, test : str
        Names as the experiment file gives them.
    animal : int
        Number of the animal within its group, from 0.
    structure_seed, noise_seed : int
        Seeds of the wiring and of the noise.
    """

    experiment: str
    group: str
    test: str
    animal: int
    structure_seed: int
    noise_seed: int

    def __post_init__(self) -> None:
        for key in ("animal", "structure_seed", "noise_seed"):  # NumPy integers would not hash like those read back
            object.__setattr__(self, key, int(getattr(self, key)))

    def subject(self, point: int | None = None) -> str:
        """The animal's name, which no other animal of its experiment has.

        Parameters
        ----------
        point : int, optional
            The condition of a study. The name differs between conditions.
        """
        name = f"{self.experiment}_{self.group}_{self.animal:03d}"
        return name if point is None else f"{name}_{point}"


HELD = ("measures", "series", "curves", "traces", "spikes", "synapses")
"""What a recording holds, in the order in which its short form names it."""


def _short(record: Any, what: str) -> str:
    """A record on one line; `what` says how much it holds."""
    about = f", {record.description}" if record.description else ""
    return f"{type(record).__name__}({what}{about})"


@dataclass(frozen=True, eq=False)
class Trace:
    """Sweeps aligned to a stimulus pulse.

    Attributes
    ----------
    data : ndarray, shape (n_sweeps, n_samples)
        The recorded quantity, in `unit`.
    t0 : float
        Time of the first sample relative to the sweep's pulse, in seconds (negative: before the pulse).
    dt : float
        Sampling interval in seconds.
    unit : str
    sweep_time : ndarray, shape (n_sweeps,)
        Biological time of each pulse relative to the start of induction, in seconds (baseline is negative).
    description : str

    Raises
    ------
    ValueError
        If the shapes do not fit together or `dt` is not positive.
    """

    data: FloatArray
    t0: float
    dt: float
    unit: str
    sweep_time: FloatArray
    description: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", _float_array(self.data, "data", 2))
        object.__setattr__(self, "sweep_time", _float_array(self.sweep_time, "sweep_time", 1))
        if len(self.data) != len(self.sweep_time):
            raise ValueError(f"{len(self.data)} sweeps but {len(self.sweep_time)} sweep times")
        if not self.dt > 0:
            raise ValueError(f"dt must be positive, not {self.dt}")

    def __repr__(self) -> str:
        sweeps, samples = self.data.shape
        return _short(self, f"{sweeps} sweeps of {samples} samples every {1e3 * self.dt:g} ms, {self.unit}")

    @property
    def time(self) -> FloatArray:
        """Time of each sample relative to the pulse, in seconds, shape (n_samples,)."""
        return np.asarray(self.t0 + self.dt * np.arange(self.data.shape[1]), dtype=np.float64)

    def inverted(self) -> Trace:
        """The same sweeps with the other sign: outward currents as if they were inward."""
        return replace(self, data=-self.data)


@dataclass(frozen=True, eq=False)
class Series:
    """A slow quantity.

    Attributes
    ----------
    time : ndarray, shape (n,)
        Biological time relative to the start of induction, in seconds.
    values : ndarray, shape (n,)
        In `unit`.
    unit, description : str

    Raises
    ------
    ValueError
        If `time` and `values` differ in length.
    """

    time: FloatArray
    values: FloatArray
    unit: str
    description: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "time", _float_array(self.time, "time", 1))
        object.__setattr__(self, "values", _float_array(self.values, "values", 1))
        if len(self.time) != len(self.values):
            raise ValueError(f"{len(self.time)} times but {len(self.values)} values")

    def __repr__(self) -> str:
        span = f" from {self.time[0]:g} to {self.time[-1]:g} s" if self.time.size else ""
        return _short(self, f"{self.time.size} samples{span}, {self.unit}")


@dataclass(frozen=True, eq=False)
class Curve:
    """One quantity against another that is not time in the experiment: a response against strength, a mean sweep.

    Attributes
    ----------
    x, y : ndarray, shape (n,)
        In `x_unit` and `unit`.
    x_unit, unit : str
    x_description, description : str

    Raises
    ------
    ValueError
        If `x` and `y` differ in length.
    """

    x: FloatArray
    y: FloatArray
    x_unit: str
    unit: str
    x_description: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", _float_array(self.x, "x", 1))
        object.__setattr__(self, "y", _float_array(self.y, "y", 1))
        if len(self.x) != len(self.y):
            raise ValueError(f"{len(self.x)} values of x but {len(self.y)} of y")

    def __repr__(self) -> str:
        return _short(self, f"{self.x.size} points, {self.unit} against {self.x_unit}")


@dataclass(frozen=True, eq=False)
class Spikes:
    """Spikes of one population.

    Attributes
    ----------
    timestamps : ndarray, shape (n_spikes,)
        Simulated time in seconds.
    node_ids : ndarray of uint64, shape (n_spikes,)
        Index of the cell that fired, below `size`.
    size : int
        Number of cells in the population.
    description : str

    Raises
    ------
    ValueError
        If the lengths differ or an index lies outside the population.
    """

    timestamps: FloatArray
    node_ids: NDArray[np.uint64]
    size: int
    description: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "timestamps", _float_array(self.timestamps, "timestamps", 1))
        ids = np.array(self.node_ids)
        if ids.shape != self.timestamps.shape:
            raise ValueError(f"{self.timestamps.size} timestamps but {ids.size} node ids")
        if ids.size and not (ids.min() >= 0 and ids.max() < self.size):
            raise ValueError(f"node ids must lie in 0..{self.size - 1}")
        ids = ids.astype(np.uint64)
        ids.setflags(write=False)
        object.__setattr__(self, "node_ids", ids)

    def __repr__(self) -> str:
        return _short(self, f"{self.timestamps.size} spikes of {self.size} cells")


@dataclass(frozen=True, eq=False)
class SynapseSample:
    """One quantity in a sample of synapses (never in all of them).

    Attributes
    ----------
    values : ndarray, shape (n_sampled,)
        In `unit`.
    unit, description : str
    """

    values: FloatArray
    unit: str
    description: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _float_array(self.values, "values", 1))

    def __repr__(self) -> str:
        return _short(self, f"{self.values.size} synapses, {self.unit}")


@dataclass(frozen=True)
class Measure:
    """A number with its unit (``"1"`` where it has none)."""

    value: float
    unit: str

    def __repr__(self) -> str:
        return f"{self.value:g}" if self.unit == "1" else f"{self.value:g} {self.unit}"


@dataclass(frozen=True, eq=False)
class Recording:
    """All that is stored of one animal in one test.

    Attributes
    ----------
    identity : Identity
    traces, series, spikes, synapses, measures, curves : mapping from name to record
        `series["fepsp"]` is the time course of the field response in % of baseline, where there is one.
    provenance : mapping
        How the run came about (see `results.provenance.collect`); no part of the content hash.
    """

    identity: Identity
    traces: Mapping[str, Trace] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
    spikes: Mapping[str, Spikes] = field(default_factory=dict)
    synapses: Mapping[str, SynapseSample] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)

    def __repr__(self) -> str:
        who = self.identity
        held = [f"{len(part)} {name}" for name in HELD if (part := getattr(self, name))]
        about = f"{who.experiment}, {who.group}, {who.test}, animal {who.animal}"
        return f"{type(self).__name__}({about}{': ' if held else ''}{', '.join(held)})"
