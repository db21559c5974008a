"""Time courses of runs as a labelled data set (xarray), on one axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from results.recording import FloatArray

if TYPE_CHECKING:
    import xarray

DIGITS = 6  # of a time in s: samples nearer to each other than that were taken at the same time


def dataset(
    table: pd.DataFrame, keys: Sequence[str], test: str, names: Sequence[str] = (), interpolate: bool = True
) -> xarray.Dataset:
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
    interpolate : bool
        Whether a series has a value at the times at which others were sampled.

    Returns
    -------
    xarray.Dataset
        A variable with its ``units`` for each series, over ``run`` and ``time``, s: every time at which any of them was
        sampled in any run, once each, rising. Between its own samples a series is interpolated linearly, and its
        attribute ``interpolated`` is 1; before its first and after its last sample, and where a run does not have it,
        it is NaN. Of several samples at one time (an induction takes no time) the last counts. `keys` are coordinates
        of ``run``. Without `interpolate`, a series is NaN wherever it was not sampled.

    Raises
    ------
    ValueError
        If there is no such test or series.
    """
    import xarray

    own = table[table["test"] == test]
    _refuse_unknown("series of a test", [test], table["test"])
    _refuse_unknown("series", names, own["series"])
    own = own[own["series"].isin(list(names))] if names else own
    runs = table[table["test"] == test][list(keys)].drop_duplicates().reset_index(drop=True)
    place = own.merge(runs.assign(run=runs.index), on=list(keys), how="left")["run"].to_numpy()
    own = own.assign(run=place, time=own["time"].to_numpy(dtype=float).round(DIGITS) + 0.0)
    own = own.drop_duplicates(["run", "series", "time"], keep="last")
    time = np.unique(own["time"].to_numpy())
    variables: dict[str, Any] = {}
    for name in names or own["series"].unique():
        lines = own[own["series"] == name]
        values, filled = _on(time, lines, len(runs), interpolate)
        about = {"units": str(lines["unit"].iloc[0]), "interpolated": int(filled)}
        variables[str(name)] = (("run", "time"), values, about)
    coordinates: dict[str, Any] = {
        name: ("run", runs[name].to_numpy() if runs[name].dtype.kind in "if" else runs[name].astype(object).to_numpy())
        for name in keys
    }
    coordinates["time"] = ("time", time, {"units": "s"})
    return xarray.Dataset(variables, coordinates, {"comment": "simulated by corticostriatal", "test": test})


def _on(time: FloatArray, lines: pd.DataFrame, runs: int, interpolate: bool) -> tuple[FloatArray, bool]:
    """One series at all times, shape (runs, times), and whether any value was not sampled."""
    values, filled = np.full((runs, time.size), np.nan), False
    for run in range(runs):
        course = lines[lines["run"] == run]
        if course.empty:
            continue
        course = course.sort_values("time", kind="stable")
        own, levels = course["time"].to_numpy(), course["value"].to_numpy(dtype=float)
        sampled = np.searchsorted(time, own)
        if interpolate:
            inside = slice(sampled[0], sampled[-1] + 1)
            values[run, inside] = np.interp(time[inside], own, levels)
            filled |= inside.stop - inside.start > own.size
        values[run, sampled] = levels  # to the last bit
    return values, filled


def _refuse_unknown(what: str, wanted: Sequence[str], column: pd.Series) -> None:
    known = [str(name) for name in column.unique()]
    for name in wanted:
        if name not in known:
            raise ValueError(f"no {what} {name!r}; there are: {', '.join(known)}")
