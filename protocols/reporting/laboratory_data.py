"""A laboratory's own measurements, read from a tidy CSV file into the same records as simulated ones.

A line is one animal's value of one measure in one test, or one point of its time course:

=============  ======================================================================================
column         content
=============  ======================================================================================
``group``      as the stored runs name it
``test``       as the stored runs name it
``measure``    a measure of the stored runs; with a time, a time course of theirs
``value``      a number
``unit``       its unit, turned into that of the stored runs
``animal``     the animal's own name or number; the same one in several tests is one animal
``time``       optional: when, on the test's clock (0 is the start of induction)
``time_unit``  the unit of that time
=============  ======================================================================================
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from protocols.errors import InputError, nearest
from results.measures.field_response import window_mean
from results.recording import Identity, Measure, Recording, Series
from results.statistics.summary import frame
from results.store.experiment_document import entry, experiment_of, in_unit
from results.units import factor

NEEDED = ("group", "test", "measure", "value", "unit", "animal")
TIMED = ("time", "time_unit")
SECOND = "s"
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")  # float() would read 1_215 and nan, too
SMALLEST, LARGEST = 1e-100, 1e100  # no measurement is beyond, and squares within do not overflow


@dataclass(frozen=True)
class Measurements:
    """The content of a file.

    Attributes
    ----------
    recordings : tuple of Recording
        One per animal and test, with its measures and time courses in the units of the stored runs; groups in their
        order.
    unused : tuple of str
        Columns that were not read.
    """

    recordings: tuple[Recording, ...]
    unused: tuple[str, ...]


def read(file: Path, model: Sequence[Recording]) -> Measurements:
    """Read a laboratory's measurements.

    Parameters
    ----------
    file : Path
        CSV in UTF-8, columns separated by commas, decimals by points.
    model : sequence of Recording
        The stored runs with which the measurements are compared; they define names and units.

    Returns
    -------
    Measurements
        Where a file gives the time course of a field response and no ``fepsp``, that is its mean in the test's window,
        as the model's is.

    Raises
    ------
    InputError
        In one line that names the line and the column.
    OSError
        If the file cannot be read.
    """
    columns, rows = _table(file)
    known = _Known(model)
    measures: dict[tuple[str, str, str], dict[str, Measure]] = {}
    courses: dict[tuple[str, str, str], dict[str, dict[float, float]]] = {}
    lines: dict[tuple[object, ...], int] = {}
    for number, cells in rows:
        line = _Line(file, number, cells)
        line.read(known)
        who = (line.group, line.test, cells["animal"])
        first = lines.setdefault((*who, line.measure, line.time), line.number)
        if first != line.number:
            line.refuse("animal", f"'{cells['animal']}' has this value in line {first} already")
        if line.time is None:
            measures.setdefault(who, {})[line.measure] = Measure(line.value, line.unit)
        else:
            courses.setdefault(who, {}).setdefault(line.measure, {})[line.time] = line.value
    if not measures and not courses:
        raise InputError(f"{file}: holds no measurement")
    unused = tuple(name for name in columns if name and name not in (*NEEDED, *TIMED))
    return Measurements(tuple(_recordings(model, known, measures, courses)), unused)


def named(file: Path, groups: Sequence[str], tests: Sequence[str]) -> tuple[list[str], list[str]]:
    """The groups and tests that a file names, in their own order.

    Parameters
    ----------
    file : Path
        As for `read`.
    groups, tests : sequence of str
        What there is.

    Raises
    ------
    InputError
        For a name that is not there, with the line and the column.
    """
    found: dict[str, set[str]] = {"group": set(), "test": set()}
    for number, cells in _table(file)[1]:
        for column, names in (("group", groups), ("test", tests)):
            if cells[column] not in names:
                near = nearest(cells[column], names)
                _Line(file, number, cells).refuse(column, f"no {column} '{cells[column]}' in the experiment{near}")
            found[column].add(cells[column])
    return [name for name in groups if name in found["group"]], [name for name in tests if name in found["test"]]


class _Known:
    """Names and units of the stored runs."""

    def __init__(self, model: Sequence[Recording]) -> None:
        self.groups = list(dict.fromkeys(one.identity.group for one in model))
        self.tests = list(dict.fromkeys(one.identity.test for one in model))
        table = frame(model)
        self.measures: dict[tuple[str, bool], dict[str, str]] = {}
        for test, measure, unit in table[["test", "measure", "unit"]].drop_duplicates().itertuples(index=False):
            self.measures.setdefault((test, False), {})[measure] = unit
        for one in model:
            for name, series in one.series.items():
                self.measures.setdefault((one.identity.test, True), {})[name] = series.unit


class _Line:
    """One line of the file."""

    def __init__(self, file: Path, number: int, cells: Mapping[str, str]) -> None:
        self.file, self.number, self.cells = file, number, cells
        self.group = self.test = self.measure = self.unit = ""
        self.value = 0.0
        self.time: float | None = None

    def refuse(self, column: str, why: str) -> NoReturn:
        said = " ".join(why.split())  # a cell may hold line breaks
        raise InputError(f"{self.file}: line {self.number}, column {column}: {said}")

    def read(self, known: _Known) -> None:
        for column in NEEDED:
            if not self.cells[column]:
                self.refuse(column, "is empty; leave a line out where there is no value")
        self.group, self.test = self._one_of("group", known.groups), self._one_of("test", known.tests)
        timed = bool(self.cells.get("time"))
        held = known.measures.get((self.test, timed), {})
        if timed and not held:
            self.refuse("time", f"the stored runs hold no time course of test '{self.test}'")
        self.measure = self._one_of("measure", list(held), "time course" if timed else "measure")
        self.unit = held[self.measure]
        self.value = self._number("value", self._factor("unit", self.unit))
        if timed:
            self.time = float(f"{self._number('time', self._factor('time_unit', SECOND)):.12g}")

    def _one_of(self, column: str, names: Sequence[str], what: str = "") -> str:
        given = self.cells[column]
        if given not in names:
            self.refuse(column, f"no {what or column} '{given}' in the stored runs{nearest(given, names)}")
        return given

    def _number(self, column: str, factor: float) -> float:
        given = self.cells[column]
        written = NUMBER.fullmatch(given)
        if not written:
            self.refuse(column, f"'{given}' is no number; write plain digits and a decimal point, such as 12.5")
        found = float(given) * factor
        if re.search("[1-9]", written[1]) and not SMALLEST <= abs(found) <= LARGEST:
            self.refuse(column, f"'{given}' is no measurement; write 0 or a size from {SMALLEST:g} to {LARGEST:g}")
        return found

    def _factor(self, column: str, wanted: str) -> float:
        given = self.cells.get(column, "")
        try:
            return factor(given, wanted)
        except ValueError:
            shown = "'min', 's' or 'h'" if column == "time_unit" else f"'{wanted}', or one that turns into it"
            self.refuse(column, f"'{given}' is no unit of {'a time' if column == 'time_unit' else self.measure}; "
                                f"allowed: {shown}")  # fmt: skip


def _table(file: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Names of the columns, and every line that is not empty: its number and its cells by column."""
    lines: list[tuple[int, list[str]]] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader, first = csv.reader(text, strict=True), 1
            for row in reader:
                lines.append((first, [cell.strip() for cell in row]))
                first = reader.line_num + 1  # a cell in quotes may go over several lines
    except (csv.Error, UnicodeDecodeError) as problem:
        reason = "it is not in UTF-8" if isinstance(problem, UnicodeDecodeError) else str(problem)
        raise InputError(f"{file}: is no CSV table: {reason}") from None
    columns = lines[0][1] if lines else []
    _check_head(file, columns)
    rows = []
    for number, cells in lines[1:]:
        if not any(cells):
            continue
        if len(cells) > len(columns):
            raise InputError(
                f"{file}: line {number}: {len(cells)} cells, but line 1 names {len(columns)} columns; "
                "write decimals with a point, and a cell that holds a comma in quotes"
            )
        rows.append((number, dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))))
    return columns, rows


