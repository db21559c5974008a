"""The words of a figure: names of groups, letters of panels, the legend, and the note on errors and animals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results.figures.looks import Width, colour, dashes, face, inches, marker
from results.recording import Recording

SIDE_BY_SIDE = 24  # letters of all names of groups that fit below a panel


def group_ticks(axes: Axes, groups: Sequence[str]) -> None:
    """Names of groups below their places, slanted where they would not fit beside each other."""
    axes.set_xticks(range(len(groups)), groups)
    if max(map(len, groups), default=0) * len(groups) > SIDE_BY_SIDE:
        axes.tick_params(axis="x", labelsize=6.5)
        for text in axes.get_xticklabels():
            text.set(rotation=40, ha="right", rotation_mode="anchor")


def letters(axes: Iterable[Axes]) -> None:
    """Name panels A, B, C ... in front of the titles they have, where there are several."""
    shown = [one for one in axes if one.axison]
    for letter, one in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", shown if len(shown) > 1 else (), strict=False):
        title = one.get_title(loc="left")
        one.set_title(f"{letter}  {title}" if title else letter)


def names_below(panels: Iterable[Axes]) -> None:
    """Of panels of the same groups, one above the other, the lowest alone keeps their names."""
    for panel in list(panels)[:-1]:
        panel.set_xticklabels([])


def legend(figure: Figure, groups: Sequence[str], curves: bool = False, marked: bool = True) -> None:
    """The groups above the panels, as the panels show them.

    Parameters
    ----------
    figure : Figure
    groups : sequence of str
    curves : bool
        Whether the lines are curves, which have dashes of their own.
    marked : bool
        Whether points have markers.
    """
    handles = [
        Line2D(
            [], [], color=colour(place), marker=marker(place) if marked else "", linewidth=1.1 if curves else 0.8,
            markerfacecolor=face(place), linestyle=dashes(place) if curves else "-", label=group,
        )
        for place, group in enumerate(groups)
    ]  # fmt: skip
    figure.legend(
        handles=handles,
        loc="outside upper center",
        ncols=columns(groups, figure.get_figwidth()),
        handlelength=2.6 if curves else 1.6,
        columnspacing=1.2,
    )


def note(figure: Figure, text: str, recordings: Iterable[Recording] = ()) -> None:
    """Say below the panels what marks and errors are and, where recordings are given, how many animals a group has."""
    animals = number_of_animals(recordings)
    words = f"{text}; {animals}." if animals else f"{text}."
    figure.supxlabel(fill(words, int(19.5 * figure.get_figwidth())), x=0.005, ha="left", fontsize=6.3, color="0.25")


def number_of_animals(recordings: Iterable[Recording]) -> str:
    """How many animals a group has in a test, in words; empty without recordings."""
    found: dict[tuple[str, str], set[int]] = {}
    for recording in recordings:
        who = recording.identity
        found.setdefault((who.group, who.test), set()).add(who.animal)
    sizes = sorted({len(animals) for animals in found.values()})
    if not sizes:
        return ""
    return f"n = {sizes[0]} a group" if len(sizes) == 1 else f"n = {sizes[0]} to {sizes[-1]} a group"


def columns(texts: Sequence[str], width: float) -> int:
    """In how many columns a legend fits a figure of that width in inches, no line much shorter than the others."""
    each = 0.55 + 0.066 * max(map(len, texts))
    most = max(1, min(len(texts), int(width / each)))
    return -(-len(texts) // -(-len(texts) // most))


def legend_height(texts: Sequence[str], width: Width) -> float:
    """Inches that the legend of some groups takes."""
    return 0.25 + 0.16 * -(-len(texts) // columns(texts, inches(width)))
