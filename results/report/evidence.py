"""Tables of a report: model beside paper, groups compared, provenance, seeds, parameters that differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from results.evidence.comparison import compare
from results.evidence.table import load as published
from results.recording import Recording
from results.report.outcomes import OUTCOMES, named
from results.report.parts import Numbers, Section
from results.statistics.summary import TIME_COURSE
from results.tables import CHANCES, Table, chances_of, counted, number, p_value, scores, use_of, with_interval

VERDICTS = {"right": "✓ right", "wrong": "✗ wrong", "inconclusive": "? undecided", "not_covered": "- not judged"}
SINGLE = ("version", "git", "engine", "compiler", "platform", "processor", "command", "simulate")
OF_A_USE = {
    "calibration": "To these findings parameters may be fitted (calibration)",
    "informed": "The miss of these findings has shaped a mechanism, so they are no predictions (informed)",
    "prediction": "To these findings nothing was fitted (prediction)",
}
DIGITS = 6


def statistics_section(summary: Mapping[str, Any]) -> Section:
    """The verdict on every published finding that names the experiment, and every comparison of two groups.

    Parameters
    ----------
    summary : mapping
        As `results.statistics.summary.summarise` gives it.
    """
    name = str(summary["experiment"])
    chosen = [item for item in published() if item.experiment == name and item.claim != "input"]
    rows = [row for row in compare(chosen, {name: summary}) if row["model"] is not None]
    tables = []
    if rows:
        note = (
            "Model and interval (95 %) are of the runs in this folder, published what the paper reports. Animals "
            "are simulated and can be many or few: an interval that is too wide to decide leaves a row undecided. "
            "Cohorts: how often groups as large as the paper's would reach p < 0.05 in the model. "
            "Chance: how likely each verdict is in another cohort of n animals, by a normal approximation."
        )
        tables.append(Numbers("Findings", evidence_table(rows), note, folded=False, cards=True))
    compared = _comparisons(summary["comparisons"])
    if compared.rows:
        note = "Cohen's d of the first group minus the second, and Welch's t, or F over the whole time course."
        tables.append(Numbers("Groups compared", compared, note))
    said = tuple(_score(use, own) for use, own in scores(rows).items())
    if left := len(rows) - len(counted(rows)):
        said += (f"{left} more follow by construction or are the same finding as another row, and are not counted.",)
    return Section("statistics", "Model beside paper" if rows else "Groups compared", said, tables=tables)


def _score(use: str, own: Mapping[str, int]) -> str:
    words = ", ".join(f"{own[key]} {text[2:]}" for key, text in VERDICTS.items() if own[key])
    return f"{OF_A_USE[use]}: {words}."


def evidence_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Rows of `results.evidence.comparison.compare`, with both test statistics and the source."""
    head = (
        "id", "finding", "use", "verdict", "model [95 %]", "published", "statistic: model; paper", CHANCES, "source",
    )  # fmt: skip
    return Table(
        head,
        tuple(
            (
                row["id"], row["statement"], use_of(row), VERDICTS[row["status"]],
                f"{with_interval(row['model'], row['interval'])} {_unit(row['unit'])}".strip(),
                _value(row["published"]), _statistics(row),
                chances_of(row), _source(row),
            )
            for row in rows
        ),
    )  # fmt: skip


def _statistics(row: Mapping[str, Any]) -> str:
    """The test statistic here and in the paper, and how many cohorts of the paper's size would reach p < 0.05."""
    said = [row["statistic"] or "", row["published_statistic"] or ""]
    if row["cohort_power"] is not None:
        said.append(f"{100 * row['cohort_power']:.0f} % of cohorts p < 0.05")
    return "; ".join(filter(None, said)) or "-"


def _source(row: Mapping[str, Any]) -> str:
    reason = f"; {row['use']}, because: {row['why']}" if row.get("why") else ""
    return f"{row['source']} ({row['provenance']}){reason}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (tuple, list)):
        return " to ".join(number(one) for one in value)
    return number(value)


def _comparisons(comparisons: Sequence[Mapping[str, Any]]) -> Table:
    shown = [row for row in comparisons if row["measure"] in (*OUTCOMES, TIME_COURSE) and row["statistic"]]
    rows = (
        (
            row["test"], "Field response, time course" if row["measure"] == TIME_COURSE else named(row["measure"]),
            row["a"], row["b"], number(row["effect_size"]), row["statistic"], p_value(row["p"]),
        )
        for row in shown
    )  # fmt: skip
    return Table(("test", "measure", "a", "b", "d (a - b)", "statistic", "p"), tuple(rows))


def provenance_table(recordings: Sequence[Mapping[str, Any]]) -> Table:
    """The provenance of all runs, each entry once. Where runs differ, the number of runs is given for each value.

    Parameters
    ----------
    recordings : sequence of mapping
        The provenance of each run.
    """
    rows = []
    for key in SINGLE:
        said = Counter(_plain(key, one.get(key)) for one in recordings if one.get(key))
        if said:
            rows.append((key, _counted(said)))
    packages = Counter(
        ", ".join(f"{name} {version}" for name, version in one.get("packages", {}).items()) for one in recordings
    )
    if any(packages):
        rows.append(("packages", _counted(packages)))
    dates = sorted(str(one["date"]) for one in recordings if one.get("date"))
    if dates:
        rows.append(("simulated", dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"))
    for key, label in (("wall_seconds", "computing time"), ("network_seconds", "time of the network")):
        seconds = [float(one[key]) for one in recordings if one.get(key) is not None]
        if seconds:
            rows.append((label, f"{sum(seconds):.0f} s over {len(seconds)} runs"))
    return Table(("entry", "value"), tuple(rows))


def _plain(key: str, value: Any) -> str:
    if key == "git" and isinstance(value, Mapping):
        return f"{value.get('commit')}{', with changes that are not committed' if value.get('dirty') else ''}"
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    return str(value)


def _counted(said: Counter[str]) -> str:
    if len(said) == 1:
        return next(iter(said))
    return "; ".join(f"{text} ({times} runs)" for text, times in said.most_common(5))


def seeds_table(recordings: Sequence[Recording]) -> Table:
    """Both seeds of every run."""
    rows = (
        (who.group, who.test, str(who.animal), str(who.structure_seed), str(who.noise_seed))
        for who in (recording.identity for recording in recordings)
    )
    return Table(("group", "test", "animal", "structure seed", "noise seed"), tuple(rows))


def spread_table(recordings: Sequence[Mapping[str, Any]], units: Mapping[str, str]) -> Table:
    """Parameters that differ between the animals of the folder: lowest and highest value, and how many values.

    Parameters
    ----------
    recordings : sequence of mapping
        The provenance of each run.
    units : mapping
        Unit of each parameter that is known.
    """
    values: dict[str, set[float]] = {}
    for one in recordings:
        for path, value in one.get("parameters", {}).items():
            if isinstance(value, (int, float)):
                values.setdefault(path, set()).add(round(float(value), 12))
    rows = (
        (path, f"{min(own):.{DIGITS}g}", f"{max(own):.{DIGITS}g}", str(len(own)), _unit(units.get(path, "")))
        for path, own in sorted(values.items())
        if len(own) > 1
    )
    return Table(("parameter", "lowest", "highest", "different values", "unit"), tuple(rows))


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def settings(changed: Iterable[tuple[str, Any, Any]], heads: tuple[str, str, str]) -> Table:
    """Paths of an experiment with two values each, as a table."""
    rows = ((path, _said(value), _said(other)) for path, value, other in changed)
    return Table(heads, tuple(rows))


def _said(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
