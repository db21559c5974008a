"""How many animals a laboratory would need to see an effect, from cohorts of simulated animals.

A pool of animals is simulated, or read from a folder of results; over the ensemble, one for each set of parameters that
fits the calibration as well as the shipped one. `results.statistics.power` says how cohorts are drawn and tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from protocols.analysis.measured import refuse_unmeasured
from protocols.assays.kinds import MAIN_MEASURES
from protocols.errors import InputError, nearest, refuse_unknown
from protocols.experiments.experiment import Experiment
from protocols.experiments.overrides import chosen, parameter_settings, with_overrides
from protocols.runs.batch import Batch, Progress, read_folder, run_batch
from protocols.runs.plan import default_folder
from protocols.runs.progress import heartbeat
from protocols.runs.summary import summed_up
from results.evidence import table as evidence
from results.recording import Recording
from results.statistics.power import (
    ALPHA,
    LEAST_POOL,
    SMALLEST,
    STATISTICS,
    TARGETS,
    Pool,
    PowerCurve,
    Statistic,
    normal_power,
    over_all,
    power_curve,
    verdict,
)
from results.statistics.summary import TIME_COURSE, frame
from synapses.calibrated import calibrated

ANIMALS = 32
SHIPPED, GIVEN = "shipped", "as given"
OVER_ALL = "over all sets"


@dataclass(frozen=True)
class Question:
    """A question: two groups in one test, one measure and statistic (chosen when left out), and the largest cohort."""

    groups: tuple[str, str]
    test: str
    measure: str | None = None
    statistic: str | None = None
    largest: int = 40


@dataclass(frozen=True)
class Planned:
    """The answer.

    Attributes
    ----------
    document : dict
        What ``power --json`` writes.
    curves : dict
        Set of parameters -> `results.statistics.power.PowerCurve`; over several sets, their mean is the last.
    folder : Path
        Folder of the figure.
    failed : bool
        Whether a run of the pool failed; the others were used.
    """

    document: dict[str, Any]
    curves: dict[str, PowerCurve]
    folder: Path
    failed: bool


def plan_cohorts(
    source: str | Path | Experiment,
    question: Question,
    progress: Progress,
    settings: Sequence[str] = (),
    animals: int | None = None,
    seed: int | None = None,
    ensemble: bool = False,
    jobs: int | None = None,
    out: Path | None = None,
    **engine: Any,
) -> Planned:
    """Power against the size of a cohort.

    Parameters
    ----------
    source : str, path or Experiment
        A shipped experiment, a file of one, an experiment, or a folder of results, of which nothing is simulated.
    question : Question
    progress : Progress
    settings : sequence of str
        ``PATH=VALUE`` each.
    animals : int, optional
        Pool in each group; `ANIMALS` when left out.
    seed : int, optional
    ensemble : bool
        Every set of the calibration's ensemble beside the shipped one.
    jobs : int, optional
    out : Path, optional
        Folder of results; with an ensemble, each set gets a folder below it.
    **engine
        ``prepare`` and ``simulate``, as for `protocols.runs.batch.run_batch`.

    Raises
    ------
    InputError
        For an unknown group, test, measure or statistic; if a pool has under three animals.
    """
    if question.groups[0] == question.groups[1]:
        raise InputError(f"--groups: '{question.groups[0]}' cannot be compared with itself")
    if question.largest < SMALLEST:
        raise InputError(f"--largest: {question.largest} is not allowed; {SMALLEST} is the smallest cohort")
    if question.statistic is not None and question.statistic not in STATISTICS:
        raise InputError(f"--statistic: '{question.statistic}' is not known{nearest(question.statistic, STATISTICS)}")
    if animals is not None and animals < SMALLEST:
        raise InputError(f"--animals: {animals} is not allowed; a pool holds {SMALLEST} in each group at least")
    sets = _sets(ensemble)
    if not isinstance(source, Experiment) and Path(source).is_dir():
        if settings or animals is not None or seed is not None:
            raise InputError(f"{source}: is a folder of results; --set, --animals and --seed are for an experiment")
        found = _read(Path(source), sets)
        folder, failed = out or Path(source), False
    else:
        experiment = chosen(source, settings, animals or ANIMALS, seed)
        for name in question.groups:
            refuse_unknown("--group", "group", name, [group.name for group in experiment.group])
        refuse_unknown("--test", "test", question.test, [test.name for test in experiment.test])
        found, failed = {}, False
        for number, (name, values) in enumerate(sets.items()):
            if ensemble:
                progress.say(f"set {number} of {len(sets) - 1}: {name}")
            below = out / f"set-{number:02d}" if out is not None and ensemble else out
            only = [(group, question.test) for group in question.groups]
            varied = with_overrides(experiment, parameter_settings(values))
            if question.measure is not None and number == 0:
                refuse_unmeasured(question.measure, varied, *only[0], progress, below, **engine)
            batch = summed_up(run_batch(varied, progress, below, jobs, only=only, **engine))
            failed |= _told_failures(batch, name)
            found[name] = list(batch.recordings)
        folder = out or default_folder(experiment)
    with heartbeat(progress.say) as say:
        say(f"drawing cohorts of up to {question.largest} animals")
        return _answer(found, question, folder, failed, sets)


def _answer(
    found: dict[str, list[Recording]],
    question: Question,
    folder: Path,
    failed: bool,
    sets: dict[str, dict[str, float]],
) -> Planned:
    base = next(iter(found.values()))
    measure = question.measure or _measure(base, question)
    pools, units = {}, set()
    for name, recordings in found.items():
        pools[name], unit = _pool(recordings, question, measure)
        units.add(unit)
    statistic, reason = _statistic(base, question, measure)
    try:
        curves = {name: power_curve(pool, statistic, question.largest) for name, pool in pools.items()}
    except ValueError as problem:
        raise InputError(f"--statistic: {problem}") from None
    if len(curves) > 1:
        curves[OVER_ALL] = over_all(list(curves.values()))
    return Planned(
        {
            "experiment": base[0].identity.experiment,
            "groups": list(question.groups),
            "test": question.test,
            "measure": measure,
            "unit": units.pop(),
            "statistic": statistic,
            "statistic_because": reason,
            "alpha": ALPHA,
            "sets": [
                _row(name, curve, statistic, pools.get(name)) | {"parameters": sets.get(name)}
                for name, curve in curves.items()
            ],
        },
        curves,
        folder,
        failed,
    )


def _row(name: str, curve: PowerCurve, statistic: Statistic, pool: Pool | None) -> dict[str, Any]:
    """One set's part of the document."""
    needed = {}
    normal = normal_power(curve.effect, statistic, curve.n) if pool is not None else None
    for target in TARGETS:
        found = curve.needed(target)
        reached = None if normal is None else np.flatnonzero(normal >= target)
        needed[f"{target:g}"] = {
            "n": found.n,
            "interval": [found.low, found.high],
            "told": found.settled and curve.animals >= LEAST_POOL,
            "n_if_normal": int(curve.n[reached[0]]) if reached is not None and reached.size else None,
        }
    row: dict[str, Any] = {
        "set": name,
        "pool": None if pool is None else [pool.a.size, pool.b.size],
        "mean": None if pool is None else [float(pool.a.mean()), float(pool.b.mean())],
        "sd": None if pool is None else [float(pool.a.std(ddof=1)), float(pool.b.std(ddof=1))],
        "effect_size": curve.effect,
        "effect_interval": None if curve.effect_interval is None else list(curve.effect_interval),
        "needed": needed,
        "remark": verdict(curve),
        "n": curve.n.tolist(),
        "power": curve.power.tolist(),
        "draws": curve.draws,
        "sampling_interval": curve.sampling_interval.tolist(),
        "pool_interval": curve.pool_interval.tolist(),
    }
    if normal is not None:
        row["power_if_normal"] = None if np.isnan(normal).any() else normal.tolist()
    return row


