"""The tables of speed, in Markdown, from the measurements of `benchmarks.speed`. They name no machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from results.tables import Table, markdown

Entries = Mapping[str, Mapping[str, Any]]
AIMS: Mapping[str, tuple[str, Callable[[float], bool]]] = {
    "plain Brian2 script": ("at least 50", lambda value: value >= 50),
    "limit": ("at most 2", lambda value: value <= 2),
    "cuba annarchy": ("at least 1", lambda value: value >= 1),
    "coba annarchy": ("at least 1.2", lambda value: value >= 1.2),
    "cuba nest": ("at least 5", lambda value: value >= 5),
    "coba nest": ("at least 5", lambda value: value >= 5),
}


def tables(entries: Entries) -> str:
    """All tables for which there are measurements; empty where there are none."""
    parts = [_ratios(entries), _limit(entries), _growth(entries), _animals(entries), _conditions(entries)]
    return "\n".join(part for part in parts if part)


def _range(value: Mapping[str, float]) -> str:
    return f"{value['median']:.3g} [{value['smallest']:.3g}, {value['largest']:.3g}]"


def _judged(value: float, aim: str) -> tuple[str, str]:
    text, holds = AIMS[aim]
    return text, "reached" if holds(value) else "not reached"


def _ratios(entries: Entries) -> str:
    rows = []
    if entry := entries.get("plain Brian2 script"):
        found = entry["found"]
        what = f"{found['what']}; an untuned script"
        judged = _judged(found["ratio"]["median"], "plain Brian2 script")
        rows.append(("plain Brian2 script, end to end", what, _range(found["ratio"]), *judged))
    for name, entry in entries.items():
        network, _, way = name.partition(", ")
        for peer, value in entry["found"].get("times_as_long_as_here", {}).items():
            differs = entry["found"]["rate_differs_by"][peer]
            rates = f"{differs['mean']:+.1%} ± {differs['standard_error']:.1%}"
            what = f"network `{network}`, {way}; rates differ by {rates} (standard error over networks drawn)"
            rows.append((f"{peer}, {way}", what, _range(value), *_judged(value["median"], f"{network} {peer}")))
    if not rows:
        return ""
    columns = ("against", "what", "times as long as here", "aim", "verdict")
    return "## Against others\n\n" + markdown(Table(columns, tuple(rows)))


def _limit(entries: Entries) -> str:
    rows = []
    for name, entry in entries.items():
        if name.startswith("limit"):
            found = entry["found"]
            seconds, rates = found["processor_per_network_second"], found["rates"]
            spiny, cortex = (rates[n]["engine"] / rates[n]["loop"] - 1 for n in ("core_medium_spiny", "PL_pyramidal"))
            rows.append((
                f"{found['cells']:,}", f"{found['plastic_contacts']:,}", f"{seconds['engine']:.3g}",
                f"{seconds['loop']:.3g}",
                _range(found["ratio"]), *_judged(found["ratio"]["median"], "limit"), f"{spiny:+.1%}, {cortex:+.1%}",
            ))  # fmt: skip
    if not rows:
        return ""
    columns = (
        "cells", "plastic contacts", "engine, s per network s", "loop, s", "ratio", "aim", "verdict",
        "rates differ by (medium spiny, pyramidal)",
    )  # fmt: skip
    return "## Against a hand-written loop\n\n" + markdown(Table(columns, tuple(rows)))


def _growth(entries: Entries) -> str:
    found = [entry["found"] for name, entry in entries.items() if name.startswith("growth")]
    if not found:
        return ""
    found = sorted(found, key=lambda each: each["cells"])
    rows = tuple(
        (
            f"{f['cells']:,}", f"{f['plastic_contacts']:,}", _range(f["processor_per_network_second"]),
            f"{f['start']['median']:.3g}", f"{f['memory']:.0f}", f"{f['build']['processor']:.0f}",
        )
        for f in found
    )  # fmt: skip
    columns = (
        "cells",
        "plastic contacts",
        "s per network s",
        "start of a run, s",
        "memory, MB",
        "build, s of processor",
    )
    lines = ["## Growth\n", markdown(Table(columns, rows))]
    lines.append(_pooled(found))
    large = [f for f in found if f["cells"] >= 900]
    if len(large) > 1:
        cells, costs, contacts, memory = (
            np.array(values, dtype=float)
            for values in (
                [f["cells"] for f in large],
                [f["processor_per_network_second"]["median"] for f in large],
                [f["plastic_contacts"] for f in large],
                [f["memory"] for f in large],
            )
        )
        exponent = float(np.polyfit(np.log(cells), np.log(costs), 1)[0])
        held = float(np.polyfit(contacts, memory, 1)[0]) * 1e6
        lines.append(
            f"\nFrom {cells[0]:,.0f} to {cells[-1]:,.0f} cells cost grows with cells to the power of {exponent:.2f} "
            f"(aim: at most 1.05), and memory by {held:.0f} bytes a plastic contact (aim: under 300).\n"
        )
    return "\n".join(lines)


def _pooled(found: Sequence[Mapping[str, Any]]) -> str:
    """What running several animals as one network could save at most: all that a larger network saves on a cell."""
    each = {f["cells"]: f["processor_per_network_second"]["median"] / f["cells"] for f in found}
    said = [
        f"{100 * (1 - min(value for larger, value in each.items() if larger >= cells) / cost):.0f} % at {cells:,} cells"
        for cells, cost in each.items()
        if cells <= 1000
    ]
    return (
        "\nSeveral animals as one network would share what a step costs however few cells there are. They could save "
        f"at most what a cell of a larger network costs less: {', '.join(said)}. Each animal has parameters of its "
        "own, which one network would read cell by cell where it now holds one number, so less would be left; animals "
        "run as programs of their own.\n"
    )


def _animals(entries: Entries) -> str:
    rows = tuple(
        (name.replace(", ", ": "), f"{f['processor_per_animal']:.3g}", f"{f['wall']:.3g}")
        for name, entry in entries.items()
        if name.startswith(("animals", "processes"))
        for f in [entry["found"]]
    )
    if not rows:
        return ""
    return "## Animals and processes\n\n" + markdown(Table(("what", "s of processor an animal", "wall s in all"), rows))


def _conditions(entries: Entries) -> str:
    if not entries:
        return ""
    loads = [entry["others_on_the_machine"] for entry in entries.values()]
    return (
        "\nTimes are of the processor, medians with the smallest and largest of all repeats, contenders taking turns. "
        f"The load average when the measurements began was {min(loads):g} to {max(loads):g}; where it is far above 0 "
        "other programs were running, which slows all contenders and widens the ranges.\n"
    )
