"""Which runs an experiment consists of: their files, their seeds, and the hash that says which runs belong together."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from results.provenance import package_version
from results.recording import Identity
from synapses.drug_files import drug_files

if TYPE_CHECKING:
    from protocols.experiment import Experiment

ROOT = Path(__file__).resolve().parent.parent
MODEL_SOURCES = (
    "synapses/*.py", "synapses/*.toml", "circuit/*.py", "circuit/*.toml", "results/measures.py",
    "results/currents.py", "results/dialysis.py", "protocols/conduct.py", "protocols/kinds/*.py",
    "protocols/model.py", "protocols/limits.py", "protocols/days.py", "protocols/rest.py", "protocols/timeline.py",
    "protocols/stimulation.py", "protocols/contacts.py", "protocols/life.py", "protocols/stage.py",
    "protocols/silencing.py", "protocols/seek.py", "protocols/prime.py", "protocols/attendance.py",
)  # fmt: skip
"""The files that decide what a run gives; a change in one of them makes other runs."""
HYPOTHESES = ROOT / "synapses" / "hypotheses.toml"  # of which the hash takes the values that are used


@dataclass(frozen=True)
class Run:
    """One animal in one test, and the file of its recording below the folder of results."""

    identity: Identity
    file: str

    @property
    def label(self) -> str:
        """The run in words."""
        return f"{self.identity.group}, {self.identity.test}, animal {self.identity.animal}"


def plan(experiment: Experiment) -> list[Run]:
    """Every run of an experiment: group by group, test by test, animal by animal."""
    from protocols.file_names import file_stem

    return [
        Run(
            Identity(experiment.name, group.name, test.name, animal, *seeds(experiment, animal, g, t)),
            f"runs/{file_stem(group.name, test.name, tail=f'_{animal:03d}')}.h5",
        )
        for g, group in enumerate(experiment.group)
        for t, test in enumerate(experiment.test)
        for animal in range(experiment.animals.per_group)
    ]


def seeds(experiment: Experiment, animal: int, group: int, test: int) -> tuple[int, int]:
    """Structure seed and noise seed of a run, 31 bits each.

    Parameters
    ----------
    experiment : Experiment
    animal, group, test : int
        Places, from 0.

    Notes
    -----
    The structure is one animal's own: the same in all of its tests, and with ``pairing = "paired"`` in all groups. The
    noise differs from test to test as well.
    """
    who = (animal, 0 if experiment.animals.pairing == "paired" else group + 1)

    def seed(*key: int) -> int:
        return int(np.random.SeedSequence(experiment.animals.seed, spawn_key=key).generate_state(1)[0] >> 1)

    return seed(*who), seed(*who, test)


def document(experiment: Experiment) -> dict[str, Any]:
    """The experiment with every default filled in, as it goes into a JSON file."""
    return experiment.model_dump(mode="json")


def experiment_hash(experiment: Experiment) -> str:
    """SHA-256 of what decides a run's outcome besides its seeds' places; the number of animals is left out of it."""
    from synapses import hypotheses

    content = document(experiment)
    content["animals"].pop("per_group")
    content["model"] = hypotheses.values(content["model"])  # so that a rival refitted leaves the others' runs valid
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256("\0".join([text, package_version(), model_digest()]).encode()).hexdigest()


def default_folder(experiment: Experiment) -> Path:
    """``runs/<experiment>-<first 8 of the hash>`` in the working folder."""
    return Path("runs") / f"{experiment.name}-{experiment_hash(experiment)[:8]}"


@cache
def code() -> dict[str, dict[str, str]]:
    """What decides a run's outcome besides its experiment: hashes of source files, and versions of packages.

    Returns
    -------
    dict
        ``files``: name -> 12 hexadecimal digits, parameters (``*.toml``) included; ``packages``: name -> version.
    """
    files = {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for pattern in MODEL_SOURCES
        for path in sorted(ROOT.glob(pattern))
    }
    files |= {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in drug_files()}
    packages = {name: version(name) for name in ("brian2", "numpy")}
    return {"files": files, "packages": {"corticostriatal": package_version(), **packages}}


@cache
def code_digest() -> str:
    """One hash over `code`, 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(code(), sort_keys=True).encode()).hexdigest()[:16]


@cache
def model_digest() -> str:
    """SHA-256 of the files that decide what a run gives, the values of rival hypotheses left out."""
    digest = hashlib.sha256()
    for pattern in MODEL_SOURCES:
        for path in sorted(set(ROOT.glob(pattern)) - {HYPOTHESES}):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(ROOT).as_posix()}:{len(content)}:".encode() + content)
    for path in drug_files():  # drugs of one's own make other runs, too
        digest.update(b"drugs:" + path.read_bytes())
    return digest.hexdigest()
