"""The figure of a design: what each candidate is worth, and the figure that one would see under each hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from results.figures.drawing import STYLE
from results.figures.legend import letters, note
from results.figures.looks import colour, inches, marker

SHOWN = 16  # candidates that the figure has room for


def design_figure(document: Mapping[str, Any]) -> Figure:
    """The candidates of a design, best first.

    Parameters
    ----------
    document : mapping
        What ``design --json`` writes.

    Returns
    -------
    Figure
        A bar for the expected information of each candidate. Beside it a dot and a bar (95 % of experiments) for each
        hypothesis, in standard errors of the default's figure from the default's mean.
    """
    rows, models = document["candidates"][:SHOWN], document["models"]
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(inches("double"), 1.1 + 0.3 * len(rows)), layout="constrained")
        worth, seen = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1.6))
        worth.barh(range(len(rows)), [row["bits"] for row in rows], color="0.6", height=0.6)
        for place, row in enumerate(rows):
            first = row["models"][0]
            error = first["error"] or 1.0
            for number, answer in enumerate(row["models"]):
                y = place + 0.6 * ((number + 0.5) / len(models) - 0.5)
                low, mean, high = (
                    (value - first["figure"]) / error
                    for value in (answer["interval"][0], answer["figure"], answer["interval"][1])
                )
                seen.plot([low, high], [y, y], color=colour(number), linewidth=0.9)
                seen.plot(
                    mean,
                    y,
                    marker(number),
                    color=colour(number),
                    markersize=3,
                    label=answer["model"] if not place else None,
                )
        worth.set_yticks(range(len(rows)), [row["candidate"] for row in rows])
        worth.set(xlabel="Expected information (bits)", ylim=(len(rows) - 0.4, -0.6))
        seen.set(xlabel="Standard errors from the default")
        figure.legend(*seen.get_legend_handles_labels(), loc="outside upper right", ncols=min(4, len(models)))
        letters((worth, seen))
        note(figure, f"Bars on the right: where 95 % of experiments with {document['animals']} animals a group end")
    return figure
