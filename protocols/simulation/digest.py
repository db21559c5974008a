"""What decides what a run gives, besides its experiment: source files, and versions of the packages that compute.

Derived and not listed: the folders of the model, `synapses` and `circuit`, whole, and of the other packages every
module that simulating a run imports, directly or through others. One function says it for experiments, for studies and
for the kept lives of animals. The compiler is left out: programs of two compilers differ by rounding.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from circuit.engine.compiled import model_files
from protocols.simulation.imports import ROOT, imported
from results.provenance import package_version
from synapses.drug_files import drug_files

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment

COMPUTING = ("brian2", "numpy", "scipy")
SIMULATING = ("protocols.simulation.simulate", "protocols.runs.plan")
"""The modules that simulate a run and that choose its seeds."""
HYPOTHESES = "synapses/hypotheses.toml"  # an experiment's hash takes the values that it uses


@cache
def sources() -> dict[str, str]:
    """Hashes of the files that decide what a run gives.

    Returns
    -------
    dict
        Name below the project's folder -> 12 hexadecimal digits; files of one's own drugs by their names.
    """
    files = {*model_files(), *imported(SIMULATING)}
    found = {path.relative_to(ROOT).as_posix(): path for path in files}
    found |= {path.name: path for path in drug_files()}
    return {name: hashlib.sha256(found[name].read_bytes()).hexdigest()[:12] for name in sorted(found)}


@cache
def code() -> dict[str, dict[str, str]]:
    """`sources` as ``files``, and the versions of the packages that compute as ``packages``."""
    return {
        "files": sources(),
        "packages": {"corticostriatal": package_version(), **{name: version(name) for name in COMPUTING}},
    }


@cache
def code_digest() -> str:
    """One hash over `code`, 16 hexadecimal digits."""
    return _digest(code())[:16]


@cache
def model_digest() -> str:
    """One hash over `code` without the values of rival hypotheses, which an experiment or an animal adds itself."""
    files = {name: value for name, value in sources().items() if name != HYPOTHESES}
    return _digest(code() | {"files": files})


def experiment_hash(experiment: Experiment) -> str:
    """SHA-256 of what decides a run's outcome besides its seeds' places; the number of animals is left out of it."""
    from synapses import hypotheses

    content = experiment.model_dump(mode="json")
    content["animals"].pop("per_group")
    content["model"] = hypotheses.values(content["model"])  # so that a rival refitted leaves the others' runs valid
    return _digest([content, model_digest()])


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
