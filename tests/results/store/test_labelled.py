"""Time courses as a labelled data set: one index of times where samples agree."""

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


def test_series_with_the_same_times_share_an_index_and_others_have_their_own():
    sweeps = np.array([-1.0, 1.0])
    found = dataset(
        table(
            *(
                course
                for animal in (0, 1)
                for course in (
                    ("a", animal, "fepsp", sweeps, "%"),
                    ("a", animal, "camp", SLOW, "1"),
                    ("a", animal, "glutamate", SLOW + 1e-9, "uM"),
                )
            )
        ),
        KEYS,
        "HFS",
    )
    assert found.sizes == {"run": 2, "time": 6, "time_fepsp": 2}
    assert list(found.data_vars) == ["fepsp", "camp", "glutamate"] and found.glutamate.attrs["units"] == "uM"
    assert found.fepsp.sel(time_fepsp=1.0).values.tolist() == [1, 101]
    assert found.camp.sel(time=slice(0, 1)).values.tolist() == [[2, 3, 4, 5], [102, 103, 104, 105]]
    assert len(found.to_dataframe()) == 2 * 6 * 2


def test_chosen_series_make_a_frame_with_a_line_for_each_run_and_time():
    lines = table(("a", 0, "fepsp", SLOW[:3], "%"), ("b", 0, "fepsp", SLOW[:3], "%"), ("a", 0, "camp", SLOW, "1"))
    found = dataset(lines, KEYS, "HFS", ["fepsp"])
    assert found.fepsp.dims == ("run", "time")
    frame = found.to_dataframe().reset_index()
    assert frame.group.tolist() == ["a"] * 3 + ["b"] * 3 and frame.time.tolist() == [-1, -0.5, 0] * 2
    assert found.sel(time=0.1, method="nearest").fepsp.values.tolist() == [2, 2]


def test_runs_that_were_sampled_at_other_times_keep_their_own():
    lines = table(
        ("a", 0, "fepsp", SLOW[:3], "%"), ("a", 1, "fepsp", SLOW[:2] + 1, "%"),
        ("a", 0, "slope", SLOW[:3], "%"), ("a", 1, "slope", SLOW[:2] + 1, "%"),
        ("a", 0, "camp", SLOW, "1"),
    )  # fmt: skip
    found = dataset(lines, KEYS, "HFS")
    assert found.fepsp.dims == found.slope.dims == ("run", "sample") and found.camp.dims == ("run", "time_camp")
    np.testing.assert_array_equal(found.time, [[-1, -0.5, 0], [0, 0.5, np.nan]])
    np.testing.assert_array_equal(found.fepsp, [[0, 1, 2], [100, 101, np.nan]])
    np.testing.assert_array_equal(found.camp, [np.arange(6.0), np.full(6, np.nan)])  # a run that has no such series


def test_what_is_not_there_is_named():
    lines = table(("a", 0, "fepsp", SLOW, "%"))
    with pytest.raises(ValueError, match="no series of a test 'hfs'; there are: HFS"):
        dataset(lines, KEYS, "hfs")
    with pytest.raises(ValueError, match="no series 'fpsp'; there are: fepsp"):
        dataset(lines, KEYS, "HFS", ["fpsp"])
