"""Public face: from an experiment to a data frame.

>>> import corticostriatal as cs
>>> table = cs.run("moussawi2009", animals=4)          # doctest: +SKIP
>>> table.groupby(["test", "group"])["value"].mean()   # doctest: +SKIP
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from protocols.experiment import Experiment

__all__ = ["Experiment", "__version__", "load", "run", "validate"]


def _refuse_shadows() -> None:
    """Refuse to go on when a file of the user's, ``results.py`` say, is found in place of one of our packages."""
    home = Path(__file__).resolve().parent
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
        from protocols.experiment import Experiment

        return Experiment
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
) -> pd.DataFrame:
    """Run an experiment, or read what is there of it.

    Parameters
    ----------
    experiment : str, path or Experiment
        A shipped experiment's name, a TOML file, or an experiment.
    animals, seed, jobs : int, optional
        Animals in each group, the seed all others come from, and the number of processes.
    out : path, optional
        Folder of results; ``runs/<experiment>-<hash>`` when left out.
    set : iterable of str
        Changes such as ``'test.HFS.induction.frequency="30 Hz"'``.

    Returns
    -------
    DataFrame
        One row per animal, group, test and measure: ``experiment, group, test, animal, measure, value, unit``.

    Raises
    ------
    protocols.errors.InputError
        If the experiment or a change is refused.
    RuntimeError
        If a run failed; those that did not are kept.
    """
    from protocols import batch
    from protocols.experiment import Experiment
    from protocols.experiment import load as read
    from protocols.overrides import with_overrides
    from results.summary import frame

    changes = [set] if isinstance(set, str) else list(set)
    changes += [f"animals.per_group={animals}"] if animals is not None else []
    changes += [f"animals.seed={seed}"] if seed is not None else []
    chosen = experiment if isinstance(experiment, Experiment) else read(os.fspath(experiment))
    done = batch.run(with_overrides(chosen, changes), out, jobs)
    _raise_failures(done.failures)
    return frame(done.recordings)


def load(directory: str | os.PathLike[str]) -> pd.DataFrame:
    """The table `run` gives, read from a folder of results."""
    from protocols import batch
    from results.summary import frame

    return frame(batch.read(directory))


def validate(
    *ids: str, quick: bool = False, animals: int | None = None, seed: int | None = None, jobs: int | None = None
) -> pd.DataFrame:
    """Hold the model against the evidence: a row per finding, model beside paper.

    Parameters
    ----------
    *ids : str
        Rows of the evidence, such as ``"P5"``; all of them when left out.
    quick : bool
        Few animals in a small circuit: shows that everything runs, decides nothing.
    animals, seed, jobs : int, optional
        As for `run`; 32 animals in each group by default.
    """
    import pandas as pd

    from protocols import validation

    found = validation.validate(ids, quick, animals, seed, jobs)
    _raise_failures(found.failures)
    return pd.DataFrame(found.rows)


def _raise_failures(failures: dict[str, str]) -> None:
    if failures:
        name, reason = next(iter(failures.items()))
        others = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        raise RuntimeError(f"{name} failed: {reason}{others}")
