"""What the verbs print: tables of experiments, results, verdicts and parameters."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from protocols.errors import InputError, nearest
from results.tables import (
    CHANCES,
    Table,
    markdown,
    number,
    reasons_table,
    rivals_summary,
    rivals_table,
    rows_table,
    tally,
    use_of,
    verdicts_table,
)

if TYPE_CHECKING:
    from protocols.runs.batch import Batch
    from protocols.validation.validate import Validation

QUICK = "QUICK: few animals of a small circuit. This shows that things work; it decides little."
WIDTH_OF_A_FILE = 160  # columns where standard output is no terminal


def terminal() -> Console:
    """Standard output: plain text, and wide where it is a file."""
    console = Console(highlight=False, markup=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=WIDTH_OF_A_FILE)


def print_table(table: Table) -> None:
    """Print a table; its cells are plain text, whatever signs stand in them."""
    shown = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in table.columns:
        shown.add_column(column, overflow="fold")
    for row in table.rows:
        shown.add_row(*map(Text, row))
    terminal().print(shown)


def duration(seconds: float) -> str:
    """A time of computing, in seconds, minutes or hours."""
    if seconds < 90:
        return f"{max(1.0, seconds):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def batch_tables(batch: Batch, verdicts: Sequence[Table] = (), only: Collection[tuple[str, str]] | None = None) -> None:
    """Means by group and test, what was expected of them and came out, and where everything lies.

    Of runs that are there already, those of other groups and tests than `only` are not shown.
    """
    from protocols.assays.kinds import MAIN_MEASURES

    console = terminal()
    if batch.summary:
        rows = [row for row in batch.summary["rows"] if only is None or (row["group"], row["test"]) in only]
        differ = batch.experiment.animals.variability
        rows = rows if differ else [row | {"sem": None} for row in rows]
        present = {row["measure"] for row in rows}
        chosen = [measure for measure in MAIN_MEASURES if measure in present] or sorted(present)
        print_table(_wide(rows, chosen))
        if any(row["sem"] is not None for row in rows):
            console.print("", "mean ± SEM over n animals", sep="\n")
        elif not differ:
            console.print("", "means of n typical animals, which differ by chance alone: no SEM is given", sep="\n")
        for table in verdicts:
            console.print()
            print_table(table)
        files = [batch.folder / name for name in ("figure.png", "summary.json")]
        there = [str(file) for file in files if file.exists()]
        verbs = {"figure": "figures of it", "report": "all of it as one page"}
        there += [f"{what}: corticostriatal {verb} {quote(str(batch.folder))}" for verb, what in verbs.items()]
        console.print("", *there, sep="\n", soft_wrap=True)
    if batch.failures:
        console.print(f"{len(batch.failures)} runs failed; they are named above, and the same command does them again")


def _wide(rows: Sequence[Mapping[str, Any]], measures: Sequence[str]) -> Table:
    """A line per group and test, a column per measure: mean ± SEM, and n once."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    units: dict[str, str] = {}
    for row, (group, test, measure, n, mean, unit) in zip(rows, rows_table(rows).rows, strict=True):
        if measure in measures:
            line = cells.setdefault((test, group), {"n": n})
            line[measure] = mean
            units[measure] = unit
            line["n"] = str(max(int(line["n"]), row["n"]))
    heads = (f"{measure}\n{units[measure] if units[measure] != '1' else ''}" for measure in measures)
    order = sorted(cells, key=lambda key: list(dict.fromkeys(test for test, _ in cells)).index(key[0]))
    return Table(
        ("test", "group", "n", *heads),
        tuple((*key, cells[key]["n"], *(cells[key].get(measure, "-") for measure in measures)) for key in order),
    )


