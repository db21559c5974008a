"""A folder of results as tables: measures, time courses, and verdicts on the evidence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from results import store
from results.experiment_document import in_order
from results.recording import Recording
from results.stored_runs import StoredRun, StoredRuns, stored_runs
from results.summary import COLUMNS, frame

if TYPE_CHECKING:
    import xarray

SERIES_COLUMNS = ["experiment", "group", "test", "animal", "series", "time", "value", "unit"]
_IDENTITY = ["experiment", "group", "test", "animal"]


class Results:
    """What a folder of results holds; each table is read when it is first asked for.

    Parameters
    ----------
    found : results.stored_runs.StoredRuns

    Attributes
    ----------
    measures : DataFrame
        A line per animal, group, test and measure: ``experiment, group, test, animal, measure, value, unit``, behind
        ``point`` and what was varied where a study put the runs there. Runs of an experiment have the measure
        ``fepsp_time_course`` too, which is computed from their series; a study's have not.
    series : DataFrame
        A line per sample of every slow quantity: ``experiment, group, test, animal, series, time, value, unit``, time
        in s on the test's own clock, behind the columns of a study.
    evidence : DataFrame
        A line per published finding on this experiment: verdict and model beside paper, for each point of a study. It
        judges what was run: under changed settings it says what these settings do to the verdicts.
    units : mapping
        Units of a study's columns.

    Notes
    -----
    Iterating gives the recordings themselves, so that a figure is drawn with ``figures.bars_figure(load(DIR))``.
    """

    def __init__(self, found: StoredRuns) -> None:
        self._found = found
        self.units = dict(found.units)

    def __repr__(self) -> str:
        varied = f", varied {', '.join(name for name in self.units if name != 'point')}" if self.units else ""
        return f"Results({len(self._found.runs)} runs{varied})"

    @cached_property
    def measures(self) -> pd.DataFrame:
        parts = []
        for run in self._found.runs:
            table = measures_of(run, self._found.study)
            parts += [_under(one, table) for one in run.conditions]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def series(self) -> pd.DataFrame:
        parts = []
        for run, recording in self._recordings():
            table = _series(recording)
            parts += [_under(one, table) for one in run.conditions]
        found = pd.concat(parts, ignore_index=True)
        return found.astype(dict.fromkeys(["experiment", "group", "test", "series", "unit"], "category"))

    @cached_property
    def evidence(self) -> pd.DataFrame:
        from results.comparison import compare
        from results.evidence import load as published
        from results.summary import summarise

        by_point: dict[int | None, list[Recording]] = {}
        for run, recording in self._recordings():
            for one in run.conditions:
                by_point.setdefault(one.get("point"), []).append(recording)
        known = published()
        rows = []
        for point, recordings in sorted(by_point.items(), key=lambda item: item[0] or 0):
            name = recordings[0].identity.experiment
            chosen = [item for item in known if item.experiment == name and item.claim != "input"]
            summary = summarise(name, "", None, 0.0, recordings)
            own = {} if point is None else {"point": point}
            rows += [own | row for row in compare(chosen, {name: summary}) if row["model"] is not None]
        return pd.DataFrame(rows)

    def dataset(self, test: str) -> xarray.Dataset:
        """The time courses of one test as a labelled data set (needs xarray).

        Parameters
        ----------
        test : str

        Returns
        -------
        xarray.Dataset
            Dimension ``run`` with coordinates ``group``, ``animal`` and the columns of a study; a variable per series,
            with its ``units``, over its own dimension of samples ``sample_<series>``, whose ``time_<series>`` (s, run
            by run) is a coordinate. Where runs differ in length, what a run does not have is NaN.

        Raises
        ------
        ValueError
            If no run belongs to the test.
        """
        import xarray

        table = self.series[self.series["test"] == test]
        if table.empty:
            known = ", ".join(map(str, self.series["test"].unique()))
            raise ValueError(f"no series of a test {test!r}; there are: {known}")
        keys = [*self.units, *_IDENTITY]
        runs = table[keys].drop_duplicates().reset_index(drop=True)
        place = table.merge(runs.assign(run=runs.index), on=keys, how="left")["run"].to_numpy()
        variables: dict[str, Any] = {}
        coordinates: dict[str, Any] = {name: ("run", runs[name].astype(object).to_numpy()) for name in keys}
        for name in keys:
            if runs[name].dtype.kind in "if":
                coordinates[name] = ("run", runs[name].to_numpy())
        for name in table["series"].unique():
            part = (table["series"] == name).to_numpy()
            own, owner = table[part], place[part]
            sample = own.groupby(owner).cumcount().to_numpy()
            time, values = (np.full((len(runs), sample.max() + 1), np.nan) for _ in range(2))
            time[owner, sample], values[owner, sample] = own["time"], own["value"]
            dims = ("run", f"sample_{name}")
            coordinates[f"time_{name}"] = (dims, time, {"units": "s"})
            variables[str(name)] = (dims, values, {"units": str(own["unit"].iloc[0])})
        return xarray.Dataset(variables, coordinates, {"comment": "simulated by corticostriatal", "test": test})

    def __iter__(self) -> Iterator[Recording]:
        """Every recording, in the order of the experiment's groups and tests: what figures are drawn from."""
        return iter(in_order(recording for _, recording in self._recordings()))

    def __len__(self) -> int:
        return len(self._found.runs)

    def at(self, point: int) -> Results:
        """What a study's folder holds of one condition.

        Parameters
        ----------
        point : int
            The condition's place, as the column ``point`` has it.

        Raises
        ------
        ValueError
            If no run belongs to it.
        """
        own = [(run, tuple(one for one in run.conditions if one.get("point") == point)) for run in self._found.runs]
        chosen = tuple(replace(run, conditions=there) for run, there in own if there)
        if not chosen:
            raise ValueError(f"no run belongs to the condition {point}")
        return Results(StoredRuns(chosen, self._found.units))

    def _recordings(self) -> Iterator[tuple[StoredRun, Recording]]:
        for run in self._found.runs:
            yield run, store.read(run.file)


def load(directory: str | os.PathLike[str]) -> Results:
    """What a folder that ``run`` or ``sweep`` wrote holds.

    Parameters
    ----------
    directory : path-like
        A folder of results, a study's folder, or a run's file.

    Raises
    ------
    results.store.StoreError
        If there is no run, or a study has no index.
    """
    return Results(stored_runs(Path(directory)))


def measures_of(run: StoredRun, brief: bool = False) -> pd.DataFrame:
    """The lines of `Results.measures` for one run; `brief` reads its measures only, and none of its series."""
    if not brief:
        return frame([store.read(run.file)])
    measures, _ = store.brief(run.file)
    who = store.identity(run.file)
    named = (who.experiment, who.group, who.test, who.animal)
    rows = [(*named, name, measure.value, measure.unit) for name, measure in measures.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def _series(recording: Recording) -> pd.DataFrame:
    who = recording.identity
    parts = [
        pd.DataFrame({"series": name, "time": one.time, "value": one.values, "unit": one.unit})
        for name, one in recording.series.items()
    ]
    empty = pd.DataFrame(columns=SERIES_COLUMNS[4:])
    table = pd.concat(parts, ignore_index=True) if parts else empty
    for place, name in enumerate(_IDENTITY):
        table.insert(place, name, getattr(who, name))
    return table


def _under(condition: Any, table: pd.DataFrame) -> pd.DataFrame:
    """The table behind the columns of a condition."""
    found = table.copy()
    for place, (name, value) in enumerate(condition.items()):
        found.insert(place, name, value)
    return found
