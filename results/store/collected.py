"""All measures of a study in one table: HDF5 that netCDF4 and xarray open, and CSV; streamed, never whole in memory.

The HDF5 file has one dimension, ``run``: a line per animal, group, test and point. Variables: what was varied, who the
run is, and each measure with its ``units``; a measure that a run does not have is NaN. Text is stored as characters,
as netCDF does, since variable-length strings do not survive every HDF5 version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from results.store import csv_table
from results.store.files import replacing_hdf5
from results.store.layout import h5py

if TYPE_CHECKING:
    import pandas as pd

    from results.recording import Measure

CHUNK = 4096  # lines held in memory
COORDINATE, MEASURE = "coordinate", "measure"


@dataclass(frozen=True)
class Column:
    """A column besides measures.

    Attributes
    ----------
    name, unit, description : str
        The unit is ``"1"`` for numbers without one, empty for text.
    width : int
        Longest text in bytes; 0 for numbers.
    whole : bool
        Whether numbers are whole.
    """

    name: str
    unit: str = "1"
    description: str = ""
    width: int = 0
    whole: bool = False


@dataclass
class _Buffer:
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    measures: list[Mapping[str, Measure]] = field(default_factory=list)


def write(
    path: Path,
    columns: Sequence[Column],
    lines: Iterable[tuple[tuple[Any, ...], Mapping[str, Measure]]],
    number: int,
    about: Callable[[], Mapping[str, Any]],
) -> tuple[str, ...]:
    """Write the table as HDF5, whole or not at all.

    Parameters
    ----------
    path : Path
    columns : sequence of Column
    lines : iterable of (values, measures)
        Values as `columns` names them.
    number : int
        At most so many lines.
    about : callable
        Attributes of the file, called when all lines are written.

    Returns
    -------
    tuple of str
        Names of the measures.

    Raises
    ------
    ValueError
        If a measure changes its unit, or has the name of a column.
    """
    with replacing_hdf5(path) as file:
        table = _Table(file, columns, number)
        for values, measures in lines:
            table.add(values, measures)
        table.finish()
        for name, value in about().items():
            file.attrs[name] = value
    return tuple(table.units)


class _Table:
    def __init__(self, file: h5py.File, columns: Sequence[Column], number: int) -> None:
        self.file, self.columns, self.units = file, columns, dict[str, str]()
        self.buffer, self.written, self.number = _Buffer(), 0, number
        self.shape = {"maxshape": (None,), "chunks": (CHUNK,), "compression": 1, "shuffle": True}
        run = file.create_dataset("run", (number,), np.int64, **self.shape)
        run.make_scale("run")
        run.attrs["units"] = "1"
        widths = sorted({column.width for column in columns if column.width})
        for width in widths:  # a dimension without a variable, as netCDF writes it
            scale = file.create_dataset(f"string{width}", (width,), "S1")
            scale.make_scale(f"This is a netCDF dimension but not a netCDF variable.{width:10d}")
        for column in columns:
            self._make(column)

    def _make(self, column: Column) -> None:
        if column.width:
            made = self.file.create_dataset(
                column.name, (self.number, column.width), "S1", maxshape=(None, column.width),
                chunks=(CHUNK, column.width), compression=1, shuffle=True,
            )  # fmt: skip
            made.attrs["_Encoding"] = "utf-8"
            made.dims[1].attach_scale(self.file[f"string{column.width}"])
        else:
            kind, nothing = (np.int64, -1) if column.whole else (np.float64, np.nan)
            made = self.file.create_dataset(column.name, (self.number,), kind, fillvalue=nothing, **self.shape)
            made.attrs["units"] = column.unit
        made.attrs["long_name"] = column.description or column.name
        made.attrs["role"] = COORDINATE
        made.dims[0].attach_scale(self.file["run"])

    def add(self, values: tuple[Any, ...], measures: Mapping[str, Measure]) -> None:
        self.buffer.lines.append(values)
        self.buffer.measures.append(measures)
        if len(self.buffer.lines) == CHUNK:
            self._flush()

    def finish(self) -> None:
        self._flush()
        if self.written < self.number:
            for name in ("run", *(column.name for column in self.columns), *self.units):
                self.file[name].resize(self.written, axis=0)

    def _flush(self) -> None:
        size = len(self.buffer.lines)
        if not size:
            return
        place = slice(self.written, self.written + size)
        self.file["run"][place] = np.arange(place.start, place.stop)
        for column, values in zip(self.columns, zip(*self.buffer.lines, strict=True), strict=True):
            if column.width:
                text = np.array([str(value).encode() for value in values], dtype=f"S{column.width}")
                self.file[column.name][place] = text.view("S1").reshape(size, column.width)
            else:
                self.file[column.name][place] = np.asarray(values, np.int64 if column.whole else np.float64)
        for name in dict.fromkeys(name for measures in self.buffer.measures for name in measures):
            self._flush_measure(name, place)
        self.written += size
        self.buffer = _Buffer()

    def _flush_measure(self, name: str, place: slice) -> None:
        found = [measures.get(name) for measures in self.buffer.measures]
        units = {measure.unit for measure in found if measure is not None}
        units |= {self.units[name]} if name in self.units else set()
        if len(units) > 1:
            raise ValueError(f"{name} comes in different units: {', '.join(sorted(units))}")
        if name not in self.units:
            if name in self.file:
                raise ValueError(f"a measure cannot be called {name!r} in a table of a study")
            self.units[name] = units.pop()
            made = self.file.create_dataset(name, (self.number,), np.float64, fillvalue=np.nan, **self.shape)
            made.attrs["units"], made.attrs["long_name"], made.attrs["role"] = self.units[name], name, MEASURE
            made.attrs["_FillValue"] = np.float64(np.nan)
            made.dims[0].attach_scale(self.file["run"])
        self.file[name][place] = [np.nan if measure is None else measure.value for measure in found]


def to_csv(path: Path, source: Path) -> None:
    """The table as CSV, a line per run. Heads contain units; a value that a run does not have is empty."""
    with h5py.File(source, "r") as file:
        names = _names(file)
        parts = (slice(first, first + CHUNK) for first in range(0, len(file["run"]), CHUNK))
        rows = (row for part in parts for row in zip(*(_cells(file[name], part) for name in names), strict=True))
        csv_table.write(path, [_head(name, file[name].attrs.get("units", "1")) for name in names], rows)


def read(source: Path, measures: Sequence[str] | None = None) -> pd.DataFrame:
    """The table as a data frame, a line per run.

    Parameters
    ----------
    source : Path
        The HDF5 file.
    measures : sequence of str, optional
        Only these measures; columns that are no measures always come.
    """
    import pandas as pd

    with h5py.File(source, "r") as file:
        found = {}
        for name in _names(file):
            data = file[name]
            if measures is None or data.attrs["role"] == COORDINATE or name in measures:
                found[name] = _strings(data[()]) if data.ndim == 2 else data[()]
        return pd.DataFrame(found)


def units(source: Path) -> dict[str, str]:
    """The unit of every column that holds numbers."""
    with h5py.File(source, "r") as file:
        return {name: str(file[name].attrs["units"]) for name in _names(file) if file[name].ndim == 1}


def _names(file: h5py.File) -> list[str]:
    """Columns first, then measures by name."""
    role = {name: str(data.attrs["role"]) for name, data in file.items() if "role" in data.attrs}
    order = [str(name) for name in file.attrs["columns"].split("\n")]
    return [*order, *sorted(name for name, kind in role.items() if kind == MEASURE)]


def _head(name: str, unit: str) -> str:
    return name if unit == "1" else f"{name} ({unit})"


def _strings(data: np.ndarray) -> list[str]:
    width = data.shape[1]
    return [text.decode("utf-8") for text in np.ascontiguousarray(data).view(f"S{width}").ravel().tolist()]


def _cells(data: h5py.Dataset, place: slice) -> list[Any]:
    values = data[place]
    if values.ndim == 2:
        return _strings(values)
    if values.dtype.kind == "i":
        numbers: list[Any] = values.tolist()
        return numbers
    return ["" if value != value else value for value in values.tolist()]