def validation_tables(validation: Validation, quick: bool) -> None:
    """The verdicts, and beside them what could not be judged."""
    console = terminal()
    if quick:
        console.print(QUICK)
    judged = [row for row in validation.rows if row["id"] in validation.judged]
    if judged:
        full = verdicts_table(judged)
        order = ("id", "use", "statement", "model", "published", "unit", "verdict", CHANCES)
        places = [full.columns.index(column) for column in order]
        print_table(Table(order, tuple(tuple(row[place] for place in places) for row in full.rows)))
        console.print()
        print_table(tally(judged))
        reasons = reasons_table(judged)
        if reasons.rows:
            console.print()
            print_table(reasons)
    listed = {*validation.judged, *validation.inputs, *validation.uncovered}
    missing = [row["id"] for row in validation.rows if row["id"] not in listed]
    for title, ids in (
        ("not covered, the run did not give what they name", missing),
        ("not covered, no experiment covers them yet", validation.uncovered),
        ("taken over as inputs, not judged", validation.inputs),
    ):
        if ids:
            console.print(f"{title}: {', '.join(ids)}")
    for batch in validation.batches.values():
        console.print(f"{batch.folder}", soft_wrap=True)


def rivals_tables(document: Mapping[str, Any], style: str) -> None:
    """Models side by side, as text or as Markdown: `protocols.validation.rivals.document`."""
    if document["quick"]:
        print(f"{QUICK}\n")
    table = rivals_table([model["name"] for model in document["models"]], document["rows"])
    summary = rivals_summary(document["models"], document["rows"])
    if style == "md":
        print(markdown(summary), markdown(table), sep="\n", end="")
        return
    narrow = [place for place, column in enumerate(table.columns) if column not in ("statement", "use")]
    print_table(
        Table(tuple(table.columns[n] for n in narrow), tuple(tuple(row[n] for n in narrow) for row in table.rows))
    )
    print()
    print_table(summary)


def ensemble_table(document: Mapping[str, Any], style: str) -> None:
    """The evidence over an ensemble, as text or as Markdown: `protocols.validation.ensemble.document`."""
    if document["quick"]:
        print(f"{QUICK}\n")
    rows = [row for row in document["rows"] if row["answers"][0]["model"] is not None]
    table = Table(
        ("id", "use", "statement", "published", "shipped", "verdict", "low", "high", "right in"),
        tuple(
            (
                row["id"],
                use_of(row),
                row["statement"],
                row["published"] if isinstance(row["published"], str) else number(row["published"]),
                number(row["answers"][0]["model"]),
                row["answers"][0]["status"].replace("_", " "),
                number(row["low"]),
                number(row["high"]),
                f"{row['right']} of {row['sets']}" if row["answers"][0]["status"] != "not_covered" else "-",
            )
            for row in rows
        ),
    )
    if style == "md":
        print(markdown(table), end="")
    else:
        print_table(table)


def known_style(style: str, styles: Sequence[str], option: str = "--format") -> str:
    """The style that an option names, if it is one of those that there are.

    Raises
    ------
    InputError
        For another one.
    """
    if style not in styles:
        raise InputError(f"{option}: '{style}' is not known{nearest(style, styles)}")
    return style


def parameters_text(style: str) -> str:
    """Every parameter as Markdown, CSV or JSON.

    Raises
    ------
    InputError
        For another style.
    """
    from circuit.parameters import all_parameters

    known_style(style, ("md", "csv", "json"))
    records = all_parameters()
    if style == "json":
        return json.dumps([asdict(record) for record in records], indent=2, ensure_ascii=False) + "\n"
    columns = ("parameter", "value", "unit", "symbol", "low", "high", "source", "description")
    if style == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        for r in records:
            writer.writerow((f"{r.group}.{r.name}", r.value, r.unit, r.symbol, r.low, r.high, r.source, r.description))
        return text.getvalue()
    return markdown(Table(
        ("parameter", "value", "unit", "symbol", "range", "source", "description"),
        tuple(
            (f"{r.group}.{r.name}", f"{r.value:g}", r.unit, r.symbol, f"{r.low:g} to {r.high:g}", r.source,
             r.description)
            for r in records
        ),
    ))  # fmt: skip
