"""The verb that asks what a laboratory's own data say about parameters; `protocols.cli.main` takes it in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protocols.cli.options import (
    DryRun,
    ExperimentName,
    Jobs,
    Json,
    Seed,
    Settings,
    injected,
    known_experiment,
    there,
    writable,
    write,
)


def infer(
    experiment: ExperimentName,
    file: Annotated[Path, typer.Argument(metavar="DATA.csv", help="One line per animal and measure, as for overlay.")],
    wanted: Annotated[
        list[str],
        typer.Option(
            "--parameters",
            metavar="PATH[=LOW..HIGH]",
            help="What is inferred, with its prior, e.g. release.half=0.4..0.6; again for each.",
        ),
    ],
    at_rest: Annotated[
        bool, typer.Option("--at-rest", help="Tone at rest and microdialysis, in closed form; the network is not run.")
    ] = False,
    points: Annotated[
        int, typer.Option("--points", metavar="N", help="Points of the prior at which animals are simulated.")
    ] = 128,
    animals: Annotated[
        int, typer.Option("--animals", metavar="N", help="Animals simulated at each point, in each group.")
    ] = 4,
    error: Annotated[
        float, typer.Option("--error", metavar="SHARE", help="Coefficient of variation of a measurement, 0.1 is 10 %.")
    ] = 0.0,
    check: Annotated[
        int, typer.Option("--check", metavar="N", min=0, help="Check it on N data sets of known parameters.")
    ] = 0,
    seed: Seed = None,
    jobs: Jobs = None,
    settings: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", file_okay=False, help="Results go here; runs/infer-<experiment>."),
    ] = None,
    dry_run: DryRun = False,
    json_file: Json = None,
) -> None:
    """What your own data say about parameters, and whether they can tell; a stopped inference goes on where it was."""
    from importlib.util import find_spec

    from protocols.errors import InputError

    missing = [name for name in ("arviz_base", "sklearn", "h5netcdf") if find_spec(name) is None]
    if missing:
        raise InputError(f"infer needs {' and '.join(missing)}: pip install 'corticostriatal[infer]'")
    known_experiment(experiment)
    there(file, "a CSV file with your animals")
    from protocols.analysis.ranges import moved
    from protocols.cli.inquiry_display import inference_tables
    from protocols.inference.answer import answer, experiment_for, question
    from protocols.runs.progress import study_progress
    from results.figures.drawing import save

    writable(json_file)
    asked = question(moved(wanted), points, animals, at_rest, error, check)
    chosen = experiment_for(experiment, file, settings or (), seed)
    folder = out or Path("runs") / f"infer-{chosen.name}"
    if dry_run:
        if at_rest:
            raise InputError("--dry-run: with --at-rest nothing is simulated by the network")
        from protocols.cli.study_display import size_of
        from protocols.inference.points import study_at
        from protocols.inference.posterior import design, values_at

        study = study_at(chosen, values_at(asked.moved, design(points, asked.moved)), animals)
        write(json_file, size_of(study, study.file.slurm, folder / "points", "local", jobs))
        raise typer.Exit
    try:
        found = answer(chosen, file, asked, folder, study_progress(), jobs, **injected())
    except RuntimeError as problem:
        print(f"{problem}; the same command goes on with the others", file=sys.stderr)
        raise typer.Exit(1) from None
    if found.unused:
        print(f"columns that are not read: {', '.join(found.unused)}", file=sys.stderr)
    inference_tables(found.document)
    print("", *found.said, "", save(found.draw(), folder, "infer")[0], folder / "posterior.nc", sep="\n")
    write(json_file, found.document)


VERBS = (infer,)


def add_to(app: typer.Typer) -> None:
    """Give the command line this verb."""
    for verb in VERBS:
        app.command()(verb)
