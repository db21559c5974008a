"""The folder of a study: what was planned, what is there, who is at work, and what failed.

``study.json`` holds the plan, ``runs/ab/<key>.h5`` a run each, ``claims/`` who does what at the moment, ``failed/``
reasons. A run is done when its file exists; nothing else says so. ``index.sqlite`` is made from these, is never
changed but replaced as a whole, and is made again where it is missing or damaged.
"""

from __future__ import annotations

import functools
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.errors import InputError
from protocols.runs import claims
from protocols.runs.folder import Folder, keys
from protocols.runs.plan import Run
from protocols.runs.run_folder import RunFolder
from protocols.studies import study_plan
from results.store import study_index
from results.store.files import replacing

if TYPE_CHECKING:
    from protocols.studies.study import Study


@dataclass(frozen=True)
class StudyFolder(Folder):
    """A folder that holds a study."""

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
        with folder.marking():  # of two that start at once, one comes first
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

    def make(self, *names: str) -> None:
        """Make the folders inside, and find out now whether they can be written to."""
        super().make("failed", *names)

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

    def rows(self) -> list[Run]:
        """Every animal in every group and test under every condition, from the index or worked out again."""
        found = study_index.read(self.path / "index.sqlite", self.stamp)
        if found is not None:
            return [study_plan.run_of(row) for row in found]
        study, _ = study_plan.study(self.path)
        try:
            rows = list(study.rows)
        except InputError as problem:
            raise InputError(f"{self.path / study_plan.NAME}: {problem}") from None
        with suppress(OSError):  # without an index it takes longer, and that is all
            self._write_index(study)
        return rows

    def planned(self) -> dict[str, Run]:
        """Key -> run, each once."""
        first: dict[str, Run] = {}
        for row in self.rows():
            first.setdefault(row.key, row)
        return first

    def done(self) -> set[str]:
        """Keys of the runs that are there."""
        return set(keys(self.path / "runs", "h5", nested=True))

    @property
    def again(self) -> str:
        """How runs that failed are done again, in words."""
        return f"corticostriatal resume {self.path} --retry"

    def _write_index(self, study: Study) -> None:
        study_index.write(
            self.path / "index.sqlite",
            self.stamp,
            [{path: value for path, value in point.items()} for point in study.points],
            map(study_plan.row_of, study.rows),
        )


def opened(path: Path) -> Folder:
    """The folder of a study or of an experiment's runs, whichever it is; raises `InputError` where it is neither."""
    if (path / study_plan.NAME).is_file():
        return StudyFolder.open(path)
    if (found := RunFolder.open(path)) is None:
        raise InputError(f"{path}: holds neither a study nor the runs of an experiment")
    return found
