"""The page of a study: its conditions and results."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from protocols.errors import InputError
from protocols.reporting.report_sections import circuit_section, design_section, experiment_in, origin_section, page
from results import store
from results.recording import Recording
from results.store.stored_runs import StoredRuns

if TYPE_CHECKING:
    from results.report.parts import Report

SAID = 1000  # runs between two lines about progress


def of_study(place: Path, found: StoredRuns, say: Callable[[str], None], failures: list[str]) -> Report:
    """The page of a study: its conditions and results. It has measures only, since there may be thousands of runs."""
    import pandas as pd

    from protocols.studies.study_folder import StudyFolder
    from results.loaded import measures_of
    from results.report.study import study_section

    folder = StudyFolder.open(place)
    manifest, status = folder.manifest, folder.status()
    parts: list[pd.DataFrame] = []
    sample: list[Recording] = []
    for number, run in enumerate(found.runs, start=1):
        try:
            tables = list(measures_of(run, found))
            if not sample:
                sample.append(store.read(run.file))
        except store.StoreError as damage:
            failures.append(str(damage))
            continue
        parts += tables
        if number % SAID == 0:
            say(f"{number} of {len(found.runs)} runs read")
    if not parts or not sample:
        raise InputError(failures[0])
    whole = pd.concat(parts, ignore_index=True)
    experiment, problem = experiment_in(json.dumps(manifest["experiment"]))
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
        design_section(experiment),
        study_section(whole, found.units, groups),
        circuit_section(experiment, groups),
        origin_section(sample, experiment, manifest["study"]),
    )
    varied = [name for name in found.units if name != "point"]
    facts = [("conditions", f"{len(manifest['points'])}"), ("varied", ", ".join(varied) or "nothing")]
    described = {"title": header.get("title", "") or header["name"], "reference": reference}
    return page(described, header["name"], sample, groups, sections, warnings, facts, len(found.runs))
