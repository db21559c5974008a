"""The functions of ``import corticostriatal`` that look for an experiment worth doing; each is the verb of its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.public.given import Place, Settings, listed, path

if TYPE_CHECKING:
    import pandas as pd

    from protocols.public.answer import Answer


def optimise(
    file: Place | Mapping[str, Any], out: Place | None = None, jobs: int | None = None, set: Settings = ()
) -> Answer:
    """Which settings of an experiment are best (needs Optuna and scikit-learn).

    Parameters
    ----------
    file : str, path or mapping
        A shipped optimisation, such as ``"nac_ltp"``, a file, or its contents as nested dictionaries.
    out : path, optional
        Folder of the answer; one that is there is gone on with.
    jobs : int, optional
        Processes; one per core when left out.
    set : iterable of str
        ``PATH=VALUE`` each; with contents as dictionaries change those instead.

    Returns
    -------
    protocols.public.answer.Answer
        ``.table`` has a row per setting that was tried on other animals, set of parameters and objective, ``.plot()``
        draws the surrogate and the Pareto front.

    Raises
    ------
    ValueError
        In one line, if the file is refused or the extra `optimise` is not installed.
    """
    import pandas as pd

    from protocols.optimisation import search as asking
    from protocols.optimisation.problem import load, problem
    from protocols.public.answer import Answer
    from results.figures.questions.optimise import optimise_figure

    asked = (
        problem(file) if isinstance(file, Mapping) else load(Path(file) if "." in str(file) else str(file), listed(set))
    )
    found = asking.optimise(asked, path(out), jobs)
    return Answer(
        "\n".join(asking.sentences(found)),
        pd.DataFrame(found["confirmed"]),
        found,
        Path(found["folder"]),
        (),
        (f"{found['failed']} runs failed",) if found["failed"] else (),
        lambda: optimise_figure(found),
    )


def design(
    file: Place = "rivals",
    models: Settings = (),
    animals: int | None = None,
    pool: int | None = None,
    set_animals: int | None = None,
    out: Place | None = None,
    jobs: int | None = None,
    set: Settings = (),
) -> Answer:
    """Which experiment would tell rival hypotheses apart best.

    Parameters
    ----------
    file : str or path
        Shipped candidates, or a file of one's own.
    models : iterable of str
        Rivals of the default, as ``"tone=perisynaptic"``; the file's, or all, when left out.
    animals : int, optional
        Animals in each group that the laboratory can afford.
    pool, set_animals : int, optional
        Animals simulated in each group, under the shipped parameters and under each other set that fits as well.
    out, jobs, set
        As for `optimise`.

    Returns
    -------
    protocols.public.answer.Answer
        ``.table`` has a row per candidate and hypothesis, best candidate first, ``.plot()`` draws them.
    """
    import pandas as pd

    from protocols.design import ranking as asking
    from protocols.design.candidates import load
    from protocols.public.answer import Answer
    from results.figures.questions.design import design_figure

    changes = {"models": listed(models) or None, "animals": animals, "pool": pool, "set_animals": set_animals}
    found = asking.design(load(file if isinstance(file, str) else Path(file), changes, listed(set)), path(out), jobs)
    rows = [
        {key: one[key] for key in ("rank", "candidate", "measure", "unit", "bits", "named")}
        | {"model": answer["model"], "figure": answer["figure"]}
        | {"low": answer["interval"][0], "high": answer["interval"][1], "power": answer["power"]}
        for one in found["candidates"]
        for answer in one["models"]
    ]
    notes = (f"{found['failed']} runs failed",) if found["failed"] else ()
    return Answer(
        asking.sentence(found),
        pd.DataFrame(rows),
        found,
        Path(found["folder"]),
        (),
        notes,
        lambda: design_figure(found),
    )


def predictions(against: Place | None = None) -> pd.DataFrame:
    """Predictions that were laid down, or later measurements scored against them.

    Parameters
    ----------
    against : path, optional
        A TOML file of ``[[measured]]`` rows: ``prediction, value, sem, source``.

    Returns
    -------
    DataFrame
        A row per prediction laid down, or per measurement and prediction with its ``status``: held, refuted, undecided.
    """
    import pandas as pd

    from protocols.design.predictions import laid_down, score

    return pd.DataFrame(laid_down() if against is None else score(Path(against)))
