"""Time courses as a labelled data set: one axis of time."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("xarray")

from results.store.labelled import dataset

KEYS = ["group", "animal"]
SLOW = np.array([-1.0, -0.5, 0.0, 0.0, 0.5, 1.0])  # an induction takes no time


def table(*courses):
    """Lines of (group, animal, series, times, unit), values that tell which they are."""
    parts = [
        pd.DataFrame(
            {"group": group, "animal": animal, "test": "HFS", "series": name, "time": times, "unit": unit,
             "value": 100 * animal + np.arange(len(times))}
        )
        for group, animal, name, times, unit in courses
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


SWEEPS = np.array([-1.0, 1.0])


def both(animal):
    """A fast and a slow series of one animal."""
    return ("a", animal, "fepsp", SWEEPS, "%"), ("a", animal, "camp", SLOW, "1")


def test_all_series_share_one_axis_of_time():
    found = dataset(table(*both(0), *both(1), ("a", 0, "glutamate", SLOW + 1e-9, "uM")), KEYS, "HFS")
    assert found.sizes == {"run": 2, "time": 5}  # the induction's moment stands once
    assert list(found.data_vars) == ["fepsp", "camp", "glutamate"] and found.glutamate.attrs["units"] == "uM"
    assert found.time.values.tolist() == [-1, -0.5, 0, 0.5, 1]
    assert found.camp.values[1].tolist() == [100, 101, 103, 104, 105]  # what follows the induction counts
    assert np.isnan(found.glutamate.values[1]).all()  # a run that has no such series


def test_what_xarray_does_with_an_axis_works():
    found = dataset(table(*both(0), *both(1)), KEYS, "HFS")
    assert found.fepsp.sel(time=1.0).values.tolist() == [1, 101]
    assert found.sel(time=0.1, method="nearest").fepsp.values.tolist() == [0.5, 100.5]
    assert found.interp(time=[-0.5, 0.5]).fepsp.values.tolist() == [[0.25, 0.75], [100.25, 100.75]]
    assert found.camp.sel(time=slice(0, 1)).sizes["time"] == 3
    frame = found.to_dataframe()
    assert len(frame) == 2 * 5 and not frame[["fepsp", "camp"]].isna().any(axis=None)
    assert (found.fepsp.attrs["interpolated"], found.camp.attrs["interpolated"]) == (1, 0)


def test_what_was_sampled_is_kept_and_the_rest_left_out_on_request():
    found = dataset(table(*both(0)), KEYS, "HFS", interpolate=False)
    assert found.fepsp.dropna("time").time.values.tolist() == [-1, 1]
    assert int(found.fepsp.isnull().sum()) == 3 and found.fepsp.attrs["interpolated"] == 0


def test_nothing_is_invented_beyond_the_samples_of_a_series():
    lines = table(("a", 0, "fepsp", SLOW[:2], "%"), ("a", 1, "fepsp", SLOW[:2] + 1, "%"))
    found = dataset(lines, KEYS, "HFS")
    assert found.fepsp.isnull().values.tolist() == [[False, False, True, True], [True, True, False, False]]


def test_chosen_series_make_a_frame_with_a_line_for_each_run_and_time():
    lines = table(("a", 0, "fepsp", SLOW[:3], "%"), ("b", 0, "fepsp", SLOW[:3], "%"), ("a", 0, "camp", SLOW, "1"))
    found = dataset(lines, KEYS, "HFS", ["fepsp"])
    assert found.fepsp.dims == ("run", "time")
    frame = found.to_dataframe().reset_index()
    assert frame.group.tolist() == ["a"] * 3 + ["b"] * 3 and frame.time.tolist() == [-1, -0.5, 0] * 2


def test_what_is_not_there_is_named():
    lines = table(("a", 0, "fepsp", SLOW, "%"))
    with pytest.raises(ValueError, match="no series of a test 'hfs'; there are: HFS"):
        dataset(lines, KEYS, "hfs")
    with pytest.raises(ValueError, match="no series 'fpsp'; there are: fepsp"):
        dataset(lines, KEYS, "HFS", ["fpsp"])
