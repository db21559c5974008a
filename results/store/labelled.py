"""Time courses of runs as a labelled data set (xarray)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from results.recording import FloatArray

if TYPE_CHECKING:
    import xarray

SAME = 1e-6  # s: samples this near each other were taken at the same time


@dataclass(frozen=True, eq=False)
class _Course:
    """One quantity: values, shape (runs, samples); time, s, of the same shape, or (samples,) where runs agree."""

    name: str
    unit: str
    time: FloatArray
    values: FloatArray


def dataset(table: pd.DataFrame, keys: Sequence[str], test: str, names: Sequence[str] = ()) -> xarray.Dataset:
    """Time courses of one test.

    Parameters
    ----------
    table : DataFrame
        As `results.loaded.Results.series`.
    keys : sequence of str
        Columns that say which run a line belongs to.
    test : str
    names : sequence of str
        Only these series; all of them when empty.

    Returns
    -------
    xarray.Dataset
        A variable with its ``units`` for each series, over ``run`` and time, s. Series that all runs sampled at the
        same times have these as an index; series that were sampled alike share it. The one that most series share is
        ``time``, any other is named after its first series, ``time_fepsp``. Where runs were sampled at different
        times, the dimension is ``sample`` in place of ``time``, and each run's times are a coordinate over both; values
        that a run does not have are NaN. `keys` are coordinates of ``run``.

    Raises
    ------
    ValueError
        If there is no such test or series.
    """
    import xarray

    own = table[table["test"] == test]
    _refuse_unknown("series of a test", [test], table["test"])
    _refuse_unknown("series", names, own["series"])
    runs = own[list(keys)].drop_duplicates().reset_index(drop=True)
    place = own.merge(runs.assign(run=runs.index), on=list(keys), how="left")["run"].to_numpy()
    courses = []
    for name in names or own["series"].unique():
        chosen = (own["series"] == name).to_numpy()
        courses.append(_course(str(name), own[chosen], place[chosen], len(runs)))
    coordinates: dict[str, Any] = {
        name: ("run", runs[name].to_numpy() if runs[name].dtype.kind in "if" else runs[name].astype(object).to_numpy())
        for name in keys
    }
    variables: dict[str, Any] = {}
    for alike, suffix in _axes(courses):
        time, regular = alike[0].time, alike[0].time.ndim == 1
        dimension = f"{'time' if regular else 'sample'}{suffix}"
        coordinates[f"time{suffix}"] = (dimension if regular else ("run", dimension), time, {"units": "s"})
        variables |= {one.name: (("run", dimension), one.values, {"units": one.unit}) for one in alike}
    return xarray.Dataset(
        {one.name: variables[one.name] for one in courses},
        coordinates,
        {"comment": "simulated by corticostriatal", "test": test},
    )


def _course(name: str, lines: pd.DataFrame, owner: np.ndarray, runs: int) -> _Course:
    sample = lines.groupby(owner).cumcount().to_numpy()
    time, values = (np.full((runs, sample.max() + 1), np.nan) for _ in range(2))
    time[owner, sample], values[owner, sample] = lines["time"], lines["value"]
    there = time[np.unique(owner)]
    agreed = _same(there, np.broadcast_to(there[0], there.shape))
    return _Course(name, str(lines["unit"].iloc[0]), there[0] if agreed else time, values)


def _axes(courses: Sequence[_Course]) -> list[tuple[list[_Course], str]]:
    """Series that share their times, and what the name of these times ends in; the largest share first."""
    groups: list[list[_Course]] = []
    for one in courses:
        alike = next((group for group in groups if _same(group[0].time, one.time)), None)
        if alike is None:
            groups.append([one])
        else:
            alike.append(one)
    groups.sort(key=len, reverse=True)
    return [(group, f"_{group[0].name}" if number else "") for number, group in enumerate(groups)]


def _same(a: FloatArray, b: FloatArray) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=0, atol=SAME, equal_nan=True))


def _refuse_unknown(what: str, wanted: Sequence[str], column: pd.Series) -> None:
    known = [str(name) for name in column.unique()]
    for name in wanted:
        if name not in known:
            raise ValueError(f"no {what} {name!r}; there are: {', '.join(known)}")
