"""The verbs that ask something of the model beyond its experiments; `protocols.cli.main` takes them in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

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
    known_experiment,
    there,
    writable,
    write,
)


def rerun(
    file: Annotated[Path, typer.Argument(metavar="FILE.h5", help="A run's file, from wherever it lies now.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.h5|DIR", help="Keep the repeated run's file; never replaces.")
    ] = None,
    kept_life: Annotated[
        bool,
        typer.Option(
            "--kept-life", help="A learning animal starts from its kept state; otherwise it is trained again."
        ),
    ] = False,
    json_file: Json = None,
) -> None:
    """Repeat a stored run; exit code 0 if the result is identical, 1 if it differs, 2 if it is no run's file."""
    there(file, "a run's file")
    from protocols.cli.inquiry_display import rerun_tables
    from protocols.runs import rerun as repeating
    from protocols.runs.progress import progress

    writable(json_file)
    repeated = repeating.rerun(file, progress().say, out, kept_life, sys.argv, **injected())
    rerun_tables(repeated)
    write(json_file, repeated.document(file))
    raise typer.Exit(0 if repeated.identical else 1)


def predict(
    session: Annotated[
        str,
        typer.Option(
            "--session", metavar="NAME", help="cue, prime, stress, context, ...", autocompletion=completions.sessions
        ),
    ],
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            metavar="NUCLEUS",
            help="The nucleus to silence, e.g. 'NAc core'.",
            autocompletion=completions.nuclei,
        ),
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="NAME", help="muscimol (default), baclofen, TTX, lesion, ...")
    ] = None,
    fraction: Annotated[
        float | None, typer.Option("--fraction", metavar="SHARE", help="Share of its cells, over 0 to 1; all of them.")
    ] = None,
    drug: Annotated[
        str | None,
        typer.Option(
            "--drug", metavar="NAME", help="A drug to give, in place of a site.", autocompletion=completions.drugs
        ),
    ] = None,
    dose: Annotated[str | None, typer.Option("--dose", metavar="DOSE", help="Of the drug: '100 mg/kg'.")] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="DURATION", help="How long before the session the drug is given; 0.5 h."),
    ] = None,
    animals: Annotated[int, typer.Option("--animals", metavar="N", min=1, help="Animals in each group.")] = 6,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The number every other seed is derived from.")] = 1,
    scale: Annotated[float, typer.Option("--scale", metavar="FACTOR", help="On cell numbers.")] = 0.5,
    quick: Quick = False,
    jobs: Jobs = None,
    settings: Settings = None,
    out: Out = None,
    dry_run: DryRun = False,
    json_file: Json = None,
) -> None:
    """Predict what silencing a nucleus, or a drug, does to seeking, and which projections carry it."""
    from dataclasses import asdict

    from protocols.analysis import predict as asking
    from protocols.analysis.covered import by_evidence, outside
    from protocols.cli.inquiry_display import prediction_table
    from protocols.cli.size import size_of_batch
    from protocols.runs.progress import progress

    writable(json_file)
    asked = asking.Question(session, site, agent, fraction, drug, dose, before)
    experiment = asking.experiment_for(asked, animals, seed, scale, settings or (), quick)
    if dry_run:
        write(json_file, size_of_batch(experiment, None, out, jobs))
        raise typer.Exit
    warnings = outside(experiment, by_evidence())
    batch, rows = asking.answer(experiment, progress(), out, jobs, **injected())
    said, remarks = asking.sentence(asked, rows), asking.remarks(asked, rows)
    print(said, "", sep="\n")
    prediction_table(rows)
    print(*([""] if remarks else []), *remarks, "", f"runs and summary: {batch.folder}", sep="\n")
    for line in warnings:
        print(f"outside what was calibrated: {line}", file=sys.stderr)
    about = {"question": asdict(asked), "answer": said, "folder": str(batch.folder), "outside": warnings}
    write(json_file, about | {"rows": rows})
    raise typer.Exit(1 if batch.failures else 0)


