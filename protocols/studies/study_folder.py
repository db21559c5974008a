"""The folder of a study: what was planned, what is there, who is at work, and what failed.

``study.json`` holds the plan, ``runs/ab/<key>.h5`` a run each, ``claims/`` who does what at the moment, ``failed/``
reasons. A run is done when its file exists; nothing else says so. ``index.sqlite`` is made from these, is never
changed but replaced as a whole, and is made again where it is missing or damaged.
"""

from __future__ import annotations

import functools
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.errors import InputError
from protocols.runs import claims
from protocols.studies import study_plan
from protocols.studies.planned_run import PlannedRun
from results.store import study_index
from results.store.files import replacing

if TYPE_CHECKING:
    from protocols.studies.study import Study

LEFTOVER_AGE = 600.0  # s: writing a file takes less than one
KEY = re.compile(r"[0-9a-f]{32}")


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
    killed : list of dict
        The same of those whose program was killed and that are tried again.
    """

    planned: int
    done: int
    running: int
    failed: int
    missing: int
    other: int
    reasons: list[dict[str, Any]]
    killed: list[dict[str, Any]]


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
            If the folder holds runs of another study, or of another version of the code, and not `mixed`; or if a
            sweep is at work on less than is planned now.
        OSError
            If it cannot be written to.
        """
        folder = cls(path)
        folder._earlier(study, mixed)  # a folder that is refused stays as it is
        folder.make()
        with claims.exclusive(path / "claims" / "start"):  # of two that start at once, one comes first
            text = study_plan.text(study, folder._earlier(study, mixed))
            file = path / study_plan.NAME
            if not file.is_file() or file.read_text(encoding="utf-8") != text:
                folder.refuse_driver()
                with replacing(file) as temporary:
                    temporary.write_text(text, encoding="utf-8")
            if study_index.stamp(path / "index.sqlite") != folder.stamp:
                folder._write_index(study)
        return folder

    def _earlier(self, study: Study, mixed: bool) -> list[Any]:
        """Versions of the code before ours that have done runs here; raises `InputError` as `start` does."""
        if not (self.path / study_plan.NAME).is_file():
            if (self.path / "experiment.json").exists() or any(self.path.glob("runs/*.h5")):
                raise InputError(f"{self.path}: holds runs of an experiment; choose another --out")
            return []
        plan = self.manifest
        if not mixed:
            study_plan.refuse_other_code(self.path, plan)
            study_plan.refuse_other_settings(self.path, plan, study)
        return study_plan.earlier(plan)

    def refuse_driver(self) -> None:
        """Raise `InputError` if a sweep is at work here."""
        driver = self.path / "claims" / "driver"
        if claims.living(driver):
            raise InputError(
                f"{self.path}: another sweep is at work here ({claims.holder(driver)}); if it was killed on another "
                f"machine, try again in {claims.STALE:.0f} s"
            )

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
        return study_plan.read(self.path)

    @property
    def stamp(self) -> str:
        """Hash of ``study.json``."""
        return study_plan.stamp(self.path)

    @functools.cached_property
    def study(self) -> Study:
        """The study; raises `InputError` if the file that plans it is damaged."""
        return study_plan.study(self.path)[0]

    def refuse_other_code(self) -> None:
        """Raise `InputError` if the study was begun with another version of the code, and say what differs."""
        study_plan.refuse_other_code(self.path, self.manifest)

    def rows(self) -> list[PlannedRun]:
        """Every animal in every group and test under every condition, from the index or worked out again."""
        found = study_index.read(self.path / "index.sqlite", self.stamp)
        if found is not None:
            return [PlannedRun.stored(row) for row in found]
        study, _ = study_plan.study(self.path)
        try:
            rows = list(study.rows)
        except InputError as problem:
            raise InputError(f"{self.path / study_plan.NAME}: {problem}") from None
        with suppress(OSError):  # without an index it takes longer, and that is all
            self._write_index(study)
        return rows

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
        killed = (set(_keys(self.path / "failed", "killed")) & planned.keys()) - done - failed
        return Status(
            len(planned), len(done), len(running), len(failed), missing, len(stored - planned.keys()),
            [self.reason(planned[key]) for key in sorted(failed)],
            [self.reason(planned[key], "killed") for key in sorted(killed)],
        )  # fmt: skip

    def give_up(self, run: PlannedRun, reason: str, attempts: int) -> None:
        """Keep why a run failed."""
        self._keep(run, reason, attempts, "json")

    def killed(self, run: PlannedRun, reason: str, attempts: int) -> None:
        """Keep that a run's program was killed, for those who look; it is tried again."""
        self._keep(run, reason, attempts, "killed")

    def _keep(self, run: PlannedRun, reason: str, attempts: int, suffix: str) -> None:
        content = {"key": run.key, "run": run.label, "reason": reason, "attempts": attempts, "when": int(time.time())}
        with replacing(self.path / "failed" / f"{run.key}.{suffix}") as temporary:
            temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def reason(self, run: PlannedRun, suffix: str = "json") -> dict[str, Any]:
        """Why a run failed."""
        with suppress(OSError, ValueError, RecursionError):
            found = json.loads((self.path / "failed" / f"{run.key}.{suffix}").read_bytes())
            if isinstance(found, dict) and isinstance(found.get("reason"), str) and type(found.get("attempts")) is int:
                return found | {"key": run.key, "run": run.label}
        return {"key": run.key, "run": run.label, "reason": "the file with the reason is unreadable", "attempts": 0}

    def forgive(self, key: str) -> None:
        """Forget that a run failed, or was killed."""
        for suffix in ("json", "killed"):
            (self.path / "failed" / f"{key}.{suffix}").unlink(missing_ok=True)

    def sweep_up(self) -> None:
        """Remove what killed processes left half written."""
        for pattern in ("runs/*/.*.tmp", "claims/.*.tmp", "failed/.*.tmp", ".*.tmp"):
            for leftover in self.path.glob(pattern):
                with suppress(OSError):
                    if time.time() - leftover.stat().st_mtime > LEFTOVER_AGE:
                        leftover.unlink()

    def _write_index(self, study: Study) -> None:
        study_index.write(
            self.path / "index.sqlite",
            self.stamp,
            [{path: value for path, value in point.items()} for point in study.points],
            (row.kept() for row in study.rows),
        )


def _keys(folder: Path, suffix: str, nested: bool = False) -> Iterator[str]:
    """Names of the files of a folder that are keys; `nested` in one layer of folders."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if nested:
                if len(entry.name) == 2:
                    yield from _keys(Path(entry.path), suffix)
                continue
            key, _, end = entry.name.partition(".")
            if end == suffix and KEY.fullmatch(key):
                yield key
