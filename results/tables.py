"""Rows and verdicts as tables of plain text, for a terminal or for Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JUDGED = ("calibration", "informed", "prediction")
KINDS = ("right", "inconclusive", "wrong")
CHANCES = "chance of right / inconclusive / wrong"


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
        ("id", "statement", "use", "model", "published", "unit", "verdict", "paper's cohorts reach p < 0.05", CHANCES),
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
                chances_of(verdict),
            )
            for verdict in verdicts
        ),
    )


def chances_of(row: Mapping[str, Any]) -> str:
    """Chance of right, inconclusive and wrong at the number of animals used; a dash where a stored row lacks it."""
    likely = row.get("chances")
    if not likely:
        return "-"
    shares = " / ".join(f"{100 * likely[kind]:.0f}" for kind in KINDS)
    return f"{shares} %, n {row['n']}"


def reasons_table(verdicts: Sequence[Mapping[str, Any]]) -> Table:
    """Why rows are not counted, or not called predictions: one line a reason, with the rows that it holds for."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in verdicts:
        if row.get("why"):
            found.setdefault((use_of(row), row["why"]), []).append(row["id"])
    return Table(("rows", "use", "why"), tuple((", ".join(ids), use, why) for (use, why), ids in found.items()))


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
    """How many verdicts of each kind each model has by use, and which it loses and wins against the first."""
    answers = {row["id"]: row["answers"] for row in rows}
    uses = {row["id"]: row["use"] for row in rows}

    def listed(model: str, ids: Sequence[str], use: str) -> str:
        return ", ".join(f"{id_} ({answers[id_][model]['status']})" for id_ in ids if uses[id_] == use) or "-"

    return Table(
        ("model", "use", *KINDS, "loses", "wins"),
        tuple(
            (
                model["name"],
                use,
                *(str(own[kind]) for kind in KINDS),
                listed(model["name"], model["loses"], use),
                ", ".join(id_ for id_ in model["wins"] if uses[id_] == use) or "-",
            )
            for model in models
            for use, own in model["verdicts"].items()
        ),
    )


def counted(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Rows that count: without those by construction, and each finding once.

    A row that is the same finding as another one counts only where the other is not among the rows.
    """
    ids = {row.get("id") for row in rows}
    return [row for row in rows if not row.get("by_construction") and row.get("same_as") not in ids - {None}]


def scores(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Use -> verdict -> number of rows that `counted` keeps: calibration, informed and predicted rows apart.

    Plausibility rows and inputs are never judged, and are left out.
    """
    found: dict[str, dict[str, int]] = {}
    for row in (row for row in counted(rows) if row["use"] in JUDGED):
        own = found.setdefault(str(row["use"]), dict.fromkeys((*KINDS, "not_covered"), 0))
        own[row["status"]] += 1
    return {use: found[use] for use in JUDGED if use in found}


def tally(verdicts: Sequence[Mapping[str, Any]]) -> Table:
    """Number of verdicts of each kind, by use. What is not counted stands below, apart."""
    kinds = ("right", "wrong", "inconclusive", "not_covered")
    lines = [(use, *(str(own[kind]) for kind in kinds)) for use, own in scores(verdicts).items()]
    kept = {id(row) for row in counted(verdicts)}
    for name, left in (
        ("by construction, not counted", [row for row in verdicts if row.get("by_construction")]),
        (
            "same as another row, not counted",
            [row for row in verdicts if id(row) not in kept and not row.get("by_construction")],
        ),
    ):
        if left:
            lines.append((name, *(str(sum(row["status"] == kind for row in left)) for kind in kinds)))
    return Table(("use", *(kind.replace("_", " ") for kind in kinds)), tuple(lines))


def use_of(row: Mapping[str, Any]) -> str:
    """The use of a row of evidence; whether it follows by construction, and which row is the same finding."""
    built = ", by construction" if row.get("by_construction") else ""
    same = f", same as {row['same_as']}" if row.get("same_as") else ""
    return f"{row['use']}{built}{same}"


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
