"""What the verbs print that look for an experiment worth doing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from protocols.cli.display import duration, print_table, terminal
from protocols.design.predictions_page import results_table
from results.tables import Table, markdown, number, with_interval


def cost_text(content: Mapping[str, Any]) -> None:
    """How much an optimisation would simulate."""
    terminal().print(
        f"{content['name']}: {content['points']} points, {content['start']} of them spread over the ranges first",
        f"at most {content['runs']} runs to look for the best, and {content['confirm_runs']} on other animals",
        f"about {duration(content['processor_seconds'])} of one core",
        sep="\n",
        soft_wrap=True,
    )


def settings_table(document: Mapping[str, Any]) -> None:
    """What each of the settings gives in animals that the search has not seen, a line per set of parameters."""
    lines = []
    for row in document["confirmed"]:
        which = "reference" if row["setting"] < 0 else str(row["setting"] + 1)
        title = document["objectives"][row["objective"]]["title"]
        mean = "-" if row["mean"] is None else with_interval(row["mean"], row["interval"])
        gain = "-" if row["gain"] is None else with_interval(row["gain"], row["gain_interval"])
        lines.append((which, row["set"], title, str(row["n"]), mean, gain))
    print_table(Table(("settings", "set", "objective", "n", "mean", "better than the reference by"), tuple(lines)))
    for front in document["fronts"]:
        print("\nPareto front: no point of the search beats these")
        shown = tuple(tuple(number(value) for value in row) for row in front["values"])
        print_table(Table(tuple(front["titles"]), shown))


def design_cost_text(content: Mapping[str, Any]) -> None:
    """How much a design would simulate."""
    terminal().print(
        f"{content['name']}: {content['candidates']} candidates",
        f"models  {len(content['models'])}: {', '.join(content['models'])}",
        f"sets    {content['sets']} of parameters",
        f"runs    {content['runs']}, about {duration(content['processor_seconds'])} of one core",
        sep="\n",
        soft_wrap=True,
    )


def design_tables(document: Mapping[str, Any], style: str) -> None:
    """The candidates, best first; then the figure that one would see under each hypothesis."""
    models = document["models"]
    ranked, seen = [], []
    for one in document["candidates"]:
        by_model = {answer["model"]: answer for answer in one["models"]}
        powers = ["-" if by_model[m]["power"] is None else f"{100 * by_model[m]['power']:.0f} %" for m in models[1:]]
        worth = f"{one['bits']:.2f}", f"{100 * one['named']:.0f} %"
        ranked.append((str(one["rank"]), one["candidate"], *worth, *powers, one["known"] or "-"))
        figures = [with_interval(by_model[m]["figure"], by_model[m]["interval"]) for m in models]
        seen.append((str(one["rank"]), one["candidate"], _figure_of(one), *figures))
    titles = tuple(f"power against the default if {model}" for model in models[1:])
    columns = ("rank", "experiment", "bits", "right one named", *titles, "known")
    tables = Table(columns, tuple(ranked)), Table(("rank", "experiment", "figure", *models), tuple(seen))
    for place, table in enumerate(tables):
        if place:
            print()
        if style == "md":
            print(markdown(table), end="")
        else:
            print_table(table)


def _figure_of(one: Mapping[str, Any]) -> str:
    sign = {"difference": " - ", "ratio": " / ", "mean": ""}[one["form"]]
    return f"{one['measure']}, {one['test']}: {sign.join(one['groups'])}" + (
        f" ({one['unit']})" if one["unit"] != "1" else ""
    )


def predictions_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """What was laid down."""
    print_table(results_table(rows))


def scores_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Later measurements against what was laid down."""
    lines = tuple(
        (row["id"], row["date"], row["parameters"], f"{number(row['low'])} to {number(row['high'])}",
         with_interval(row["value"], row["interval"]), row["status"], row["source"])
        for row in rows
    )  # fmt: skip
    print_table(Table(("id", "laid down", "parameters", "predicted", "measured", "verdict", "source"), lines))