def _check_head(file: Path, columns: Sequence[str]) -> None:
    if not any(columns):
        raise InputError(f"{file}: line 1 is empty; it has to name the columns: {', '.join(NEEDED)}")
    for name in NEEDED:
        if name not in columns:
            head = ",".join(columns)
            other = re.search(r"[;\t|]", head) or (len(columns) == 1 and " " in head)
            hint = (
                f"; separate columns by commas; needed are {', '.join(NEEDED)}"
                if other
                else nearest(name, columns).replace("allowed", "there are")
            )
            raise InputError(f"{file}: line 1: no column '{name}'{hint}")
    for name in (*NEEDED, *TIMED):
        if columns.count(name) > 1:
            raise InputError(f"{file}: line 1: column '{name}' is there {columns.count(name)} times; leave one")
    if ("time" in columns) != ("time_unit" in columns):
        missing = "time_unit" if "time" in columns else "time"
        raise InputError(f"{file}: line 1: no column '{missing}', which a time course needs beside the other")


def _recordings(
    model: Sequence[Recording],
    known: _Known,
    measures: Mapping[tuple[str, str, str], dict[str, Measure]],
    courses: Mapping[tuple[str, str, str], dict[str, dict[float, float]]],
) -> list[Recording]:
    everyone = list(dict.fromkeys([*measures, *courses]))
    numbers: dict[str, dict[str, int]] = {}
    for group, _, animal in everyone:
        numbers.setdefault(group, {}).setdefault(animal, len(numbers[group]))
    experiment = model[0].identity.experiment
    found = []
    for group, test, animal in everyone:
        own = dict(measures.get((group, test, animal), {}))
        series = {
            name: Series(np.array(sorted(points)), np.array([points[t] for t in sorted(points)]),
                         known.measures[test, True][name])
            for name, points in courses.get((group, test, animal), {}).items()
        }  # fmt: skip
        if "fepsp" in series and "fepsp" not in own:
            own |= _in_window(series["fepsp"], model, test)
        who = Identity(experiment, group, test, numbers[group][animal], 0, 0)
        found.append(Recording(who, series=series, measures=own))
    return sorted(found, key=lambda one: (known.groups.index(one.identity.group), known.tests.index(one.identity.test)))


def _in_window(series: Series, model: Sequence[Recording], test: str) -> dict[str, Measure]:
    """The mean of a time course where the test's measure is taken; nothing where no point lies there."""
    edges = entry(experiment_of(model[0]).get("test"), test).get("window")
    if not edges:
        return {}
    with suppress(ValueError):
        window = (in_unit(edges[0], SECOND), in_unit(edges[1], SECOND))
        return {"fepsp": Measure(window_mean(series.values, series.time, window), series.unit)}
    return {}
