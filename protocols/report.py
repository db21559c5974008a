"""``corticostriatal report``: one page for a folder of results or of a study."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.errors import InputError
from protocols.experiment import Experiment, experiment_from
from protocols.export import held
from protocols.plan import model_digest, plan
from results import store
from results.recording import Recording
from results.stored_runs import StoredRun, StoredRuns

if TYPE_CHECKING:
    from results.report import Written
    from results.report_parts import Report, Section

MARK = '<meta name="generator" content="corticostriatal report">'
NAME = "report.html"
SAID = 100  # runs between two lines about progress


def report(place: Path, out: Path | None, say: Callable[[str], None] = lambda _: None) -> tuple[Written, list[str]]:
    """Write the page.

    Parameters
    ----------
    place : Path
        A folder of results, a study's folder, or a run's file.
    out : Path, optional
        The page; ``report.html`` in `place` when left out.
    say : callable
        Told what is going on.

    Returns
    -------
    Written
        Where it lies and how large it is.
    list of str
        A line for each run that could not be read.

    Raises
    ------
    InputError
        If plotly or jinja2 is missing, there is no run, or something else lies where the page is to go.
    """
    missing = [name for name in ("plotly", "jinja2") if find_spec(name) is None]
    if missing:
        raise InputError(f"report needs {' and '.join(missing)}: pip install 'corticostriatal[report]'")
    from results.report import write

    found = held(place)
    target = out or (place.with_suffix(".html") if place.is_file() else place / NAME)
    _refuse_other(target)
    failures: list[str] = []
    made = _of_study(place, found, say, failures) if found.study else _of_experiment(found, say, failures)
    say(f"writing {target}")
    return write(made, target), failures


def _refuse_other(target: Path) -> None:
    if target.is_dir():
        raise InputError(f"--out: {target} is a folder; name a file, as {target / NAME}")
    if target.suffix not in (".html", ".htm"):
        raise InputError(f"--out: {target} does not end in .html, so no browser would open it")
    if target.is_file():
        with target.open(encoding="utf-8", errors="replace") as file:
            if MARK not in file.read(4096):
                raise InputError(f"--out: {target} is there and was not made by report; choose another name")


def _of_experiment(found: StoredRuns, say: Callable[[str], None], failures: list[str]) -> Report:
    """The page of an experiment: everything that its recordings hold."""
    from results.report_cells import cells
    from results.report_courses import responses, slow
    from results.report_evidence import statistics_section
    from results.report_outcomes import outcomes, tone_at_rest
    from results.report_parts import Section
    from results.summary import frame, summarise

    recordings = list(_recordings(found.runs, say, failures))
    if not recordings:
        raise InputError(failures[0])
    documents = list(dict.fromkeys(str(r.provenance.get("experiment", "")) for r in recordings))
    experiment, problem = _experiment(documents[0])
    recordings = _in_order(recordings, experiment)
    groups = list(dict.fromkeys(recording.identity.group for recording in recordings))
    if experiment is not None:
        known = [group.name for group in experiment.group]
        groups.sort(key=lambda group: known.index(group) if group in known else len(known))
    warnings = _warnings(recordings, experiment, documents, problem, failures)
    name = recordings[0].identity.experiment
    table = frame(recordings)
    summary = summarise(name, "", None, 0.0, [r for r in recordings if r.identity.experiment == name])
    rest = tone_at_rest(table, groups)
    courses, varying = responses(recordings, groups, _windows(experiment)), slow(recordings, groups)
    sections = (
        _design(experiment, groups),
        outcomes(table, groups),
        Section("courses", "Time courses", figures=courses),
        statistics_section(summary),
        Section("tone", "Glutamate, tone and weights", figures=([rest] if rest else []) + varying),
        Section("cells", "Responses and cells", figures=cells(recordings, groups)),
        _circuit(experiment, groups),
        _origin(recordings, experiment),
    )
    header = json.loads(documents[0])["experiment"] if documents[0] else {}
    return _page(header, name, recordings, groups, sections, warnings)


def _of_study(place: Path, found: StoredRuns, say: Callable[[str], None], failures: list[str]) -> Report:
    """The page of a study: its conditions and what came out; measures only, since there may be thousands of runs."""
    import pandas as pd

    from protocols.study_folder import StudyFolder
    from results.loaded import measures_of
    from results.report_study import study_section

    folder = StudyFolder.open(place)
    manifest, status = folder.manifest, folder.status()
    parts: list[pd.DataFrame] = []
    sample: list[Recording] = []
    for number, run in enumerate(found.runs, start=1):
        try:
            table = measures_of(run, brief=True)
            if not sample:
                sample.append(store.read(run.file))
        except store.StoreError as damage:
            failures.append(str(damage))
            continue
        parts += [table.assign(**condition) for condition in run.conditions]
        if number % (10 * SAID) == 0:
            say(f"{number} of {len(found.runs)} runs read")
    if not parts or not sample:
        raise InputError(failures[0])
    whole = pd.concat(parts, ignore_index=True)
    experiment, problem = _experiment(json.dumps(manifest["experiment"]))
    known = [group.name for group in experiment.group] if experiment else []
    groups = [group for group in known if (whole["group"] == group).any()] or list(dict.fromkeys(whole["group"]))
    warnings = [f"{len(failures)} runs could not be read: {failures[0]}"] if failures else []
    if status.done < status.planned:
        warnings.append(f"{status.done} of {status.planned} runs are there; the page shows what there is.")
    if problem:
        warnings.append(f"This version cannot read the experiment, so its design is not shown: {problem}")
    header = manifest["study"]["study"]
    reference = manifest["experiment"].get("experiment", {}).get("reference", "")
    sections = (
        _design(experiment, groups),
        study_section(whole, found.units, groups),
        _circuit(experiment, groups),
        _origin(sample, experiment, manifest["study"]),
    )
    varied = [name for name in found.units if name != "point"]
    facts = [("conditions", f"{len(manifest['points'])}"), ("varied", ", ".join(varied) or "nothing")]
    described = {"title": header.get("title", "") or header["name"], "reference": reference}
    return _page(described, header["name"], sample, groups, sections, warnings, facts, len(found.runs))


def _recordings(runs: Sequence[StoredRun], say: Callable[[str], None], failures: list[str]) -> Iterator[Recording]:
    """Every recording, of which only what the page shows stays in memory; spikes of one animal in each group."""
    from results.measures import TEST_WINDOW
    from results.report_cells import lightened

    sampled: dict[str, str] = {}
    for number, run in enumerate(runs, start=1):
        try:
            recording = store.read(run.file)
        except store.StoreError as problem:
            failures.append(str(problem))
            continue
        who = recording.identity
        first = who.group not in sampled and who.test == next(iter(sampled.values()), who.test)
        if first:
            sampled[who.group] = who.test
        experiment, _ = _experiment(str(recording.provenance.get("experiment", "")))
        yield lightened(recording, _windows(experiment).get(who.test, TEST_WINDOW), first)
        if number % SAID == 0:
            say(f"{number} of {len(runs)} runs read")


@lru_cache(maxsize=8)
def _experiment(text: str) -> tuple[Experiment | None, str]:
    """The experiment that a recording carries, or why this version cannot read it."""
    try:
        return experiment_from(json.loads(text)), ""
    except InputError as problem:
        return None, str(problem)
    except (ValueError, TypeError):
        return None, "the runs do not carry it" if not text else "it is damaged"


def _windows(experiment: Experiment | None) -> dict[str, tuple[float, float]]:
    """When each test takes its outcome, s on its own clock."""
    windows = {}
    for test in experiment.test if experiment else ():
        given = getattr(test, "window", None)
        if given is not None:
            windows[test.name] = given[0].si, given[1].si
    return windows


def _in_order(recordings: Sequence[Recording], experiment: Experiment | None) -> list[Recording]:
    """By group, test and animal, in the order of the experiment's file."""
    if experiment is None:
        return list(recordings)
    groups = {group.name: place for place, group in enumerate(experiment.group)}
    tests = {test.name: place for place, test in enumerate(experiment.test)}

    def key(recording: Recording) -> tuple[int, int, int]:
        who = recording.identity
        return groups.get(who.group, len(groups)), tests.get(who.test, len(tests)), who.animal

    return sorted(recordings, key=key)


