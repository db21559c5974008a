"""The verbs about experiments: what there is, an experiment's file, and `run`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from protocols.cli import completions
from protocols.cli.options import (
    Animals,
    DryRun,
    ExperimentName,
    Groups,
    Jobs,
    Json,
    Out,
    Quick,
    Seed,
    Settings,
    Tests,
    injected,
    known_entries,
    known_experiment,
    writable,
    write,
)

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment

WHAT = "drugs|nuclei|projections|sessions|agents|experiments|studies|kinds"


def list_(
    what: Annotated[str, typer.Argument(metavar=WHAT, help="What to list.", autocompletion=lambda: WHAT.split("|"))],
    json_file: Json = None,
) -> None:
    """List what there is to choose from: names, and what each is."""
    from protocols.cli.display import print_table
    from protocols.errors import refuse_unknown
    from protocols.public.lists import LISTS
    from results.tables import Table

    refuse_unknown("list", "list", what, LISTS)
    writable(json_file)
    rows = LISTS[what]()
    if json_file != Path("-"):
        words = {True: "yes", False: "no"}
        cells = [tuple(words[v] if isinstance(v, bool) else str(v) for v in row.values()) for row in rows]
        print_table(Table(tuple(rows[0]), tuple(cells)))
    write(json_file, rows)


def experiments() -> None:
    """List the experiments that come with the package; the same as `list experiments`."""
    list_("experiments")


def show(
    name: Annotated[str, typer.Argument(help="A shipped experiment.", autocompletion=completions.experiments)],
) -> None:
    """Print an experiment's file, to read or to edit."""
    from protocols.errors import InputError
    from protocols.experiments.shipped import STUDIES, shipped, source

    if name in shipped(STUDIES) and name not in shipped():
        raise InputError(
            f"'{name}' is a study, no experiment; `corticostriatal sweep {name} --dry-run` says what it does, and "
            "docs/studies.md how to write one"
        )
    print(source(name), end="")


def new(file: Annotated[Path, typer.Argument(help="The file to write, FILE.toml.")]) -> None:
    """Start an experiment: write a commented template."""
    from protocols.errors import InputError
    from protocols.experiments.template import TEMPLATE
    from protocols.file_names import slug

    name = slug(file.stem).replace("+", "-").strip("-")
    if file.suffix != ".toml" or not name.isascii() or not name:
        raise InputError(f"{file}: name it FILE.toml, in letters, digits and -")
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(TEMPLATE.format(name=name[:60]))
    except FileExistsError:
        raise InputError(f"{file}: is there already") from None
    print(f"wrote {file}; run it with: corticostriatal run {file}")


def schema() -> None:
    """Print the JSON Schema of experiment files, for editors."""
    from protocols.experiments.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def run(
    experiment: ExperimentName,
    out: Out = None,
    groups: Groups = None,
    tests: Tests = None,
    animals: Animals = None,
    seed: Seed = None,
    quick: Quick = False,
    jobs: Jobs = None,
    settings: Settings = None,
    dry_run: DryRun = False,
    json_file: Json = None,
    force: Annotated[
        bool, typer.Option("--force", help="Do every run again; runs with other settings are replaced.")
    ] = False,
    figure: Annotated[bool, typer.Option("--figure", help="Draw a figure of each kind of test, PNG and SVG.")] = False,
) -> None:
    """Run an experiment; runs whose files are there are not done again."""
    known_experiment(experiment)
    for option, part, names in (("--group", "group", groups), ("--test", "test", tests)):
        known_entries(experiment, option, part, names or ())
    from protocols.cli.display import QUICK, batch_tables
    from protocols.experiments.overrides import chosen
    from protocols.runs.batch import run_batch
    from protocols.runs.progress import progress
    from protocols.runs.summary import summed_up

    writable(json_file)
    asked = chosen(experiment, settings or (), animals, seed, quick)
    only = asked.pairs(groups or (), tests or ())
    if dry_run:
        from protocols.cli.size import size_of_batch

        write(json_file, size_of_batch(asked, only, out, jobs))
        raise typer.Exit
    batch = summed_up(run_batch(asked, progress(), out, jobs, force, only, **injected()), figure)
    if quick:
        print(f"{QUICK}\n")
    judged = _judged(asked, batch)
    batch_tables(batch, [table for table, _ in judged.values()], only)
    write(json_file, batch.summary | {name: rows for name, (_, rows) in judged.items()})
    raise typer.Exit(1 if batch.failures else 0)


def _judged(experiment: Experiment, batch: Any) -> dict[str, Any]:
    """What is expected of two experiments beyond the evidence, judged: name -> table and its rows."""
    from results.evidence import causality, pathways
    from results.statistics.summary import frame

    if experiment.name not in (causality.contrasts()[0], pathways.expectations()[0]):  # a table takes long to import
        return {}
    measured = frame(batch.recordings)
    causes, carried = causality.judge(measured), pathways.judge(measured)
    found = {"causality": (causality.causality_table(causes), causes)} if causes else {}
    return found | ({"pathways": (pathways.pathways_table(carried), carried)} if carried else {})


def add_to(app: typer.Typer) -> None:
    """Give the command line these verbs."""
    app.command("list")(list_)
    for verb in (experiments, show, new, schema, run):
        app.command()(verb)
