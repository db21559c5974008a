"""The packages and their rooms as a picture and a table: what `CONTRIBUTING.md` shows of who imports whom.

A room is a sub-package, or a module directly in a package. Its floor comes from the layers of import-linter in
`pyproject.toml`, its arrows from the import graph, its sentence from its docstring. ``python -m docs_build.house``
writes `docs/figures/house.svg` and the table; a test compares both with the code.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docs_build.text import ROOT

PACKAGES = ("protocols", "circuit", "results", "synapses")
PICTURE = ROOT / "docs" / "figures" / "house.svg"
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- rooms: python -m docs_build.house -->\n", "<!-- end of rooms -->"
Arrow = tuple[str, str]
"""A room, and a room that it imports."""


@dataclass(frozen=True)
class House:
    """What is drawn.

    Attributes
    ----------
    floors : dict
        Package -> its floors from the highest to the lowest, each a tuple of rooms.
    arrows : tuple of (str, str)
        Rooms of one package, and the packages among themselves. An arrow that others imply is left out.
    """

    floors: dict[str, tuple[tuple[str, ...], ...]]
    arrows: tuple[Arrow, ...]


def floors() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Package -> its layers from the highest to the lowest; an optional layer without a file is left out."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    found: dict[str, tuple[tuple[str, ...], ...]] = {"synapses": ((),)}
    for contract in settings["contracts"]:
        for package in contract.get("containers", ()):
            layers = [re.findall(r"\w+", layer) for layer in contract["layers"]]
            rows = [tuple(name for name in layer if _source(package, name) is not None) for layer in layers]
            found[package] = tuple(row for row in rows if row)
    return {package: found[package] for package in PACKAGES}


@cache
def house() -> House:
    """The packages as they are now.

    Returns
    -------
    House
    """
    import grimp

    graph = grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)
    within: set[Arrow] = set()
    between: set[Arrow] = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            (package, *room), (other, *target) = module.split(".")[:2], imported.split(".")[:2]
            if package != other:
                between.add((package, other))
            elif room and target and room != target and package != "synapses":
                within.add((f"{package}.{room[0]}", f"{package}.{target[0]}"))
    return House(floors(), tuple(sorted(_needed(within) | _needed(between))))


def _needed(arrows: set[Arrow]) -> set[Arrow]:
    """The arrows without those that a longer way implies."""

    def reached(room: str, barred: Arrow) -> set[str]:
        seen: set[str] = set()
        waiting = [room]
        while waiting:
            here = waiting.pop()
            after = {target for source, target in arrows if source == here and (source, target) != barred} - seen
            seen |= after
            waiting += after
        return seen

    return {arrow for arrow in arrows if arrow[1] not in reached(arrow[0], arrow)}


def _source(package: str, room: str) -> Path | None:
    places = (ROOT / package / room / "__init__.py", ROOT / package / f"{room}.py")
    return next((place for place in places if place.is_file()), None)


def sentence(package: str, room: str | None = None) -> str:
    """What a room is for: the first line of its docstring."""
    source = ROOT / package / "__init__.py" if room is None else _source(package, room)
    assert source is not None, f"{package}/{room} has no Python file"
    docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.partition("\n\n")[0].split()).partition(". ")[0].rstrip(".").replace("``", "`")


def table() -> str:
    """The rooms, floor by floor, with their sentences, in Markdown."""
    lines = ["| room | what it is for |", "| --- | --- |"]
    for package, rows in floors().items():
        lines.append(f"| **`{package}/`** | {sentence(package)} |")
        lines += [f"| `{_shown(package, room)}` | {sentence(package, room)} |" for row in rows for room in row]
    return "\n".join(lines) + "\n"


def _shown(package: str, room: str) -> str:
    return f"{package}/{room}/" if (ROOT / package / room).is_dir() else f"{package}/{room}.py"


def drawn_from(svg: str) -> House:
    """The house that a picture was drawn from, which its metadata hold.

    Raises
    ------
    ValueError
        If the picture holds none.
    """
    found = re.search(r"<dc:description>(.*?)</dc:description>", svg, re.DOTALL)
    if found is None:
        raise ValueError("the picture has no description")
    content = json.loads(found[1])
    return House(
        {package: tuple(map(tuple, rows)) for package, rows in content["floors"].items()},
        tuple((source, target) for source, target in content["arrows"]),
    )


def page(text: str) -> str:
    """CONTRIBUTING.md with today's table."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


def describing(shown: House) -> str:
    """A house as the text that `drawn_from` reads."""
    return json.dumps({"floors": shown.floors, "arrows": shown.arrows})


def upward(shown: House) -> Mapping[Arrow, bool]:
    """Whether each arrow leads upward, which the contracts forbid."""
    floor = {f"{p}.{room}": n for p, rows in shown.floors.items() for n, row in enumerate(rows) for room in row}
    return {arrow: floor.get(arrow[0], 0) >= floor.get(arrow[1], 1) for arrow in shown.arrows}


if __name__ == "__main__":
    from docs_build.house_picture import draw

    draw(house(), PICTURE)
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
