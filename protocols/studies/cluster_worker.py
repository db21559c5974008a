"""A worker of a study on another machine: Dask's own command, in a private folder of the machine's scratch.

``python -m protocols.studies.cluster_worker`` takes the options of ``dask worker``. ``TMPDIR`` says where the scratch
is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from circuit.engine.scratch import scratch, sweep_up, temporary_files_in


def main(options: Sequence[str]) -> None:
    """Work until the driver says that it is enough; what the worker needs meanwhile goes with it."""
    from distributed.cli.dask_worker import main as dask_worker

    sweep_up()
    with scratch() as place, temporary_files_in(place):
        own = ["--local-directory", str(place), "--worker-class", "protocols.studies.dask_nodes.ClosedWorker"]
        dask_worker([*options, *own, "--no-dashboard", "--preload", "protocols.studies.study_worker"])


if __name__ == "__main__":
    main(sys.argv[1:])
