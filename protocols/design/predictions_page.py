"""The predictions that were laid down, as the package's file and as a page of Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from protocols.errors import InputError
from results.store.files import replacing
from results.tables import Table, markdown, number, with_interval

WIDTH = 148  # of a line of the page
WHOLE: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
HEAD = """# Predictions laid down

Written by `corticostriatal predictions --lay-down --ship`. Each is about something that nobody has measured, as far as
was found, and says what would refute it. The interval is over animals with the shipped parameters. "Over sets" is the
range of the mean over the shipped set and those that fit the calibration as well. What was laid down is never changed.
Other parameters add a new entry, with their date and hash.
[How to score a measurement against them](how-to/predictions.md).

"""
FILE = "# Predictions; written by `corticostriatal predictions --lay-down --ship`, and never changed by hand.\n\n"


def results_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """The predictions' numbers, a line each."""
    return Table(
        ("id", "prediction", "figure", "mean [95 %]", "over sets", "refuted", "shown by sets", "date", "parameters"),
        tuple(
            (
                row["id"], row["statement"], figure_of(row), with_interval(row["mean"], row.get("interval")),
                f"{number(row['low'])} to {number(row['high'])}", refutes(row),
                f"{row['shown'] + row['shown_by_shipped']} of {row['sets'] + 1}", row["date"], row["parameters"],
            )
            for row in rows
        ),
    )  # fmt: skip


def figure_of(row: Mapping[str, Any]) -> str:
    """What the number of a prediction is, in words."""
    sign = {"difference": " - ", "ratio": " / ", "mean": ""}[row["form"]]
    unit = f" ({row['unit']})" if row["unit"] != "1" else ""
    return f"{row['measure']}, {row['test']}: {sign.join(row['groups'])}{unit}"


def refutes(row: Mapping[str, Any]) -> str:
    """What would refute a prediction."""
    ends = [("above", row.get("refuted_above")), ("below", row.get("refuted_below"))]
    return " or ".join(f"{side} {number(end)}" for side, end in ends if end is not None)


def page(rows: Sequence[Mapping[str, Any]]) -> str:
    """The page for `docs/laid_down.md`."""
    parts = [HEAD, markdown(results_table(rows))]
    for row in rows:
        points = (
            f"Why: {row['why']}.", f"Looked for: {row['looked']}.",
            f"Simulated: {row['animals']} animals a group of `{row['experiment']}`, version {row['version']}.",
        )  # fmt: skip
        listed = [fill(point, WIDTH, initial_indent="* ", subsequent_indent="  ", **WHOLE) for point in points]
        parts.append(
            "\n".join([f"\n## {row['id']}, {row['date']}\n", fill(row["statement"], WIDTH, **WHOLE), "", *listed, ""])
        )
    return "".join(parts)


def save(rows: Sequence[Mapping[str, Any]], out: Path, ship: bool) -> list[Path]:
    """Write the file and the page; with `ship` those of the package, in a copy of the repository.

    Raises
    ------
    InputError
        If tomli_w is not installed, or `ship` is asked for outside of a copy of the repository.
    """
    try:
        import tomli_w
    except ImportError:
        raise InputError("predictions --lay-down needs tomli_w: pip install 'corticostriatal[calibrate]'") from None
    home = Path(__file__).resolve().parents[2]
    if ship and not (home / "docs").is_dir():
        raise InputError(f"--ship: {home} is no copy of the repository")
    places = [home / "results" / "evidence" / "laid_down.toml", home / "docs" / "laid_down.md"] if ship else []
    texts = [FILE + tomli_w.dumps({"prediction": list(rows)}), page(rows)]
    for file, text in zip(places or [out / "laid_down.toml", out / "laid_down.md"], texts, strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return places or [out / "laid_down.toml", out / "laid_down.md"]
