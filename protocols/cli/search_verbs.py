"""The verbs that look for an experiment worth doing: `optimise`, `design`, `predictions`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protocols.cli.options import DryRun, Jobs, Json, Settings, injected, writable, write


def optimise(
    file: Annotated[
        str,
        typer.Argument(metavar="NAME|FILE.toml", help="A shipped optimisation, such as nac_ltp, or a file."),
    ],
    settings: Settings = None,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            file_okay=False,
            help="Results go here; runs/optimise-<name>. A stopped one goes on.",
        ),
    ] = None,
    dry_run: DryRun = False,
    json_file: Json = None,
) -> None:
    """Which settings of an experiment are best, by a measure, a target, limits, or several objectives."""
    from protocols.optimisation.proposals import refuse_missing

    refuse_missing()
    from protocols.cli.search_display import cost_text, settings_table
    from protocols.optimisation.problem import load
    from protocols.optimisation.search import cost, sentences
    from protocols.optimisation.search import optimise as asking
    from results.figures.drawing import save
    from results.figures.questions.optimise import optimise_figure

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
    _tell_failures(found["failed"])


def design(
    file: Annotated[
        str, typer.Argument(metavar="NAME|FILE.toml", help="Shipped candidates (rivals), or a file of one's own.")
    ] = "rivals",
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model", metavar="PART=NAME[,...]", help="A rival of the default: tone=perisynaptic; all by default."
        ),
    ] = None,
    animals: Annotated[
        int | None, typer.Option("--animals", metavar="N", help="Animals in each group that the laboratory can afford.")
    ] = None,
    pool: Annotated[int | None, typer.Option("--pool", metavar="N", help="Animals simulated in each group.")] = None,
    set_animals: Annotated[
        int | None,
        typer.Option("--set-animals", metavar="N", help="The same under each other set of parameters; 0: none."),
    ] = None,
    settings: Settings = None,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", file_okay=False, help="Results go here; runs/design-<name>. A stopped one goes on."
        ),
    ] = None,
    dry_run: DryRun = False,
    json_file: Json = None,
    style: Annotated[str, typer.Option("--format", metavar="text|md", help="Plain text or Markdown.")] = "text",
) -> None:
    """Which experiment would tell rival hypotheses apart best, by what is simulated under each of them."""
    from protocols.cli.display import known_style
    from protocols.cli.search_display import design_cost_text, design_tables
    from protocols.design.candidates import load
    from protocols.design.ranking import cost, sentence
    from protocols.design.ranking import design as asking
    from results.figures.drawing import save
    from results.figures.questions.design import design_figure

    known_style(style, ("text", "md"))
    changes = {"models": models, "animals": animals, "pool": pool, "set_animals": set_animals}
    asked = load(file, changes, settings or ())
    writable(json_file)
    if dry_run:
        content = cost(asked)
        design_cost_text(content)
        write(json_file, content)
        raise typer.Exit
    found = asking(asked, out, jobs, **injected())
    print(sentence(found), "", sep="\n")
    design_tables(found, style)
    print("", save(design_figure(found), Path(found["folder"]), "design")[0], sep="\n")
    write(json_file, found)
    _tell_failures(found["failed"])


def predictions(
    lay_down: Annotated[
        bool, typer.Option("--lay-down", help="Simulate what is predicted and add it, dated, to what was laid down.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FILE.toml", help="Score later measurements against what was laid down."),
    ] = None,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", file_okay=False, help="Runs, the file and its page go here; runs/predictions."
        ),
    ] = None,
    ship: Annotated[
        bool,
        typer.Option("--ship", help="With --lay-down: write the package's own file in results/ and its page in docs/."),
    ] = False,
    json_file: Json = None,
) -> None:
    """Predictions laid down before anybody measured them, and how later measurements bear them out."""
    from protocols.cli.search_display import predictions_table, scores_table
    from protocols.design import predictions as asking
    from protocols.errors import InputError

    if lay_down and against is not None:
        raise InputError("--against: scores what was laid down; leave out --lay-down")
    if ship and not lay_down:
        raise InputError("--ship: is for --lay-down")
    writable(json_file)
    if against is not None:
        scored = asking.score(against)
        scores_table(scored)
        write(json_file, {"scores": scored})
        raise typer.Exit
    rows = asking.laid_down()
    if lay_down:
        from protocols.design.predictions_page import save
        from protocols.runs.progress import study_progress

        folder = out or Path("runs") / "predictions"
        rows = asking.joined(rows, asking.lay_down(folder, jobs, study_progress(), **injected()))
        print(*save(rows, folder, ship), "", sep="\n")
    predictions_table(rows)
    write(json_file, {"predictions": rows})


def _tell_failures(failed: int) -> None:
    if failed:
        print(f"{failed} runs failed; the others were used", file=sys.stderr)
    raise typer.Exit(1 if failed else 0)


VERBS = (optimise, design, predictions)


def add_to(app: typer.Typer) -> None:
    """Give the command line these verbs."""
    for verb in VERBS:
        app.command()(verb)
