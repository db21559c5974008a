"""docs/circuit.md and its picture, from the wiring table:  python -m protocols.reporting.circuit_page"""

from __future__ import annotations

from pathlib import Path

from circuit.wiring.table import Wiring, wiring
from results.figures.wiring import circuit_figure
from results.store.files import replacing

DOCS = Path(__file__).resolve().parents[2] / "docs"


def drawn(table: Wiring) -> list[tuple[str, str, str, bool]]:
    """Projections between nuclei, and dopamine's paths, as the figure takes them; each nucleus is joined to itself."""
    nuclei = {row.name: row.nucleus for row in table.population}
    rows = [(nuclei[r.source], nuclei[r.target], r.transmitter, r.plastic) for r in table.projection]
    reached = [(s.nucleus, t.nucleus) for s in table.population for t in table.population if t.feels in s.releases]
    alone = [(nucleus, nucleus, "glutamate", False) for nucleus in table.nuclei]
    return alone + rows + [(source, target, "dopamine", False) for source, target in reached if source != target]


def page(table: Wiring) -> str:
    """The tables of cells and projections."""
    numbers = table.numbers(1.0)
    lines = [
        "# The circuit of drug seeking",
        "",
        "Written by `python -m protocols.reporting.circuit_page` from `circuit/wiring/corticostriatal.toml`; "
        "do not edit.",
        "",
        "![Nuclei and projections of the circuit](figures/circuit.png)",
        "",
        "Dopamine of the VTA reaches core, shell, PL and IL, that of the substantia nigra the DLS, as a level in each "
        "field and hemisphere. Projections stay in their",
        "hemisphere.",
        "",
        "## Cells",
        "",
        "| population | nucleus | kind | number at scale 1 | background | tuned to | source |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in table.population:
        background = f"{row.tonic:g} ± {row.noise:g} pA" if row.tonic else f"{row.drive:g} ± {row.deviation:g} nS"
        kind = row.cell.replace("_", " ")
        background = background if row.tonic or row.drive else "-"
        tuned = ", ".join(percept.replace("_", " ") for percept in row.tuned if percept != "nothing")
        cells = (row.name, row.nucleus, kind, numbers[row.name], background, tuned, row.reference)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    lines += [
        "",
        "## Projections",
        "",
        "| from | to | transmitter | contacts per target cell | conductance, nS | delay, ms | learns | restricted to "
        "| source |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for link in table.projection:
        kept = [f"{link.receptors} cells"] if link.receptors else []
        kept += ["one lever"] if link.lever_specific else []
        kept += [f"one context ({link.context_specific:.0%})"] if link.context_specific else []
        size = "one release" if link.plastic else f"{link.conductance:g}"
        lines.append(
            f"| {link.source} | {link.target} | {link.transmitter} | {link.in_degree} | {size} | {link.delay:g} | "
            f"{'yes' if link.plastic else ''} | {', '.join(kept)} | {link.reference} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page and the picture."""
    table = wiring()
    with replacing(DOCS / "circuit.md") as temporary:
        temporary.write_text(page(table), encoding="utf-8")
    figure = circuit_figure(drawn(table))
    with replacing(DOCS / "figures" / "circuit.png") as temporary:
        figure.savefig(temporary, format="png", dpi=200)


if __name__ == "__main__":
    main()
