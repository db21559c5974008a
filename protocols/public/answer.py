"""An answer to a question: its words, its numbers as tables, and its figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from protocols.public.shown import picture, showing
from protocols.public.shown import table as html_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer.

    Attributes
    ----------
    said : str
        In words.
    table : DataFrame
        Its numbers.
    document : mapping
        All of it, as ``--json`` of the command line writes it.
    folder : Path, optional
        Where the runs behind it lie.
    warnings : tuple of str
        Where it goes beyond what was calibrated.
    remarks : tuple of str
        What else is worth knowing.
    """

    said: str
    table: pd.DataFrame
    document: Mapping[str, Any]
    folder: Path | None = None
    warnings: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    draw: Callable[[], Figure] | None = field(default=None, repr=False)

    def plot(self) -> Figure:
        """Its figure.

        Raises
        ------
        ValueError
            If there is none.
        """
        if self.draw is None:
            raise ValueError("this answer has no figure; .table holds its numbers")
        return showing(self.draw())

    def __repr__(self) -> str:
        return "\n".join((self.said, *self._notes()))

    def _notes(self) -> list[str]:
        return [*(f"warning: {line}" for line in self.warnings), *self.remarks]

    def _repr_html_(self) -> str:
        lines = "".join(f"<br>{escape(line)}" for line in self._notes())
        shown = f"<p><b>{escape(self.said)}</b>{lines}</p>"
        rows = ([_cell(value) for value in row] for row in self.table.itertuples(index=False, name=None))
        shown += html_table([str(name) for name in self.table.columns], rows)
        return shown + (picture(self.plot()) if self.draw is not None else "")


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
