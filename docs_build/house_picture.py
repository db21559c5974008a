"""The packages drawn as a house: floors of rooms, and curved arrows from a room to the rooms that it imports."""

from __future__ import annotations

import os

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from docs_build.house import House, describing, upward
from results.figures.looks import OKABE_ITO

CURVE = (Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4)
ROOM = 4.4  # mm, height of a room
BESIDE, BELOW = 0.5, 1.6  # mm between rooms of one floor, and between floors
HEAD, GAP = 7.0, 7.0  # mm: a package's name above its rooms; between packages
WIDTH, TOWER = 150.0, 68.0  # mm of the picture and of a package
ROOMS = 42.0  # mm of a package that rooms take; the rest is for arrows
Box = tuple[float, float, float, float]
"""Left, bottom, width and height, mm."""


def boxes(shown: House) -> tuple[dict[str, Box], float]:
    """Where packages and rooms lie, and how high the picture is, mm."""
    tall = {package: HEAD + _depth(rows) for package, rows in shown.floors.items()}
    left, right = GAP / 2, WIDTH - TOWER - GAP / 2
    bottom = {"synapses": GAP / 2}
    bottom["circuit"] = bottom["synapses"] + tall["synapses"] + GAP
    bottom["results"] = bottom["circuit"]
    bottom["protocols"] = bottom["circuit"] + tall["circuit"] + GAP
    found: dict[str, Box] = {}
    for package, rows in shown.floors.items():
        x, y = right if package == "results" else left, bottom[package]
        found[package] = (x, y, TOWER, tall[package])
        y += tall[package] - HEAD
        for row in rows:
            for room in row:
                y -= ROOM + BESIDE
                found[f"{package}.{room}"] = (x + 3, y, ROOMS, ROOM)
            y -= BELOW - BESIDE
    return found, bottom["protocols"] + tall["protocols"] + GAP / 2


def _depth(rows: tuple[tuple[str, ...], ...]) -> float:
    return sum(len(row) * (ROOM + BESIDE) + BELOW - BESIDE for row in rows if row) + 1.0


def draw(shown: House, file: os.PathLike[str]) -> None:
    """Draw a house into an SVG file, whose metadata hold what it was drawn from."""
    places, height = boxes(shown)
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "house", "font.family": "sans-serif"}):
        figure = Figure(figsize=(WIDTH / 25.4, height / 25.4))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(0, height))
        axes.axis("off")
        for name, box in places.items():
            _box(axes, name, box)
        for (source, target), wrong in upward(shown).items():
            if "." in source:
                _arrow(axes, places[source], places[target], OKABE_ITO[1] if wrong else "#555555")
            else:
                _way(axes, places[source], places[target])
        figure.savefig(file, metadata={"Date": None, "Creator": None, "Description": describing(shown)})


def _box(axes: Axes, name: str, box: Box) -> None:
    x, y, width, height = box
    package, _, room = name.partition(".")
    colour = "#ffffff" if room else "#eef2f5"
    style = "round,pad=0,rounding_size=0.8"
    axes.add_patch(FancyBboxPatch((x, y), width, height, style, facecolor=colour, edgecolor="#888888", linewidth=0.6))
    if room:
        axes.text(x + width / 2, y + height / 2, room, ha="center", va="center", fontsize=7)
    else:
        axes.text(x + 3, y + height - 3.6, f"{package}/", va="center", fontsize=8, fontweight="bold")


def _arrow(axes: Axes, source: Box, target: Box, colour: str) -> None:
    """From the right side of a room round to that of another."""
    begin = (source[0] + source[2], source[1] + 0.3 * source[3])
    end = (target[0] + target[2], target[1] + 0.7 * target[3])
    out = min(TOWER - ROOMS - 5, 4 + 0.28 * abs(begin[1] - end[1])) / 0.75  # a Bezier curve reaches 3/4 of this
    curve = Path([begin, (begin[0] + out, begin[1]), (end[0] + out, end[1]), end], CURVE)
    _head(axes, FancyArrowPatch(path=curve, linewidth=0.7, color=colour))


def _way(axes: Axes, source: Box, target: Box) -> None:
    """From a package to one that lies below it or beside it."""
    if source[0] == target[0]:
        across = source[0] + source[2] / 2
        begin, end = (across, source[1]), (across, target[1] + target[3])
    else:
        begin = (source[0] + source[2], target[1] + target[3] + GAP)
        end = (target[0] + target[2] / 4, target[1] + target[3])
    curve = Path([begin, ((begin[0] + end[0]) / 2, begin[1]), (end[0], (begin[1] + end[1]) / 2), end], CURVE)
    _head(axes, FancyArrowPatch(path=curve, linewidth=1.3, color="#555555"))


def _head(axes: Axes, arrow: FancyArrowPatch) -> None:
    arrow.set_arrowstyle("-|>")
    arrow.set_mutation_scale(5)
    arrow.set_facecolor(arrow.get_edgecolor())
    arrow.set_fill(False)
    axes.add_patch(arrow)
