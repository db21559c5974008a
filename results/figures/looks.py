"""How figures look: colours, markers and dashes of groups, labels with units, and the widths of a journal's columns.

The colours are those of Okabe and Ito, which readers with any colour vision can distinguish.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

OKABE_ITO = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = "osD^vPX"
LINES: tuple[Any, ...] = (
    "-",
    (0, (6, 2)),
    (0, (3, 1.5)),
    (0, (7, 2, 1.5, 2)),
    (0, (1.5, 1.5)),
    (0, (9, 3)),
    (0, (4, 1, 1, 1)),
)
"""Where curves of groups coincide, each is seen through the gaps of the one above it."""
Width = Literal["single", "double"]
"""One column of a journal, or two."""
MILLIMETRES = {"single": 89.0, "double": 183.0}
_UNITS = {"uM": "µM", "1": ""}


def title_of(name: str) -> str:
    """A test's or a population's name as a title."""
    return name.replace("_", " ")


def colour(place: int) -> str:
    """The colour of the n-th group."""
    return OKABE_ITO[place % len(OKABE_ITO)]


def marker(place: int) -> str:
    """The marker of the n-th group."""
    return MARKERS[place % len(MARKERS)]


def dashes(place: int) -> Any:
    """The line of the n-th group where a curve has no markers."""
    return LINES[(place + place // len(OKABE_ITO)) % len(LINES)]


def face(place: int) -> str:
    """The inside of the n-th group's marker: hollow once the colours are used up."""
    return colour(place) if place < len(OKABE_ITO) else "white"


def labelled(text: str, unit: str) -> str:
    """A label with its unit, where there is one."""
    shown = _UNITS.get(unit, unit)
    return f"{text} ({shown})" if shown else text


def inches(width: Width) -> float:
    """The width of a figure in inches.

    Raises
    ------
    ValueError
        If it is neither ``single`` nor ``double``.
    """
    if width not in MILLIMETRES:
        raise ValueError(f"a figure is {' or '.join(get_args(Width))} column wide, not {width!r}")
    return MILLIMETRES[width] / 25.4
