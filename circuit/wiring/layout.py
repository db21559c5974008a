"""Wiring as data: which cell contacts which, drawn from the wiring table with an animal's structure seed.

The compiled program knows kinds of cells only. Populations, contacts, conductances and delays are arrays that a run
hands to it, so one build serves every animal and every wiring of the same size.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from circuit.wiring.table import Connection, Wiring

OPENS = {"glutamate": "excitation", "GABA": "inhibition"}
"""Transmitter -> the conductance that a contact opens."""


@dataclass(frozen=True)
class Range:
    """Where a population lies in the group of its kind."""

    kind: str
    first: int
    number: int

    @property
    def end(self) -> int:
        """The cell after its last one."""
        return self.first + self.number

    @property
    def middle(self) -> int:
        """First cell of the right hemisphere."""
        return self.first + self.number // 2

    @property
    def cells(self) -> slice:
        """Its cells in the group."""
        return slice(self.first, self.end)

    @property
    def right(self) -> np.ndarray:
        """Which of its cells lie in the right hemisphere."""
        return np.arange(self.first, self.end) >= self.middle

    def holds(self, cells: np.ndarray) -> np.ndarray:
        """Which of some cells of the group belong to it."""
        return (cells >= self.first) & (cells < self.end)


@dataclass(frozen=True)
class Pathway:
    """All contacts from one kind of cell to another.

    Attributes
    ----------
    source, target : str
        Kinds.
    plastic : bool
    opens : tuple of str
        What its contacts open, some this and some that: ``"excitation"``, ``"inhibition"``.
    first : ndarray of int, shape (sources + 1,)
        Place of each source cell's first contact; contacts are sorted by source.
    targets : ndarray of int, shape (contacts,)
    projection : ndarray of int, shape (contacts,)
        Row of the wiring table.
    conductance, delay : ndarray, shape (contacts,)
        nS, and the mean of the contact's projection in ms.
    latency : ndarray, shape (contacts,)
        ms. Contacts of one axon in one projection differ in nothing but this; they lie in its order, so that
        those that a spike reaches one after the other are neighbours in memory.
    """

    source: str
    target: str
    plastic: bool
    opens: tuple[str, ...]
    first: np.ndarray
    targets: np.ndarray
    projection: np.ndarray
    conductance: np.ndarray
    delay: np.ndarray
    latency: np.ndarray

    @property
    def name(self) -> str:
        """Name of the Brian2 object."""
        return f"{self.source}_to_{self.target}" + ("_plastic" if self.plastic else "")

    @property
    def sources(self) -> np.ndarray:
        """Source cell of each contact."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