def _warnings(
    recordings: Sequence[Recording],
    experiment: Experiment | None,
    documents: Sequence[str],
    problem: str,
    failures: Sequence[str],
) -> list[str]:
    found = [f"{len(failures)} runs could not be read: {failures[0]}"] if failures else []
    if problem:
        found.append(f"This version cannot read the experiment, so its design is not shown: {problem}")
    if len(documents) > 1:
        found.append(f"The runs come from {len(documents)} different settings; the design is that of the first.")
    if experiment is not None and len(documents) == 1:
        planned = len(plan(experiment))
        if len(recordings) < planned:
            found.append(f"{len(recordings)} of {planned} runs are there; the page shows what there is.")
    digests = {r.provenance["model_digest"] for r in recordings if r.provenance.get("model_digest")}
    if digests - {model_digest()}:
        found.append(
            "The runs were made by another version of the model than the one that wrote this page; defaults of "
            "parameters are those of the latter."
        )
    return found


def _design(experiment: Experiment | None, groups: Sequence[str]) -> Section:
    from protocols.report_design import design
    from results.report_design import timelines
    from results.report_parts import Numbers, Section

    if experiment is None:
        return Section("design", "Design")
    made = design(experiment)
    tables = [Numbers("Tests in words", made.tests, cards=True)]
    return Section("design", "Design", figures=[timelines(made)] if made.lines else [], tables=tables)


