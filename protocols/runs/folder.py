"""What every folder of runs has: claims on runs, reasons of failures, files that are there, and how far it all is.

``claims/<key>`` says who is at work on a run, ``failed/<key>.json`` why one was given up and ``failed/<key>.killed``
that its program was killed and that it is tried again. A run is done when its file is there; nothing else says so.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocols.runs import claims
from protocols.runs.plan import Run
from results.store.files import replacing

START = "start"
LEFTOVER_AGE = 600.0  # s: writing a file takes less than one
KEY = re.compile(r"[0-9a-f]{32}")

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Status:
    """How far a folder is; the first five are counts of runs.

    Attributes
    ----------
    planned, done, running, failed, missing : int
    other : int
        Runs in the folder that are no part of what is planned now.
    reasons : list of dict
        ``run, reason, attempts, key`` of each that failed.
    killed : list of dict
        The same of those whose program was killed and that are tried again.
    workers : list of str
        Processes that are at work on runs, in words.
    """

    planned: int
    done: int
    running: int
    failed: int
    missing: int
    other: int
    reasons: list[dict[str, Any]]
    killed: list[dict[str, Any]]
    workers: list[str]


@dataclass(frozen=True)
class Folder:
    """A folder of runs; what marks it and where its runs lie is for the kinds of folders to say."""

    path: Path

    # What the kinds of folders say

    @property
    def again(self) -> str:
        """How runs that failed are done again, in words."""
        raise NotImplementedError

    def planned(self) -> Mapping[str, Run]:
        """Key -> run, each once."""
        raise NotImplementedError

    def done(self) -> set[str]:
        """Keys of the runs that are there."""
        raise NotImplementedError

    def refuse_lost(self) -> None:
        """Raise `InputError` if the folder was given to other runs, where that may happen while these are done."""

    # Who does what

    def marking(self) -> AbstractContextManager[None]:
        """Hold the claim of whoever marks the folder, joins in or sets something aside; meanwhile no run is begun.

        Raises
        ------
        InputError
            If somebody who lives holds it for long.
        """
        return claims.exclusive(self._claims / START)

    def claim(self, run: Run) -> claims.Claim | None:
        """Claim a run; None if somebody is at work on it, or is joining in just now. Raises as `refuse_lost` does."""
        claim = claims.take(self._claims / run.key)
        if claim is None:
            return None
        try:  # looks at the folder with the claim in place, as who sets runs aside looks at claims with his in place
            if not claims.living(self._claims / START):
                self.refuse_lost()
                return claim
        except BaseException:
            claim.release()
            raise
        claim.release()
        return None

    def abandoned(self, run: Run) -> bool:
        """Whether a process died at work on a run; its claim is taken away, so that it counts once."""
        place = self._claims / run.key
        if not place.exists() or claims.living(place):
            return False
        if (claim := claims.take(place)) is not None:
            claim.release()
        return True

    def workers(self) -> dict[str, str]:
        """Keys of the runs that somebody who lives is at work on, and who that is."""
        claimed = list(keys(self._claims, ""))
        now = claims.clock(self._claims) if claimed else 0.0
        living = [key for key in claimed if claims.living(self._claims / key, now)]
        return {key: claims.holder(self._claims / key) for key in living}

    # What became of runs

    def failed(self) -> set[str]:
        """Keys of the runs that were given up; some may have been done since."""
        return set(keys(self._failed, "json"))

    def given_up(self) -> set[str]:
        """Keys of the runs of which a failure or a kill is kept."""
        return self.failed() | set(keys(self._failed, "killed"))

    def give_up(self, run: Run, reason: str, attempts: int) -> None:
        """Keep why a run failed."""
        self._keep(run, reason, attempts, "json")

    def killed(self, run: Run, reason: str, attempts: int) -> None:
        """Keep that a run's program was killed, for those who look; it is tried again."""
        self._keep(run, reason, attempts, "killed")

    def reason(self, run: Run, suffix: str = "json") -> dict[str, Any]:
        """Why a run failed."""
        with suppress(OSError, ValueError, RecursionError):
            found = json.loads((self._failed / f"{run.key}.{suffix}").read_bytes())
            if isinstance(found, dict) and isinstance(found.get("reason"), str) and type(found.get("attempts")) is int:
                return found | {"key": run.key, "run": run.label}
        return {"key": run.key, "run": run.label, "reason": "the file with the reason is unreadable", "attempts": 0}

    def forgive(self, key: str) -> None:
        """Forget that a run failed, or was killed."""
        for suffix in ("json", "killed"):
            (self._failed / f"{key}.{suffix}").unlink(missing_ok=True)

    def status(self, planned: Mapping[str, Run] | None = None) -> Status:
        """How far it all is."""
        planned = self.planned() if planned is None else planned
        stored, workers = self.done(), self.workers()
        done = stored & planned.keys()
        failed = (self.failed() & planned.keys()) - done
        running = (workers.keys() & planned.keys()) - done - failed
        missing = len(planned) - len(done) - len(failed) - len(running)
        killed = (set(keys(self._failed, "killed")) & planned.keys()) - done - failed
        return Status(
            len(planned), len(done), len(running), len(failed), missing, len(stored - planned.keys()),
            [self.reason(planned[key]) for key in sorted(failed)],
            [self.reason(planned[key], "killed") for key in sorted(killed)],
            sorted({workers[key] for key in running}),
        )  # fmt: skip

    # What lies about

    def make(self, *names: str) -> None:
        """Make the folders inside, and find out now, not after the first run, whether runs can be written."""
        for name in ("runs", "claims", *names):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        probe = self.path / "runs" / f".{secrets.token_hex(8)}.tmp"
        try:
            probe.touch()
        finally:
            probe.unlink(missing_ok=True)

    def sweep_up(self) -> None:
        """Remove what killed processes left half written."""
        for pattern in ("runs/.*.tmp", "runs/*/.*.tmp", "claims/.*.tmp", "failed/.*.tmp", ".*.tmp"):
            for leftover in self.path.glob(pattern):
                with suppress(OSError):
                    if time.time() - leftover.stat().st_mtime > LEFTOVER_AGE:
                        leftover.unlink()

    @property
    def _claims(self) -> Path:
        return self.path / "claims"

    @property
    def _failed(self) -> Path:
        return self.path / "failed"

    def _keep(self, run: Run, reason: str, attempts: int, suffix: str) -> None:
        content = {"key": run.key, "run": run.label, "reason": reason, "attempts": attempts, "when": int(time.time())}
        with replacing(self._failed / f"{run.key}.{suffix}") as temporary:
            temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def stamp(file: Path) -> Stamp | None:
    """What distinguishes a file from another one that takes its place; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def keys(folder: Path, suffix: str, nested: bool = False) -> Iterator[str]:
    """Names of the files of a folder that are keys; `nested` in one layer of folders."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if nested:
                if len(entry.name) == 2:
                    yield from keys(Path(entry.path), suffix)
                continue
            key, _, end = entry.name.partition(".")
            if end == suffix and KEY.fullmatch(key):
                yield key
