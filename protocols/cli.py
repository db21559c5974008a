"""The command line: progress to stderr, results to stdout; exit code 0 done, 1 something failed, 2 bad input."""

from __future__ import annotations

import json
import os
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from protocols.errors import InputError

INTERRUPTED = 130


class _OneLine(TyperGroup):
    """Ends every verb as the user needs it: bad input is one line and no traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as problem:
            _complain(str(problem))
        except BrokenPipeError:
            raise
        except OSError as problem:
            _complain(f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem))
        except KeyboardInterrupt:
            _complain("interrupted; finished runs are kept, and the same command goes on from there", INTERRUPTED)


def _complain(line: str, code: int = 2) -> None:
    print("error:" if code == 2 else "corticostriatal:", " ".join(line.split()), file=sys.stderr)
    raise typer.Exit(code)


app = typer.Typer(
    cls=_OneLine, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="A multiscale spiking model of corticostriatal metaplasticity.",
)

Animals = Annotated[int | None, typer.Option("--animals", help="Animals in each group.")]
Seed = Annotated[int | None, typer.Option("--seed", help="The seed all others come from.")]
Jobs = Annotated[int | None, typer.Option("--jobs", help="Processes; all cores by default.")]
Force = Annotated[bool, typer.Option("--force", help="Run again what is there; replace another experiment's runs.")]
JsonFile = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the numbers as JSON.")]


class Format(str, Enum):
    """How parameters are printed."""

    md = "md"
    csv = "csv"
    json = "json"


def _version(wanted: bool) -> None:
    if wanted:
        from results.provenance import package_version

        print(f"corticostriatal {package_version()}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Options of the command itself."""


@app.command()
def experiments(json_file: JsonFile = None) -> None:
    """List the shipped experiments."""
    from protocols.batch import cores
    from protocols.cost import processor_seconds
    from protocols.experiment import load, shipped
    from protocols.terminal import duration, print_table
    from results.tables import Table

    loaded = [load(name) for name in shipped()]
    costs = [processor_seconds(experiment) / cores() for experiment in loaded]
    if json_file is not None:
        _write_json(json_file, [
            {**e.experiment.model_dump(), "groups": [g.name for g in e.group], "tests": [t.name for t in e.test],
             "runs": e.runs, "seconds": seconds}
            for e, seconds in zip(loaded, costs, strict=True)
        ])
    print_table(Table(
        ("name", "title", "reference", "groups", "runs", f"about, on {cores()} cores"),
        tuple(
            (e.name, e.experiment.title, e.experiment.reference, str(len(e.group)), str(e.runs), duration(seconds))
            for e, seconds in zip(loaded, costs, strict=True)
        ),
    ), wraps="title")


@app.command()
def show(name: Annotated[str, typer.Argument(help="A shipped experiment, or a FILE.toml.")]) -> None:
    """Print an experiment's file, to edit."""
    from protocols.experiment import source

    print(source(name), end="")


@app.command()
def new(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Start an experiment: write a commented file."""
    from importlib import resources

    from protocols.experiment import slug

    if file.suffix != ".toml":
        raise InputError(f"{file}: an experiment's file ends in .toml")
    template = resources.files("protocols.experiments").joinpath("_template.toml").read_text(encoding="utf-8")
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(template.format(name=slug(file.stem) or "experiment", file=file))
    except FileExistsError:
        raise InputError(f"{file}: exists already and is left as it is") from None
    print(f"wrote {file}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of experiment files, for editors."""
    from protocols.experiment import Experiment

    print(json.dumps(Experiment.model_json_schema(), indent=2))


@app.command()
def run(
    experiment: Annotated[str, typer.Argument(metavar="NAME|FILE.toml", help="A shipped experiment, or a file.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder of results; runs/NAME-HASH by default.")] = None,
    animals: Animals = None,
    seed: Seed = None,
    jobs: Jobs = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help='Change a value, e.g. test.HFS.induction.frequency="30 Hz".'),
    ] = None,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Run an experiment, or what is left of it."""
    from protocols import batch
    from protocols.experiment import load
    from protocols.overrides import with_overrides
    from protocols.terminal import print_table, reporting, say
    from results.tables import rows_table

    _writable(json_file)
    changes = list(settings or [])
    changes += [f"animals.per_group={animals}"] if animals is not None else []
    changes += [f"animals.seed={seed}"] if seed is not None else []
    chosen = with_overrides(load(experiment), changes)
    with reporting(chosen.name) as progress:
        done = batch.run(chosen, out, jobs, force, progress, say)
    if json_file is not None:
        _write_json(json_file, done.summary)
    print_table(rows_table(done.summary["rows"]))
    print()
    for figure in done.figures[:1]:
        print(f"figure: {figure}")
    print(f"runs:   {done.directory}")
    _report_failures(done.failures)


@app.command()
def validate(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Rows of the evidence; all by default.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few animals, small circuit: a check that it runs.")] = False,
    animals: Animals = None,
    seed: Seed = None,
    jobs: Jobs = None,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Hold the model against every piece of evidence."""
    from protocols import validation
    from protocols.terminal import print_table, reporting, say
    from results import tables

    _writable(json_file)
    found = validation.validate(ids or (), quick, animals, seed, jobs, force, reporting, say)
    if json_file is not None:
        _write_json(json_file, {"quick": quick, "rows": found.rows})
    judged = [row for row in found.rows if row["status"] != "not_covered"]
    others = [row for row in found.rows if row["status"] == "not_covered"]
    label = f"QUICK: {validation.QUICK_ANIMALS} animals a group, circuit at scale {validation.QUICK_SCALE:g}; " \
            "shows that everything runs, decides nothing"
    if judged:
        print_table(validation.verdicts(judged), label if quick else None, wraps="statement")
    if others:
        print()
        print_table(validation.verdicts(others), "Not covered", wraps="statement")
    print()
    print_table(tables.tally(found.rows))
    _report_failures(found.failures)


@app.command()
def parameters(
    form: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.md,
    json_file: JsonFile = None,
) -> None:
    """Print every parameter of the model: value, unit, symbol, range, source."""
    from dataclasses import asdict

    from circuit.parameters import all_parameters

    records = [asdict(record) for record in all_parameters()]
    if json_file is not None:
        _write_json(json_file, records)
    if form is Format.json:
        print(json.dumps(records, indent=2, ensure_ascii=False))
    elif form is Format.csv:
        import csv

        writer = csv.DictWriter(sys.stdout, fieldnames=list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    else:
        from results.tables import Table, markdown

        print(markdown(Table(
            ("parameter", "value", "unit", "symbol", "range", "source", "description"),
            tuple(
                (f"{r['group']}.{r['name']}", f"{r['value']:g}", r["unit"], r["symbol"],
                 f"{r['low']:g} to {r['high']:g}", r["source"], r["description"])
                for r in records
            ),
        )), end="")


def _report_failures(failures: dict[str, str]) -> None:
    if failures:
        for name, reason in failures.items():
            print(f"failed: {name}: {reason}", file=sys.stderr)
        raise typer.Exit(1)


def _writable(file: Path | None) -> None:
    """Refuse a file that could not be written, before anything runs."""
    if file is not None and (file.is_dir() or not os.access(file.parent, os.W_OK)):
        raise InputError(f"--json {file}: cannot be written")


def _write_json(file: Path, content: Any) -> None:
    from results.summary import write_json

    write_json(file, content)


def main() -> None:
    """Entry point of the command `corticostriatal`."""
    app(prog_name="corticostriatal")


if __name__ == "__main__":
    main()
