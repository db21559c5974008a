"""The tables of speed, in Markdown, from the measurements of `benchmarks.speed`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from results.tables import Table, markdown

Entries = Mapping[str, Mapping[str, Any]]
AIMS: Mapping[str, tuple[str, Callable[[float], bool]]] = {
    "plain Brian2 script": ("at least 50", lambda value: value >= 50),
    "limit": ("at least 1", lambda value: value >= 1),
    "cuba annarchy": ("at least 5", lambda value: value >= 5),
    "coba annarchy": ("at least 5", lambda value: value >= 5),
    "cuba nest": ("at least 40", lambda value: value >= 40),
    "coba nest": ("at least 40", lambda value: value >= 40),
}
FULL_SIZE = 800  # cells of the default circuit at scale 1
NAMES = {"annarchy": "ANNarchy", "nest": "NEST", "genn": "GeNN"}
NOT_MEASURED = (
    (
        "Arbor",
        "its integrate-and-fire cell has no synaptic time course (0.12.2: `lif_cell` has a membrane time constant "
        "only), and its cable cells have no reset unless a mechanism is written for it",
    ),
    (
        "Jaxley",
        "its synapse for integrate-and-fire cells is set to one by a spike instead of added to, and has no delay "
        "(`jaxley/synapses/spike.py`)",
    ),
)
"""Why other simulators are not in the table: name and reason."""


def tables(entries: Entries) -> str:
    """All tables for which there are measurements; empty where there are none."""
    parts = [_others(entries), _growth(entries), _animals(entries), _lifetime(entries), _conditions(entries)]
    return "\n".join(part for part in parts if part)


def _range(value: Mapping[str, float]) -> str:
    return f"{value['median']:.3g} [{value['smallest']:.3g}, {value['largest']:.3g}]"


def _turned(value: Mapping[str, float]) -> dict[str, float]:
    """The ratio the other way round."""
    return {"median": 1 / value["median"], "smallest": 1 / value["largest"], "largest": 1 / value["smallest"]}


def _judged(value: float, aim: str) -> tuple[str, str]:
    if aim not in AIMS:
        return "", ""
    text, holds = AIMS[aim]
    return text, "reached" if holds(value) else "not reached"


def _others(entries: Entries) -> str:
    """One table of everything that the engine is held against."""
    rows = [*_plain(entries), *_limit(entries), *_peers(entries)]
    if not rows:
        return ""
    columns = ("against", "what", "times as long as here", "aim", "verdict")
    lines = ["## Against others\n", markdown(Table(columns, tuple(rows)))]
    lines += [f"\n{name} is not in the table: {reason}.\n" for name, reason in NOT_MEASURED]
    return "\n".join(lines)


def _plain(entries: Entries) -> list[tuple[str, ...]]:
    if not (entry := entries.get("plain Brian2 script")):
        return []
    found = entry["found"]
    judged = _judged(found["ratio"]["median"], "plain Brian2 script")
    called = " ".join(["Brian2", found.get("version", ""), "as a plain script"]).replace("  ", " ")
    return [(called, f"{found['what']}; an untuned script, end to end", _range(found["ratio"]), *judged)]


def _limit(entries: Entries) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, entry in entries.items():
        if name.startswith("limit"):
            found = entry["found"]
            seconds, taken = found["processor_per_network_second"], _turned(found["ratio"])
            doing = "with a tetanus in four seconds" if entry["asked"].get("protocol") == "tetanus" else "at rest"
            what = (
                f"the default circuit {doing}, {found['cells']:,} cells and {found['plastic_contacts']:,} plastic "
                f"contacts; {seconds['engine']:.3g} s here for a network second"
            )
            rows.append(("hand-written loop in double", what, _range(taken), *_judged(taken["median"], "limit")))
    return rows


def _peers(entries: Entries) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, entry in entries.items():
        network, _, way = name.partition(", ")
        found = entry["found"]
        for peer, value in found.get("times_as_long_as_here", {}).items():
            differs = found["rate_differs_by"][peer]
            rates = f"{differs['mean']:+.1%} ± {differs['standard_error']:.1%}"
            what = f"network `{network}`, {way}; rates differ by {rates} (standard error over networks drawn)"
            called = " ".join([NAMES.get(peer, peer), found.get("versions", {}).get(peer, "")]).strip()
            rows.append((called, what, _range(value), *_judged(value["median"], f"{network} {peer}")))
    return rows


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
    large = [f for f in found if f["cells"] >= FULL_SIZE]
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
            f"(aim: at most 1.05), and memory by {held:.0f} bytes a plastic contact (aim: at most 90).\n"
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


def _lifetime(entries: Entries) -> str:
    rows = []
    for name, entry in entries.items():
        if name.startswith("lifetime"):
            found, asked = entry["found"], entry["asked"]
            what = ", ".join(f"{asked[each]} {each}" for each in ("sessions", "tests", "animals") if each in asked)
            here, there = "this checkout", "commit"
            rows.append((
                f"{name.partition(', ')[2]}: {what}", found["commit"], f"{found['programs']}",
                *(f"{found[part][who]['median']:.3g}" for part in ("user", "rest") for who in (here, there)),
                _range(found["ratio_of_programs"]),
                *(f"{found['build_processor'][who]:.0f}" for who in (here, there)),
            ))  # fmt: skip
    if not rows:
        return ""
    columns = (
        "what", "commit", "runs of a program", "programs here, s", "there, s", "rest here, s", "there, s",
        "programs here over there", "build here, s of processor", "there, s",
    )  # fmt: skip
    return "## A life, and a study: this version and another\n\n" + markdown(Table(columns, tuple(rows)))


def _conditions(entries: Entries) -> str:
    if not entries:
        return ""
    loads = [entry["others_on_the_machine"] for entry in entries.values()]
    machines = dict.fromkeys(entry["machine"] for entry in entries.values() if "machine" in entry)
    unnamed = (
        "" if all("machine" in entry for entry in entries.values()) else "; earlier, where the machine was not noted"
    )
    named = f"\nMeasured on: {'; and on '.join(machines)}{unnamed}.\n" if machines else ""
    return named + (
        "\nTimes are of the processor, medians with the smallest and largest of all repeats, contenders taking turns. "
        f"The load average when the measurements began was {min(loads):g} to {max(loads):g}; where it is far above 0 "
        "other programs were running, which slows all contenders and widens the ranges.\n"
    )
