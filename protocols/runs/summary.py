"""What a folder of runs says in sum: ``summary.json``, and on request a figure for each kind of test."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from protocols.experiments.experiment import Experiment
from protocols.runs.batch import Batch
from protocols.runs.plan import plan
from protocols.runs.run_folder import FIGURE, RunFolder, figures_in
from protocols.simulation.digest import experiment_hash
from results.provenance import package_version
from results.recording import Recording


def summed_up(batch: Batch, figures: bool = False) -> Batch:
    """Write the summary of a batch into its folder; nothing where none of its runs is there.

    Parameters
    ----------
    batch : Batch
    figures : bool
        Whether figures are drawn. Where they were drawn before, they are drawn anew, so that none shows other runs than
        the summary does.

    Returns
    -------
    Batch
        With its `summary`.

    Raises
    ------
    InputError
        If the folder was given to other settings meanwhile.
    """
    if not batch.recordings:
        return batch
    folder = RunFolder(batch.folder, experiment_hash(batch.experiment))
    with folder.at_work():
        summary = _summary(batch)
        if figures or figures_in(batch.folder):
            _write_figures(batch.experiment, batch.folder, batch.recordings)
    return replace(batch, summary=summary)


def _summary(batch: Batch) -> dict[str, Any]:
    from results.statistics.summary import summarise, write_json

    experiment = batch.experiment
    seeds = {
        run.file: {"structure": run.identity.structure_seed, "noise": run.identity.noise_seed}
        for run in plan(experiment)
    }
    about = {"animals": experiment.animals.seed, "runs": seeds}
    summary = summarise(experiment.name, package_version(), about, batch.seconds, batch.recordings)
    write_json(batch.folder / "summary.json", summary)
    return summary


def _write_figures(experiment: Experiment, folder: Path, recordings: tuple[Recording, ...]) -> None:
    """A figure for each kind of test: ``figure`` for the first one drawn, ``figure_<kind>`` for the others."""
    from results import figures

    stem = FIGURE
    for kind in dict.fromkeys(test.kind for test in experiment.test):
        tests = {test.name: test for test in experiment.test if test.kind == kind}
        part = [recording for recording in recordings if recording.identity.test in tests]
        first = next(iter(tests.values()))
        with suppress(figures.NothingToDraw):
            drawn = figures.FIGURES[kind](part, **first.figure_options())
            figures.save(drawn, folder, stem or f"{FIGURE}_{kind}")
            stem = ""
