"""A laboratory's measurements beside stored runs: the numbers and the figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.errors import InputError
from protocols.reporting.export import held
from protocols.reporting.laboratory_data import read
from results.loaded import Results
from results.statistics.overlay import beside

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from results.figures.looks import Width


def overlaid(place: Path, file: Path, width: Width = "double") -> tuple[dict[str, Any], Figure, tuple[str, ...]]:
    """Stored runs and a laboratory's measurements, side by side.

    Parameters
    ----------
    place : Path
        A folder that ``run`` wrote, or a run's file.
    file : Path
        As `protocols.reporting.laboratory_data` describes it.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    dict
        As `results.statistics.overlay.beside` gives it.
    Figure
    tuple of str
        Columns of the file that were not read.

    Raises
    ------
    InputError
        If the file is refused, in one line, or `place` holds a study.
    """
    from results.figures.overlay import overlay_figure

    found = held(place)
    if found.study:
        raise InputError(
            f"{place}: holds a study, whose groups differ from condition to condition; give a folder that run wrote"
        )
    model = list(Results(found))
    measured = read(file, model)
    try:
        numbers = beside(model, measured.recordings)
    except ValueError as problem:
        raise InputError(f"{file}: {problem}; a comparison over time needs the same times in every animal") from None
    return numbers, overlay_figure(model, measured.recordings, width), measured.unused
