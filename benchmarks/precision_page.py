"""The page about precision, in Markdown, from the measurements of `benchmarks.precision`. It names no machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from results.tables import Table, markdown, number, with_interval

NAMES = {
    "contact_response": "response of all contacts",
    "fepsp": "field",
    "active_presses": "active presses",
    "core_glutamate_percent": "glutamate in the core, % of basal",
    "rate_core_medium_spiny": "rate of medium spiny cells, core",
    "efficacy_PL_pyramidal_to_core_medium_spiny_D1": "efficacy learnt in training, PL to D1 cells of the core",
}
TITLES = {"plasticity": "LTP and LTD", "seeking": "Drug seeking"}
SAID = {
    "plasticity": (
        "Points of % of baseline, 15 to 20 minutes after the induction. The limit, half a point, was chosen before "
        "anything was measured. The response of all contacts is what the weights give under one cAMP drive, and has "
        "little noise; the field is read with few pulses and is noisy."
    ),
    "seeking": (
        "A difference is *within its noise* if its interval holds zero. One row in twenty lies beyond "
        "by chance, and with few animals a wide interval hides much. An animal is trained in the precision in which it "
        "is tested, so what is learnt in ten days is compared as well."
    ),
}

INTRODUCTION = """# What single precision changes

Written by `make precision` (`benchmarks/precision.py`); do not edit.

`circuit.precision` is `"single"` by default, `"double"` where it is set: `--set 'circuit.precision="double"'` does it
for one command. It holds for compiled programs; the engine `runtime` always has double precision.

| what | `"single"` | `"double"` |
| --- | --- | --- |
| state of cells and contacts: potentials, conductances, calcium, release, weights | single | double |
| constants and functions (`exp`, `log`) in their equations | single | double |
| times: of the clock, of spikes, of a contact's last event | double | double |
| glutamate, tone, drugs, the session | double | double |
| weights of trained animals, as kept between sessions | single | single |

A number of single precision has 24 binary digits: it is off by 6e-8 of itself at most. Times have double precision,
since at 60 s single precision tells times apart that are 4 us from each other, and an hour on 0.2 ms, more than a
step of 0.1 ms; what happens between two spikes of a contact rests on such differences. Exp and log are the engine's
own in single precision, at most 3e-7 off, and those of the C library in double, at most 1e-15
(`tests/circuit/engine/test_functions.py`). Numbers of a run are frozen for each precision
(`tests/circuit/engine/test_frozen.py`).

The network is chaotic. In six runs looked at, rounding had moved a spike of a prelimbic pyramidal cell by half a step
after 0.06 to 0.36 s, and one of a medium spiny cell after 0.6 to 1.0 s. Then other contacts release, other random
numbers are drawn, and an animal has another course of noise in the other precision. So the tables compare
distributions over the same animals (equal wiring, parameters, histories), not runs step by step. Differences are
single minus double, with 95 % intervals over animals. A limit is *held* if the whole interval lies inside it, *broken*
if the whole interval lies outside, else *inconclusive*: more animals would decide. *SD of differences* is that over
animals, *SD over animals* that of the measure in double precision: where noise alone makes animals differ, the first
is 1.4 times the second.
"""


def page(report: Mapping[str, Any]) -> str:
    """The whole page.

    Parameters
    ----------
    report : mapping
        As `benchmarks.precision.measure` gives it.
    """
    settings = ", ".join(f"`{setting}`" for setting in report["settings"])
    parts = [INTRODUCTION + (f"Changed for this measurement: {settings}.\n" if settings else "")]
    for name, question in report["questions"].items():
        who = f"{question['animals']} animals a group of `{question['experiment']}` at scale {question['scale']:g}."
        parts.append(f"## {TITLES[name]}\n\n{who} {SAID[name]}\n\n" + markdown(_differences(question["rows"])))
    parts.append(COST + markdown(_cost(report["questions"])))
    return "\n".join(parts)


COST = """## What it saves

Seconds of wall time of one animal in these groups and tests, its training included where it has one. Other work ran
beside, so each is the least of all animals. Compiling is left out.

"""


def _differences(rows: Sequence[Mapping[str, Any]]) -> Table:
    judged = any(row["limit"] for row in rows)
    columns = ("group", "test", "measure", "single", "double", "difference [95 %]", "SD of differences")
    return Table(
        (*columns, "SD over animals", *(("limit",) if judged else ()), "verdict"),
        tuple(
            (
                row["group"], row["test"], NAMES[row["measure"]], f"{row['single']:.4g}", f"{row['double']:.4g}",
                with_interval(row["value"], row["interval"]), number(row["differ"]), number(row["spread"]),
                *((f"± {row['limit'][1]:g}" if row["limit"] else "-",) if judged else ()), row["verdict"],
            )
            for row in rows
        ),
    )  # fmt: skip


def _cost(questions: Mapping[str, Mapping[str, Any]]) -> Table:
    lines = []
    for name, question in questions.items():
        single, double = question["seconds"]["single"], question["seconds"]["double"]
        lines.append((TITLES[name], f"{single:.1f}", f"{double:.1f}", f"{single / double:.2f}"))
    return Table(("tests", "single, s", "double, s", "single / double"), tuple(lines))
