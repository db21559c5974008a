"""The verbs that show results, and exchange them with a laboratory's own tools; `protocols.cli` takes them in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protocols.options import Json, writable, write

Results = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that run or sweep wrote, or a run's file.")]


def export(
    place: Results,
    style: Annotated[
        str, typer.Option("--format", metavar="nwb|csv", help="A file of NWB for each run, or one tidy table.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Files go here; DIR/nwb, or DIR for the table, by default."),
    ] = None,
    json_file: Json = None,
) -> None:
    """Write stored runs in a format that a laboratory's own tools read; what is there is not written again."""
    from protocols import export as exporting
    from protocols.display import known_style
    from protocols.progress import progress

    known_style(style, exporting.FORMATS)
    writable(json_file)
    done = exporting.to_nwb(place, out, progress().say) if style == "nwb" else exporting.to_csv(place, out)
    if style == "nwb":
        there = f", {len(done.there)} were there already" if done.there else ""
        print(f"wrote {len(done.written)} NWB files to {done.folder}{there}")
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
    from protocols.progress import progress
    from protocols.report import report as reporting

    done, failures = reporting(place, out, progress().say)
    print(f"wrote {done.file} ({done.size / 1e6:.1f} MB, {done.figures} figures)")
    for line in failures:
        print(f"error: {line}", file=sys.stderr)
    raise typer.Exit(1 if failures else 0)


VERBS = (export, report)


def add_to(app: typer.Typer) -> None:
    """Give the command line these verbs."""
    for verb in VERBS:
        app.command()(verb)