@dataclass(frozen=True)
class Layout:
    """Populations and contacts of one animal.

    Attributes
    ----------
    wiring : Wiring
    ranges : dict
        Population -> where it lies.
    pathways : dict
        Name of a Brian2 object -> contacts.
    recruitment : dict
        Population with plastic contacts -> the rank of each cell, 0 to 1: the stimulus that recruits its axon.
    """

    wiring: Wiring
    ranges: dict[str, Range]
    pathways: dict[str, Pathway]
    recruitment: dict[str, np.ndarray]

    @property
    def kinds(self) -> list[str]:
        """Kinds of cells that it has, in the order of `Wiring.kinds`."""
        return [kind for kind in self.wiring.kinds if self.number(kind)]

    def number(self, kind: str) -> int:
        """Cells of a kind."""
        return sum(place.number for place in self.ranges.values() if place.kind == kind)

    def is_d1(self) -> np.ndarray:
        """Which medium spiny cells carry D1 receptors."""
        spiny = [place.number for place in self.ranges.values() if place.kind == "medium_spiny"]
        return np.concatenate([np.arange(number) // 2 % 2 == 0 for number in spiny])

    def contacts(self, row: Connection) -> tuple[str, np.ndarray]:
        """The pathway of a projection, and the places of its contacts there."""
        place = self.wiring.projection.index(row)
        name = _pathway(self.wiring, row)
        return name, np.flatnonzero(self.pathways[name].projection == place)


def _pathway(wiring: Wiring, row: Connection) -> str:
    kinds = wiring.named(row.source).cell, wiring.named(row.target).cell
    return f"{kinds[0]}_to_{kinds[1]}" + ("_plastic" if row.plastic else "")


def ranges(wiring: Wiring, scale: float) -> dict[str, Range]:
    """Where each population lies."""
    numbers, taken, found = wiring.numbers(scale), dict.fromkeys(wiring.kinds, 0), {}
    for row in wiring.population:
        found[row.name] = Range(row.cell, taken[row.cell], numbers[row.name])
        taken[row.cell] += numbers[row.name]
    return found


def _drawn(row: Connection, source: Range, target: Range, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Targets of each source cell of a projection, counted within the target population."""
    half = target.number // 2
    sources = source.number // 2 if row.receptors else source.number
    degree = max(1, round(row.in_degree * target.number / sources))
    for i in range(source.number):
        if row.receptors and (i // 2 % 2 == 0) != (row.receptors == "D1"):
            yield np.empty(0, dtype=int)
            continue
        side = half * (i >= source.number // 2)
        if row.lever_specific:
            yield side + 2 * rng.integers(half // 2, size=degree) + i % 2
        else:
            chosen = rng.integers(half, size=degree)
            own = rng.random(degree) < row.context_specific
            yield side + np.where(own, chosen // 4 * 4 + i // 2 % 2 * 2 + chosen % 2, chosen)


def lay_out(wiring: Wiring, scale: float, seed: int) -> Layout:
    """Draw the contacts of one animal.

    Each projection is drawn from a stream of its own, so that a cut of the table has the contacts of the whole.

    Parameters
    ----------
    wiring : Wiring
    scale : float
        Multiplies cell numbers; in-degrees stay.
    seed : int
        The animal's structure seed.
    """
    places = ranges(wiring, scale)
    grouped: dict[str, dict[int, list[np.ndarray]]] = {}
    kinds: dict[str, tuple[str, str, bool]] = {}
    for number, row in enumerate(wiring.projection):
        source, target = places[row.source], places[row.target]
        rng = _stream(seed, row.name)
        name = _pathway(wiring, row)
        kinds[name] = source.kind, target.kind, row.plastic
        cells = grouped.setdefault(name, {})
        for i, chosen in enumerate(_drawn(row, source, target, rng)):
            latency = row.delay + row.delay_deviation * np.sort(rng.standard_normal(len(chosen)))
            block = np.empty((len(chosen), 3))
            block[:, 0], block[:, 1] = target.first + chosen, number
            block[:, 2] = np.clip(latency, row.delay / 2, 2 * row.delay)
            cells.setdefault(source.first + i, []).append(block)
    conductance = np.array([row.conductance for row in wiring.projection])
    delay = np.array([row.delay for row in wiring.projection])
    sizes = {kind: sum(p.number for p in places.values() if p.kind == kind) for kind in wiring.kinds}
    pathways = {}
    for name, cells in grouped.items():
        source_kind, target_kind, plastic = kinds[name]
        blocks = [np.concatenate(cells[i]) if i in cells else np.empty((0, 3)) for i in range(sizes[source_kind])]
        whole = np.concatenate(blocks)
        targets, rows = whole[:, 0].astype(int), whole[:, 1].astype(int)
        first = np.concatenate([[0], np.cumsum([len(block) for block in blocks])])
        released = {row.transmitter for row in wiring.projection if _pathway(wiring, row) == name}
        opens = tuple(opened for transmitter, opened in OPENS.items() if transmitter in released)
        pathways[name] = Pathway(
            source_kind, target_kind, plastic, opens,
            first, targets, rows, conductance[rows], delay[rows], whole[:, 2],
        )  # fmt: skip
    projecting = dict.fromkeys(row.source for row in wiring.plastic)
    recruitment = {name: _ranks(places[name].number, _stream(seed, name)) for name in projecting}
    return Layout(wiring, places, pathways, recruitment)


def _ranks(number: int, rng: np.random.Generator) -> np.ndarray:
    """Ranks from 0 to 1 in a random order, evenly spread, so that a stimulus recruits its share of any circuit."""
    return np.asarray((rng.permutation(number) + rng.random(number)) / number)


def _stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one row of the table in one animal."""
    return np.random.default_rng([seed, 0xC0, zlib.crc32(name.encode())])
