"""Rows and verdicts as tables of plain text, for a terminal or for Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """Column names and rows of text, all of one length."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def rows_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Group, test, measure, n and mean ± SEM of the rows of a summary."""
    return Table(
        ("group", "test", "measure", "n", "mean ± SEM", "unit"),
        tuple(
            (row["group"], row["test"], row["measure"], str(row["n"]), _with_sem(row["mean"], row["sem"]), row["unit"])
            for row in rows
        ),
    )


def comparisons_table(comparisons: Sequence[Mapping[str, Any]]) -> Table:
    """Effect size and test of every comparison of a summary."""
    return Table(
        ("a", "b", "test", "measure", "d", "statistic", "p"),
        tuple(
            (
                *(str(comparison[key]) for key in ("a", "b", "test", "measure")),
                number(comparison["effect_size"]),
                comparison["statistic"] or "-",
                p_value(comparison["p"]),
            )
            for comparison in comparisons
        ),
    )


def verdicts_table(verdicts: Sequence[Mapping[str, Any]]) -> Table:
    """Every piece of evidence with the model's answer, as `results.evidence.comparison.compare` gives them."""
    return Table(
        ("id", "statement", "use", "model", "published", "unit", "verdict", "paper's cohorts reach p < 0.05"),
        tuple(
            (
                verdict["id"],
                verdict["statement"],
                use_of(verdict),
                with_interval(verdict["model"], verdict["interval"]),
                _published(verdict["published"]),
                verdict["unit"],
                verdict["status"].replace("_", " "),
                "-" if verdict["cohort_power"] is None else f"{100 * verdict['cohort_power']:.0f} %",
            )
            for verdict in verdicts
        ),
    )


def rivals_table(models: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Table:
    """Evidence by model, as `protocols.validation.rivals` gives it: verdict and number, or a dash without a verdict."""
    return Table(
        ("id", "statement", "use", "published", "unit", *models),
        tuple(
            (
                row["id"],
                row["statement"],
                use_of(row),
                _published(row["published"]),
                row["unit"],
                *(_answer(row["answers"][model]) for model in models),
            )
            for row in rows
        ),
    )


def rivals_summary(models: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> Table:
    """How many verdicts of each kind each model has, and which it loses and wins against the first."""
    kinds = ("right", "wrong", "inconclusive")
    answers = {row["id"]: row["answers"] for row in rows}

    def listed(model: str, ids: Sequence[str]) -> str:
        return ", ".join(f"{id_} ({answers[id_][model]['status']})" for id_ in ids) or "-"

    return Table(
        ("model", *kinds, "loses", "wins"),
        tuple(
            (
                model["name"],
                *(str(model["verdicts"][kind]) for kind in kinds),
                listed(model["name"], model["loses"]),
                ", ".join(model["wins"]) or "-",
            )
            for model in models
        ),
    )


def tally(verdicts: Sequence[Mapping[str, Any]]) -> Table:
    """Number of verdicts of each kind, by use; what follows by construction is counted apart."""
    kinds = ("right", "wrong", "inconclusive", "not_covered")
    uses = list(dict.fromkeys(use_of(verdict) for verdict in verdicts))
    counts = {use: [sum(use_of(v) == use and v["status"] == kind for v in verdicts) for kind in kinds] for use in uses}
    return Table(
        ("use", *(kind.replace("_", " ") for kind in kinds)),
        tuple((use, *(str(count) for count in counts[use])) for use in uses),
    )


def use_of(row: Mapping[str, Any]) -> str:
    """The use of a row of evidence, and whether it follows by construction."""
    return f"{row['use']}, by construction" if row.get("by_construction") else str(row["use"])


def markdown(table: Table) -> str:
    """The table in Markdown, ending in a newline."""
    lines = [table.columns, tuple("---" for _ in table.columns), *table.rows]
    cells = (" | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def number(value: float | None) -> str:
    """Three significant digits, or a dash."""
    return "-" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def p_value(p: float | None) -> str:
    """A p value as papers print it."""
    return "-" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _with_sem(mean: float, sem: float | None) -> str:
    return number(mean) if sem is None else f"{number(mean)} ± {number(sem)}"


def with_interval(value: float | None, interval: Sequence[float] | None) -> str:
    """A number, and its interval in brackets where there is one."""
    return number(value) if interval is None else f"{number(value)} [{number(interval[0])}, {number(interval[1])}]"


def _answer(answer: Mapping[str, Any]) -> str:
    verdict = "-" if answer["status"] == "not_covered" else answer["status"]
    return f"{verdict} {number(answer['model'])}" if answer["model"] is not None else verdict


def _published(value: float | str | None) -> str:
    return value if isinstance(value, str) else number(value)
