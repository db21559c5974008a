"""Public face: experiments, predictions and studies from Python.

>>> import corticostriatal as cs
>>> table = cs.run("moussawi2009", animals=4)                      # doctest: +SKIP
>>> table.groupby(["test", "group"], sort=False)["value"].mean()   # doctest: +SKIP
>>> cs.predict("cue", site="NAc core")                             # doctest: +SKIP

Each function does what the verb of its name does on the command line. What takes long to import is imported when it is
first used.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any


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

from protocols.public.inference import infer  # noqa: E402
from protocols.public.questions import compare, exchange, overlay, power, predict, sensitivity  # noqa: E402
from protocols.public.running import load, network, report, run, sweep, validate  # noqa: E402
from protocols.public.searching import design, optimise, predictions  # noqa: E402
from protocols.public.tables import drugs, experiments, parameters  # noqa: E402

if TYPE_CHECKING:
    from protocols.public.experiment import Circuit, Experiment
    from protocols.public.results import Recording, Results
    from protocols.studies.run import Study

    __version__: str

__all__ = [
    "Circuit",
    "Experiment",
    "Recording",
    "Results",
    "Study",
    "compare",
    "design",
    "drugs",
    "exchange",
    "experiments",
    "infer",
    "load",
    "network",
    "optimise",
    "overlay",
    "parameters",
    "power",
    "predict",
    "predictions",
    "report",
    "run",
    "sensitivity",
    "sweep",
    "validate",
]

_CLASSES = {
    "Circuit": "protocols.public.experiment",
    "Experiment": "protocols.public.experiment",
    "Recording": "protocols.public.results",
    "Results": "protocols.public.results",
    "Study": "protocols.studies.run",
}


def __getattr__(name: str) -> Any:
    if name in _CLASSES:
        return getattr(importlib.import_module(_CLASSES[name]), name)
    if name == "__version__":
        from results.provenance import package_version

        return package_version()
    raise AttributeError(f"module 'corticostriatal' has no attribute '{name}'")


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__version__"]


if __name__ == "__main__":
    from protocols.cli.main import main

    main()
