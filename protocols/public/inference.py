"""What one's own data say about parameters: the function `infer` of ``import corticostriatal``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from protocols.public.given import Place, Settings, listed, path, plain

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment
    from protocols.public.answer import Answer


def infer(
    experiment: Place | Experiment,
    data: Place,
    parameters: Settings,
    at_rest: bool = False,
    points: int = 128,
    animals: int = 4,
    error: float = 0.0,
    check: int = 0,
    seed: int | None = None,
    jobs: int | None = None,
    out: Place | None = None,
    set: Settings = (),
) -> Answer:
    """What a laboratory's own data say about parameters, and whether they can tell.

    Parameters
    ----------
    experiment : str, path or Experiment
        Whose groups and tests the data name.
    data : path
        One line per animal and measure, as ``docs/how-to/own-data.md`` describes it.
    parameters : iterable of str
        What is inferred, with its prior: ``"homeostasis.xc_maximum=300..800"``, or the path alone.
    at_rest : bool
        Tone at rest and microdialysis, in closed form.
    points, animals : int
        Points of the prior at which animals are simulated, and how many in each group.
    error : float
        Coefficient of variation of a measurement, besides the animals' own.
    check : int
        Data sets of known parameters on which the inference is checked.
    seed, jobs, out, set
        As for `run`; ``runs/infer-<experiment>`` when no folder is named.

    Returns
    -------
    protocols.public.answer.Answer
        ``.table`` has a row per parameter, ``.plot()`` draws prior, posterior and what is foretold; the folder holds
        ``posterior.nc``, which ArviZ opens.

    Raises
    ------
    protocols.errors.InputError
        If the data or the question are refused.
    RuntimeError
        If a run failed.
    """
    import pandas as pd

    from protocols.analysis.ranges import moved
    from protocols.inference.answer import answer, experiment_for, question
    from protocols.public.answer import Answer
    from protocols.runs.progress import study_progress

    asked = question(moved(listed(parameters)), points, animals, at_rest, error, check)
    chosen = experiment_for(plain(experiment), Path(data), listed(set), seed)
    folder = path(out) or Path("runs") / f"infer-{chosen.name}"
    found = answer(chosen, Path(data), asked, folder, study_progress(), jobs)
    keys = ("parameter", "unit", "median", "interval", "prior", "width", "data")
    table = pd.DataFrame([{key: row[key] for key in keys} for row in found.document["parameters"]])
    notes = (f"columns that are not read: {', '.join(found.unused)}",) if found.unused else ()
    return Answer(" ".join(found.said), table, found.document, folder, (), notes, found.draw)
