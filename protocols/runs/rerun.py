"""One stored run, repeated from what its file says, and held against the file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from circuit.engine.compilation import EngineError
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment, experiment_from
from protocols.runs.driver import Interrupted
from protocols.runs.plan import Run, key_of
from protocols.runs.progress import heartbeat
from protocols.runs.workers import PREPARE, SIMULATE, Stopped, Work, current_name, do, named, stoppable
from protocols.simulation.digest import experiment_hash
from results import store
from results.recording import Recording
from results.statistics.difference import Difference, changed_provenance, differences
from results.store.files import replacing

SIMULATIONS = (SIMULATE,)
"""The functions that a file may name as the one that simulated it; a file never names other code to run."""
CACHE_VARIABLE = "CORTICOSTRIATAL_CACHE"


@dataclass(frozen=True)
class Repeated:
    """A stored run and its repetition.

    Attributes
    ----------
    stored, repeated : Recording
    differences : list of Difference
        Empty if the two are identical outside provenance.
    provenance : list of dict
        Entries of the provenance that differ: ``entry, stored, repeated``.
    """

    stored: Recording
    repeated: Recording
    differences: list[Difference]
    provenance: list[dict[str, Any]]

    @property
    def identical(self) -> bool:
        """Whether the content hashes of everything outside provenance are equal."""
        return not self.differences

    def document(self, file: Path) -> dict[str, Any]:
        """What ``rerun --json`` writes."""
        return {
            "file": str(file),
            "run": asdict(self.stored.identity),
            "identical": self.identical,
            "content_sha256": {
                "stored": store.content_hash(self.stored),
                "repeated": store.content_hash(self.repeated),
            },
            "differences": [asdict(difference) for difference in self.differences],
            "provenance": self.provenance,
            "wall_seconds": {
                "stored": self.stored.provenance.get("wall_seconds"),
                "repeated": self.repeated.provenance.get("wall_seconds"),
            },
        }


def rerun(
    file: Path,
    say: Callable[[str], None] = lambda _: None,
    out: Path | None = None,
    kept_life: bool = False,
    command: Sequence[str] = ("corticostriatal", "rerun"),
    prepare: str = PREPARE,
    simulate: str | None = None,
) -> Repeated:
    """Repeat a run from its own file.

    Parameters
    ----------
    file : Path
        A run's file, wherever it lies: everything needed stands in it.
    say : callable, optional
        Told what is being done, in one line.
    out : Path, optional
        Keep the repeated run's file here; nothing that exists is replaced.
    kept_life : bool
        Start a learning animal's session from the state that is kept in the cache. By default it is trained again,
        so that the training is repeated too.
    command : sequence of str
        For the provenance of the repetition.
    prepare, simulate : str
        As for `protocols.runs.batch.run_batch`; the function that the file names when `simulate` is left out.

    Raises
    ------
    results.store.StoreError
        If the file is not a whole recording.
    InputError
        If it holds no experiment, or one that this version refuses; if `out` is there already.
    circuit.engine.compiled.EngineError
        If the simulation fails.
    Interrupted
        If it is stopped.
    """
    stored = store.read(file)
    experiment = _experiment(stored, file)
    kept = _free(out, file)
    function = simulate or _simulate(stored, file)
    preparing = named(prepare)
    run = Run(stored.identity, "run.h5", key_of("run.h5"))
    what = f"repeating {run.label}; it took {stored.provenance.get('wall_seconds', 0):.0f} s"
    try:
        folder = tempfile.TemporaryDirectory(prefix="corticostriatal-rerun-")
        with stoppable(), folder as name, heartbeat(say) as tell:
            prepared = preparing(_with_engine(experiment, stored), tell)
            tell(what)
            work = Work(experiment, experiment_hash(experiment), prepared, function, Path(name), tuple(command))
            with nullcontext() if kept_life else _cache(Path(name) / "cache"):
                done = do(work, run)
            if done.failure:
                raise EngineError(f"{file}: the run failed when it was repeated: {done.failure}")
            repeated = store.read(Path(name) / run.file)
            if kept is not None:
                with replacing(kept) as temporary:
                    temporary.write_bytes((Path(name) / run.file).read_bytes())
    except Stopped:
        raise Interrupted("stopped; nothing was kept, and the same command begins again") from None
    changes = changed_provenance(stored.provenance, repeated.provenance)
    return Repeated(stored, repeated, differences(stored, repeated), changes)


def _experiment(stored: Recording, file: Path) -> Experiment:
    """The experiment that a file holds."""
    text = stored.provenance.get("experiment")
    if not isinstance(text, str):
        raise InputError(f"{file}: holds no experiment; it was not written by a run, or by a version that kept none")
    try:
        experiment = experiment_from(json.loads(text))
    except (InputError, ValueError) as problem:
        raise InputError(f"{file}: this version refuses the experiment in it: {problem}") from None
    who = stored.identity
    for kind, wanted, names in (
        ("group", who.group, [group.name for group in experiment.group]),
        ("test", who.test, [test.name for test in experiment.test]),
    ):
        if wanted not in names:
            raise InputError(f"{file}: its experiment has no {kind} '{wanted}'; it has {', '.join(names)}")
    return experiment


def _simulate(stored: Recording, file: Path) -> str:
    simulate = current_name(str(stored.provenance.get("conduct", SIMULATE)))
    if simulate not in SIMULATIONS:
        raise InputError(f"{file}: was simulated by '{simulate}', which is none of ours: {', '.join(SIMULATIONS)}")
    return simulate


def _with_engine(experiment: Experiment, stored: Recording) -> Experiment:
    """The experiment with the engine that really ran it: where no compiler was found, that was the slow one."""
    if stored.provenance.get("engine") != "runtime":
        return experiment
    circuit = experiment.circuit.model_copy(update={"engine": "runtime"})
    return experiment.model_copy(update={"circuit": circuit})


def _free(out: Path | None, file: Path) -> Path | None:
    """Where the repetition is to be kept, if it is: a file that is not there yet, in a folder that can be written."""
    if out is None:
        return None
    target = out / file.name if out.is_dir() else out
    if target.exists():
        raise InputError(f"--out: {target} is there already; nothing that is stored is replaced")
    if target.suffix != ".h5":
        raise InputError(f"--out: {target} is no folder that exists; name a folder, or a file FILE.h5")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()
    target.unlink()
    return target


@contextmanager
def _cache(folder: Path) -> Iterator[None]:
    """While the run is simulated, the states of animals are kept elsewhere, so that none that was kept is read."""
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[CACHE_VARIABLE]
        else:
            os.environ[CACHE_VARIABLE] = before
