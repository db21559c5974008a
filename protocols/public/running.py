"""The functions of ``import corticostriatal`` that do runs or read them; each is the verb of its name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.public.given import Place, Settings, listed, path, plain, raise_failures

if TYPE_CHECKING:
    import pandas as pd

    from protocols.analysis.hand_over import AnimalNetwork
    from protocols.experiments.experiment import Experiment
    from protocols.public.results import Results
    from protocols.studies.run import Study


def run(
    experiment: Place | Experiment,
    animals: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Place | None = None,
    set: Settings = (),
    figure: bool = False,
    group: Settings = (),
    test: Settings = (),
    quick: bool = False,
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
    group, test : str or iterable of str
        Only these; they go into the folder of the whole experiment.
    quick : bool
        Two animals in each group of a small circuit: shows that everything runs, decides little.

    Returns
    -------
    DataFrame
        One row per animal, group, test and measure: ``experiment, group, test, animal, subject, structure_seed,
        measure, value, unit``, in the experiment's order. No two animals share a ``subject``; those that share a
        ``structure_seed`` are paired. ``.attrs["folder"]`` is the folder of results.

    Raises
    ------
    protocols.errors.InputError
        If the experiment, a change or a name is refused.
    RuntimeError
        If a run failed; those that did not are kept.
    """
    from protocols.experiments.overrides import chosen
    from protocols.runs.batch import run_batch
    from protocols.runs.progress import progress
    from protocols.runs.summary import summed_up
    from results.statistics.summary import frame

    asked = chosen(plain(experiment), listed(set), animals, seed, quick)
    only = asked.pairs(listed(group), listed(test))
    batch = run_batch(asked, progress(), path(out), jobs, only=only)
    done = summed_up(batch, figure)
    raise_failures(done)
    wanted = [one for one in done.recordings if only is None or (one.identity.group, one.identity.test) in only]
    table = frame(wanted)
    table.attrs["folder"] = str(done.folder)
    return table


def load(directory: Place) -> Results:
    """What a folder of results or of a study holds, as tables and figures.

    Parameters
    ----------
    directory : path
        A folder that `run` or a study wrote, or a run's file.

    Returns
    -------
    protocols.public.results.Results
        ``.measures`` is the table that `run` gives, ``.series`` the time courses, ``.evidence`` the verdicts; each is
        read when it is first asked for. ``.plot()`` draws.

    Raises
    ------
    results.store.StoreError
        If there is no run.
    """
    from protocols.public.results import load as read

    return read(Path(directory))


def sweep(
    study: Place | Mapping[str, Any] | Study,
    out: Place | None = None,
    jobs: int | None = None,
    set: Settings = (),
    retry: bool = False,
) -> pd.DataFrame:
    """Do the runs of a study that are not there yet, on this machine.

    Parameters
    ----------
    study : str, path, mapping or Study
        A shipped study's name, a TOML file, the contents of one, or a study.
    out : path, optional
        The study's folder; ``runs/<study>`` when left out.
    jobs : int, optional
        Workers; one per core when left out.
    set : iterable of str
        Values that are changed under all conditions, where a name or file is given.
    retry : bool
        Whether runs that failed before are tried again.

    Returns
    -------
    DataFrame
        A line per animal, group, test and point: what was varied, who it is, and every measure.
    """
    from protocols.studies.run import Study

    if isinstance(study, Study):
        found = study
    elif isinstance(study, Mapping):
        found = Study.of(study)
    else:
        found = Study.load(os.fspath(study), listed(set))
    return found.run(path(out), jobs, retry)


def validate(
    ids: Settings | None = None,
    quick: bool = False,
    animals: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Place | None = None,
    evidence: Place | Iterable[Place] = (),
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
    files = [evidence] if isinstance(evidence, str | os.PathLike) else list(evidence)
    chosen, more = listed(ids or ()), [Path(file) for file in files]
    found = validation.validate(chosen, progress(), effort, path(out), (), more)
    for done in found.batches.values():
        raise_failures(done)
    return pd.DataFrame(found.rows)


def report(directory: Place, out: Place | None = None) -> Path:
    """Write one page of HTML that shows all of a folder; its path.

    Parameters
    ----------
    directory : path
        A folder that `run` or a study wrote, or a run's file.
    out : path, optional
        The page; ``report.html`` in the folder when left out.
    """
    from protocols.reporting.report import report as write
    from protocols.runs.progress import progress

    written, _ = write(Path(directory), path(out), progress().say)
    return written.file


def network(
    experiment: Place | Experiment,
    group: str,
    test: str,
    animal: int = 0,
    set: Settings = (),
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
    from protocols.experiments.overrides import chosen

    return hand_over.network(chosen(plain(experiment), listed(set)), group, test, animal, target)
