"""A study on a cluster: glutamate tone after NAC at six doses, its runs spread over the jobs of a Slurm array.

    python examples/5_slurm_study.py             on this machine's cores
    python examples/5_slurm_study.py --slurm     on the cluster whose login node this is

A run is done when its file is there. Stopped, killed or out of wall time, the same line goes on where it was.
Without a cluster, a minute or two on two cores.
"""

import shutil
import sys

from size import given

import corticostriatal as cs
from protocols.runs.progress import study_progress
from protocols.studies.gather import gather
from protocols.studies.local_workers import local
from protocols.studies.slurm import slurm
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import sweep
from results import figures

STUDY = {
    "study": {"name": "tone", "experiment": "tone", "groups": ["cocaine+NAC"]},
    "axes": {
        'group."cocaine+NAC".treatment.NAC.dose': [f"{dose} mg/kg" for dose in (0, 10, 30, 60, 100, 300)],
    },
    "slurm": {  # what `sbatch` is told; partition and account where a cluster asks for them
        "workers": 4,
        "time": "30 min",
        "memory": "2G",
    },
}

if __name__ == "__main__":
    asked = given(animals=4, scale=0.25)
    if asked.slurm and shutil.which("sbatch") is None:
        sys.exit("there is no Slurm here (no sbatch); leave --slurm out to use this machine's cores")
    study = cs.Study.of({**STUDY, "set": asked.settings}).checked()
    workers = slurm(study.file.slurm, None) if asked.slurm else local(None)

    folder = StudyFolder.start(study, asked.out)
    end = sweep(folder, workers, study_progress())
    print(f"{end.done} of {end.planned} runs are there, {end.failed} failed")
    print(*gather(folder, asked.out).names, sep="\n")  # one table of all measures, as HDF5 and CSV

    asked.show(figures.dose_response_figure(cs.load(asked.out)))