def power(
    experiment: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE.toml|DIR",
            help="An experiment, or a folder of results to read.",
            autocompletion=completions.experiments,
        ),
    ],
    groups: Annotated[
        list[str],
        typer.Option(
            "--group",
            metavar="NAME",
            help="One of the two groups to compare; twice.",
            autocompletion=completions.groups,
        ),
    ],
    test: Annotated[
        str,
        typer.Option("--test", metavar="NAME", help="The test that they undergo.", autocompletion=completions.tests),
    ],
    measure: Annotated[
        str | None, typer.Option("--measure", metavar="NAME", help="The paper's own by default, where there is one.")
    ] = None,
    statistic: Annotated[
        str | None,
        typer.Option("--statistic", metavar="NAME", help="student, welch or paired; the paper's by default."),
    ] = None,
    largest: Annotated[int, typer.Option("--largest", metavar="N", help="The largest cohort to look at.")] = 40,
    animals: Annotated[int | None, typer.Option("--animals", metavar="N", help="Pool in each group; 32.")] = None,
    ensemble: Annotated[
        bool, typer.Option("--ensemble", help="Every set of parameters that fits as well, beside the shipped one.")
    ] = False,
    seed: Seed = None,
    jobs: Jobs = None,
    settings: Settings = None,
    out: Out = None,
    json_file: Json = None,
) -> None:
    """How many animals are needed to see an effect, from cohorts of simulated animals."""
    from protocols.errors import InputError

    if len(groups) != 2:
        raise InputError(f"--group: two groups are compared, and {len(groups)} are given; name each with a --group")
    if not Path(experiment).is_dir():
        known_experiment(experiment)
    from protocols.analysis.power import Question, plan_cohorts
    from protocols.cli.inquiry_display import power_table
    from protocols.file_names import file_stem
    from protocols.runs.progress import progress
    from results.figures.drawing import save
    from results.figures.questions.power import power_figure

    writable(json_file)
    asked = Question((groups[0], groups[1]), test, measure, statistic, largest)
    found = plan_cohorts(
        experiment, asked, progress(), settings or (), animals, seed, ensemble, jobs, out, **injected()
    )  # fmt: skip
    power_table(found.document)
    title = f"{groups[0]} against {groups[1]}, {test}"
    stem = file_stem("power", *groups[:2], test)
    print(f"\n{save(power_figure(found.curves, title), found.folder, stem)[0]}")
    write(json_file, found.document)
    raise typer.Exit(1 if found.failed else 0)


def sensitivity(
    experiment: ExperimentName,
    wanted: Annotated[
        list[str] | None,
        typer.Option(
            "--parameters",
            metavar="PATH[=LOW..HIGH]",
            help="What is moved, e.g. release.half=0.4..0.6, again for each; all calibrated ones by default.",
        ),
    ] = None,
    method: Annotated[
        str, typer.Option("--method", metavar="sobol|morris", help="Shares of variance, or effects.")
    ] = "sobol",
    number: Annotated[
        int, typer.Option("--points", min=4, metavar="N", help="Base sample; N x (parameters + 2) points, or + 1.")
    ] = 64,
    groups: Groups = None,
    tests: Tests = None,
    measures: Annotated[
        list[str] | None, typer.Option("--measure", metavar="NAME", help="Only this measure; repeat.")
    ] = None,
    at_rest: Annotated[
        bool, typer.Option("--at-rest", help="Tone at rest in closed form, of a typical animal; nothing is simulated.")
    ] = False,
    animals: Annotated[
        int, typer.Option("--animals", min=1, metavar="N", help="Animals over which each point is averaged.")
    ] = 4,
    seed: Seed = None,
    jobs: Jobs = None,
    settings: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", file_okay=False, help="Results go here; runs/sensitivity-<experiment>."),
    ] = None,
    dry_run: DryRun = False,
    json_file: Json = None,
) -> None:
    """Which parameters an experiment's outcomes hang on; a stopped analysis goes on where it was."""
    from importlib.util import find_spec

    from protocols.errors import InputError

    if find_spec("SALib") is None:
        raise InputError("sensitivity needs SALib: pip install 'corticostriatal[sensitivity]'")
    known_experiment(experiment)
    from protocols.analysis.ranges import moved
    from protocols.analysis.sensitivity import Outcome, analysis, experiment_for, question
    from protocols.analysis.sensitivity_at_rest import closed_form
    from protocols.cli.inquiry_display import sensitivity_tables
    from results.figures.drawing import NothingToDraw, save
    from results.figures.questions.sensitivity import sensitivity_figure
    from results.store.files import write_json

    writable(json_file)
    if at_rest and dry_run:
        raise InputError("--dry-run: with --at-rest nothing is simulated")
    asked = question(moved(wanted or ()), method, number, groups or (), tests or (), measures or ())
    chosen = experiment_for(experiment, asked, settings or (), animals, seed)
    folder = out or Path("runs") / f"sensitivity-{chosen.name}"
    fitted: list[Outcome] | None
    if at_rest:
        table, fitted = closed_form(chosen, asked)
    else:
        from protocols.cli.study_display import size_of, status_text
        from protocols.studies.points import simulate, study_of, table_of
        from protocols.studies.study_folder import StudyFolder

        study = study_of(chosen, asked.values(), "sensitivity")
        if dry_run:
            write(json_file, size_of(study, study.file.slurm, folder, "local", jobs))
            raise typer.Exit
        end = simulate(study, folder, jobs, **injected())
        if end.failed or end.missing:
            status_text(StudyFolder.open(folder), end)
            print("the indices need every point; the same command goes on with the others", file=sys.stderr)
            raise typer.Exit(1)
        table, fitted = table_of(folder), None
    found = analysis(table, chosen, asked, fitted)
    sensitivity_tables(found)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "sensitivity.json", found)
    try:
        print(f"\n{save(sensitivity_figure(found), folder, 'sensitivity')[0]}")
    except NothingToDraw as problem:
        print(f"\n{problem}")
    write(json_file, found)


