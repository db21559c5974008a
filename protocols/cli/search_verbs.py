"""The verbs that look for an experiment worth doing: `optimise`, `design`, `predictions`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protocols.cli.options import DryRun, Jobs, Json, Out, Settings, injected, writable, write


def optimise(
    file: Annotated[
        str, typer.Argument(metavar="NAME|FILE.toml", help="A shipped optimisation (nac_ltp, nac_glutamate), or a file.")
    ],
    settings: Settings = None,
    jobs: Jobs = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Results go here; runs/optimise-<name>. A stopped one goes on.")
    ] = None,
    dry_run: DryRun = False,
    json_file: Json = None,
) -> None:
    """Which settings of an experiment are best, by a measure, a target, limits, or several objectives."""
    from protocols.analysis.proposals import refuse_missing

    refuse_missing()
    from protocols.analysis.objectives import load
    from protocols.analysis.optimise import cost, sentences
    from protocols.analysis.optimise import optimise as asking
    from protocols.cli.search_display import cost_text, settings_table
    from results.figures.drawing import save
    from results.figures.optimise import optimise_figure

    problem = load(file, settings or ())
    writable(json_file)
    if dry_run:
        content = cost(problem)
        cost_text(content)
        write(json_file, content)
        raise typer.Exit
    found = asking(problem, out, jobs, **injected())
    print(*sentences(found), "", sep="\n")
    settings_table(found)
    print("", save(optimise_figure(found), Path(found["folder"]), "optimise")[0], sep="\n")
    write(json_file, found)
    if found["failed"]:
        print(f"{found['failed']} runs failed; the others were used", file=sys.stderr)
    raise typer.Exit(1 if found["failed"] else 0)


VERBS = (optimise,)


def add_to(app: typer.Typer) -> None:
    """Give the command line these verbs."""
    for verb in VERBS:
        app.command()(verb)
