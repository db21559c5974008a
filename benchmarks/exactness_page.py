"""The page about exactness, in Markdown, from the measurements of `benchmarks.exactness`. It names no machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from results.tables import Table, markdown, number, with_interval

NAMES = {
    "fepsp": "field, window of the test",
    "fepsp_time_course": "field, all sweeps after",
    "contact_response": "response of all contacts",
    "rho": "AMPA efficacy rho",
    "potentiation": "potentiation P",
}
UNITS = {
    "fepsp": "points",
    "fepsp_time_course": "points",
    "contact_response": "points",
    "rho": "1",
    "potentiation": "1",
}

INTRODUCTION = """# How exact the acceleration is

Written by `make exact` (`benchmarks/exactness.py`); do not edit.

{animals} control animals at scale {scale:g}, seed {seed}, spread factor between animals {spread_factor:g}
(`variability.scale`), in full biological time (`acceleration.maximum = 1`) and with the default acceleration
({acceleration}).
An animal has the same wiring and the same parameters in both; the
noise differs, since another stretch of network time is simulated. Differences are accelerated minus full time, with
95 % intervals over animals. A limit is *held* if the whole interval lies inside it, *broken* if the whole interval
lies outside, else *inconclusive*: more animals, or a larger circuit, would decide. The field is read with few test
pulses in a small circuit and is noisy; rho and P are means over all plastic contacts, and the response of all
contacts is what these weights give under one cAMP drive, in % of what they gave before the test. None of the three
carries the noise of the field.
"""

SPREAD = """## Spread

Standard deviations, and the ratio of accelerated to full time: over animals with the interval of Pitman and Morgan
for paired samples, over contacts as the mean over animals. Spreads over contacts under a twentieth of the weights'
range are not judged.

"""


def page(report: Mapping[str, Any]) -> str:
    """The whole page.

    Parameters
    ----------
    report : mapping
        As `benchmarks.exactness.measure` gives it.
    """
    a = report["acceleration"]
    acceleration = (
        f"a = {a['maximum']:g} between pulses, full rate from {a['window_before']} before to {a['window_after']} after "
        f"each, {a['pulse_group']} pulses of a long train as one after its first {a['uncompressed']}"
    )
    extra = (
        f"Changed for this measurement: {', '.join(f'`{s}`' for s in report['settings'])}.\n"
        if report["settings"]
        else ""
    )
    introduction = INTRODUCTION.format(
        acceleration=acceleration, **{k: report[k] for k in ("animals", "scale", "seed", "spread_factor")}
    )
    parts = [introduction + extra]
    means = [row for row in report["rows"] if row["what"] == "mean"]
    spreads = [row for row in report["rows"] if row["what"] != "mean"]
    parts.append("## Means\n\n" + markdown(_means(means)))
    if spreads:
        parts.append(SPREAD + markdown(_spreads(spreads)))
    if report["drift"]:
        parts.append(
            "## Drift without induction\n\nChange from rest after the same time.\n\n"
            + markdown(_drift(report["drift"]))
        )
    parts.append("## What it saves\n\n" + markdown(_seconds(report["network_seconds"])))
    if report["oracles"]:
        parts.append(_oracles(report["oracles"]))
    return "\n".join(parts)


def _means(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        ("protocol", "measure", "unit", "full time", "accelerated", "difference [95 %]", "limit", "verdict"),
        tuple(
            (
                row["protocol"], NAMES[row["measure"]], UNITS[row["measure"]], _fixed(row["full"], row["measure"]),
                _fixed(row["accelerated"], row["measure"]), with_interval(row["value"], row["interval"]),
                f"± {row['limit'][1]:g}", row["verdict"],
            )
            for row in rows
        ),
    )  # fmt: skip


def _spreads(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        ("protocol", "measure", "spread", "full time", "accelerated", "ratio [95 %]", "limit", "verdict"),
        tuple(
            (
                row["protocol"], NAMES[row["measure"]], row["what"].removeprefix("spread "), number(row["full"]),
                number(row["accelerated"]), with_interval(row["value"], row["interval"]),
                "{:g} to {:g}".format(*row["limit"]) if row["limit"] else "-", row["verdict"],
            )
            for row in rows
        ),
    )  # fmt: skip


def _drift(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        ("measure", "unit", "simulated", "change [95 %]"),
        tuple(
            (NAMES[r["measure"]], UNITS[r["measure"]], r["way"], with_interval(r["value"], r["interval"])) for r in rows
        ),
    )


def _seconds(seconds: Mapping[str, Mapping[str, float]]) -> Table:
    return Table(
        ("protocol", "network s in full time", "accelerated", "fewer by"),
        tuple(
            (name, f"{s['full']:.0f}", f"{s['accelerated']:.0f}", f"{s['full'] / s['accelerated']:.0f} times")
            for name, s in seconds.items()
        ),
    )


def _oracles(errors: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        *(
            ("calcium, event-driven against steps of 2 us", f"{name}, absolute", f"{v:.1e}")
            for name, v in errors["calcium"].items()
        ),
        *(
            ("compiled against runtime engine, nothing random", name, f"{v:.1e}")
            for name, v in errors["engines"].items()
        ),
    ]
    return "## Two formulations of one model\n\n" + markdown(
        Table(("compared", "quantity", "largest difference"), tuple(rows))
    )


def _fixed(value: float, measure: str) -> str:
    return f"{value:.1f}" if UNITS[measure] == "points" else f"{value:.4f}"
