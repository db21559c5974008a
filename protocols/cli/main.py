"""The command line. Results go to standard output, progress and errors to standard error.

Exit codes: 0 done; 1 it ran but something failed, which is named; 2 bad input, in one line; 130 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from protocols.cli import (
    cache_verbs,
    experiment_verbs,
    inference,
    inquiries,
    laboratory,
    search_verbs,
    study_verbs,
)
from protocols.cli.group import OneLineErrors
from protocols.cli.options import Animals, Jobs, Json, Out, Quick, Seed, injected, writable, write

app = typer.Typer(
    cls=OneLineErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    help="A multiscale spiking model of corticostriatal metaplasticity in addiction.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from results.provenance import package_version

        print(f"corticostriatal {package_version()}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


experiment_verbs.add_to(app)


@app.command()
def validate(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Evidence, e.g. P5; all by default.")
    ] = None,
    quick: Quick = False,
    ensemble: Annotated[
        bool, typer.Option("--ensemble", help="Every set of parameters that fits as well, beside the shipped one.")
    ] = False,
    evidence: Annotated[
        list[Path] | None,
        typer.Option("--evidence", metavar="FILE.toml", help="Findings of one's own, beside the published; repeat."),
    ] = None,
    animals: Animals = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    json_file: Json = None,
    style: Annotated[str, typer.Option("--format", metavar="text|md", help="Of the table over an ensemble.")] = "text",
) -> None:
    """Hold the model against the published evidence."""
    from protocols.cli.display import ensemble_table, known_style, validation_tables
    from protocols.runs.progress import progress
    from protocols.validation.ensemble import document, over_ensemble
    from protocols.validation.validate import Effort
    from protocols.validation.validate import validate as hold

    known_style(style, ("text", "md"))
    writable(json_file)
    effort = Effort(quick, animals, seed, jobs, **injected())
    if ensemble:
        held = over_ensemble(ids or (), progress(), effort, out, evidence or ())
        content = document(held, quick)
        ensemble_table(content, style)
        write(json_file, content)
        raise typer.Exit(1 if any(b.failures for v in held for b in v.batches.values()) else 0)
    validation = hold(ids or (), progress(), effort, out, (), evidence or ())
    validation_tables(validation, quick)
    write(json_file, {"quick": quick, "rows": validation.rows})
    raise typer.Exit(1 if any(batch.failures for batch in validation.batches.values()) else 0)


@app.command()
def compare(
    experiments: Annotated[
        list[str] | None, typer.Argument(metavar="[EXPERIMENT]...", help="Whose evidence; all by default.")
    ] = None,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="PART=NAME[,...]", help="A rival: tone=perisynaptic; all shipped by default."),
    ] = None,
    quick: Quick = False,
    animals: Animals = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    json_file: Json = None,
    style: Annotated[str, typer.Option("--format", metavar="text|md", help="Plain text or Markdown.")] = "text",
) -> None:
    """Hold rival hypotheses against the same evidence, beside the default."""
    from protocols.cli.display import known_style, rivals_tables
    from protocols.runs.progress import progress
    from protocols.validation import rivals
    from protocols.validation.validate import Effort

    known_style(style, ("text", "md"))
    writable(json_file)
    effort = Effort(quick, animals, seed, jobs, **injected())
    held = rivals.hold(experiments or (), models or (), progress(), effort, out)
    document = rivals.document(held, quick)
    rivals_tables(document, style)
    write(json_file, document)
    raise typer.Exit(1 if any(b.failures for rival in held for b in rival.validation.batches.values()) else 0)


@app.command()
def calibrate(
    out: Annotated[
        Path, typer.Option(metavar="DIR", file_okay=False, help="Runs and results go here; a stopped one goes on.")
    ],
    points: Annotated[
        int | None, typer.Option(min=16, help="Sets of parameters at which the network is simulated; 128, or 64.")
    ] = None,
    behaviour: Annotated[
        bool, typer.Option("--behaviour", help="Fit what animals press for, in place of glutamate and plasticity.")
    ] = False,
    jobs: Jobs = None,
    ship: Annotated[
        bool, typer.Option("--ship", help="Write the package's own file of values in synapses/ and its page in docs/.")
    ] = False,
) -> None:
    """Fit the free parameters to the rows marked calibration, and to no others."""
    from importlib.util import find_spec

    from protocols.errors import InputError
    from protocols.runs.progress import progress

    missing = [name for name in ("sklearn", "tomli_w") if find_spec(name) is None]
    if missing:
        raise InputError(f"calibrate needs {' and '.join(missing)}: pip install 'corticostriatal[calibrate]'")
    if behaviour:
        from protocols.calibration import behaviour as rows
        from protocols.calibration import behaviour_page

        outcome = behaviour_page.calibrate(out, progress(), points or rows.POINTS, jobs)
        print(behaviour_page.save(outcome, out, ship), end="")
        return
    from protocols.calibration import plasticity
    from protocols.calibration.calibrate import calibrate as fit
    from protocols.calibration.calibrate import save

    print(save(fit(out, progress(), points or plasticity.POINTS, jobs), out, ship), end="")


@app.command()
def parameters(
    style: Annotated[str, typer.Option("--format", metavar="md|csv|json", help="Markdown, CSV or JSON.")] = "md",
) -> None:
    """List every parameter: value, unit, symbol, range and source."""
    from protocols.cli.display import parameters_text

    print(parameters_text(style), end="")


for part in (inquiries, search_verbs, study_verbs, laboratory, inference, cache_verbs):
    part.add_to(app)


def main() -> None:
    """Entry point of the command ``corticostriatal``."""
    app(prog_name="corticostriatal")


if __name__ == "__main__":
    main()
