"""The folder of a study: what was planned, what is there, who is at work, and what failed.

``study.json`` holds the plan, ``runs/ab/<key>.h5`` a run each, ``claims/`` who does what at the moment, ``failed/``
reasons. A run is done when its file exists; nothing else says so. ``index.sqlite`` is made from these, is never
changed but replaced as a whole, and is made again where it is missing.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols import claims
from protocols.digest import code
from protocols.errors import InputError, dotted
from protocols.planned_run import PlannedRun
from results import study_index
from results.files import replacing

if TYPE_CHECKING:
    from protocols.study import Study

FORMAT = "corticostriatal study"
LEFTOVER_AGE = 600.0  # s: writing a file takes less than one
KEY = re.compile(r"[0-9a-f]{32}")
DIFFERENCES = 5


@dataclass(frozen=True)
class Status:
    """How far a study is; the first five are counts of runs.

    Attributes
    ----------
    planned, done, running, failed, missing : int
    other : int
        Runs in the folder that are no part of the study as it is now.
    reasons : list of dict
        ``run, reason, attempts, key`` of each that failed.
    """

    planned: int
    done: int
    running: int
    failed: int
    missing: int
    other: int
    reasons: list[dict[str, Any]]


@dataclass(frozen=True)
class StudyFolder:
    """A folder that holds a study."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> StudyFolder:
        """A folder that is there.

        Raises
        ------
        InputError
            If it holds no study.
        """
        if not (path / "study.json").is_file():
            raise InputError(f"{path}: holds no study; start one with: corticostriatal sweep STUDY.toml --out {path}")
        return cls(path)

    @classmethod
    def start(cls, study: Study, path: Path, mixed: bool = False) -> StudyFolder:
        """Put a study into a folder, or go on with it there; more values and more animals may have come to it.

        Raises
        ------
        InputError
            If the folder holds runs of another study, or of another version of the code, and not `mixed`.
        OSError
            If it cannot be written to.
        """
        folder = cls(path)
        earlier = []
        if (path / "study.json").is_file():
            manifest = folder.manifest
            if not mixed:
                folder.refuse_other_code()
                _refuse_other(path, manifest, study)
            earlier = manifest["earlier"]
            if manifest["code"] != code():
                earlier = [*earlier, manifest["code"]]
        elif path.is_dir() and any(path.glob("runs/*.h5")):
            raise InputError(f"{path}: holds runs of an experiment; choose another --out")
        folder.make()
        content = {
            "format": FORMAT,
            "version": 1,
            "study": study.file.model_dump(mode="json", exclude_unset=True),
            "experiment": study.base,
            "points": list(study.points),
            "code": code(),
            "earlier": earlier,
        }
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        if not (path / "study.json").is_file() or (path / "study.json").read_text(encoding="utf-8") != text:
            with replacing(path / "study.json") as temporary:
                temporary.write_text(text, encoding="utf-8")
        folder._write_index(study)
        return folder

    def make(self) -> None:
        """Make the folders inside, and find out now whether they can be written to."""
        for name in ("runs", "claims", "failed"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        probe = self.path / "runs" / f".{os.getpid()}.tmp"
        try:
            probe.touch()
        finally:
            probe.unlink(missing_ok=True)

    @property
    def manifest(self) -> dict[str, Any]:
        """What ``study.json`` says; raises `InputError` if it is damaged or of another format."""
        file = self.path / "study.json"
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as problem:
            raise InputError(f"{file}: is damaged: {problem}") from None
        if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("version") != 1:
            raise InputError(f"{file}: is not a study of this version's format")
        return content

    @property
    def stamp(self) -> str:
        """Hash of ``study.json``."""
        return hashlib.sha256((self.path / "study.json").read_bytes()).hexdigest()

    @functools.cached_property
    def study(self) -> Study:
        """The study."""
        from protocols.study import Study
        from protocols.study_file import study_file

        manifest = self.manifest
        return Study(study_file(manifest["study"]), manifest["experiment"], tuple(manifest["points"]))

    def refuse_other_code(self) -> None:
        """Raise `InputError` if the study was begun with another version of the code, and say what differs."""
        before, now = self.manifest["code"], code()
        if before == now:
            return
        parts = [
            f"{name} ({before[part].get(name, 'none')[:12]}, now {now[part].get(name, 'none')[:12]})"
            for part in ("packages", "files")
            for name in sorted(before[part].keys() | now[part].keys())
            if before[part].get(name) != now[part].get(name)
        ]
        raise InputError(
            f"{self.path}: was begun with another version of the code; {_listed(parts)} differ; "
            "choose another --out, or --allow-mixed to go on with both"
        )

    def rows(self) -> list[PlannedRun]:
        """Every animal in every group and test under every condition, from the index or worked out again."""
        found = study_index.read(self.path / "index.sqlite", self.stamp)
        if found is None:
            self._write_index(self.study)
            return list(self.study.rows)
        return [PlannedRun.stored(row) for row in found]

    def planned(self) -> dict[str, PlannedRun]:
        """Key -> run, each once."""
        first: dict[str, PlannedRun] = {}
        for row in self.rows():
            first.setdefault(row.key, row)
        return first

    def done(self) -> set[str]:
        """Keys of the runs that are there."""
        return set(_keys(self.path / "runs", "h5", nested=True))

    def failed(self) -> set[str]:
        """Keys of the runs that were given up; some may have been done since."""
        return set(_keys(self.path / "failed", "json"))

    def running(self) -> set[str]:
        """Keys of the runs that somebody who lives is at work on."""
        claimed = list(_keys(self.path / "claims", ""))
        now = claims.clock(self.path / "claims") if claimed else 0.0
        return {key for key in claimed if claims.living(self.path / "claims" / key, now)}

    def status(self, planned: dict[str, PlannedRun] | None = None) -> Status:
        """How far the study is."""
        planned = self.planned() if planned is None else planned
        stored = self.done()
        done = stored & planned.keys()
        failed = (self.failed() & planned.keys()) - done
        running = (self.running() & planned.keys()) - done - failed
        missing = len(planned) - len(done) - len(failed) - len(running)
        reasons = [self.reason(planned[key]) for key in sorted(failed)]
        return Status(
            len(planned), len(done), len(running), len(failed), missing, len(stored - planned.keys()), reasons
        )

    def give_up(self, run: PlannedRun, reason: str, attempts: int) -> None:
        """Keep why a run failed."""
        content = {"key": run.key, "run": run.label, "reason": reason, "attempts": attempts, "when": int(time.time())}
        with replacing(self.path / "failed" / f"{run.key}.json") as temporary:
            temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def reason(self, run: PlannedRun) -> dict[str, Any]:
        """Why a run failed."""
        try:
            return json.loads((self.path / "failed" / f"{run.key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"key": run.key, "run": run.label, "reason": "the file with the reason is unreadable", "attempts": 0}

    def forgive(self, key: str) -> None:
        """Forget that a run failed."""
        (self.path / "failed" / f"{key}.json").unlink(missing_ok=True)

    def sweep_up(self) -> None:
        """Remove what killed processes left half written."""
        for pattern in ("runs/*/.*.tmp", "claims/.*.tmp", "failed/.*.tmp", ".*.tmp"):
            for leftover in self.path.glob(pattern):
                with suppress(OSError):
                    if time.time() - leftover.stat().st_mtime > LEFTOVER_AGE:
                        leftover.unlink()

    def _write_index(self, study: Study) -> None:
        if study_index.stamp(self.path / "index.sqlite") == self.stamp:
            return
        study_index.write(
            self.path / "index.sqlite",
            self.stamp,
            [{path: value for path, value in point.items()} for point in study.points],
            (row.kept() for row in study.rows),
        )


def _refuse_other(path: Path, manifest: dict[str, Any], study: Study) -> None:
    before, now = dict(manifest["experiment"]), dict(study.base)
    for document in (before, now):
        document["animals"] = {**document.get("animals", {}), "per_group": None}
    parts = [dotted(place) for place in _differences(before, now)]
    if manifest["study"]["study"].get("pairing", "paired") != study.file.study.pairing:
        parts.append("study.pairing")
    if parts:
        raise InputError(
            f"{path}: holds {manifest['study']['study']['name']} with other settings; {_listed(parts)} differ; "
            "choose another --out, or --allow-mixed to put both into one folder"
        )


def _differences(a: Any, b: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths at which two documents differ."""
    from protocols.errors import entry_name

    if isinstance(a, list) and isinstance(b, list):
        a = {entry_name(entry, index): entry for index, entry in enumerate(a)}
        b = {entry_name(entry, index): entry for index, entry in enumerate(b)}
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(key for key in b if key not in a)]:
            yield from _differences(a.get(key), b.get(key), (*place, key))
    elif a != b:
        yield place


def _listed(parts: list[str]) -> str:
    rest = len(parts) - DIFFERENCES
    return ", ".join(parts[:DIFFERENCES]) + (f" and {rest} more" if rest > 0 else "")


def _keys(folder: Path, suffix: str, nested: bool = False) -> Iterator[str]:
    """Names of the files of a folder that are keys; `nested` in one layer of folders."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if nested:
                if len(entry.name) == 2:
                    yield from _keys(Path(entry.path), suffix)
                continue
            key, _, end = entry.name.partition(".")
            if end == suffix and KEY.fullmatch(key):
                yield key
