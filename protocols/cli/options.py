"""Options that several verbs of the command line share, and what they do with the files that those name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Animals = Annotated[int | None, typer.Option(min=1, help="Animals in each group.")]
Seed = Annotated[int | None, typer.Option(min=0, help="The number every other seed is derived from.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes; one per core at most by default.")]
Json = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the figures to FILE as JSON too.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Results go here; runs/<experiment>-<hash> by default.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help='Change a value: test.HFS.induction.frequency="30 Hz".'),
]


def injected() -> dict[str, Any]:
    """``CORTICOSTRIATAL_PREPARE`` and ``CORTICOSTRIATAL_CONDUCT``, for tests: other functions for a run."""
    import os

    names = {"prepare": "CORTICOSTRIATAL_PREPARE", "simulate": "CORTICOSTRIATAL_CONDUCT"}
    return {name: os.environ[variable] for name, variable in names.items() if variable in os.environ}


def writable(file: Path | None) -> None:
    """Find out before anything runs whether `file` can be written."""
    if file is not None:
        there = file.exists()
        file.open("a").close()
        if not there:
            file.unlink()


def write(file: Path | None, content: Any) -> None:
    """Write `content` as JSON, if a file was asked for."""
    from results.store.files import write_json

    if file is not None:
        write_json(file, content)
