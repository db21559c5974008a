"""From the files of a study to one table of its measures, and to the figure of a dose-response study."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from circuit.engine.build_cache import shown_size
from protocols.errors import InputError
from protocols.experiments.overrides import keys
from protocols.quantities import Quantity, quantity
from protocols.runs.folder import Status
from protocols.runs.plan import Run
from protocols.studies.study_folder import StudyFolder
from results import store
from results.labels import DOSES
from results.recording import Measure
from results.store import collected
from results.store.collected import Column

LIKELY_MEASURES = 20
BYTES_A_CELL = 25  # in the HDF5 file and in the CSV file together
SAID = 20_000  # runs between two lines about progress


@dataclass(frozen=True)
class Gathered:
    """Where the tables are, and what is in them."""

    status: Status
    measures: tuple[str, ...]
    files: tuple[Path, ...]

    @property
    def names(self) -> list[str]:
        """Names of the files."""
        return [str(file) for file in self.files]


@dataclass(frozen=True)
class Varied:
    """A path that differs between points, as a column: its values as numbers in one unit, or as text."""

    path: str
    column: Column
    values: tuple[Any, ...]

    @property
    def dose(self) -> bool:
        """Whether it is an amount of a drug."""
        return keys(self.path)[-1] in DOSES


def gather(
    folder: StudyFolder, out: Path, say: Callable[[str], None] = lambda _: None, mixed: bool = False
) -> Gathered:
    """Write ``table.h5``, ``table.csv`` and, where one dose was varied, ``figure.png`` and ``.svg``.

    Parameters
    ----------
    folder : StudyFolder
    out : Path
        Folder for the files.
    say : callable
        Told what is going on.
    mixed : bool
        Whether runs of several versions of the code may stand in one table.

    Raises
    ------
    InputError
        If nothing is there yet, or runs come from several versions of the code and not `mixed`.
    """
    rows = folder.rows()
    there = folder.done()
    present = [row for row in rows if row.key in there]
    if not present:
        raise InputError(f"{folder.path}: none of its {len(rows)} runs is there yet")
    across = varied(folder.manifest["points"])
    columns = _columns(present, across)
    codes: Counter[str] = Counter()
    damaged: list[Path] = []
    lines = _lines(folder, present, across, codes, damaged, say)
    h5, table = out / "table.h5", out / "table.csv"
    _enough_space(out, len(present), len(columns))

    def about() -> dict[str, Any]:
        if len(codes) > 1 and not mixed:
            raise InputError(_mixture(folder, codes))
        return {
            "title": folder.manifest["study"]["study"].get("title", "") or folder.study.name,
            "study": json.dumps(folder.manifest["study"], ensure_ascii=False),
            "columns": "\n".join(column.name for column in columns),
            "runs_planned": len({row.key for row in rows}),
            "code": ", ".join(sorted(codes)),
            "comment": "simulated by corticostriatal; a line per animal, group, test and point",
        }

    measures = collected.write(h5, columns, lines, len(present), about)
    collected.to_csv(table, h5)
    files = [h5, table]
    for file in damaged:
        say(f"{file} was damaged and is set aside; corticostriatal resume {folder.path} does the run again")
    status = folder.status()
    if status.missing or status.failed or status.running:
        say(f"the table holds {status.done} of {status.planned} runs; {folder.path} is not complete")
    files += _figure(h5, out, across)
    return Gathered(status, measures, tuple(files))


def varied(points: Sequence[Mapping[str, Any]]) -> list[Varied]:
    """What differs between points, as columns with short names: as many of a path's last parts as tell it apart."""
    paths = list(points[0]) if points else []
    split = {path: keys(path) for path in paths}
    found = []
    for path, parts in split.items():
        length = min(2, len(parts))
        while length < len(parts) and sum(other[-length:] == parts[-length:] for other in split.values()) > 1:
            length += 1
        name = ".".join(parts[-length:]).replace("/", "_")
        if name in store_names():
            name = ".".join(parts).replace("/", "_")
        found.append(_column(path, name, tuple(point[path] for point in points)))
    return found


def store_names() -> tuple[str, ...]:
    """Names of the columns that every table has."""
    seeds = "structure_seed", "noise_seed"
    return ("run", "point", "experiment", "group", "test", "animal", "subject", *seeds, "key", "code")


