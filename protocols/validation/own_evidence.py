"""A user's own findings, in the grammar of `results/evidence/evidence.toml`, beside the published ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from protocols.errors import InputError, explain, read_text, refuse_unknown, toml
from protocols.experiments.experiment import load
from protocols.experiments.shipped import shipped
from results.evidence import table as published
from results.evidence.table import Evidence, EvidenceTable


def all_evidence(files: Sequence[Path] = ()) -> tuple[Evidence, ...]:
    """The published findings, then those of each file.

    Parameters
    ----------
    files : sequence of Path
        TOML files of ``[[evidence]]`` rows. A row's ``experiment`` is a shipped one, or a file (``mine.toml``) beside
        the row's own.

    Raises
    ------
    InputError
        In one line: the file, the row, the key and what is allowed; or an id that is taken; or that the
        file cannot be read.
    """
    found = published.load()
    for file in files:
        own = _read(file)
        try:
            found = published.joined(found, own)
        except ValueError as problem:
            raise InputError(f"{file}: {problem}; choose another, such as X1") from None
    return found


def _read(file: Path) -> tuple[Evidence, ...]:
    text = read_text(file)
    try:
        document = toml(text)
        rows = EvidenceTable.model_validate(document).evidence
    except ValidationError as problem:
        raise InputError(f"{file}: {explain(problem, EvidenceTable, document)}") from None
    except InputError as problem:
        raise InputError(f"{file}: {problem}") from None
    return tuple(_located(file, row) for row in rows)


def _located(file: Path, row: Evidence) -> Evidence:
    """The row, its experiment found, and its groups and tests with it."""
    if row.experiment is None:
        return row
    where = f"{file}: evidence.{row.id}"
    beside = file.parent / row.experiment
    if row.experiment.endswith(".toml"):
        if not beside.is_file():
            raise InputError(f"{where}.experiment: {beside} is not there")
        row = row.model_copy(update={"experiment": str(beside)})
    else:
        refuse_unknown(f"{where}.experiment", "shipped experiment", str(row.experiment), shipped())
    experiment = load(str(row.experiment))
    for group in row.groups:
        refuse_unknown(f"{where}.groups", "group", group, [one.name for one in experiment.group])
    for key, named in (("test", row.test), ("reference_test", row.reference_test)):
        if named is not None:
            refuse_unknown(f"{where}.{key}", "test", named, [one.name for one in experiment.test])
    return row
