"""Stored runs in the formats that a laboratory's own tools read: NWB, a file for each run, and one tidy CSV table.

Networks and spikes as SONATA files: `protocols.reporting.sonata`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from protocols.assays.kinds import KINDS
from protocols.errors import InputError
from protocols.quantities import quantity
from results import store
from results.recording import Recording
from results.store import csv_table, experiment_words
from results.store.experiment_document import entry, experiment_of
from results.store.stored_runs import StoredRuns, stored_runs

if TYPE_CHECKING:
    from results.nwb.file import Session

FORMATS = ("nwb", "sonata", "csv")
TABLE, INDEX = "measures.csv", "files.csv"
CLAMPED = -70.0  # mV, where a test under voltage clamp names no other


class Progress(Protocol):
    """The display of an export's progress."""

    def say(self, line: str) -> None:
        """Show a line."""

    def begin(self, total: int, there: int) -> None:
        """Begin to count up to `total`, of which `there` are done."""

    def step(self, what: str) -> None:
        """Count one more."""

    def end(self) -> None:
        """End the count."""


class Silent:
    """Shows nothing."""

    def say(self, line: str) -> None:
        pass

    def begin(self, total: int, there: int) -> None:
        pass

    def step(self, what: str) -> None:
        pass

    def end(self) -> None:
        pass


@dataclass(frozen=True)
class Exported:
    """The result of an export.

    Attributes
    ----------
    folder : Path
    written, there : tuple of Path
        New files, and files of the same runs that existed already.
    failures : tuple of str
        A line for each run that could not be exported.
    """

    folder: Path
    written: tuple[Path, ...]
    there: tuple[Path, ...]
    failures: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """What ``export --json`` writes."""
        return {
            "folder": str(self.folder),
            "written": [str(file) for file in self.written],
            "there": [str(file) for file in self.there],
            "failures": list(self.failures),
        }


def to_nwb(place: Path, out: Path | None, progress: Progress | None = None) -> Exported:
    """Write an NWB file for each run, and ``files.csv``, which says what each file is.

    Parameters
    ----------
    place : Path
        A folder of results, a study's folder, or a run's file.
    out : Path, optional
        Folder for the files; ``nwb`` in `place`.
    progress : Progress, optional
        Shows how far the export is.

    Raises
    ------
    InputError
        If pynwb is missing, there is no run, or a file of that name has other content.
    """
    if find_spec("pynwb") is None:
        raise InputError("export --format nwb needs pynwb: pip install 'corticostriatal[nwb]'")
    from results.nwb import file as nwb
    from results.statistics.summary import WHO, who

    found = held(place)
    folder = out or (place.parent if place.is_file() else place) / "nwb"
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    shown = progress or Silent()
    shown.say(f"writing {len(found.runs)} NWB files to {folder}")
    shown.begin(len(found.runs), 0)
    written, there, failures, lines = [], [], list[str](), list[list[Any]]()
    for run in found.runs:
        target = folder / f"{run.name}.nwb"
        shown.step("NWB files")
        try:
            recording = store.read(run.file)
            if target.exists():
                _refuse_other(target, nwb.identifier(target), recording)
            if target.exists() and nwb.up_to_date(target):
                there.append(target)
            else:
                nwb.write(recording, session(recording, run.conditions[0].get("point")), target)
                written.append(target)
        except (store.StoreError, ValueError) as problem:
            if isinstance(problem, InputError):
                raise
            failures.append(str(problem))
            continue
        lines += [
            [target.name, *one.values(), *who(recording.identity, one.get("point")), store.content_hash(recording)]
            for one in run.conditions
        ]
    shown.end()
    if lines:
        csv_table.write(folder / INDEX, ["file", *_heads(found), *WHO, "identifier"], lines)
    return Exported(folder, tuple(written), tuple(there), tuple(failures))


