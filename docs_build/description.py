"""The model in the tables of Nordlie, Gewaltig & Plesser 2009 (doi:10.1371/journal.pcbi.1000456), from the code.

Populations and connectivity come from the wiring tables, equations from the constructed network
(`docs_build.network_objects`), prose from the docstrings of the modules that hold the mechanism, values, ranges and
sources from the parameters' records. Nothing is copied by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from circuit.parameters import all_parameters
from circuit.parts import Apparatus
from circuit.wiring.plan import plan, presets
from circuit.wiring.table import Connection, Wiring
from docs_build.mathematics import latex, mathml, statements, symbol, variable
from docs_build.network_objects import Code, Part, parts, recorded
from docs_build.text import linked, preface, prose, table
from synapses.parameters import ParameterRecord

NORDLIE = linked("Nordlie, Gewaltig & Plesser 2009 (doi:10.1371/journal.pcbi.1000456)")
# Modules whose docstrings describe each mechanism, by the apparatus that needs it.
CELLS = ("circuit/cells/kinds.py", "circuit/cells/neurons.py", "circuit/cells/relay.py")
SYNAPSE = ("synapses/contact.py", "synapses/release.py", "synapses/receptors.py")
PLASTICITY: dict[Apparatus, tuple[str, ...]] = {
    "electrode": ("synapses/plasticity.py", "synapses/endocannabinoid.py"),
    "operant box": ("synapses/dopamine.py",),
}
SPACE = ("circuit/network/extracellular.py", "synapses/homeostasis.py", "synapses/tone.py")
INPUT: dict[Apparatus, tuple[str, ...]] = {
    "electrode": ("circuit/states.py", "circuit/apparatus/electrode.py", "circuit/apparatus/probe.py"),
    "operant box": ("circuit/apparatus/perception.py", "circuit/apparatus/operant_box.py"),
}
DAYS = (
    "synapses/chronic.py",
    "synapses/adaptation.py",
    "synapses/spines.py",
    "synapses/reward.py",
    "synapses/challenge.py",
    "synapses/variability.py",
    "synapses/pharmacology.py",
)
# Parameter groups that act through the inputs of a run and not inside the network.
OUTSIDE: dict[Apparatus, tuple[str, ...]] = {
    "electrode": ("adaptation", "spines", "reward", "electrode", "probe", "variability"),
    "operant box": ("adaptation", "spines", "reward", "perception", "plasticity", "variability"),
}


AROUND: dict[Apparatus, str] = {
    "electrode": "with a stimulating and a recording electrode; the equations of every other pathway are the same",
    "operant box": "in an animal that goes through sessions in an operant box",
}


def page(name: str) -> str:
    """The description of one preset as Markdown.

    Raises
    ------
    KeyError
        If there is no such preset.
    """
    preset, apparatus = presets()[name], plan(name).apparatus
    chosen, built = preset.table, parts(name)
    connections = _connections(chosen, built)
    cells = [part for part in built if _is_cell(part)]
    others = [part for part in built if part not in connections and part not in cells]
    spaces = [part for part in others if not part.contacts]
    couplings = [part for part in others if part.contacts]
    lines = [
        f"# {preset.title}: the model in tables",
        f"Preset `{name}`, {AROUND[apparatus]}. In the tables of {NORDLIE}. Generated from the code when the site was "
        "built: populations and connectivity from the wiring table, equations from the network as it is constructed, "
        "parameters from their records.\n",
        "## A. Summary",
        table(("", ""), _summary(chosen, cells, connections)),
        preface("notation"),
        "## B. Populations",
        _populations(chosen),
        "## C. Connectivity",
        _connectivity(chosen),
        "## D. Neuron models",
        *_prose(CELLS),
        *_listings(cells),
        "## E. Synapse models",
        *_prose(SYNAPSE),
        *_listings(connections),
        "## F. Plasticity",
        "Equations: of the contacts that learn in section E, of the space that sets their tones in section G.\n",
        *_prose(PLASTICITY[apparatus]),
        "## G. Extracellular space and other objects",
        *_prose(SPACE),
        *_listings(spaces),
        "### Couplings",
        "How these objects and the cells hand values to each other.\n",
        *_listings(couplings),
        "## H. Input",
        *_prose(INPUT[apparatus]),
        "Histories and drugs reach the network as values of its parameters and as drugs on board:\n",
        *_prose(DAYS),
        "## I. Measurements",
        table(("recorded", "of", "variables", "every", "elements"), (
            (row.name, row.source, ", ".join(row.variables), row.step, row.elements) for row in recorded(name)
        )),
        "## J. Parameters",
        "Values as the package ships them. The source of a fitted value names the rows of evidence that it was fitted "
        "to; “assumed” says that there is none. Outside its range a value is refused.\n",
        *_parameters(name, built),
    ]  # fmt: skip
    return "\n".join(line if line.endswith("\n") else line + "\n" for line in lines)


def parameter_groups(name: str) -> tuple[str, ...]:
    """Parameter groups that a preset uses, in the order of the page."""
    used = [group for part in parts(name) for group in part.groups]
    return tuple(dict.fromkeys([*used, *OUTSIDE[plan(name).apparatus]]))


def _is_cell(part: Part) -> bool:
    return not part.contacts and any(row.name == "v" and row.expression for row in part.equations)


def _connections(chosen: Wiring, built: Sequence[Part]) -> list[Part]:
    """Contacts of the wiring table: one object for all rows between two kinds of cells."""
    kinds = {(chosen.named(row.source).cell, chosen.named(row.target).cell) for row in chosen.projection}
    names = {f"{s}_to_{t}{end}" for s, t in kinds for end in ("", "_plastic")}
    return [part for part in built if part.name in names]


def _summary(chosen: Wiring, cells: Sequence[Part], connections: Sequence[Part]) -> list[tuple[str, str]]:
    plastic, numbers, nuclei = chosen.plastic, chosen.numbers(1.0), chosen.nuclei
    contacts = sum(row.in_degree * numbers[row.target] for row in chosen.projection)
    learning = sum(row.in_degree * numbers[row.target] for row in plastic)
    return [
        (
            "Populations",
            f"{len(chosen.population)} in {len(nuclei)} nuclei ({', '.join(nuclei)}); {sum(numbers.values()):,} cells "
            "at scale 1",
        ),
        (
            "Topology",
            "two hemispheres, two levers, two contexts; cells are laid out by index (circuit/wiring/table.py)",
        ),
        (
            "Connectivity",
            f"{len(chosen.projection)} projections, {contacts:,} contacts on average at scale 1, {learning:,} of them "
            "plastic; drawn at random for each animal, in-degrees kept at every scale",
        ),
        ("Neuron models", ", ".join(_words(part.name) for part in cells)),
        ("Synapse models", f"conductances; {_distinct(connections)} forms of contact (section E)"),
        ("Plasticity", ", ".join(f"{row.source} to {row.target}" for row in plastic)),
        ("Input", "section H"),
        ("Measurements", "section I"),
    ]


def _distinct(found: Iterable[Part]) -> int:
    return len({part.content for part in found})


def _words(name: str) -> str:
    return name.replace("_", " ")


def _populations(chosen: Wiring) -> str:
    numbers = chosen.numbers(1.0)
    columns = (
        "population",
        "nucleus",
        "model",
        "cells at scale 1",
        "background, awake",
        "tuned to",
        "dopamine",
        "source",
    )
    return table(
        columns,
        (
            (
                _words(row.name),
                row.nucleus,
                _words(row.cell),
                numbers[row.name],
                _background(row.tonic, row.noise, "pA") or _background(row.drive, row.deviation, "nS") or "none",
                ", ".join(_words(percept) for percept in row.tuned if percept != "nothing"),
                "; ".join([f"feels {row.feels}"] * bool(row.feels) + [f"releases in {f}" for f in row.releases]),
                row.reference,
            )
            for row in chosen.population
        ),
    )


def _background(mean: float, deviation: float, unit: str) -> str:
    return f"{mean:g} ± {deviation:g} {unit}" if mean or deviation else ""


def _connectivity(chosen: Wiring) -> str:
    columns = (
        "source", "target", "transmitter", "contacts per target cell", "conductance, nS", "delay, ms", "plastic",
        "restricted to", "source of the numbers",
    )  # fmt: skip
    rows = (
        (
            _words(row.source),
            _words(row.target),
            row.transmitter,
            row.in_degree,
            "a release" if row.plastic else f"{row.conductance:g}",
            f"{row.delay:g} ± {row.delay_deviation:g}" if row.delay_deviation else f"{row.delay:g}",
            "yes" if row.plastic else "no",
            _restriction(row),
            row.reference,
        )
        for row in chosen.projection
    )
    return table(columns, rows)


def _restriction(row: Connection) -> str:
    kept = ([f"{row.receptors} cells"] if row.receptors else []) + (["one lever"] if row.lever_specific else [])
    return ", ".join(kept + ([f"one context ({row.context_specific:.0%})"] if row.context_specific else []))


def _prose(paths: Iterable[str]) -> list[str]:
    return [f"{prose(path)}\n(`{path}`)\n" for path in paths]


def _listings(found: Sequence[Part]) -> list[str]:
    """A listing for each distinct content, headed by the parts that have it."""
    by_content: dict[object, list[Part]] = {}
    for part in found:
        by_content.setdefault(part.content, []).append(part)
    return [_listing(same) for same in by_content.values()]


def _listing(same: Sequence[Part]) -> str:
    part = same[0]
    lines = [f"### {'; '.join(_words(one.name) for one in same)}\n"]
    groups = dict.fromkeys(group for one in same for group in one.groups)
    given_by = f"Parameters: {', '.join(f'`{name}`' for name in groups)}; time" if groups else "Time"
    lines.append(f"{given_by} step {part.step}.\n")
    given = [row for row in part.equations if row.kind != "parameter"]
    if given:
        rows = []
        for row in given:
            left = variable(row.name, part.symbols)
            if row.kind == "differential equation":
                left = rf"\frac{{\text{{d}}{left}}}{{\text{{d}}t}}"
            formula = mathml(f"{left} = {latex(row.expression, part.symbols)}")
            rows.append((formula, row.unit, row.gloss))
        lines.append(_equation_table(("equation", "unit", ""), rows))
    for code in part.codes:
        lines.append(_code(code, part))
    states = [
        row for row in part.equations if row.kind == "parameter" and not (row.shared and row.name in part.symbols)
    ]
    if states:
        names = [(mathml(variable(row.name, part.symbols)), row.unit, row.gloss) for row in states]
        lines.append("<details><summary>Variables and inputs</summary>")
        lines.append(_equation_table(("", "unit", ""), names) + "</details>\n")
    lines.append("<details><summary>As simulated</summary><pre>" + escape(_source(part)) + "</pre></details>\n")
    return "\n".join(lines)


def _code(code: Code, part: Part) -> str:
    heading = f"*{code.occasion[0].upper()}{code.occasion[1:]}*"
    if code.occasion.endswith("when"):
        return f"{heading} {mathml(latex(code.text, part.symbols))}.\n"
    rows = []
    for line in statements(code.text):
        expression = line.expression
        if line.operator != "=":
            expression = f"{line.target} {line.operator[0]} ({expression})"
        target = variable(line.target, part.symbols)
        rows.append((mathml(rf"{target} \leftarrow {latex(expression, part.symbols)}"),))
    return f"{heading}:\n\n" + _equation_table(("",), rows)


def _source(part: Part) -> str:
    lines = []
    for row in part.equations:
        if row.kind != "parameter":
            left = f"d{row.name}/dt" if row.kind == "differential equation" else row.name
            lines.append(f"{left} = {row.expression} : {row.unit}")
    for code in part.codes:
        text = "\n".join(line.strip() for line in code.text.splitlines() if line.strip())
        lines.append(f"# {code.occasion}\n{text}")
    return "\n".join(lines)


def _equation_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in HTML, one block, in which Markdown changes nothing."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns) if any(columns) else ""
    body = "".join(
        "<tr>" + "".join(f"<td>{c if c.startswith('<math') else escape(c)}</td>" for c in row) + "</tr>" for row in rows
    )
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f'<div class="equations"><table class="equations">{head}<tbody>{body}</tbody></table></div>\n'


def parameter_table(records: Iterable[ParameterRecord]) -> str:
    """Parameters with symbol, value, unit, range, meaning and source."""
    return table(
        ("symbol", "path", "value", "unit", "range", "meaning", "source"),
        (
            (
                mathml(symbol(record.symbol)),
                f"`{record.group}.{record.name}`",
                f"{record.value:.6g}",
                record.unit,
                f"{record.low:g} to {record.high:g}",
                record.description,
                record.source,
            )
            for record in records
        ),
    )


def _parameters(name: str, built: Sequence[Part]) -> list[str]:
    records, inside = all_parameters(), {group for part in built for group in part.groups}
    lines = []
    for group in parameter_groups(name):
        here = [record for record in records if record.group == group]
        where = "" if group in inside else " (sets inputs of a run; not in the network itself)"
        lines += [f"### `{group}`{where}\n", parameter_table(here)]
    return lines
