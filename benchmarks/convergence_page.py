"""Page, figure and table of errors of `benchmarks.convergence`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from matplotlib import pyplot
from matplotlib.figure import Figure

from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.convergence import TOLERANCE
from results.figures.drawing import STYLE
from results.figures.looks import colour, inches, marker
from results.tables import Table, markdown, with_interval

INTRODUCTION = """# Convergence of the acceleration

Written by `make convergence` (`benchmarks/convergence.py`); do not edit.

{animals} animals of the first group at scale {scale:g}, seed {seed}, paired: the same animal in full biological
time (acceleration 1) and accelerated. The error is the difference of the response of all contacts after the
induction, in points of % of baseline, with its 95 % interval over animals. The other settings of `[acceleration]` are
the defaults: for {usual.induction_memory.si:g} s after an induction the background runs at most
{usual.after_induction:g} times as fast, and long trains are thinned by {usual.pulse_group}. Between two pulses at
least one bin of the clock, 50 ms of network time, is simulated: with test pulses every 30 s, 600 is the fastest.
`acceleration.maximum = "auto"` takes the fastest of these accelerations up to which every interval lies within the
tolerance; the default of `maximum` is {usual.maximum:g}. Tests of shipped experiments that stimulate the same animals
alike are measured once.
"""


def _order(report: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(row["protocol"] for row in report["rows"]))


def page(report: Mapping[str, Any]) -> str:
    """The whole page; `report` as `benchmarks.convergence.measure` gives it."""
    measured = {key: report[key] for key in ("animals", "scale", "seed")}
    text = INTRODUCTION.format(**measured, usual=Acceleration())
    if report["settings"]:
        text += f"Changed for this measurement: {', '.join(f'`{s}`' for s in report['settings'])}.\n"
    rows = tuple(
        (
            row["protocol"], f"{row['acceleration']:g}", f"{row['full']:.1f}",
            with_interval(row["mean"], row["interval"]),
            "within" if max(map(abs, row["interval"])) <= TOLERANCE else "not within", f"{row['fewer_by']:.0f} times",
        )
        for row in report["rows"]
    )  # fmt: skip
    columns = (
        "protocol", "acceleration", "full time, % of baseline", "error, points [95 %]", f"± {TOLERANCE:g} points",
        "fewer network s",
    )  # fmt: skip
    picture = "![Error of the response of all contacts against acceleration, by protocol](figures/convergence.png)\n"
    return "\n".join([text, picture, markdown(Table(columns, rows))])


def table(report: Mapping[str, Any]) -> str:
    """The errors as `protocols/stimulation/convergence.toml`."""
    lines = [
        "# Error of LTP and LTD under acceleration against full biological time: response of all contacts after an",
        "# induction, in points of % of baseline, with 95 % intervals over paired animals. Written by",
        "# `make convergence`; acceleration 1 is full time and has no error.",
        "",
        f'measured = "docs/convergence.md: {report["animals"]} animals at scale {report["scale"]:g}"',
    ]
    for row in report["rows"]:
        lines += [
            "",
            "[[error]]",
            f"protocol = {json.dumps(row['protocol'])}",
            f"acceleration = {row['acceleration']:g}",
            f"animals = {row['animals']}",
            f"mean = {row['mean']:.4g}",
            f"interval = [{row['interval'][0]:.4g}, {row['interval'][1]:.4g}]",
        ]
    return "\n".join(lines) + "\n"


def figure(report: Mapping[str, Any]) -> Figure:
    """Error against acceleration, one line a protocol, the tolerance as a band."""
    with pyplot.style.context(STYLE):
        drawn, axes = pyplot.subplots(figsize=(inches("double") * 0.7, inches("double") * 0.42), layout="constrained")
        axes.axhspan(-TOLERANCE, TOLERANCE, color="0.92", lw=0)
        axes.axhline(0, color="0.6", lw=0.8)
        names = _order(report)
        for place, name in enumerate(names):
            rows = [row for row in report["rows"] if row["protocol"] == name]
            x = [row["acceleration"] * 1.06 ** (place - (len(names) - 1) / 2) for row in rows]  # side by side
            middle = [row["mean"] for row in rows]
            low, high = ([abs(row["interval"][k] - row["mean"]) for row in rows] for k in (0, 1))
            axes.errorbar(
                x, middle, [low, high], color=colour(place), marker=marker(place), ms=4, lw=1, capsize=2, label=name
            )
        axes.set_xscale("log")
        ticks = sorted({row["acceleration"] for row in report["rows"]})
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], rotation=45)
        axes.minorticks_off()
        axes.set_xlabel("acceleration of slow variables in the background")
        axes.set_ylabel("error of the response\n(points of % of baseline)")
        axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    return drawn
