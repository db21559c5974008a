"""Parts that the pages of experiments and of studies share: design, circuit, origin, the page itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from protocols.errors import InputError
from protocols.experiments.experiment import Experiment, experiment_from
from results.recording import Recording

if TYPE_CHECKING:
    from results.report.parts import Report, Section


@lru_cache(maxsize=8)
def experiment_in(text: str) -> tuple[Experiment | None, str]:
    """The experiment that a recording carries, or why this version cannot read it."""
    try:
        return experiment_from(json.loads(text)), ""
    except InputError as problem:
        return None, str(problem)
    except (ValueError, TypeError):
        return None, "the runs do not carry it" if not text else "it is damaged"


def design_section(experiment: Experiment | None) -> Section:
    """Time lines, groups and tests; empty where the experiment cannot be read."""
    from protocols.reporting.report_design import design
    from results.report.parts import Numbers, Section
    from results.report.timeline import timelines

    if experiment is None:
        return Section("design", "Design")
    made = design(experiment)
    tables = [Numbers("Tests in words", made.tests, cards=True)]
    return Section(
        "design", "Design", figures=[timelines(made.lines, made.groups)] if made.lines else [], tables=tables
    )


def circuit_section(experiment: Experiment | None, groups: Sequence[str]) -> Section:
    """The whole circuit with what is silenced in each group; empty where there is none."""
    from protocols.reporting.report_design import design
    from results.report.design import circuit
    from results.report.parts import Section

    shown = circuit(design(experiment), groups) if experiment is not None else None
    return Section("circuit", "Circuit", figures=[shown] if shown else [])


def origin_section(
    recordings: Sequence[Recording], experiment: Experiment | None, study: Mapping[str, Any] | None = None
) -> Section:
    """Provenance, seeds, and everything that differs from the defaults."""
    from circuit.parameters import all_parameters
    from protocols.reporting import report_settings
    from results.report.evidence import provenance_table, seeds_table, settings, spread_table
    from results.report.parts import Numbers, Section
    from results.tables import Table

    origins = [recording.provenance for recording in recordings]
    tables = []
    words = []
    if experiment is not None:
        with suppress(InputError):  # of a version with other parameters
            away = report_settings.away_from_default(experiment)
            words.append(
                f"{len(away.rows)} parameters of the model differ from their defaults."
                if away.rows
                else "All parameters of the model have their default values, before animals differ."
            )
            if away.rows:
                tables.append(Numbers("Parameters that differ from the default", away, folded=False))
        changed = report_settings.settings_away_from_default(experiment)
        if changed:
            heads = ("setting", "here", "default")
            tables.append(Numbers("Settings that differ from the default", settings(changed, heads), folded=False))
        shipped = report_settings.away_from_shipped(experiment)
        if shipped:
            heads = ("setting", "here", "as shipped")
            title = f"What differs from the shipped experiment {experiment.name}"
            tables.append(Numbers(title, settings(shipped, heads), folded=False))
        elif shipped is not None:
            words.append(f"The experiment is as shipped under the name {experiment.name}.")
    if study is not None:
        rows = settings(((path, value, None) for path, value in study.get("set", {}).items()), ("", "", "")).rows
        if rows:
            table = Table(("setting", "in all conditions"), tuple(row[:2] for row in rows))
            tables.append(Numbers("Set under all conditions", table, folded=False))
    tables.append(Numbers("Provenance", provenance_table(origins), folded=False))
    units = {f"{record.group}.{record.name}": record.unit for record in all_parameters()}
    spread = spread_table(origins, units)
    if spread.rows and study is None:
        tables.append(Numbers("Parameters that differ between animals", spread))
    if study is None:
        tables.append(Numbers("Seeds of every run", seeds_table(recordings)))
    return Section("provenance", "Where it comes from", tuple(words), tables=tables)


def page(
    header: Mapping[str, Any],
    name: str,
    recordings: Sequence[Recording],
    groups: Sequence[str],
    sections: Sequence[Section],
    warnings: Sequence[str],
    further: Sequence[tuple[str, str]] = (),
    runs: int | None = None,
) -> Report:
    """The page: the main facts, then the sections."""
    from results.figures.legend import number_of_animals
    from results.report.parts import Report

    given = header.get("experiment", header)
    tests = list(dict.fromkeys(recording.identity.test for recording in recordings))
    facts = [("experiment" if runs is None else "study", name), *further, ("groups", str(len(groups)))]
    if runs is None:
        facts += [("tests", ", ".join(tests)), ("animals", number_of_animals(recordings).removeprefix("n = "))]
    facts.append(("runs", str(len(recordings) if runs is None else runs)))
    versions = sorted({str(r.provenance.get("version", "unknown")) for r in recordings})
    dates = sorted(str(r.provenance["date"])[:10] for r in recordings if r.provenance.get("date"))
    facts.append(("version", ", ".join(versions)))
    if dates and runs is None:
        facts.append(("simulated", dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"))
    title = str(given.get("title") or name)
    return Report(title, str(given.get("reference", "")), tuple(facts), tuple(groups), tuple(sections), tuple(warnings))