def _column(path: str, name: str, values: tuple[Any, ...]) -> Varied:
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return Varied(path, Column(name, "1", path), tuple(map(float, values)))
    found: list[Quantity] = []
    with suppress(InputError):
        found = [quantity(value) for value in values]
    if found and len({one.dimension for one in found}) == 1:
        unit = next((one for one in found if one.si), found[0]).text.split(" ", 1)[1]
        return Varied(path, Column(name, unit, path), tuple(one.to(unit) for one in found))
    texts = tuple(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values)
    return Varied(path, Column(name, "", path, max(1, *(len(text.encode()) for text in texts))), texts)


def _columns(present: Sequence[Run], across: Sequence[Varied]) -> list[Column]:
    def width(name: str) -> int:
        return max(len(getattr(row.identity, name).encode()) for row in present)

    longest = max(len(row.identity.subject(row.point).encode()) for row in present)
    return [
        Column("point", "1", "place of the condition in the study", whole=True),
        *(one.column for one in across),
        *(Column(name, "", f"name of the {name}", width(name)) for name in ("experiment", "group", "test")),
        Column("animal", "1", "number of the animal in its group", whole=True),
        Column("subject", "", "the animal, as no other of the table is called", longest),
        Column("structure_seed", "1", "seed of the wiring and of the animal", whole=True),
        Column("noise_seed", "1", "seed of the noise", whole=True),
        Column("key", "", "name of the run's file", 32),
        Column("code", "", "version of the code that simulated it", 16),
    ]


def _lines(
    folder: StudyFolder,
    present: Sequence[Run],
    across: Sequence[Varied],
    codes: Counter[str],
    damaged: list[Path],
    say: Callable[[str], None],
) -> Iterator[tuple[tuple[Any, ...], Mapping[str, Measure]]]:
    shared = {key for key, number in Counter(row.key for row in present).items() if number > 1}
    kept: dict[str, tuple[dict[str, Measure], dict[str, Any]]] = {}
    broken: set[str] = set()
    for place, row in enumerate(present):
        if place and place % SAID == 0:
            say(f"{place} of {len(present)} runs read")
        if row.key in broken:
            continue
        if row.key in kept:
            measures, origin = kept[row.key]
        else:
            file = folder.path / row.file
            try:
                measures, origin = store.brief(str(file))
            except store.StoreError:
                aside = file.with_suffix(".damaged")
                os.replace(file, aside)
                broken.add(row.key)
                damaged.append(aside)
                continue
            codes[str(origin.get("code", ""))] += 1
            if row.key in shared:
                kept[row.key] = measures, origin
        who = row.identity
        yield (
            (
                row.point, *(one.values[row.point] for one in across), who.experiment, who.group, who.test, who.animal,
                who.subject(row.point), who.structure_seed, who.noise_seed, row.key, str(origin.get("code", "")),
            ),
            measures,
        )  # fmt: skip


def _enough_space(out: Path, lines: int, columns: int) -> None:
    """Refuse now what would end half way: where a disk is full, HDF5 may bring the process down."""
    out.mkdir(parents=True, exist_ok=True)
    needed = lines * (columns + LIKELY_MEASURES) * BYTES_A_CELL
    free = shutil.disk_usage(out).free
    if free < needed:
        raise InputError(f"{out}: {shown_size(free)} are free, and the tables may need {shown_size(needed)}")


def _mixture(folder: StudyFolder, codes: Counter[str]) -> str:
    manifest = folder.manifest
    known = {
        hashlib.sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()[:16]: one
        for one in (*manifest["earlier"], manifest["code"])
    }
    counted = ", ".join(f"{number} of {code or 'unknown'}" for code, number in codes.most_common())
    found = [known[code] for code in codes if code in known]
    differing = sorted(
        {
            name
            for one in found
            for part in ("packages", "files")
            for name in {**one[part], **found[0][part]}
            if one[part].get(name) != found[0][part].get(name)
        }
    )
    which = f"; {', '.join(differing[:5])} differ" if differing else ""
    return f"{folder.path}: holds runs of several versions of the code ({counted}){which}; --allow-mixed gathers them"


def _figure(table: Path, out: Path, across: Sequence[Varied]) -> list[Path]:
    from results.figures.drawing import NothingToDraw, save
    from results.figures.questions import dose_response

    changing = [one for one in across if len(set(one.values)) > 1]
    if len(changing) != 1 or not changing[0].dose or not changing[0].column.unit:
        return []
    try:
        figure = dose_response.table_figure(collected.read(table), changing[0].column.name, collected.units(table))
    except NothingToDraw:
        return []
    return list(save(figure, out, "figure"))