def _sets(ensemble: bool) -> dict[str, dict[str, float]]:
    """Values by set of parameters: the experiment's own, or the shipped set and those that fit as well."""
    if not ensemble:
        return {GIVEN: {}}
    members = {f"set {number}": values for number, values in enumerate(calibrated().ensemble, 1)}
    return {SHIPPED: {}, **members}


def _read(folder: Path, sets: dict[str, dict[str, float]]) -> dict[str, list[Recording]]:
    """The results in a folder, or in the folders of an ensemble below it."""
    if len(sets) == 1:
        return {GIVEN: read_folder(folder)}
    return {name: read_folder(folder / f"set-{number:02d}") for number, name in enumerate(sets)}


def _told_failures(batch: Batch, name: str) -> bool:
    if batch.failures and not batch.recordings:
        raise InputError(f"{name}: every run of the pool failed; {batch.failures[0].failure}")
    return bool(batch.failures)


def _pool(recordings: list[Recording], question: Question, measure: str) -> tuple[Pool, str]:
    """The animals of both groups by one measure, and its unit."""
    groups = list(dict.fromkeys(recording.identity.group for recording in recordings))
    for name in question.groups:
        refuse_unknown("--group", "group", name, groups)
    ours = [r for r in recordings if r.identity.group in question.groups and r.identity.test == question.test]
    table = frame(ours)
    refuse_unknown("--measure", "measure", measure, list(dict.fromkeys(table["measure"])))
    part = table[table["measure"] == measure].sort_values("animal")
    samples = [part.loc[part["group"] == name, "value"].to_numpy() for name in question.groups]
    seeds = [
        [r.identity.structure_seed for r in sorted(ours, key=lambda r: r.identity.animal) if r.identity.group == name]
        for name in question.groups
    ]
    try:
        same = seeds[0] == seeds[1] and len(samples[0]) == len(samples[1]) == len(seeds[0])
        return Pool(samples[0], samples[1], same), str(part["unit"].iloc[0])
    except ValueError as problem:
        raise InputError(f"{measure} in {question.test}: {problem}; more animals are needed") from None


def _published(recordings: list[Recording], question: Question) -> list[evidence.Evidence]:
    """Published findings on these two groups in this test."""
    name = recordings[0].identity.experiment
    return [
        row
        for row in evidence.load()
        if (row.experiment, row.test) == (name, question.test) and set(row.groups) == set(question.groups)
    ]


def _measure(recordings: list[Recording], question: Question) -> str:
    """The measure of the published effect size; else the first of the measures that tables show."""
    refuse_unknown("--test", "test", question.test, list(dict.fromkeys(r.identity.test for r in recordings)))
    present = set(frame([r for r in recordings if r.identity.test == question.test])["measure"])
    published = [row.measure for row in _published(recordings, question) if row.claim == "effect"]
    wanted = [measure for measure in (*published, TIME_COURSE, *MAIN_MEASURES) if measure in present]
    return str(wanted[0]) if wanted else sorted(present)[0]


def _statistic(recordings: list[Recording], question: Question, measure: str) -> tuple[Statistic, str]:
    """The statistic, and the reason for it."""
    if question.statistic is not None:
        return cast(Statistic, question.statistic), "asked for"
    for row in _published(recordings, question):
        if row.within and row.measure == measure:
            return "paired", f"{row.id}: the paper measured the same animals twice"
    if measure == TIME_COURSE:
        return "student", "its square is the between-group F of a repeated-measures analysis, as the papers report it"
    return "welch", "two groups of animals, one number each"
