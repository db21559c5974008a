"""Pages made from the package's data: evidence, drugs, experiments, all parameters, benchmarks."""

from __future__ import annotations

import json
from typing import Any

from circuit.parameters import all_parameters
from docs_build.description import parameter_table
from docs_build.text import ROOT, docstring, folded, linked, preface, table
from protocols.experiments.experiment import load
from protocols.experiments.shipped import shipped, source
from results.evidence.table import Evidence
from results.evidence.table import load as evidence_table
from results.tables import use_of
from synapses.adaptation import PARAMETER
from synapses.drug_files import EFFECTS, Drug, drugs
from synapses.regions import regions


def evidence_page() -> str:
    """Every published finding with which the model is compared."""
    rows = evidence_table()
    lines = [preface("evidence").format(number=len(rows))]
    headings: dict[str, list[Evidence]] = {}
    for row in rows:
        headings.setdefault(row.experiment or "No shipped experiment", []).append(row)
    for experiment, found in headings.items():
        cells = (
            (
                row.id,
                f"{row.statement} {_source(row)}",
                _claimed(row),
                f"{use_of(row.model_dump())}; {row.provenance}",
                "; ".join([t for t in (row.test, ", ".join(row.groups), row.measure) if t]) or "-",
            )
            for row in found
        )
        number = f"{len(found)} finding{'' if len(found) == 1 else 's'}"
        head = ("id", "finding and source", "claim", "use; how read", "test, groups, measure")
        lines += [f"## {experiment}\n", folded(number, table(head, cells))]
    return "\n".join(lines)


def _source(row: Evidence) -> str:
    """The source, notes and reasons of a row, in brackets behind what it says."""
    parts = [row.source, row.note, f"why: {row.why}" if row.why else ""]
    return f"({'; '.join(part for part in parts if part)})"


def _claimed(row: Evidence) -> str:
    """The claim of a row with its value and unit."""
    unit = "" if row.unit == "1" else row.unit
    return " ".join(part for part in (row.claim, _value(row), unit) if part and part != "-")


def _value(row: Evidence) -> str:
    published = row.published
    text = f"{published:g}" if isinstance(published, float) else str(published if published is not None else "-")
    if row.sem is not None:
        text += f" ± {row.sem:g} (SEM)"
    if row.tolerance is not None:
        text += f" (within {row.tolerance:.0%})"
    return text


def drugs_page() -> str:
    """Every drug with its kinetics, targets and sources."""
    lines = [preface("drugs")]
    found = drugs().values()
    lines.append(
        table(
            ("drug", "what it is", "kinetics", "source"),
            ((d.name, d.description, _kinetics(d), d.source) for d in found),
        )
    )
    lines += ["## What they act on\n"]
    lines.append(
        table(
            ("drug", "target and action", "potency, µM", "changes", "source"),
            (
                (
                    d.name,
                    f"{a.target}: {a.action}",
                    f"{a.potency:g}" + (f"; effect up to {a.maximum:g}" if a.maximum else ""),
                    f"`{EFFECTS[a.target, a.action]}`",
                    a.source,
                )
                for d in found
                for a in d.actions
            ),
        )
    )
    return "\n".join(lines)


def _kinetics(drug: Drug) -> str:
    """Half-life, uptake and level in the brain, and the trace that it leaves, in words."""
    parts = [f"half-life {drug.half_life:g} s", f"absorption {drug.absorption:g} s"]
    parts += [f"{drug.level:g} µM per mg/kg"] if drug.level else []
    parts += [f"builds trace {drug.adaptation:g}"] if drug.adaptation else []
    return ", ".join(parts)


def regions_page() -> str:
    """What days of cocaine change in each region of the striatum, with sources."""
    lines = [preface("regions")]
    usual = {record.name: record.value for record in all_parameters() if record.group == "adaptation"}
    for region in regions().values():
        lines.append(f"## {region.name}\n\nRelease at rest is driven by: {region.afferent}.\n")
        rows = []
        for quantity, change in region.changes():
            name = PARAMETER.get(quantity, quantity)
            whole, time = usual[f"{name}_change"], usual[f"{name}_time"]
            rows.append(
                (
                    QUANTITY[quantity],
                    f"{change.share:g}",
                    f"{100 * change.share * whole:+.3g} %" if change.share * whole else "none",
                    f"{time if change.time is None else change.time:g}",
                    change.provenance,
                    change.source,
                )
            )
        lines.append(table(("what", "share", "at full trace", "time constant, d", "read", "source"), rows))
    return "\n".join(lines)


QUANTITY = {
    "xct": "xCT", "glt1": "GLT-1", "ags3": "AGS3", "homer": "Homer1b/c", "mglur5": "surface mGluR5",
    "mglur23": "mGluR2/3", "ampa": "surface AMPA receptors", "drive": "drive of the cortical cells",
}  # fmt: skip
"""Quantity of a region -> its name."""


def experiments_page() -> str:
    """Every shipped experiment: its question, groups, tests and file."""
    lines = [preface("experiments")]
    names = [name for name in shipped() if not name.startswith("_")]
    loaded = {name: load(name) for name in names}
    lines.append(
        table(
            ("name", "title and paper", "preset", "groups, tests, animals a group"),
            (
                (
                    f"[{name}](#{name})",
                    f"{e.experiment.title} ({e.experiment.reference})"
                    if e.experiment.reference
                    else e.experiment.title,
                    e.circuit.preset,
                    f"{len(e.group)}, {len(e.test)}, {e.animals.per_group}",
                )
                for name, e in loaded.items()
            ),
        )
    )
    for name, e in loaded.items():
        decided = [row.id for row in evidence_table() if row.experiment == name]
        lines += [
            f"## {name}\n",
            f"{linked(e.experiment.title)}. {_evidence(decided)}\n",
            table(("test", "kind"), ((t.name, t.kind) for t in e.test)),
            f"Groups: {', '.join(g.name for g in e.group)}.\n",
            f'??? note "The file"\n\n{_indented(source(name))}\n',
        ]
    return "\n".join(lines)


def _evidence(ids: list[str]) -> str:
    return (
        f"Decides {', '.join(ids)} of the [evidence](evidence.md)."
        if ids
        else "No row of the evidence is read from it."
    )


def _indented(text: str) -> str:
    return "    ```toml\n" + "\n".join(f"    {line}" if line else "" for line in text.splitlines()) + "\n    ```"


def parameters_page() -> str:
    """Every parameter of the model."""
    by_group: dict[str, list[Any]] = {}
    for record in all_parameters():
        by_group.setdefault(record.group, []).append(record)
    lines = [preface("parameters")]
    for group, records in by_group.items():
        lines += [f"## {group}\n", parameter_table(records)]
    return "\n".join(lines)


def benchmarks_page() -> str:
    """What the benchmarks measure and how each is started."""
    from benchmarks.speed_page import tables

    lines = [preface("benchmarks")]
    measured = ROOT / "benchmarks" / "results.json"
    if measured.exists():
        lines.append(tables(json.loads(measured.read_text(encoding="utf-8"))["entries"]))
    for path in sorted((ROOT / "benchmarks").glob("*.py")):
        heading, _, text = docstring(f"benchmarks/{path.name}").partition("\n")
        if path.name != "__init__.py" and not path.stem.endswith("_page"):
            lines += [f"## {heading.rstrip('.')}\n", f"`benchmarks.{path.stem}`\n", linked(text.strip("\n")) + "\n"]
    return "\n".join(lines)
