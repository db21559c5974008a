"""The command line. Results go to standard output, progress and errors to standard error.

Exit codes: 0 done; 1 it ran but something failed, which is named; 2 bad input, in one line; 130 stopped.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from protocols.cli import cache_verbs, inquiries, laboratory, study_verbs
from protocols.cli.options import Animals, Jobs, Json, Out, Seed, Settings, injected, writable, write


class OneLineErrors(TyperGroup):
    """A group of verbs whose errors are one line on standard error and an exit code, without a traceback."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run, and leave with the exit code."""
        code = 0
        try:
            extra["standalone_mode"] = False
            code = super().main(*args, **extra) or 0
        except BrokenPipeError:
            sys.stdout = open("/dev/null", "w")  # noqa: SIM115  # the reader has gone; nothing is left to flush
            code = 1
        except Exception as problem:
            found = _explained(problem)
            if found is None:
                raise
            line, code = found
            print(line, file=sys.stderr)
        sys.exit(code if isinstance(code, int) else 0)


def _explained(problem: Exception) -> tuple[str, int] | None:
    """The line and the exit code for an expected problem; None for a defect of ours."""
    from circuit.engine.build_cache import CacheError
    from circuit.engine.compilation import EngineError
    from protocols.errors import InputError
    from protocols.runs.driver import Interrupted
    from results.store import StoreError
    from synapses.documents import line
    from synapses.drug_files import DrugFileError

    if isinstance(problem, Interrupted):
        return str(problem), 130
    if isinstance(problem, EngineError):
        return f"error: {line(str(problem))}", 1
    if isinstance(problem, InputError | DrugFileError | StoreError | CacheError):
        return f"error: {line(str(problem))}", 2
    if isinstance(problem, OSError):
        place = f"{problem.filename}: " if problem.filename else ""
        return f"error: {line(f'{place}{problem.strerror or problem}')}", 2
    if hasattr(problem, "format_message"):  # typer's own: a wrong option, a missing argument
        return f"error: {line(problem.format_message()).rstrip('.')}; see --help", 2
    return None


app = typer.Typer(
    cls=OneLineErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
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


@app.command()
def experiments() -> None:
    """List the experiments that come with the package."""
    from protocols.cli.display import experiments_table

    experiments_table()


@app.command()
def show(name: Annotated[str, typer.Argument(help="A shipped experiment.")]) -> None:
    """Print an experiment's file, to read or to edit."""
    from protocols.errors import InputError
    from protocols.experiments.shipped import STUDIES, shipped, source

    if name in shipped(STUDIES) and name not in shipped():
        raise InputError(
            f"'{name}' is a study, no experiment; `corticostriatal sweep {name} --dry-run` says what it does, and "
            "docs/studies.md how to write one"
        )
    print(source(name), end="")


@app.command()
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


@app.command()
def schema() -> None:
    """Print the JSON Schema of experiment files, for editors."""
    from protocols.experiments.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
def run(
    experiment: Annotated[str, typer.Argument(metavar="NAME|FILE.toml", help="A shipped experiment, or a file.")],
    out: Out = None,
    animals: Animals = None,
    seed: Seed = None,
    jobs: Jobs = None,
    settings: Settings = None,
    json_file: Json = None,
    force: Annotated[
        bool, typer.Option("--force", help="Do every run again; runs with other settings are replaced.")
    ] = False,
    figure: Annotated[bool, typer.Option("--figure", help="Draw a figure of each kind of test, PNG and SVG.")] = False,
) -> None:
    """Run an experiment; runs whose files are there are not done again."""
    from protocols.cli.display import batch_tables
    from protocols.experiments.overrides import chosen
    from protocols.runs.batch import run_batch
    from protocols.runs.progress import progress
    from protocols.runs.summary import summed_up
    from results.evidence import causality, pathways
    from results.statistics.summary import frame

    writable(json_file)
    asked = chosen(experiment, settings or (), animals, seed)
    batch = summed_up(run_batch(asked, progress(), out, jobs, force, **injected()), figure)
    causes, carried = [], []
    if asked.name in (causality.contrasts()[0], pathways.expectations()[0]):  # few are; a table takes long to import
        measured = frame(batch.recordings)
        causes, carried = causality.judge(measured), pathways.judge(measured)
    found = [causality.causality_table(causes)] if causes else []
    found += [pathways.pathways_table(carried)] if carried else []
    batch_tables(batch, found)
    judged = {"causality": causes, "pathways": carried}
    write(json_file, batch.summary | {name: rows for name, rows in judged.items() if rows})
    raise typer.Exit(1 if batch.failures else 0)


@app.command()
def validate(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Evidence, e.g. P5; all by default.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few animals and a small circuit: decides little.")] = False,
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
    quick: Annotated[bool, typer.Option("--quick", help="Few animals and a small circuit: decides little.")] = False,
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
    out: Annotated[Path, typer.Option(metavar="DIR", help="Runs and results go here; a stopped one goes on.")],
    points: Annotated[
        int | None, typer.Option(min=16, help="Sets of parameters at which the network is simulated; 80, or 96.")
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
def predict(
    site: Annotated[str, typer.Option("--site", metavar="NUCLEUS", help="The nucleus to silence, e.g. 'NAc core'.")],
    session: Annotated[str, typer.Option("--session", metavar="NAME", help="cue, prime, stress, context, ...")],
    agent: Annotated[str, typer.Option("--agent", help="muscimol, baclofen, TTX or lesion.")] = "muscimol",
    fraction: Annotated[float, typer.Option("--fraction", help="Share of its cells, 0 to 1.")] = 1.0,
    animals: Annotated[int, typer.Option("--animals", metavar="N", min=2, help="Animals in each group.")] = 6,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The number every other seed is derived from.")] = 1,
    scale: Annotated[float, typer.Option("--scale", help="Factor on cell numbers.")] = 0.5,
    jobs: Jobs = None,
    out: Out = None,
    json_file: Json = None,
) -> None:
    """Predict what silencing a nucleus does to seeking, and which of its projections carry it."""
    from protocols.analysis import predict as asked
    from protocols.cli.display import prediction_table
    from protocols.runs.progress import progress

    writable(json_file)
    experiment = asked.question(site, session, agent, fraction, animals, seed, scale)
    batch, rows = asked.answer(experiment, progress(), out, jobs)
    prediction_table(rows)
    write(json_file, {"site": site, "session": session, "agent": agent, "fraction": fraction, "rows": rows})
    raise typer.Exit(1 if batch.failures else 0)


@app.command()
def parameters(
    style: Annotated[str, typer.Option("--format", metavar="md|csv|json", help="Markdown, CSV or JSON.")] = "md",
) -> None:
    """List every parameter: value, unit, symbol, range and source."""
    from protocols.cli.display import parameters_text

    print(parameters_text(style), end="")


inquiries.add_to(app)
study_verbs.add_to(app)
laboratory.add_to(app)
cache_verbs.add_to(app)


def main() -> None:
    """Entry point of the command ``corticostriatal``."""
    app()


if __name__ == "__main__":
    main()