def exchange(
    experiment: ExperimentName,
    donor: Annotated[
        str,
        typer.Option("--from", metavar="GROUP", help="The group that lends.", autocompletion=completions.groups),
    ],
    recipient: Annotated[
        str,
        typer.Option("--into", metavar="GROUP", help="The group that borrows.", autocompletion=completions.groups),
    ],
    test: Annotated[
        str,
        typer.Option("--test", metavar="NAME", help="The test that they undergo.", autocompletion=completions.tests),
    ],
    take: Annotated[
        list[str] | None,
        typer.Option(
            "--take", metavar="LINK", help="weights, cues, adaptation or tones, again for each; all by default."
        ),
    ] = None,
    sites: Annotated[
        list[str] | None,
        typer.Option("--site", metavar="PROJECTION", help="Weights of this projection alone as well; repeat."),
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", metavar="NAME", help="The first main one of the test by default.")
    ] = None,
    animals: Animals = None,
    seed: Seed = None,
    jobs: Jobs = None,
    settings: Settings = None,
    out: Out = None,
    dry_run: DryRun = False,
    json_file: Json = None,
) -> None:
    """Which link carries an effect: what one group learnt, adapted to or feels, put into another at the test."""
    known_experiment(experiment)
    from protocols.analysis import exchange as asking
    from protocols.cli.inquiry_display import exchange_table
    from protocols.cli.size import size_of_batch
    from protocols.experiments.overrides import chosen
    from protocols.runs.progress import progress

    writable(json_file)
    source = chosen(experiment, settings or (), animals, seed)
    asked = asking.question(source, donor, recipient, test, take or (), sites or ())
    if dry_run:
        write(json_file, size_of_batch(asked, None, out, jobs))
        raise typer.Exit
    batch, rows = asking.answer(asked, progress(), out, jobs, measure, **injected())
    said = asking.sentence(rows)
    print(said, "", sep="\n")
    exchange_table(rows)
    print("", f"runs and summary: {batch.folder}", sep="\n")
    about = {"from": donor, "into": recipient, "test": test, "measure": measure, "answer": said}
    write(json_file, about | {"folder": str(batch.folder), "rows": rows})
    raise typer.Exit(1 if batch.failures else 0)


VERBS = (predict, rerun, power, sensitivity, exchange)


def add_to(app: typer.Typer) -> None:
    """Give the command line these verbs."""
    for verb in VERBS:
        app.command()(verb)
