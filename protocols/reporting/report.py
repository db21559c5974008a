"""``corticostriatal report``: one page for a folder of results or of a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from protocols.errors import InputError
from protocols.reporting.export import held
from protocols.reporting.report_experiment import of_experiment
from protocols.reporting.report_study import of_study

if TYPE_CHECKING:
    from results.report.page import Written

MARK = '<meta name="generator" content="corticostriatal report">'
NAME = "report.html"


def report(place: Path, out: Path | None, say: Callable[[str], None] = lambda _: None) -> tuple[Written, list[str]]:
    """Write the page.

    Parameters
    ----------
    place : Path
        A folder of results, a study's folder, or a run's file.
    out : Path, optional
        The page; ``report.html`` in `place` when left out.
    say : callable
        Receives lines about the progress.

    Returns
    -------
    Written
        The page's path and size.
    list of str
        A line for each run that could not be read.

    Raises
    ------
    InputError
        If there is no run, or a file of that name is not such a page.
    """
    from results.report.page import write

    found = held(place)
    target = out or (place.with_suffix(".html") if place.is_file() else place / NAME)
    _refuse_other(target)
    failures: list[str] = []
    made = of_study(place, found, say, failures) if found.study else of_experiment(found, say, failures)
    say(f"writing {target}")
    return write(made, target), failures


def _refuse_other(target: Path) -> None:
    if target.is_dir():
        raise InputError(f"--out: {target} is a folder; name a file, as {target / NAME}")
    if target.suffix not in (".html", ".htm"):
        raise InputError(f"--out: {target} does not end in .html, so no browser would open it")
    if target.is_file():
        with target.open(encoding="utf-8", errors="replace") as file:
            if MARK not in file.read(4096):
                raise InputError(f"--out: {target} is there and was not made by report; choose another name")