def _circuit(experiment: Experiment | None, groups: Sequence[str]) -> Section:
    from protocols.report_design import design
    from results.report_design import circuit
    from results.report_parts import Section

    shown = circuit(design(experiment), groups) if experiment is not None else None
    return Section("circuit", "Circuit", figures=[shown] if shown else [])


def _origin(
    recordings: Sequence[Recording], experiment: Experiment | None, study: Mapping[str, Any] | None = None
) -> Section:
    """Provenance, seeds, and everything that is not as by default."""
    from circuit.parameters import all_parameters
    from protocols import report_design
    from results.report_evidence import provenance_table, seeds_table, settings, spread_table
    from results.report_parts import Numbers, Section

    origins = [recording.provenance for recording in recordings]
    tables = []
    words = []
    if experiment is not None:
        with suppress(InputError):  # of a version with other parameters
            away = report_design.away_from_default(experiment)
            words.append(
                f"{len(away.rows)} parameters of the model differ from their defaults."
                if away.rows
                else "All parameters of the model have their default values, before animals differ."
            )
            if away.rows:
                tables.append(Numbers("Parameters that differ from the default", away, folded=False))
        changed = report_design.settings_away_from_default(experiment)
        if changed:
            heads = ("setting", "here", "default")
            tables.append(Numbers("Settings that differ from the default", settings(changed, heads), folded=False))
        shipped = report_design.away_from_shipped(experiment)
        if shipped:
            heads = ("setting", "here", "as shipped")
            title = f"What differs from the shipped experiment {experiment.name}"
            tables.append(Numbers(title, settings(shipped, heads), folded=False))
        elif shipped is not None:
            words.append(f"The experiment is as shipped under the name {experiment.name}.")
    if study is not None:
        rows = [(path, value, None) for path, value in study.get("set", {}).items()]
        if rows:
            table = settings(rows, ("setting", "in all conditions", ""))
            tables.append(Numbers("Set under all conditions", table, folded=False))
    tables.append(Numbers("Provenance", provenance_table(origins), folded=False))
    units = {f"{record.group}.{record.name}": record.unit for record in all_parameters()}
    spread = spread_table(origins, units)
    if spread.rows and study is None:
        tables.append(Numbers("Parameters that differ between animals", spread))
    if study is None:
        tables.append(Numbers("Seeds of every run", seeds_table(recordings)))
    return Section("provenance", "Where it comes from", tuple(words), tables=tables)


def _page(
    header: Mapping[str, Any],
    name: str,
    recordings: Sequence[Recording],
    groups: Sequence[str],
    sections: Sequence[Section],
    warnings: Sequence[str],
    further: Sequence[tuple[str, str]] = (),
    runs: int | None = None,
) -> Report:
    from results.report_parts import Report

    given = header.get("experiment", header)
    tests = list(dict.fromkeys(recording.identity.test for recording in recordings))
    animals = {(recording.identity.group, recording.identity.animal) for recording in recordings}
    facts = [("experiment" if runs is None else "study", name), *further, ("groups", str(len(groups)))]
    if runs is None:
        facts += [("tests", ", ".join(tests)), ("animals", str(len(animals)))]
    facts.append(("runs", str(len(recordings) if runs is None else runs)))
    versions = sorted({str(r.provenance.get("version", "unknown")) for r in recordings})
    dates = sorted(str(r.provenance["date"])[:10] for r in recordings if r.provenance.get("date"))
    facts.append(("version", ", ".join(versions)))
    if dates and runs is None:
        facts.append(("simulated", dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"))
    title = str(given.get("title") or name)
    return Report(title, str(given.get("reference", "")), tuple(facts), tuple(groups), tuple(sections), tuple(warnings))
