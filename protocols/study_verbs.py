"""The verbs of studies: `sweep`, `status`, `resume`, `collect`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The study's folder.")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Workers; one per core by default, or [slurm] workers.")]
Json = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the figures to FILE as JSON too.")]


def sweep(
    study: Annotated[str, typer.Argument(metavar="NAME|STUDY.toml", help="A shipped study, or a file.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="The study's folder.")] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="local|slurm", help="This machine, or a cluster.")] = "local",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how large the study is, and run nothing.")] = False,
    jobs: Jobs = None,
    json_file: Json = None,
) -> None:
    """Do the runs of a study, on this machine or on a cluster."""
    from protocols.study import Study
    from protocols.study_display import size_of

    found = Study.load(study)
    folder = out or Path("runs") / found.name
    if dry_run:
        size_of(found, folder, engine, jobs)
        raise typer.Exit
    raise NotImplementedError


VERBS = (sweep,)


def add_to(app: Any) -> None:
    """Give the command line these verbs."""
    for verb in VERBS:
        app.command()(verb)
