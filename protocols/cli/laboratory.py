"""The verbs for a laboratory: pages and figures of results, export to its tools, its data beside the model's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protocols.cli.options import Groups, Json, Tests, there, writable, write

Results = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that run or sweep wrote, or a run's file.")]
Formats = Annotated[
    list[str] | None, typer.Option("--format", metavar="png|svg|pdf", help="PNG and SVG by default; repeat.")
]
Columns = Annotated[str, typer.Option("--width", metavar="single|double", help="Columns of a journal: 89 or 183 mm.")]


def export(
    place: Results,
    style: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="nwb|sonata|csv",
            help="A file of NWB for each run; networks and spikes as SONATA; or one tidy table.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Files go here; DIR/nwb, DIR/sonata, or DIR for the table, by default."
        ),
    ] = None,
    json_file: Json = None,
) -> None:
    """Write stored runs in a format that a laboratory's own tools read; what is there is not written again."""
    there(place)
    from protocols.cli.display import known_style
    from protocols.reporting import export as exporting
    from protocols.reporting.sonata import to_sonata
    from protocols.runs.progress import progress

    known_style(style, exporting.FORMATS)
    writable(json_file)
    writing = {"nwb": exporting.to_nwb, "sonata": to_sonata, "csv": exporting.to_csv}
    done = writing[style](place, out, progress())
    if style == "sonata":
        print(f"wrote {len(done.written)} SONATA files to {done.folder}; files.csv says what belongs together")
    elif style == "nwb":
        before = f", {len(done.there)} were there already" if done.there else ""
        print(f"wrote {len(done.written)} NWB files to {done.folder}{before}")
    else:
        print(f"wrote {done.written[0]}")
    for line in done.failures:
        print(f"error: {line}", file=sys.stderr)
    write(json_file, done.document())
    raise typer.Exit(1 if done.failures else 0)


def report(
    place: Results,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The page, FILE.html; DIR/report.html by default.")
    ] = None,
) -> None:
    """Write one page that shows all of a folder: design, figures, statistics beside the paper's, provenance."""
    there(place)
    from protocols.reporting.report import report as reporting
    from protocols.runs.progress import progress

    done, failures = reporting(place, out, progress().say)
    print(f"wrote {done.file} ({done.size / 1e6:.1f} MB, {done.figures} figures)")
    for line in failures:
        print(f"error: {line}", file=sys.stderr)
    raise typer.Exit(1 if failures else 0)


def figure(
    place: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="A folder that run or sweep wrote, a run's file, or FILE.toml: its circuit."
        ),
    ],
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="NAME", help="Which figure; that of each kind of test by default.")
    ] = None,
    formats: Formats = None,
    width: Columns = "double",
    groups: Groups = None,
    tests: Tests = None,
    animal: Annotated[int | None, typer.Option("--animal", metavar="N", help="Only this animal; 0 is first.")] = None,
    point: Annotated[int | None, typer.Option("--point", metavar="N", help="A study's condition; 0 is first.")] = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="Measure, time course or population to draw; repeat."),
    ] = None,
    span: Annotated[
        tuple[float, float] | None,
        typer.Option("--span", metavar="FROM TO", help="Part of a raster, s of the test's clock."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", file_okay=False, help="Files go here; DIR/figures by default."),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Say which figures these runs hold, and write none.")] = False,
) -> None:
    """Draw stored runs again, for a paper: another figure, format or width."""
    there(place)
    from protocols.cli.display import print_table
    from protocols.reporting.figure import Choice, available, draw
    from results.figures import save
    from results.tables import Table

    if listed:
        held = available(place)
        print_table(Table(("kind", "shows"), tuple(held.drawn.items())))
        print_table(Table(("not from these runs", "why"), tuple(held.others.items())))
        raise typer.Exit
    chosen = Choice(groups or (), tests or (), animal, point, names or (), span)
    wanted, folder = _where(formats, width, out, place, "figures")
    for name, drawn in draw(place, kind, width, chosen).items():  # type: ignore[arg-type]
        for file in save(drawn, folder, name, wanted):
            print(file)


def overlay(
    place: Results,
    file: Annotated[Path, typer.Argument(metavar="DATA.csv", help="One line per animal and measure.")],
    width: Columns = "double",
    formats: Formats = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", file_okay=False, help="The figure goes here; DIR/overlay by default."),
    ] = None,
    json_file: Json = None,
) -> None:
    """Hold a laboratory's own animals against stored runs: one figure, the same statistics."""
    there(place)
    from protocols.cli.display import print_table
    from protocols.reporting.overlay import overlaid
    from results.figures.drawing import save
    from results.statistics.overlay import comparisons_table, rows_table

    writable(json_file)
    wanted, folder = _where(formats, width, out, place, "overlay")
    found, drawn, unused = overlaid(place, file, width)  # type: ignore[arg-type]
    if unused:
        print(f"columns that are not read: {', '.join(unused)}", file=sys.stderr)
    print_table(rows_table(found["rows"]))
    if found["comparisons"]:
        print()
        print_table(comparisons_table(found["comparisons"]))
    files = save(drawn, folder, "figure", wanted)
    print("", *files, sep="\n")
    write(json_file, {**found, "figures": [str(one) for one in files]})


def _where(formats: list[str] | None, width: str, out: Path | None, place: Path, name: str) -> tuple[list[str], Path]:
    """Formats of the figures and the folder they go to; `InputError` for an unknown format or width, or a file."""
    from protocols.cli.display import known_style
    from protocols.errors import InputError
    from results.figures.drawing import FORMATS
    from results.figures.looks import MILLIMETRES

    wanted = [known_style(one, FORMATS) for one in formats or ("png", "svg")]
    known_style(width, tuple(MILLIMETRES), "--width")
    folder = out or (place.parent if place.is_file() else place) / name
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    return wanted, folder


VERBS = (export, report, figure, overlay)


def add_to(app: typer.Typer) -> None:
    """Give the command line these verbs."""
    for verb in VERBS:
        app.command()(verb)
