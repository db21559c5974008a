"""The page of an experiment: everything that its recordings hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from protocols.assays.kinds import MAIN_MEASURES
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment
from protocols.reporting.report_sections import circuit_section, design_section, experiment_in, origin_section, page
from protocols.runs.plan import plan
from protocols.simulation.digest import model_digest
from results import store
from results.recording import Recording
from results.store.experiment_document import in_order
from results.store.stored_runs import StoredRun, StoredRuns

if TYPE_CHECKING:
    from results.report.parts import Report

SAID = 100  # runs between two lines about progress


def of_experiment(found: StoredRuns, say: Callable[[str], None], failures: list[str]) -> Report:
    """The page of an experiment: everything that its recordings hold."""
    from results.report.cells import cells
    from results.report.courses import responses, slow
    from results.report.evidence import statistics_section
    from results.report.outcomes import outcomes, tone_at_rest
    from results.report.parts import Section
    from results.statistics.summary import frame, summarise

    recordings = list(_recordings(found.runs, say, failures))
    if not recordings:
        raise InputError(failures[0])
    documents = list(dict.fromkeys(str(r.provenance.get("experiment", "")) for r in recordings))
    experiment, problem = experiment_in(documents[0])
    recordings = in_order(recordings)
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
        design_section(experiment),
        outcomes(table, groups, MAIN_MEASURES),
        Section("courses", "Time courses", figures=courses),
        statistics_section(summary),
        Section("tone", "Glutamate, tone and weights", figures=([rest] if rest else []) + varying),
        Section("cells", "Responses and cells", figures=cells(recordings, groups)),
        circuit_section(experiment, groups),
        origin_section(recordings, experiment),
    )
    header = json.loads(documents[0])["experiment"] if documents[0] else {}
    return page(header, name, recordings, groups, sections, warnings)


def _recordings(runs: Sequence[StoredRun], say: Callable[[str], None], failures: list[str]) -> Iterator[Recording]:
    """Every recording, of which only what the page shows stays in memory; spikes of one animal in each group."""
    from results.measures.field_response import TEST_WINDOW
    from results.report.cells import lightened

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
        experiment, _ = experiment_in(str(recording.provenance.get("experiment", "")))
        yield lightened(recording, _windows(experiment).get(who.test, TEST_WINDOW), first)
        if number % SAID == 0:
            say(f"{number} of {len(runs)} runs read")


def _windows(experiment: Experiment | None) -> dict[str, tuple[float, float]]:
    """When each test takes its outcome, s on its own clock."""
    windows = {}
    for test in experiment.test if experiment else ():
        given = getattr(test, "window", None)
        if given is not None:
            windows[test.name] = given[0].si, given[1].si
    return windows


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
