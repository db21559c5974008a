"""The parts of a report: sections of figures, tables and text. The template decides how they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from results.tables import Table


@dataclass(frozen=True)
class Key:
    """A line of the key of a panel: a name with its colour, or with its sign in that colour."""

    name: str
    colour: str
    sign: str = "■"


@dataclass(frozen=True)
class Panel:
    """One interactive plot.

    Attributes
    ----------
    title : str
    alt : str
        What the plot shows, for those who cannot see it.
    figure : str
        The plot as plotly's JSON.
    height : int
        Pixels.
    wide : bool
        Whether it takes the whole width of the page where others stand side by side.
    choice : str
        Panels of one figure with different choices are shown in turn; empty where all are shown.
    key : tuple of Key
        Written above the plot.
    """

    title: str
    alt: str
    figure: str
    height: int = 300
    wide: bool = False
    choice: str = ""
    key: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """A table with its heading, folded away or open.

    Attributes
    ----------
    title : str
    table : results.tables.Table
    note : str
    folded : bool
    cards : bool
        Whether a line becomes a card on a narrow screen: for tables with sentences in them.
    """

    title: str
    table: Table
    note: str = ""
    folded: bool = True
    cards: bool = False


@dataclass(frozen=True)
class Shown:
    """A figure of one or several panels, with the numbers behind it.

    Attributes
    ----------
    title, note : str
    panels : tuple of Panel
    numbers : Numbers
    grouped : bool
        Whether its traces belong to groups of animals, which can then be hidden one by one.
    chosen_by : str
        The name of its panels' choice: ``"Test"``.
    """

    title: str
    note: str
    panels: tuple[Panel, ...]
    numbers: Numbers
    grouped: bool = True
    chosen_by: str = ""

    @property
    def choices(self) -> list[str]:
        """The choices of its panels, each once."""
        return list(dict.fromkeys(panel.choice for panel in self.panels if panel.choice))


@dataclass(frozen=True)
class Section:
    """A part of the report; one without anything in it is left out."""

    anchor: str
    title: str
    words: tuple[str, ...] = ()
    figures: Sequence[Shown] = ()
    tables: Sequence[Numbers] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.figures or self.tables)


@dataclass(frozen=True)
class Report:
    """The whole page.

    Attributes
    ----------
    title, reference : str
        As the experiment names them.
    facts : tuple of (str, str)
        The facts at the top of the page.
    groups : tuple of str
        In their order; a group's place decides its number, colour and marker.
    sections : tuple of Section
    warnings : tuple of str
        Messages about data that are incomplete or inconsistent.
    """

    title: str
    reference: str
    facts: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = field(default=())
