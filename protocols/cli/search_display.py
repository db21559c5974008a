"""What the verbs print that look for an experiment worth doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocols.cli.display import duration, print_table, terminal
from results.tables import Table, number, with_interval


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
