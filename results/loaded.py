"""A folder of results as tables: measures, time courses, and verdicts on the evidence."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from results import store
from results.recording import Identity, Recording
from results.statistics.summary import COLUMNS, WHO, frame, who
from results.store.experiment_document import in_order
from results.store.stored_runs import StoredRun, StoredRuns, stored_runs

if TYPE_CHECKING:
    import xarray

SERIES_COLUMNS = [*WHO, "series", "time", "value", "unit"]


class Results:
    """What a folder of results holds; each table is read when it is first asked for.

    Parameters
    ----------
    found : results.store.stored_runs.StoredRuns

    Attributes
    ----------
    measures : DataFrame
        A line per animal, group, test and measure, in the experiment's order: ``experiment, group, test, animal,
        subject, structure_seed, measure, value, unit``, after ``point`` and the varied values where the runs belong to
        a study. No two animals share a ``subject``; those that share a ``structure_seed`` are paired: the same wiring
        and parameters. Runs of an experiment have the measure ``fepsp_time_course`` too, which is computed from their
        series; a study's have not.
    series : DataFrame
        A line per sample of every slow quantity: ``series, time, value, unit`` behind the same columns, time in s on
        the test's own clock.
    evidence : DataFrame
        A line per published finding on this experiment: verdict and model beside paper, for each point of a study. The
        verdicts are about the runs as they were done, changed settings included. ``use`` keeps calibration, informed
        and predicted rows apart; ``by_construction`` and ``same_as`` mark what is not counted, ``why`` the reason;
        ``chance_right``, ``chance_inconclusive`` and ``chance_wrong`` are those of another cohort of ``n`` animals.
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
        return pd.concat(
            [part for run in self._found.runs for part in measures_of(run, self._found)], ignore_index=True
        )

    @cached_property
    def series(self) -> pd.DataFrame:
        parts = []
        for run, recording in self._recordings():
            table = _series(recording)
            parts += [_under(one, table, recording.identity) for one in run.conditions]
        found = pd.concat(parts, ignore_index=True)
        for name in ("experiment", "group", "test", "subject", "series", "unit"):  # groups stay in their order
            found[name] = pd.Categorical(found[name], categories=found[name].unique())
        return found

    @cached_property
    def evidence(self) -> pd.DataFrame:
        from results.evidence.comparison import compare
        from results.evidence.table import load as published
        from results.statistics.summary import summarise

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
            rows += [own | _flat(row) for row in compare(chosen, {name: summary}) if row["model"] is not None]
        return pd.DataFrame(rows)

    def dataset(self, test: str, *series: str, interpolate: bool = True) -> xarray.Dataset:
        """The time courses of one test as a labelled data set on one axis of time (needs xarray).

        Parameters
        ----------
        test : str
        *series : str
            Only these; all of them when left out.
        interpolate : bool
            Whether a series has a value between its samples, where another one was sampled.

        Returns
        -------
        xarray.Dataset
            As `results.store.labelled.dataset` describes it.

        Raises
        ------
        ValueError
            If no run has such a test or series.
        """
        from results.store import labelled

        return labelled.dataset(self.series, [*self.units, *WHO], test, series, interpolate)

    def __iter__(self) -> Iterator[Recording]:
        """Every recording, in the order of the experiment's groups and tests: what figures are drawn from."""
        return iter(in_order(recording for _, recording in self._recordings()))

    def __len__(self) -> int:
        return len(self._found.runs)

    def at(self, point: int) -> Results:
        """The results of one condition of a study.

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


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of evidence with a column for each chance."""
    likely = row["chances"] or {}
    rest = {name: value for name, value in row.items() if name != "chances"}
    return rest | {f"chance_{kind}": likely.get(kind) for kind in ("right", "inconclusive", "wrong")}


def load(directory: str | os.PathLike[str]) -> Results:
    """The results in a folder that ``run`` or ``sweep`` wrote.

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


def measures_of(run: StoredRun, found: StoredRuns) -> Iterator[pd.DataFrame]:
    """The lines of `Results.measures` for one run, under each of its conditions.

    Of a study's run only the measures are read, and none of its series.
    """
    if found.study:
        measures, _ = store.brief(run.file)
        identity = store.identity(run.file)
        rows = [(*who(identity), name, measure.value, measure.unit) for name, measure in measures.items()]
        table = pd.DataFrame(rows, columns=COLUMNS)
    else:
        recording = store.read(run.file)
        identity, table = recording.identity, frame([recording])
    for one in run.conditions:
        yield _under(one, table, identity)


def _series(recording: Recording) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"series": name, "time": one.time, "value": one.values, "unit": one.unit})
        for name, one in recording.series.items()
    ]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=SERIES_COLUMNS[len(WHO) :])
    for place, (name, value) in enumerate(zip(WHO, who(recording.identity), strict=True)):
        table.insert(place, name, value)
    return table


def _under(condition: Mapping[str, Any], table: pd.DataFrame, identity: Identity) -> pd.DataFrame:
    """The table with the columns of a condition before it. An animal has another name in each condition."""
    found = table.assign(subject=identity.subject(condition.get("point")))
    for place, (name, value) in enumerate(condition.items()):
        found.insert(place, name, value)
    return found
