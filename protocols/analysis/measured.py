"""Which measures a test has: one animal says it, so that a misspelt name is refused before many are simulated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protocols.errors import refuse_unknown
from protocols.experiments.experiment import Experiment
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import Progress, run_batch
from results.statistics.summary import frame


def refuse_unmeasured(
    measure: str, experiment: Experiment, group: str, test: str, progress: Progress, out: Path | None, **engine: Any
) -> None:
    """Run the first animal of a group in a test, which is kept, and refuse a measure that it does not have.

    Parameters
    ----------
    measure : str
        As ``--measure`` gives it.
    experiment : Experiment
    group, test : str
    progress : Progress
    out : Path or None
        Folder of the runs, which others of the experiment join.
    **engine
        ``prepare`` and ``simulate``, as for `protocols.runs.batch.run_batch`.

    Raises
    ------
    InputError
        For a measure that the test does not have.
    """
    one = with_overrides(experiment, ["animals.per_group=1"])
    first = run_batch(one, progress, out, 1, only=[(group, test)], **engine)
    there = frame(each for each in first.recordings if each.identity.test == test)
    if len(there):  # a run that failed is told with the others
        refuse_unknown("--measure", "measure", measure, sorted(set(there["measure"])))