def to_csv(place: Path, out: Path | None, progress: Progress | None = None) -> Exported:
    """Write one tidy table: a line per animal, group, test and measure, with units.

    Parameters
    ----------
    place : Path
        A folder of results, a study's folder, or a run's file.
    out : Path, optional
        ``FILE.csv``, or a folder for ``measures.csv``; `place` by default.
    progress : Progress, optional
        Shows how far the export is.

    Raises
    ------
    InputError
        If there is no run, none that can be read, or a file of that name is no such table.
    """
    from results.statistics.summary import COLUMNS

    found = held(place)
    home = place.parent if place.is_file() else place
    target = (out or home) if out and out.suffix == ".csv" else (out or home) / TABLE
    if target.exists() and not _ours(target):
        raise InputError(f"--out: {target} is there and no table of this kind; choose another name")
    failures = list[str]()
    shown = progress or Silent()
    shown.begin(len(found.runs), 0)
    lines = _measures(found, failures, shown)
    if (first := next(lines, None)) is None:
        raise InputError(failures[0] if failures else f"{place}: its runs hold no measures")
    csv_table.write(target, [*_heads(found), *COLUMNS], chain([first], lines))
    shown.end()
    return Exported(target.parent, (target,), (), tuple(failures))


def held(place: Path) -> StoredRuns:
    """The runs of a folder; the index of a study is made again where it is missing."""
    if (place / "study.json").is_file():
        from protocols.studies.study_folder import StudyFolder

        StudyFolder.open(place).rows()
    return stored_runs(place)


def session(recording: Recording, point: int | None = None) -> Session:
    """Metadata of an NWB file, from the recording's experiment and the point of its study."""
    from results.nwb.parts import Session

    experiment = experiment_of(recording)
    group = entry(experiment.get("group"), recording.identity.group)
    test = entry(experiment.get("test"), recording.identity.test)
    kind = str(test.get("kind", ""))
    given = {key: group[key] for key in ("treatment", "inactivation", "stimulation") if group.get(key)}
    past = {key: value for key, value in group.items() if key not in given and key not in ("name", "notes")}
    header = experiment.get("experiment", {})
    return Session(
        point=point,
        title=str(header.get("title", "")),
        reference=str(header.get("reference", "")),
        kind=kind,
        site=str(test.get("site", "")),
        test=experiment_words.settings({key: value for key, value in test.items() if key != "name"}),
        group=experiment_words.settings(past),
        drugs=experiment_words.settings(given),
        holding=_holding(recording, test, kind),
        days=sum(float(phase.get("days", 0)) for phase in (*group.get("history", ()), *test.get("preceded_by", ()))),
    )


def _holding(recording: Recording, test: Mapping[str, Any], kind: str) -> dict[str, float]:
    """Potential in V by trace; empty for a field."""
    keys = KINDS[kind].holding_keys(test) if kind in KINDS else {}
    potentials = {name: quantity(test.get(key) or f"{CLAMPED:g} mV", "voltage").si for name, key in keys.items()}
    if "*" in potentials:
        return dict.fromkeys((*recording.traces, *recording.curves), potentials["*"])
    return potentials


def _refuse_other(target: Path, found: str | None, recording: Recording) -> None:
    if found != store.content_hash(recording):
        raise InputError(f"{target}: is there and holds another run; choose another --out")


def _heads(found: StoredRuns) -> list[str]:
    return [f"{name} ({found.units[name]})" if found.units[name] not in ("1", "") else name for name in found.units]


def _measures(found: StoredRuns, failures: list[str], shown: Progress) -> Iterator[list[Any]]:
    from results.loaded import measures_of

    for run in found.runs:
        shown.step("runs")
        try:
            tables = list(measures_of(run, found))
        except store.StoreError as problem:
            failures.append(str(problem))
            continue
        for table in tables:
            yield from map(list, table.itertuples(index=False, name=None))


def _ours(file: Path) -> bool:
    """Whether a file is a table of this kind, of this version or an earlier one."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        head = lines.readline().rstrip("\n").split(",")
    return head[-3:] == ["measure", "value", "unit"] and {"experiment", "group", "test", "animal"} <= set(head)
