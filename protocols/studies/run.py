"""A study that runs itself on this machine, as Python scripts use it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from protocols.runs.progress import study_progress
from protocols.runs.workers import PREPARE, SIMULATE
from protocols.studies import study
from protocols.studies.gather import gather
from protocols.studies.local_workers import local
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import Options, sweep
from results.store import collected


class Study(study.Study):
    """An experiment under several conditions, which can be run."""

    def __repr__(self) -> str:
        varied = ", ".join(self.varied) or "nothing"
        return f"Study({self.name}: {self.file.study.experiment} at {len(self.points)} points of {varied})"

    def run(
        self,
        out: str | Path | None = None,
        jobs: int | None = None,
        retry: bool = False,
        prepare: str = PREPARE,
        simulate: str = SIMULATE,
    ) -> pd.DataFrame:
        """Do the runs that are not there yet, on this machine.

        Parameters
        ----------
        out : path, optional
            The study's folder; ``runs/<study>`` when left out.
        jobs : int, optional
            Workers; one per core when left out.
        retry : bool
            Whether runs that failed before are tried again.
        prepare, simulate : str
            ``module:function`` of the preparation and of one run.

        Returns
        -------
        DataFrame
            A line per animal, group, test and point: what was varied, who it is, and every measure.

        Raises
        ------
        InputError
            If a condition or the folder is refused.
        RuntimeError
            If runs failed; those that did not are kept, in ``table.h5`` too.
        """
        folder = StudyFolder.start(self.checked(), Path(out or Path("runs") / self.name))
        end = sweep(folder, local(jobs), study_progress(), Options(retry, prepare, simulate))
        gathered = gather(folder, folder.path)
        if end.failed:
            raise RuntimeError(f"{end.failed} of {end.planned} runs failed, e.g. {end.reasons[0]['reason']}")
        return collected.read(gathered.files[0])
