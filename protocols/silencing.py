"""Inactivation as data: which cells get a GABA agonist or lose their spikes, and which contacts fall silent.

A GABA agonist opens a conductance, tetrodotoxin and lesions stop spikes, opto-inhibition silences the axons of a
projection. Which of a nucleus's cells are hit is drawn with the animal's structure seed, so that a site is the same in
every test of one animal.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from circuit.awake_inputs import Silencing
from circuit.layout import Layout
from circuit.wiring import Connection
from protocols.history import Inactivation


def silenced(inactivations: Sequence[Inactivation], layout: Layout, seed: int) -> Silencing:
    """What some inactivations take out of one animal's circuit."""
    agonist: dict[str, np.ndarray] = {}
    blocked: dict[str, np.ndarray] = {}
    cut: dict[str, np.ndarray] = {}
    rng = np.random.default_rng([seed, 0x51])
    for given in inactivations:
        if given.nucleus is not None:
            into = agonist if given.agent in ("baclofen", "muscimol") else blocked
            for row in layout.wiring.of_nucleus(given.nucleus):
                number = layout.ranges[row.name].number
                hit = _side(layout.ranges[row.name].right, given) & (rng.random(number) < given.fraction)
                into[row.name] = np.maximum(into.get(row.name, np.zeros(number)), hit)
        else:
            for connection in layout.wiring.between(given.projection or ""):
                right = _right(layout, connection)
                hit = _side(right, given) & (rng.random(len(right)) < given.fraction)
                cut[connection.name] = np.minimum(cut.get(connection.name, np.ones(len(right))), ~hit)
    return Silencing(agonist, blocked, cut)


def _side(right: np.ndarray, given: Inactivation) -> np.ndarray:
    return {"both": np.ones(len(right), dtype=bool), "right": right, "left": ~right}[given.hemisphere]


def _right(layout: Layout, row: Connection) -> np.ndarray:
    """Hemisphere of the source of each contact of a projection."""
    name, places = layout.contacts(row)
    pathway, source = layout.pathways[name], layout.ranges[row.source]
    return np.asarray(pathway.sources[places] >= source.middle)
