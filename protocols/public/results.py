"""Results and recordings that draw and show themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from protocols.errors import InputError, refuse_unknown
from protocols.public.shown import picture, showing, table
from results import loaded, recording
from results.store.stored_runs import StoredRuns
from results.tables import rows_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SMALL = 200  # runs of which a notebook shows a picture without being asked


class Recording(recording.Recording):
    """A recording that draws and shows itself; its parts are those of `results.recording.Recording`."""

    def plot(
        self, kind: str | None = None, names: Sequence[str] = (), width: Literal["single", "double"] = "double"
    ) -> Figure:
        """Draw it.

        Parameters
        ----------
        kind : str, optional
            A key of `results.figures.DRAWINGS`, as ``"raster"``; time courses when left out.
        names : sequence of str
            Time courses, populations or measures, where the figure takes any.
        width : str
            A ``single`` or ``double`` column.

        Raises
        ------
        protocols.errors.InputError
            For an unknown figure, or if the recording lacks its data.
        """
        from results import figures

        chosen = kind or "time_course"
        refuse_unknown("kind", "figure", chosen, figures.DRAWINGS)
        drawing = figures.DRAWINGS[chosen]
        named = next((option for option in drawing.options if option != "span"), None)
        if names and named is None:
            raise InputError(f"names: the figure '{chosen}' has nothing that could be named")
        try:
            return showing(drawing.draw([self], width=width, **({named: tuple(names)} if names and named else {})))
        except figures.NothingToDraw as problem:
            raise InputError(f"{self!r}: {problem}") from None

    def _repr_html_(self) -> str:
        rows = [(name, f"{one.value:.4g}", "" if one.unit == "1" else one.unit) for name, one in self.measures.items()]
        shown = table(("measure", "value", "unit"), rows, repr(self))
        with suppress(InputError):
            shown += picture(self.plot())
        return shown


class Results(loaded.Results):
    """Results that draw and show themselves.

    Parameters
    ----------
    found : StoredRuns
    place : Path
        The folder, or the run's file.
    """

    def __init__(self, found: StoredRuns, place: Path) -> None:
        super().__init__(found)
        self._place = place

    def __iter__(self) -> Iterator[Recording]:
        for one in super().__iter__():
            yield Recording(**{part.name: getattr(one, part.name) for part in fields(one)})

    def plot(
        self,
        kind: str | None = None,
        group: str | Sequence[str] = (),
        test: str | Sequence[str] = (),
        animal: int | None = None,
        point: int | None = None,
        names: Sequence[str] = (),
        width: Literal["single", "double"] = "double",
    ) -> Figure:
        """Draw the runs.

        Parameters
        ----------
        kind : str, optional
            A key of `results.figures.DRAWINGS`, as ``"bars"``; the figure of the first kind of test when left out, and
            for a study that of its doses.
        group, test : str or sequence of str
            Only these.
        animal, point : int, optional
            Only this animal, and only this condition of a study.
        names : sequence of str
            Measures, time courses or populations, where the figure takes any.
        width : str
            A ``single`` or ``double`` column.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        protocols.errors.InputError
            For an unknown name, or if the runs lack the figure's data.
        """
        from protocols.reporting.figure import Choice, draw

        if kind is None and self.units and point is None:
            kind = "dose_response"
        choice = Choice(_several(group), _several(test), animal, point, names)
        return showing(next(iter(draw(self._place, kind, width, choice).values())))

    def _repr_html_(self) -> str:
        from results.statistics.summary import summarise

        if self.units:
            return table(("study", ""), [("runs", len(self)), ("varied", ", ".join(self.units))], repr(self))
        recordings = list(super().__iter__())
        found = summarise(recordings[0].identity.experiment, "", None, 0.0, recordings)
        cells = rows_table(found["rows"])
        shown = table(cells.columns, cells.rows, repr(self))
        if len(self) <= SMALL:
            with suppress(InputError):
                shown += picture(self.plot())
        return shown


def _several(names: str | Sequence[str]) -> Sequence[str]:
    return [names] if isinstance(names, str) else names


def load(place: Path) -> Results:
    """What a folder of results or of a study holds.

    Raises
    ------
    results.store.StoreError
        If there is no run.
    """
    from protocols.reporting.export import held

    return Results(held(place), place)
