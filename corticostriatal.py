"""Public face: from an experiment to a data frame.

>>> import corticostriatal as cs
>>> table = cs.run("moussawi2009", animals=4)          # doctest: +SKIP
>>> table.groupby(["test", "group"])["value"].mean()   # doctest: +SKIP
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from protocols.analysis.hand_over import AnimalNetwork
    from protocols.experiments.experiment import Experiment
    from protocols.runs.batch import Batch
    from protocols.studies.run import Study
    from results.loaded import Results

__all__ = ["Experiment", "Study", "load", "network", "run", "validate"]


def _refuse_shadows() -> None:
    """Refuse to go on when a file of the user's, ``results.py`` say, is found in place of one of our packages.

    A mere folder, such as one of results beside a script, does no harm once ours is on the path: a package comes first.
    """
    home = Path(__file__).resolve().parent
    if str(home) not in sys.path:
        sys.path.append(str(home))
    for package in ("synapses", "circuit", "protocols", "results"):
        spec = importlib.util.find_spec(package)
        origin = spec.origin if spec is not None else None
        if origin is None or Path(origin).resolve() != home / package / "__init__.py":
            raise ImportError(
                f"{origin or 'something else'} stands in the way of corticostriatal's own package '{package}'; "
                "rename it, or work in another folder"
            )


_refuse_shadows()


def __getattr__(name: str) -> Any:
    if name == "Experiment":
        from protocols.experiments.experiment import Experiment

        return Experiment
    if name == "Study":
        from protocols.studies.run import Study

        return Study
    if name == "__version__":
        from results.provenance import package_version

        return package_version()
    raise AttributeError(f"module 'corticostriatal' has no attribute '{name}'")


def run(
    experiment: str | os.PathLike[str] | Experiment,
    animals: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: str | os.PathLike[str] | None = None,
    set: Iterable[str] = (),
    figure: bool = False,
) -> pd.DataFrame:
    """Run an experiment, or read what is there of it.

    Parameters
    ----------
    experiment : str, path or Experiment
        A shipped experiment's name, a TOML file, or an experiment.
    animals, seed, jobs : int, optional
        Animals in each group, the seed all others come from, and the number of processes: by default one per core
        at most, which works from a plain script too; 1 runs everything in this process.
    out : path, optional
        Folder of results; ``runs/<experiment>-<hash>`` when left out.
    set : iterable of str
        Changes such as ``'test.HFS.induction.frequency="30 Hz"'``.
    figure : bool
        Whether ``figure.png`` and ``figure.svg`` are drawn into the folder.

    Returns
    -------
    DataFrame
        One row per animal, group, test and measure: ``experiment, group, test, animal, subject, structure_seed,
        measure, value, unit``. No two animals share a ``subject``; those that share a ``structure_seed`` are paired.

    Raises
    ------
    protocols.errors.InputError
        If the experiment or a change is refused.
    RuntimeError
        If a run failed; those that did not are kept.
    """
    from protocols.runs.batch import run_batch
    from protocols.runs.progress import progress
    from protocols.runs.summary import summed_up
    from results.statistics.summary import frame

    changes = [set] if isinstance(set, str) else list(set)
    changes += [f"animals.per_group={animals}"] if animals is not None else []
    changes += [f"animals.seed={seed}"] if seed is not None else []
    folder = None if out is None else Path(out)
    done = summed_up(run_batch(_chosen(experiment, changes), progress(), folder, jobs), figure)
    _raise_failures(done)
    return frame(done.recordings)


def load(directory: str | os.PathLike[str]) -> Results:
    """What a folder of results or of a study holds, as tables.

    Parameters
    ----------
    directory : path
        A folder that `run` or a study wrote, or a run's file.

    Returns
    -------
    results.loaded.Results
        ``.measures`` is the table that `run` gives, ``.series`` the time courses, ``.evidence`` the verdicts; each is
        read when it is first asked for.

    Raises
    ------
    results.store.StoreError
        If there is no run.
    """
    from protocols.reporting.export import held
    from results.loaded import Results

    return Results(held(Path(directory)))


def validate(
    ids: Iterable[str] | None = None,
    quick: bool = False,
    animals: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: str | os.PathLike[str] | None = None,
    evidence: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
) -> pd.DataFrame:
    """Hold the model against the evidence: a row per finding, model beside paper.

    Parameters
    ----------
    ids : iterable of str, optional
        Rows of the evidence, such as ``["P5"]``; all of them when left out.
    quick : bool
        Few animals in a small circuit: shows that everything runs, decides nothing.
    animals, seed, jobs : int, optional
        As for `run`; 32 animals in each group by default.
    out : path, optional
        Each experiment gets a folder below it.
    evidence : path or iterable of path
        Files of findings of one's own, which join the published ones.
    """
    import pandas as pd

    from protocols.runs.progress import progress
    from protocols.validation import validate as validation

    effort = validation.Effort(quick, animals, seed, jobs)
    chosen = [ids] if isinstance(ids, str) else list(ids or ())
    files = [evidence] if isinstance(evidence, str | os.PathLike) else list(evidence)
    found = validation.validate(
        chosen, progress(), effort, None if out is None else Path(out), (), [Path(file) for file in files]
    )
    for done in found.batches.values():
        _raise_failures(done)
    return pd.DataFrame(found.rows)


def network(
    experiment: str | os.PathLike[str] | Experiment,
    group: str,
    test: str,
    animal: int = 0,
    set: Iterable[str] = (),
    target: str | None = "numpy",
) -> AnimalNetwork:
    """The network of one animal in one test as Brian2 objects, with its values set, for one's own monitors and `run`.

    Parameters
    ----------
    experiment : str, path or Experiment
        A shipped experiment's name, a TOML file, or an experiment.
    group, test : str
        Names that the experiment gives.
    animal : int
        Its number in the group, from 0.
    set : iterable of str
        Changes such as ``'circuit.scale=0.1'``.
    target : str, optional
        Brian2's ``codegen.target``; None leaves it as it is.

    Returns
    -------
    protocols.analysis.hand_over.AnimalNetwork
        ``animal["core_medium_spiny"]`` is a population; ``.add(monitor)`` and ``.run(duration)`` do what they say.

    Raises
    ------
    protocols.errors.InputError
        If there is no such experiment, group, test or animal, or the test runs no network.
    """
    from protocols.analysis import hand_over

    return hand_over.network(_chosen(experiment, set), group, test, animal, target)


def _chosen(experiment: str | os.PathLike[str] | Experiment, settings: str | Iterable[str]) -> Experiment:
    """An experiment as it was named, with some values changed."""
    from protocols.experiments.experiment import Experiment
    from protocols.experiments.experiment import load as read
    from protocols.experiments.overrides import with_overrides

    found = experiment if isinstance(experiment, Experiment) else read(os.fspath(experiment))
    return with_overrides(found, [settings] if isinstance(settings, str) else settings)


def _raise_failures(done: Batch) -> None:
    if done.failures:
        first = done.failures[0]
        others = f" (and {len(done.failures) - 1} more)" if len(done.failures) > 1 else ""
        raise RuntimeError(f"{first.run.label} failed: {first.failure}{others}")


if __name__ == "__main__":
    from protocols.cli.main import main

    main()
