"""How many animals a question needs, and on which parameters its answer hangs; each is the verb of its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from protocols.public.given import Place, Settings, listed, path, plain

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment
    from protocols.public.answer import Answer


def power(
    experiment: Place | Experiment,
    group: Sequence[str],
    test: str,
    measure: str | None = None,
    statistic: str | None = None,
    largest: int = 40,
    animals: int | None = None,
    seed: int | None = None,
    ensemble: bool = False,
    jobs: int | None = None,
    out: Place | None = None,
    set: Settings = (),
) -> Answer:
    """How many animals are needed to see an effect, from cohorts of simulated animals.

    Parameters
    ----------
    experiment : str, path or Experiment
        An experiment, or a folder of results, of which nothing is simulated.
    group : (str, str)
        The two groups to compare.
    test : str
    measure, statistic : str, optional
        The paper's own when left out.
    largest : int
        The largest cohort to look at.
    animals : int, optional
        Pool in each group; 32 when left out.
    ensemble : bool
        Every set of parameters that fits as well, beside the shipped one.
    seed, jobs, out, set
        As for `run`.

    Returns
    -------
    protocols.public.answer.Answer
        ``.table`` has a row per set of parameters, ``.plot()`` draws power against the size of a cohort.
    """
    import pandas as pd

    from protocols.analysis.power import Question, plan_cohorts
    from protocols.errors import InputError
    from protocols.public.answer import Answer
    from protocols.runs.progress import progress
    from results.figures.questions.power import power_figure

    if isinstance(group, str) or len(group) != 2:
        raise InputError("group: give the two groups to compare, as ('control', 'cocaine')")
    asked = Question((group[0], group[1]), test, measure, statistic, largest)
    source, settings = plain(experiment), listed(set)
    found = plan_cohorts(source, asked, progress(), settings, animals, seed, ensemble, jobs, path(out))
    rows = [
        {"set": row["set"], "effect": row["effect_size"], "n_80": row["needed"]["0.8"]["n"]}
        | {"n_90": row["needed"]["0.9"]["n"], "remark": row["remark"]}
        for row in found.document["sets"]
    ]
    first, title = rows[0], f"{group[0]} against {group[1]}, {test}"
    needed = f"more than {largest}" if first["n_80"] is None else first["n_80"]
    said = f"{title}, {found.document['measure']}: {needed} animals in each group for a power of 80 %."
    return Answer(
        said, pd.DataFrame(rows), found.document, found.folder, (), (), lambda: power_figure(found.curves, title)
    )


def sensitivity(
    experiment: Place | Experiment,
    parameters: Settings = (),
    method: Literal["sobol", "morris"] = "sobol",
    points: int = 64,
    group: Settings = (),
    test: Settings = (),
    measure: Settings = (),
    at_rest: bool = False,
    animals: int = 4,
    seed: int | None = None,
    jobs: int | None = None,
    out: Place | None = None,
    set: Settings = (),
) -> Answer:
    """Which parameters an experiment's outcomes hang on (needs SALib).

    Parameters
    ----------
    experiment : str, path or Experiment
    parameters : iterable of str
        What is moved, as ``"release.half=0.4..0.6"``; all calibrated ones when left out.
    method : str
        Shares of variance, or effects.
    points : int
        Base sample.
    group, test, measure : iterable of str
        Only these.
    at_rest : bool
        Tone at rest in closed form, of a typical animal; nothing is simulated.
    animals, seed, jobs, out, set
        As for `run`.

    Returns
    -------
    protocols.public.answer.Answer
        ``.table`` has a row per outcome and parameter, ``.plot()`` draws the total indices.

    Raises
    ------
    RuntimeError
        If runs failed or are missing: the indices need every point.
    """
    import pandas as pd

    from protocols.analysis import sensitivity as asking
    from protocols.analysis.ranges import moved
    from protocols.analysis.sensitivity_at_rest import closed_form
    from protocols.public.answer import Answer
    from protocols.studies.points import simulate, study_of, table_of
    from results.figures.questions.sensitivity import sensitivity_figure

    asked = asking.question(moved(listed(parameters)), method, points, listed(group), listed(test), listed(measure))
    chosen = asking.experiment_for(plain(experiment), asked, listed(set), animals, seed)
    folder, fitted = path(out) or Path("runs") / f"sensitivity-{chosen.name}", None
    if at_rest:
        table, fitted = closed_form(chosen, asked)
    else:
        end = simulate(study_of(chosen, asked.values(), "sensitivity"), folder, jobs)
        if end.failed or end.missing:
            raise RuntimeError(f"{end.failed} runs failed and {end.missing} are missing; the indices need every point")
        table = table_of(folder)
    found = asking.analysis(table, chosen, asked, fitted)
    rows = [
        {"outcome": row["label"], "measure": row["measure"]}
        | {key: one[key] for key in ("parameter", "total", "total_interval", "first", "first_interval")}
        for row in found["outcomes"]
        for one in row["indices"] or ()
    ]
    said = f"{chosen.name}: {method}, {found['points']} points, {len(found['outcomes'])} outcomes."
    return Answer(
        said, pd.DataFrame(rows), found, None if at_rest else folder, (), (), lambda: sensitivity_figure(found)
    )
