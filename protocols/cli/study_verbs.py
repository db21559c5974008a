"""The verbs of studies: `sweep`, `status`, `resume`, `collect`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from protocols.cli import completions
from protocols.cli.options import DryRun, Jobs, Json, Settings, injected, known_study, there, writable, write

if TYPE_CHECKING:
    from protocols.runs.folder import Status
    from protocols.studies.study_folder import StudyFolder

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The study's folder.")]
Engine = Annotated[str, typer.Option("--engine", metavar="local|slurm", help="This machine, or a cluster.")]
Mixed = Annotated[bool, typer.Option("--allow-mixed", help="Put up with several versions of code or settings.")]
Retry = Annotated[bool, typer.Option("--retry", help="Do runs again that failed before.")]
Partition = Annotated[str | None, typer.Option("--partition", metavar="NAME", help="Slurm: instead of the study's.")]
Account = Annotated[str | None, typer.Option("--account", metavar="NAME", help="Slurm: instead of the study's.")]
Wall = Annotated[str | None, typer.Option("--time", metavar="DURATION", help="Slurm: a worker's wall time, '4 h'.")]
Memory = Annotated[str | None, typer.Option("--memory", metavar="SIZE", help="Slurm: a worker's memory, 2G.")]
Extra = Annotated[list[str] | None, typer.Option("--sbatch", metavar="OPTION", help="Slurm: a further option.")]
Setup = Annotated[list[str] | None, typer.Option("--setup", metavar="LINE", help="Slurm: shell before a worker.")]


def sweep(
    study: Annotated[
        str,
        typer.Argument(
            metavar="NAME|STUDY.toml", help="A shipped study, or a file.", autocompletion=completions.studies
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", file_okay=False, help="The study's folder; runs/<study>.")
    ] = None,
    engine: Engine = "local",
    dry_run: DryRun = False,
    settings: Settings = None,
    jobs: Jobs = None,
    partition: Partition = None,
    account: Account = None,
    time: Wall = None,
    memory: Memory = None,
    sbatch: Extra = None,
    setup: Setup = None,
    retry: Retry = False,
    allow_mixed: Mixed = False,
    json_file: Json = None,
) -> None:
    """Do the runs of a study, on this machine or on a cluster; what is there is not done again."""
    known_study(study)
    from protocols.cli.study_display import known_engine, size_of
    from protocols.studies.study import Study
    from protocols.studies.study_folder import StudyFolder

    known_engine(engine)
    found = Study.load(study, settings or ())
    folder = out or Path("runs") / found.name
    slurm = _slurm(found.file.slurm, partition, account, time, memory, sbatch, setup)
    if dry_run:
        writable(json_file)
        write(json_file, size_of(found, slurm, folder, engine, jobs))
        raise typer.Exit
    chosen = _engine(engine, slurm, jobs)
    _drive(StudyFolder.start(found, folder, allow_mixed), chosen, retry, json_file)


def resume(
    folder: Folder,
    engine: Engine = "local",
    jobs: Jobs = None,
    partition: Partition = None,
    account: Account = None,
    time: Wall = None,
    memory: Memory = None,
    sbatch: Extra = None,
    setup: Setup = None,
    retry: Retry = False,
    allow_mixed: Mixed = False,
    json_file: Json = None,
) -> None:
    """Go on with a study whose sweep was stopped or killed."""
    there(folder)
    from protocols.cli.study_display import known_engine
    from protocols.studies.study_folder import StudyFolder

    known_engine(engine)
    found = StudyFolder.open(folder)
    if allow_mixed:
        found = StudyFolder.start(found.study, folder, mixed=True)
    else:
        found.refuse_other_code()
    slurm = _slurm(found.study.file.slurm, partition, account, time, memory, sbatch, setup)
    _drive(found, _engine(engine, slurm, jobs), retry, json_file)


def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a study or of an experiment's runs.")],
    watch: Annotated[bool, typer.Option("--watch", help="Follow it until nothing is left.")] = False,
    json_file: Json = None,
) -> None:
    """Say how far a study or the runs of an experiment are: done, running and where, failed and why, missing."""
    there(folder)
    from protocols.cli.study_display import status_text, watched
    from protocols.studies.study_folder import opened

    writable(json_file)
    found = opened(folder)
    now = watched(found) if watch else found.status()
    status_text(found, now)
    write(json_file, _counts(now))


def collect(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", file_okay=False, help="For the tables; DIR by default.")
    ] = None,
    allow_mixed: Mixed = False,
    json_file: Json = None,
) -> None:
    """Gather a study's measures in one table, as CSV and as HDF5, and draw the response to a dose."""
    there(folder)
    from protocols.runs.progress import progress
    from protocols.studies.gather import gather
    from protocols.studies.study_folder import StudyFolder

    writable(json_file)
    gathered = gather(StudyFolder.open(folder), out or folder, progress().say, allow_mixed)
    for file in gathered.files:
        print(file)
    write(json_file, {**_counts(gathered.status), "measures": gathered.measures, "files": gathered.names})
    raise typer.Exit(1 if gathered.status.failed else 0)


def _slurm(slurm: Any, *given: Any) -> Any:
    """The study's own settings with what the command line changes."""
    from pydantic import ValidationError

    from protocols.errors import explain
    from protocols.studies.study_file import Slurm

    names = ("partition", "account", "time", "memory", "options", "setup")
    changed = {name: value for name, value in zip(names, given, strict=True) if value}
    if "options" in changed:
        changed["options"] = [*slurm.options, *changed["options"]]
    if "setup" in changed:
        changed["setup"] = [*slurm.setup, *changed["setup"]]
    document = slurm.model_dump(mode="json") | changed
    try:
        return Slurm.model_validate(document)
    except ValidationError as problem:
        from protocols.errors import InputError

        raise InputError(f"--{explain(problem, Slurm, document)}") from None


def _engine(engine: str, settings: Any, jobs: int | None) -> Any:
    if engine == "slurm":
        from protocols.studies.slurm import slurm

        return slurm(settings, jobs)
    from protocols.studies.local_workers import local

    return local(jobs)


def _drive(folder: StudyFolder, engine: Any, retry: bool, json_file: Path | None) -> None:
    from protocols.cli.study_display import status_text
    from protocols.runs.progress import study_progress
    from protocols.studies.sweep import Options
    from protocols.studies.sweep import sweep as drive

    writable(json_file)
    end = drive(folder, engine, study_progress(), Options(retry, **injected()))
    status_text(folder, end)
    write(json_file, _counts(end))
    raise typer.Exit(1 if end.failed else 0)


def _counts(status: Status) -> dict[str, Any]:
    return asdict(status)


VERBS = (sweep, status, resume, collect)


def add_to(app: Any) -> None:
    """Give the command line these verbs."""
    for verb in VERBS:
        app.command()(verb)
