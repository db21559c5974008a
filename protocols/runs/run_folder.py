"""The folder of an experiment's runs: marked with its settings before anything runs, and shared by who runs the same.

``experiment.json`` is the mark: the settings, and a hash of them and of the code. ``runs/<group>_<test>_<animal>.h5``
holds a run, ``claims/`` who is at work on what, and ``replaced-<hash>/`` what ``--force`` has set aside until the runs
that replace it are there. Whoever marks a folder, joins in or sets something aside holds the claim ``start``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.errors import InputError
from protocols.runs import claims, mark
from protocols.runs.folder import START, Folder, Stamp, stamp
from protocols.runs.mark import MARK, Pair, listed, settings
from protocols.runs.plan import Run, document, key_of, plan
from results import store

if TYPE_CHECKING:
    from protocols.experiments.experiment import Experiment
    from results.recording import Recording

FIGURE = "figure"
"""The name of the first figure of a batch, without its ending."""


@dataclass(frozen=True)
class RunFolder(Folder):
    """A folder for the runs of one experiment under one version of the code.

    Attributes
    ----------
    path : Path
    digest : str
        `protocols.simulation.digest.experiment_hash`.
    """

    digest: str

    @classmethod
    def open(cls, path: Path) -> RunFolder | None:
        """A folder that is there, as its mark or its runs say; None if it holds no experiment's runs."""
        folder = cls(path, str(mark.read(path).get("experiment_hash", "")))
        found = (other for file in folder._files() if (other := _hash_of(file)) is not None)
        digest = folder.digest or next(found, "")
        return cls(path, digest) if digest else None

    @property
    def again(self) -> str:
        """How runs that failed are done again, in words."""
        return "the same command"

    def planned(self) -> dict[str, Run]:
        """Key -> run of the groups and tests that were asked for, of the experiment that the mark or the runs hold.

        Raises
        ------
        InputError
            If this version of the code refuses the experiment.
        """
        from protocols.experiments.experiment import experiment_from

        if (found := self._document()) is None:
            raise InputError(f"{self.path}: neither {MARK} nor its runs say of which experiment they are")
        try:
            runs = plan(experiment_from(found))
        except InputError as problem:
            raise InputError(f"{self.path}: this version refuses its experiment: {problem}") from None
        only = mark.pairs(mark.read(self.path))
        return {run.key: run for run in runs if only is None or (run.identity.group, run.identity.test) in only}

    def done(self) -> set[str]:
        """Keys of the runs that are there and can be read: a damaged one is done again."""
        return {key_of(f"runs/{file.name}") for file in self._files() if _hash_of(file) is not None}

    @contextmanager
    def joined(
        self, experiment: Experiment, force: bool = False, only: Collection[Pair] | None = None
    ) -> Iterator[list[str]]:
        """Mark the folder and be at work in it for the length of a ``with`` block.

        Parameters
        ----------
        experiment : Experiment
        force : bool
            Whether runs with other settings are set aside.
        only : collection of (group, test), optional
            Those that are asked for; all when left out.

        Yields
        ------
        list of str
            Who else is at work here, on the same runs.

        Raises
        ------
        InputError
            If the folder holds runs with other settings and not `force`, if somebody is at work on those, or if it
            is a study's.
        OSError
            If the folder cannot be written to.
        """
        self._others(experiment, force)  # a folder that is refused stays as it is
        at_work, others = self._join(experiment, force, only)
        try:
            with at_work:
                yield others
        except InputError:
            self._forget()
            raise
        finally:
            with suppress(OSError):
                self._failed.rmdir()  # which is there only for what it holds

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Be at work in the folder once more for the length of a ``with`` block.

        Raises
        ------
        InputError
            If the folder was given to other settings meanwhile.
        """
        with self.marking():
            self.refuse_lost()
            at_work = self._begin()
        with at_work:
            yield

    def refuse_lost(self) -> None:
        """Raise `InputError` if the folder is not marked as ours any more, as after a long sleep of this machine."""
        if mark.read(self.path).get("experiment_hash") != self.digest:
            raise InputError(f"{self.path}: was given to runs with other settings meanwhile; choose another --out")

    def stamps(self) -> dict[str, Stamp]:
        """Which file stands under which name now; another file under the name of a run is that run done anew."""
        return {f"runs/{file.name}": found for file in self._files() if (found := stamp(file))}

    def present(self) -> Iterator[tuple[str, Recording]]:
        """File and recording of each whole run of this experiment."""
        for file in self._files():
            try:
                recording = store.read(file)
            except store.StoreError:  # it is done again
                continue
            if recording.provenance.get("experiment_hash") == self.digest:
                yield f"runs/{file.name}", recording

    def complete(self) -> None:
        """All runs are there: what was set aside for them is removed."""
        for aside in self._asides():
            shutil.rmtree(aside, ignore_errors=True)

    def _forget(self) -> None:
        """Remove the folder if nothing was put into it and nobody is at work here."""
        with suppress(OSError, InputError), self.marking():
            if not self._files() and not self._at_work() and not self._asides():
                (self.path / MARK).unlink(missing_ok=True)
                left = [file for file in self._claims.glob("[!.]*") if file.name != START]  # of workers that were ended
                for file in (*left, *self.path.glob("runs/.*.tmp")):
                    file.unlink(missing_ok=True)
        for place in (self.path / "runs", self._claims, self._failed, self.path):
            with suppress(OSError):
                place.rmdir()

    def _files(self) -> list[Path]:
        return sorted(self.path.glob("runs/*.h5"))

    def _at_work(self) -> list[str]:
        """Who is at work here, in words."""
        names = [file for file in self._claims.glob("[!.]*") if file.name != START]
        return sorted({claims.holder(file) for file in names if claims.living(file)})

    def _join(
        self, experiment: Experiment, force: bool, only: Collection[Pair] | None
    ) -> tuple[claims.Claim, list[str]]:
        self.make()
        with self.marking():
            others = self._others(experiment, force)
            if others:
                self._set_aside(others)
            mark.write(self.path, self.digest, experiment, only)
            self._take_back()
            beside = self._at_work()
            return self._begin(), beside

    def _begin(self) -> claims.Claim:
        """A claim of who is at work here; to be taken while `START` is held."""
        if (at_work := claims.take(self._claims / f"run-{secrets.token_hex(8)}")) is None:
            raise InputError(f"{self.path}: its claims cannot be taken; try again")
        return at_work

    def _document(self) -> dict[str, Any] | None:
        """The experiment, as the mark says it, or else the first of the runs that does."""
        found = mark.read(self.path).get("experiment")
        for file in [] if isinstance(found, dict) else self._files():
            with suppress(store.StoreError, ValueError, TypeError, RecursionError):
                found = json.loads(store.provenance(file, "experiment"))
                break
        return found if isinstance(found, dict) else None

    def _others(self, experiment: Experiment, force: bool) -> dict[Path, str]:
        """Files that are not of these settings, and whose they are; raises `InputError` as `joined` does."""
        if (self.path / "study.json").exists():
            raise InputError(f"{self.path}: holds a study; choose another --out")
        marked = mark.read(self.path)
        whose = str(marked.get("experiment_hash", self.digest))
        found = {file: other for file in self._files() if (other := _hash_of(file)) not in (None, self.digest)}
        aside = [] if marked else [place for place in self._asides() if place != self._aside(self.digest)]
        if whose == self.digest and not found and not aside:
            return {}
        at_work = self._at_work() if whose != self.digest else []
        if not force and (self._files() or at_work or self._asides()):
            raise InputError(self._refusal(experiment, marked, found))
        if at_work:
            raise InputError(
                f"{self.path}: {at_work[0]} is at work here with other settings; stop it first, or choose another "
                f"--out; if it was killed on another machine, try again in {claims.STALE:.0f} s"
            )
        whose = whose if whose != self.digest else next(iter(found.values()), whose)
        sums = [file for file in (self.path / "summary.json", self.path / MARK) if file.is_file()]
        return found | {file: whose for file in [*figures_in(self.path), *sums]}  # the mark last

    def _refusal(self, experiment: Experiment, marked: Mapping[str, Any], found: Mapping[Path, str]) -> str:
        other, before = next(iter(found.values()), str(marked.get("experiment_hash"))), marked.get("experiment")
        if found:
            with suppress(store.StoreError, ValueError, TypeError):
                before = json.loads(store.provenance(next(iter(found)), "experiment"))
        name, parts = "an experiment", list[str]()
        if isinstance(before, dict) and isinstance(before.get("experiment"), dict):
            name = str(before["experiment"].get("name", name))
            parts = settings(before, document(experiment))
        what = f"other settings; {listed(parts)} differ" if parts else f"another version of the code ({other[:8]}, not "
        what += "" if parts else f"{self.digest[:8]})"
        return f"{self.path}: holds runs of {name} with {what}; choose another --out, or --force to replace them"

    def _set_aside(self, others: Mapping[Path, str]) -> None:
        """Move files out of the way, the mark last: until then the folder is as it was, and what was moved is found."""
        for file, whose in others.items():
            target = self._aside(whose) / file.relative_to(self.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file, target)
        for file in self._failed.glob("*"):
            file.unlink(missing_ok=True)

    def _take_back(self) -> None:
        """Runs of ours that were once set aside."""
        for file in self._aside(self.digest).glob("runs/*.h5"):
            if not (self.path / "runs" / file.name).exists():
                os.replace(file, self.path / "runs" / file.name)

    def _asides(self) -> list[Path]:
        return [place for place in self.path.glob("replaced-*") if re.fullmatch(r"replaced-[0-9a-f]{8}", place.name)]

    def _aside(self, whose: str) -> Path:
        return self.path / f"replaced-{hashlib.sha256(whose.encode()).hexdigest()[:8]}"


def _hash_of(file: Path) -> str | None:
    """Of which settings a run's file is; None where it cannot be read, and is done again."""
    return _read_hash(file, stamp(file))


@lru_cache(maxsize=100_000)
def _read_hash(file: Path, _: Stamp | None) -> str | None:
    """The same, read once for each file that takes this place: folders are looked at again while they are claimed."""
    try:
        return str(store.provenance(file, "experiment_hash"))
    except store.StoreError:
        return None


def figures_in(folder: Path) -> list[Path]:
    """The figures that a batch has drawn into its folder."""
    from protocols.assays.kinds import KINDS

    stems = [FIGURE, *(f"{FIGURE}_{kind}" for kind in KINDS)]
    files = [folder / f"{stem}.{ending}" for stem in stems for ending in ("png", "svg")]
    return [file for file in files if file.is_file()]
