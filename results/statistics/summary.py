"""All recordings of one experiment in one table: rows per group and comparisons between groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from results.recording import Identity, Measure, Recording, Series
from results.statistics import inference
from results.store.files import write_json

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "TIME_COURSE", "WHO", "frame", "measures_of", "summarise", "who", "write_json"]

TIME_COURSE = "fepsp_time_course"  # each animal's mean response over all sweeps after induction
WHO = ["experiment", "group", "test", "animal", "subject", "structure_seed"]
"""Columns that identify the animal of a line. No two animals of a table share a ``subject``; those of different groups
that share a ``structure_seed`` are paired: the same wiring and the same parameters."""
COLUMNS = [*WHO, "measure", "value", "unit"]


def frame(recordings: Iterable[Recording]) -> pd.DataFrame:
    """One row per animal, group, test and measure, in the order of the recordings.

    Returns
    -------
    DataFrame
        Columns as `COLUMNS` names them. Where a recording holds the series ``fepsp``, its mean after induction is added
        as the measure ``fepsp_time_course``.
    """
    import pandas as pd  # here: it takes long to import, and a summary does without it

    rows = []
    for recording in recordings:
        own = who(recording.identity)
        rows += [(*own, name, float(one.value), one.unit) for name, one in measures_of(recording).items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def who(identity: Identity, point: int | None = None) -> tuple[str | int, ...]:
    """The entries of the columns `WHO`, under a condition of a study where it has one."""
    named = identity.experiment, identity.group, identity.test, identity.animal
    return (*named, identity.subject(point), identity.structure_seed)


def measures_of(recording: Recording) -> dict[str, Measure]:
    """The measures of a recording, and ``fepsp_time_course`` where it holds the series ``fepsp``."""
    course = _after_induction(recording)
    derived = {} if course is None else {TIME_COURSE: Measure(float(course.values.mean()), course.unit)}
    return {**recording.measures, **derived}


def summarise(
    name: str,
    version: str,
    seeds: Any,
    wall_seconds: float,
    recordings: Iterable[Recording],
    control: str | None = None,
) -> dict[str, Any]:
    """The contents of ``summary.json``.

    Parameters
    ----------
    name, version : str
        Experiment and code version.
    seeds : JSON-able
        As the caller names them.
    wall_seconds : float
    recordings : iterable of Recording
        One per animal, group and test; groups and tests keep the order in which they first appear.
    control : str, optional
        Group that is put first, so that it is `a` in its comparisons.

    Returns
    -------
    dict
        ``experiment, version, seeds, wall_seconds, rows, comparisons``. A row is ``group, test, measure, unit, n,
        mean, sem, values``, values in the order of the animals' numbers. A comparison is ``a, b, test, measure,
        effect_size, p, statistic``: Cohen's d of a - b and Welch's t, as text with its degrees of freedom. For
        ``fepsp_time_course`` it is the between-group F of the repeated-measures analysis over all sweeps after
        induction, and d from that F with the sign of a - b. Numbers that do not exist (the SEM of one animal, a test
        without spread) are None.

    Raises
    ------
    ValueError
        If an animal occurs twice in a group and test, a measure changes its unit, or animals compared over time have
        different sweep times.
    """
    recordings = list(recordings)
    groups = list(dict.fromkeys(recording.identity.group for recording in recordings))
    if control in groups:
        groups.sort(key=lambda group: group != control)
    rows, comparisons = [], []
    for (test, measure), part in _by_test_and_measure(recordings).items():
        units = list(dict.fromkeys(one.measure.unit for one in part))
        if len(units) > 1:
            raise ValueError(f"{measure} comes in different units: {', '.join(units)}")
        values = {group: [float(one.measure.value) for one in part if one.group == group] for group in groups}
        values = {group: numbers for group, numbers in values.items() if numbers}
        rows += [_row(group, test, measure, units[0], numbers) for group, numbers in values.items()]
        for a, b in combinations(values, 2):
            outcome = (
                _compare_courses(recordings, a, b, test) if measure == TIME_COURSE else _compare(values[a], values[b])
            )
            comparisons.append({"a": a, "b": b, "test": test, "measure": measure, **outcome})
    return {
        "experiment": name,
        "version": version,
        "seeds": seeds,
        "wall_seconds": float(wall_seconds),
        "rows": rows,
        "comparisons": comparisons,
    }


def _after_induction(recording: Recording) -> Series | None:
    series = recording.series.get("fepsp")
    if series is None or not (series.time > 0).any():
        return None
    after = series.time > 0
    return Series(series.time[after], series.values[after], series.unit)


class _Measured(NamedTuple):
    """A measure of one animal."""

    group: str
    animal: int
    measure: Measure


def _by_test_and_measure(recordings: Sequence[Recording]) -> dict[tuple[str, str], list[_Measured]]:
    """The measures of all animals by test and name, tests in the order of the recordings, animals in that of numbers.

    Raises
    ------
    ValueError
        If an animal occurs twice in a group and test.
    """
    found: dict[tuple[str, str], list[_Measured]] = {}
    seen = set()
    tests = list(dict.fromkeys(recording.identity.test for recording in recordings))
    for recording in sorted(recordings, key=lambda one: (tests.index(one.identity.test), one.identity.animal)):
        own = recording.identity
        place = own.group, own.test, own.animal
        if place in seen:
            raise ValueError(f"animal {own.animal} occurs twice in group {own.group!r}, test {own.test!r}")
        seen.add(place)
        for name, measure in measures_of(recording).items():
            found.setdefault((own.test, name), []).append(_Measured(own.group, own.animal, measure))
    return found


def _row(group: str, test: str, measure: str, unit: str, values: list[float]) -> dict[str, Any]:
    return {
        "group": group,
        "test": test,
        "measure": measure,
        "unit": unit,
        "n": len(values),
        "mean": inference.mean(values),
        "sem": inference.sem(values),
        "values": values,
    }


def _compare(a: list[float], b: list[float]) -> dict[str, Any]:
    effect, test = inference.effect_size(a, b), inference.welch_t(a, b)
    return {
        "effect_size": effect and effect.d,
        "p": test and test.p,
        "statistic": test and str(test),
    }


def _compare_courses(recordings: Sequence[Recording], a: str, b: str, test: str) -> dict[str, Any]:
    courses: dict[str, list[Series]] = {a: [], b: []}
    for recording in recordings:
        course = _after_induction(recording)
        if recording.identity.group in courses and recording.identity.test == test and course is not None:
            courses[recording.identity.group].append(course)
    everyone = courses[a] + courses[b]
    if any(not np.array_equal(course.time, everyone[0].time) for course in everyone):
        raise ValueError(f"animals of {a!r} and {b!r} have different sweep times in test {test!r}")
    tables = [np.array([course.values for course in courses[group]]) for group in (a, b)]
    analysis = inference.split_plot_anova(tables)
    if analysis is None or analysis.d is None:
        return {"effect_size": None, "p": None, "statistic": None}
    sign = 1.0 if tables[0].mean() >= tables[1].mean() else -1.0
    return {"effect_size": sign * analysis.d, "p": analysis.group.p, "statistic": str(analysis.group)}
