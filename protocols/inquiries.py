"""The verbs that ask something of the model beyond its experiments; `protocols.cli` takes them in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protocols.options import Json, injected, writable, write


def rerun(
    file: Annotated[Path, typer.Argument(metavar="FILE.h5", help="A run's file, from wherever it lies now.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.h5|DIR", help="Keep the repeated run's file; never replaces.")
    ] = None,
    kept_life: Annotated[
        bool,
        typer.Option("--kept-life", help="A learning animal starts from its kept state; otherwise it lives again."),
    ] = False,
    json_file: Json = None,
) -> None:
    """Repeat a stored run; exit code 0 if the result is identical, 1 if it differs, 2 if it is no run's file."""
    from protocols import rerun as repeating
    from protocols.display import rerun_tables
    from protocols.progress import progress

    writable(json_file)
    repeated = repeating.rerun(file, progress().say, out, kept_life, sys.argv, **injected())
    rerun_tables(repeated)
    write(json_file, repeated.document(file))
    raise typer.Exit(0 if repeated.identical else 1)


VERBS = (rerun,)
